"""What the edit page's scripts talk to: saving by field, undo and redo, who else is here. JSON in, JSON out.

Every request says whose page it comes from: what one person typed is never taken for another's, whoever has
signed in meanwhile. The same edits without scripts: `editing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, Response, jsonify

from portal.domain import changes, documents
from portal.domain.changes import Operation
from portal.domain.documents import ROW_LISTS, Document
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.services.drafting import field_saves, presence, undo_redo
from portal.services.drafting.change_log import LoggedOperation
from portal.services.drafting.field_saves import AttributedConflict, SaveResult
from portal.web.drafting.json_requests import known, listed, sent
from portal.web.filters import clock, moment
from portal.web.guards import actor, needs

bp = Blueprint("field_saves", __name__)


@bp.post("/tables/<int:table_id>/changes")
@needs(Permission.EDIT)
def save(table_id: int) -> Response:
    body = sent()
    operations = [changes.from_plain(plain) for plain in listed(body.get("operations"))]
    seen = known(body, "seen") if "seen" in body else None
    kept = field_saves.apply(db.session(), actor(), table_id, known(body), operations, seen)
    return _told(kept, kept.applied)


@bp.post("/tables/<int:table_id>/undo")
@needs(Permission.EDIT)
def undo(table_id: int) -> Response:
    return _taken_back(undo_redo.undo(db.session(), actor(), table_id, known(sent())))


@bp.post("/tables/<int:table_id>/redo")
@needs(Permission.EDIT)
def redo(table_id: int) -> Response:
    return _taken_back(undo_redo.redo(db.session(), actor(), table_id, known(sent())))


@bp.post("/tables/<int:table_id>/presence")
@needs(Permission.EDIT)
def heartbeat(table_id: int) -> Response:
    body = sent()
    company = presence.heartbeat(db.session(), actor(), table_id, known(body))
    followed = _followed(company.version, company.others, lambda: company.table.document)
    return jsonify(people=list(company.names), **followed)


@bp.post("/tables/<int:table_id>/leave")
@needs(Permission.EDIT)
def leave(table_id: int) -> Response:
    presence.leave(db.session(), actor(), table_id)
    return Response(status=204)


def _taken_back(kept: SaveResult) -> Response:
    """With the fields that the step itself changed: in them, what is being typed goes on from the text that is back."""
    return _told(kept, undone=[each.path for each in kept.applied if isinstance(each, changes.Set)])


def _told(kept: SaveResult, own: Iterable[Operation] = (), **more: Any) -> Response:
    return jsonify(
        saved=clock(kept.saved_at),
        clashes=[_clash(clash) for clash in kept.clashes],
        unfit=[{"path": unfit.path, "message": unfit.message} for unfit in kept.unfit],
        **_followed(kept.version, kept.others, lambda: kept.document, own),
        **more,
    )


def _followed(
    version: int, others: Iterable[LoggedOperation], document: Callable[[], Document], own: Iterable[Operation] = ()
) -> dict[str, Any]:
    """What a screen needs to follow: the operations of others, and where rows moved the order of all.

    `own`: what the asker has just written. Of the texts only those that still stand: what was written over since,
    perhaps by the asker, is no news.
    """
    operations = [each.operation for each in others]
    last = {each.path: each for each in operations if isinstance(each, changes.Set)}
    moved = any(not isinstance(each, changes.Set) for each in (*operations, *own))
    for each in own:
        if isinstance(each, changes.Set):
            last.pop(each.path, None)
    standing = (each for each in operations if not isinstance(each, changes.Set) or last.get(each.path) is each)
    return {
        "version": version,
        "operations": [changes.to_plain(each) for each in standing],
        "order": _order(document()) if moved else {},
    }


def _order(document: Document) -> dict[str, list[str]]:
    return {name: [row.id for row in documents.rows(document, name)] for name in ROW_LISTS[document.kind]}


def _clash(clash: AttributedConflict) -> dict[str, Any]:
    conflict = clash.conflict
    return {
        "path": conflict.path,
        "theirs": conflict.theirs,
        "mine": conflict.mine,
        "by": clash.by,
        "at": moment(clash.at),
    }
