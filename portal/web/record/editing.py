"""编辑过程: who changed which cell of a table when; for the office whole, for the auditor up to the submission."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for

from portal.domain import forms
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.services.drafting import editing as edit_log
from portal.services.drafting.editing import ON_A_PAGE, EditingFilters
from portal.web.guards import needs
from portal.web.record.edit_lines import edit_lines
from portal.web.record.history_filters import number
from portal.web.rendering import render
from portal.web.review.table import places
from portal.web.table_page import TablePage, load

bp = Blueprint("editing", __name__)


@dataclass(frozen=True, slots=True)
class Chosen:
    """by: a name; path: of a cell, field or row."""

    by: str
    path: str

    def as_query(self) -> dict[str, str]:
        return {name: text for name, text in (("by", self.by), ("path", self.path)) if text}


def chosen() -> Chosen:
    return Chosen(request.args.get("by", "")[:64], request.args.get("path", "")[:120])


@bp.get("/tables/<int:table_id>/editing")
@needs(Permission.SEE_EDITING)
def editing(table_id: int) -> Response:
    loaded, wanted = load(table_id, Permission.SEE_EDITING), chosen()
    assert loaded.shown is not None  # the editing of a table is seen by whoever sees a text of it
    session, document, before = db.session(), loaded.shown.document, number(request.args.get("before", ""))
    until = edit_log.last_version_seen(session, loaded.actor, loaded.table, loaded.facts)
    filters = EditingFilters(wanted.by, wanted.path, before)
    found = edit_log.edits(session, table_id, until, filters, ON_A_PAGE + 1)
    older = wanted.as_query() | {"before": str(found[ON_A_PAGE - 1].id)} if len(found) > ON_A_PAGE else None
    return render(
        "record/editing.html",
        fragment="record/_editing.html",
        loaded=loaded,
        chosen=wanted,
        edits=edit_lines(document, found[:ON_A_PAGE]),
        editors=[(name, name) for name in edit_log.editors(session, table_id, until)],
        places=_places(loaded, wanted.path),
        sees_all=loaded.may(Permission.SEE_WORKING_COPY),
        newest_url=_url(table_id, wanted.as_query()) if before else "",
        older_url=_url(table_id, older) if older else "",
    )


def _url(table_id: int, query: dict[str, str]) -> str:
    return url_for(".editing", table_id=table_id) + (f"?{urlencode(query)}" if query else "")


def _places(loaded: TablePage, wanted: str) -> list[tuple[str, str]]:
    """The places of the text that the viewer sees, with the wanted one, which may be gone."""
    assert loaded.shown is not None
    document = loaded.shown.document
    found = [(path, label) for path, label in places(document) if path]
    return found if not wanted or wanted in dict(found) else [*found, (wanted, forms.label(document, wanted))]
