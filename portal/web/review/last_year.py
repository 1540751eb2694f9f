"""上年: the table of the same project a year before, its result and its opinions, for whoever reviews this year's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, url_for

from portal import queries
from portal.domain import documents
from portal.domain.amounts import format_yuan
from portal.domain.conclusions import Grade
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.models import TargetTable
from portal.web.filters import moment
from portal.web.guards import needs
from portal.web.rendering import render
from portal.web.review.notes import OpinionView, opinion_views
from portal.web.table_page import TablePage, load, opinions_of

bp = Blueprint("last_year", __name__)


@dataclass(frozen=True, slots=True)
class LastYear:
    """result: the grade with its meaning, "" where there is none that the viewer sees. change: of the amount."""

    year: int
    title: str
    url: str
    state: str
    since: str
    rounds: str
    amount: str
    change: str
    result: str
    opinions: Sequence[OpinionView]


@bp.get("/tables/<int:table_id>/last-year")
@needs(Permission.SEE_BUREAU_NOTES)
def last_year(table_id: int) -> Response:
    loaded = load(table_id, Permission.SEE_BUREAU_NOTES)
    earlier = queries.revisions.submitted_last_year(db.session(), loaded.table)
    return render(
        "review/last_year.html",
        fragment="review/_last_year.html",
        loaded=loaded,
        last=_last_year(load(earlier), loaded.table) if earlier else None,
    )


def _last_year(earlier: TablePage, now: TargetTable) -> LastYear:
    table, shown = earlier.table, earlier.shown
    assert shown is not None
    conclusion = queries.conclusions.visible(db.session(), earlier.actor, table, earlier.facts)
    grade = Grade(conclusion.grade) if conclusion else None
    return LastYear(
        year=table.year,
        title=documents.title(shown.document),
        url=url_for("table.show", table_id=table.id),
        state=table.state,
        since=moment(table.state_since)[:10],
        rounds=f"送审 {table.submission_count} 次，退回 {table.return_count} 次",
        amount=format_yuan(table.submitted_total_fen),
        change=_change(table.submitted_total_fen, now.submitted_total_fen),
        result=f"{grade.label}，{grade.meaning}（{conclusion.author_name}）" if grade and conclusion else "",
        opinions=opinion_views(shown.document, opinions_of(earlier)),
    )


def _change(before: int | None, now: int | None) -> str:
    """From last year's amount to this year's; "" where one is missing or both are equal."""
    if before is None or now is None or before == now:
        return ""
    sign = "+" if now > before else "−"
    share = f"（{sign}{abs(now - before) / before:.1%}）" if before else ""
    return f"今年 {sign}{format_yuan(abs(now - before))}{share}"
