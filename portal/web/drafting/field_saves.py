"""JSON endpoints for the scripts of the edit page: saves by field, undo, redo, corrections, sorting, presence.

Every request names the author of its page, so that text typed by one person is never saved as another's after
someone else signed in. `edit` has the whole-form save for browsers without scripts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify

from portal.domain import changes, documents, forms
from portal.domain.changes import Operation
from portal.domain.documents import ROW_LISTS, Document
from portal.domain.permissions import Permission
from portal.domain.text_differences import segments
from portal.extensions import db
from portal.services.drafting import confirming, corrections, field_saves, presence, undo_redo, whole_steps
from portal.services.drafting.change_log import LoggedOperation
from portal.services.drafting.corrections import CorrectionChoice
from portal.services.drafting.field_saves import AttributedConflict, SaveResult
from portal.web.drafting.json_requests import known, listed, sent, text_of
from portal.web.filters import clock, moment
from portal.web.guards import actor, needs

bp = Blueprint("field_saves", __name__)


@bp.post("/tables/<int:table_id>/changes")
@needs(Permission.EDIT)
def save(table_id: int) -> Response:
    body = sent()
    operations = [changes.from_plain(plain) for plain in listed(body.get("operations"))]
    seen = known(body, "seen") if "seen" in body else None
    result = field_saves.apply(db.session(), actor(), table_id, known(body), operations, seen)
    return _save_answer(result, result.applied)


@bp.post("/tables/<int:table_id>/undo")
@needs(Permission.EDIT)
def undo(table_id: int) -> Response:
    return _step_answer(undo_redo.undo(db.session(), actor(), table_id, known(sent())))


@bp.post("/tables/<int:table_id>/redo")
@needs(Permission.EDIT)
def redo(table_id: int) -> Response:
    return _step_answer(undo_redo.redo(db.session(), actor(), table_id, known(sent())))


@bp.post("/tables/<int:table_id>/correct")
@needs(Permission.EDIT)
def correct(table_id: int) -> Response:
    body = sent()
    choice = CorrectionChoice(text_of(body, "rule"), text_of(body, "path"))
    shown = text_of(body, "shown")
    return _step_answer(corrections.correct(db.session(), actor(), table_id, known(body), choice, shown))


@bp.post("/tables/<int:table_id>/sort")
@needs(Permission.EDIT)
def sort(table_id: int) -> Response:
    return _step_answer(whole_steps.sort_rows(db.session(), actor(), table_id, known(sent())))


@bp.post("/tables/<int:table_id>/confirm")
@needs(Permission.EDIT)
def confirm(table_id: int) -> Response:
    body = sent()
    paths = text_of(body, "paths").split()
    places = confirming.confirm(db.session(), actor(), table_id, paths, is_right=body.get("is_right") is True)
    return jsonify(confirmed=sorted(places.confirmed), left=len(places.to_check))


@bp.post("/tables/<int:table_id>/presence")
@needs(Permission.EDIT)
def heartbeat(table_id: int) -> Response:
    body = sent()
    result = presence.heartbeat(db.session(), actor(), table_id, known(body))
    catch_up = _catch_up(result.version, result.others, lambda: result.table.document)
    return jsonify(people=list(result.names), **catch_up)


@bp.post("/tables/<int:table_id>/leave")
@needs(Permission.EDIT)
def leave(table_id: int) -> Response:
    presence.leave(db.session(), actor(), table_id)
    return Response(status=204)


def _step_answer(result: SaveResult) -> Response:
    """Also returns the paths that the step wrote, so that the page rebases text being typed there."""
    return _save_answer(result, undone=[each.path for each in result.applied if isinstance(each, changes.Set)])


def _save_answer(result: SaveResult, own: Iterable[Operation] = (), **more: Any) -> Response:
    return jsonify(
        saved=clock(result.saved_at),
        conflicts=[_plain_conflict(conflict) for conflict in result.conflicts],
        unfit=[{"path": unfit.path, "message": unfit.message} for unfit in result.unfit],
        **_catch_up(result.version, result.others, lambda: result.document, own),
        **more,
    )


def _catch_up(
    version: int, others: Iterable[LoggedOperation], document: Callable[[], Document], own: Iterable[Operation] = ()
) -> dict[str, Any]:
    """What a page needs to catch up: the operations of others, the order of all rows where rows moved, the titles.

    authors: of the texts, by path, for the notice where one replaces the reader's own.
    `own`: operations that this request wrote. A text that was overwritten since, also by `own`, is left out.
    """
    own, logged = list(own), list(others)
    last = {each.operation.path: each for each in logged if isinstance(each.operation, changes.Set)}
    moved = any(not isinstance(each, changes.Set) for each in (*(each.operation for each in logged), *own))
    for operation in own:
        if isinstance(operation, changes.Set):
            last.pop(operation.path, None)
    return {
        "version": version,
        "operations": [changes.to_plain(each.operation) for each in logged if _is_current(each, last)],
        "authors": {path: {"by": _author(each.actor_id, each.by), "at": clock(each.at)} for path, each in last.items()},
        "order": _order(document()) if moved else {},
        "titles": _titles(document()) if logged or own else None,
    }


def _is_current(logged: LoggedOperation, last: Mapping[str, LoggedOperation]) -> bool:
    operation = logged.operation
    return not isinstance(operation, changes.Set) or last.get(operation.path) is logged


def _author(actor_id: int | None, name: str) -> str:
    """The name in a message to the signed-in person, who may have the table open in several pages."""
    return "你在另一个页面上" if actor_id == actor().id else name


def _titles(document: Document) -> dict[str, str]:
    return {"table": documents.title(document), "sheet": forms.sheet_title(document)}


def _order(document: Document) -> dict[str, list[str]]:
    return {name: [row.id for row in documents.rows(document, name)] for name in ROW_LISTS[document.kind]}


def _plain_conflict(attributed: AttributedConflict) -> dict[str, Any]:
    conflict = attributed.conflict
    return {
        "path": conflict.path,
        "theirs": conflict.theirs,
        "mine": conflict.mine,
        "by": _author(attributed.actor_id, attributed.by),
        "at": moment(attributed.at),
        "segments": segments(conflict.theirs or "", conflict.mine or ""),
    }
