"""Suggestions for the name of an indicator being typed; the edit page's script requests them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from portal import queries
from portal.domain import library
from portal.domain.documents import ProjectDocument
from portal.domain.library import Candidate, Source
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.web.guards import needs
from portal.web.table_page import TablePage, load

bp = Blueprint("suggestions", __name__)


@bp.get("/tables/<int:table_id>/suggestions")
@needs(Permission.EDIT)
def suggestions(table_id: int) -> Response:
    loaded = load(table_id, Permission.EDIT)
    document = loaded.table.document
    # Only project tables have indicators.
    found = _candidates(loaded, document) if isinstance(document, ProjectDocument) else []
    return make_response(render_template("drafting/_suggestions.html", suggestions=[_plain(each) for each in found]))


def _candidates(loaded: TablePage, document: ProjectDocument) -> list[Candidate]:
    row_id, framework = request.args.get("row", ""), loaded.rules.framework
    return library.suggest(
        request.args.get("typed", ""),
        queries.library.candidates(db.session(), loaded.actor, loaded.table, framework),
        "\n".join((document.project_name, document.goals, document.purpose)),
        framework,
        *library.levels_at(document.indicators, row_id),
        present=[row.level3 for row in document.indicators if row.id != row_id],
    )


def _plain(candidate: Candidate) -> dict[str, Any]:
    return {
        "fields": {
            "level3": candidate.name,
            "level1": candidate.level1,
            "level2": candidate.level2,
            "description": candidate.description,
            "target_value": candidate.target_value,
            "basis": candidate.basis,
        },
        "about": " · ".join(filter(None, (candidate.level2, source_of(candidate)))),
    }


def source_of(candidate: Candidate) -> str:
    if candidate.source is Source.LIBRARY:
        return f"指标库：{candidate.category}"
    return f"本单位已批复：{candidate.uses} 张表" if candidate.own else f"已批复：{candidate.uses} 张表"
