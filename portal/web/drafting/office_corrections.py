"""Corrections of all drafts of an office: the preview, the act, and the result for each table.

Each table is corrected in its own transaction, as one step of its own; a refused table does not stop the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.documents import Kind
from portal.domain.errors import Forbidden, NotVisible, Refused
from portal.domain.permissions import Permission, grants_held
from portal.extensions import db
from portal.models import TargetTable
from portal.queries.drafting.presence import PresentPerson
from portal.services import form_posts
from portal.services.drafting import corrections
from portal.services.drafting.corrections import CorrectionChoice
from portal.web.acts import result_key
from portal.web.corrected_texts import CorrectedText, corrected_texts
from portal.web.guards import actor, needs
from portal.web.rendering import render

bp = Blueprint("office_corrections", __name__)

MOST_TABLES = 50
"""Tables that one page shows; the others wait for the next."""
_HIGHEST_ID = 2**31 - 1
_EVERYTHING = CorrectionChoice()


@dataclass(frozen=True, slots=True)
class CorrectableTable:
    id: int
    name: str
    year: int
    ordinal: int
    stamp: str
    version: int
    texts: Sequence[CorrectedText]
    editing: Sequence[PresentPerson]


@dataclass(frozen=True, slots=True)
class Result:
    """refused: the sentence why the table was not corrected; count: of the corrected places."""

    id: int
    name: str = ""
    count: int = 0
    refused: str = ""


@bp.get("/corrections")
@needs(Permission.EDIT)
def confirm() -> Response:
    return _confirm_page(200)


@bp.post("/corrections")
@needs(Permission.EDIT)
def carry_out() -> Response | AnyResponse:
    _require_grant()
    sent = dict.fromkeys(request.form.getlist("table", type=int))
    table_ids = [n for n in sent if 0 < n <= _HIGHEST_ID][:MOST_TABLES]
    if not table_ids:
        return _confirm_page(422, "没有勾选任何表，没有改正。")
    results = [_correct(table_id) for table_id in table_ids]
    key = result_key()
    form_posts.keep_outcome(db.session(), actor().id, key, {"corrected": [asdict(result) for result in results]})
    return redirect(url_for(".results", key=key), 303)


@bp.get("/corrections/results/<key>")
@needs(Permission.EDIT)
def results(key: str) -> Response:
    outcome = form_posts.outcome(db.session(), actor().id, key)
    if outcome is None or "corrected" not in outcome:
        raise NotVisible("没有这次改正的结果，或者已经过期；改了什么请看各张表的改动记录。")
    told: list[dict[str, Any]] = outcome["corrected"]
    names = _names([each["id"] for each in told])
    left = queries.drafting.correctable.counts(db.session(), actor(), _years())
    # Names are joined when the page is shown, since a viewer may no longer see a table.
    found = [Result(**{**each, "name": names.get(each["id"], "")}) for each in told]
    return render("drafting/corrected_tables.html", results=found, left=left.tables)


def _confirm_page(status: int, refusal: str = "") -> Response:
    _require_grant()
    session, years = db.session(), _years()
    tables = queries.drafting.correctable.tables(session, actor(), years, MOST_TABLES)
    editing = queries.drafting.presence.others_editing(session, actor(), [table.id for table in tables])
    found = [_correctable(table, editing.get(table.id, ())) for table in tables]
    shown = [each for each in found if each.texts]
    return render(
        "drafting/correct_tables.html",
        status,
        tables=shown,
        place_count=sum(len(each.texts) for each in shown),
        left=queries.drafting.correctable.counts(session, actor(), years).tables - len(tables),
        refusal=refusal,
    )


def _years() -> list[int]:
    """The requested year, else all."""
    years = [year.year for year in queries.administration.years.all_years(db.session())]
    asked = request.args.get("year", type=int)
    return [asked] if asked in years else years


def _correctable(table: TargetTable, editing: Sequence[PresentPerson]) -> CorrectableTable:
    found = corrections.preview_of(db.session(), table, _EVERYTHING)
    return CorrectableTable(
        id=table.id,
        name=_name(table),
        year=table.year,
        ordinal=table.position,
        stamp=found.stamp,
        version=found.version,
        texts=corrected_texts(table.document, found.texts),
        editing=editing,
    )


def _correct(table_id: int) -> Result:
    known = request.form.get(f"version-{table_id}", default=-1, type=int)
    shown = request.form.get(f"shown-{table_id}", "")
    try:
        done = corrections.correct(db.session(), actor(), table_id, known, _EVERYTHING, shown)
    except Refused as refusal:
        return Result(table_id, refused=refusal.message)
    return Result(table_id, count=len(done.applied))


def _names(table_ids: Sequence[int]) -> dict[int, str]:
    found = queries.tables.tables_with_facts(db.session(), actor(), table_ids)
    return {table.id: f"{table.year} 年度 {_name(table)}" for table, _ in found}


def _name(table: TargetTable) -> str:
    return Kind.DEPARTMENT.label if table.kind == Kind.DEPARTMENT else table.project_name or "（未命名）"


def _require_grant() -> None:
    if not grants_held(actor(), Permission.EDIT):
        raise Forbidden("你没有编辑绩效目标表的权限。")
