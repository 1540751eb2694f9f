"""An office as a unit, for the bureau: its submitted tables with marks at the left, their sheets one after the other.

Findings across the tables stand on top; what is ticked goes to the pages of `decisions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for

from portal import queries
from portal.domain.amounts import format_yuan
from portal.domain.batches import BATCH_ACTS
from portal.domain.documents import Kind
from portal.domain.errors import Forbidden, NotVisible
from portal.domain.office_findings import OfficeFinding, Owed, office_findings
from portal.domain.permissions import Permission, TableFacts, grants_held, may
from portal.domain.states import State
from portal.extensions import db
from portal.models import Office
from portal.web.guards import actor, needs
from portal.web.rendering import render
from portal.web.review.queue import QueueLine, queue_lines

bp = Blueprint("office_tables", __name__)

PAGE = 30
"""Sheets of one page; the list at the left and the findings hold all tables."""
MOST_NAMED = 20
"""Tables that a finding links."""


@dataclass(frozen=True, slots=True)
class Contents:
    """A table in the list at the left; url: of its sheet."""

    line: QueueLine
    url: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """tables: (number, or name without one, and URL of the sheet). more: how many there are, if not all are named."""

    message: str
    tables: Sequence[tuple[str, str]]
    more: str


@bp.get("/offices/<code>/<int:year>")
@needs(Permission.SEE_BUREAU_NOTES)
def office(code: str, year: int) -> Response:
    session, me = db.session(), actor()
    found = _office(code)
    rows = queries.queue.of_office(session, me, code, year)
    if not rows:
        raise NotVisible(f"{found.code} {found.name} {year} 年度没有送审过的绩效目标表。")
    texts = queries.tables.submitted_texts(session, [row.id for row in rows])
    last = (len(rows) + PAGE - 1) // PAGE
    number = min(max(request.args.get("page", 1, int), 1), last)
    contents = [
        Contents(line, _sheet_url(code, year, n // PAGE + 1, number, line.id))
        for n, line in enumerate(queue_lines(me, rows))
    ]
    owed = _owed(code, year, rows)
    first = (number - 1) * PAGE
    shown = contents[first : first + PAGE]
    return render(
        "review/office_tables.html",
        office=found,
        year=year,
        contents=contents,
        total=format_yuan(owed.submitted_fen),
        findings=[_finding_view(each, contents) for each in office_findings(texts, owed)],
        sheets=[(each.line, texts[each.line.id]) for each in shown],
        acts=[act for act in BATCH_ACTS.values() if grants_held(me, act.permission)],
        previous_url=_page_url(code, year, number - 1) if number > 1 else "",
        next_url=_page_url(code, year, number + 1) if number < last else "",
        place=f"第 {first + 1}–{first + len(shown)} 张，共 {len(rows)} 张",
    )


def _office(code: str) -> Office:
    """Raises NotVisible; Forbidden for people of the office, who see its tables in other lists."""
    facts = TableFacts(code, State.SUBMITTED, submitted_once=True)
    found = db.session().get(Office, code)
    if found is None or not may(actor(), Permission.SEE, facts):
        raise NotVisible("没有这个单位，或者你无权查看。")
    if not may(actor(), Permission.SEE_BUREAU_NOTES, facts):
        raise Forbidden("这一页供财政局审核用；本单位的表请看“绩效目标表”。")
    return found


def _owed(code: str, year: int, rows: Sequence[Any]) -> Owed:
    projects = [row.submitted_total_fen or 0 for row in rows if row.kind == Kind.PROJECT]
    count, fen, unpriced, missing = queries.register.offices.owed_sums(db.session(), year, code)
    return Owed(count, int(fen), unpriced, missing, len(projects), sum(projects))


def _page_url(code: str, year: int, number: int) -> str:
    return url_for(".office", code=code, year=year, page=number if number > 1 else None)


def _sheet_url(code: str, year: int, number: int, current: int, table_id: int) -> str:
    """number: of the page on which the sheet stands. current: of the page that is shown."""
    anchor = f"#table-{table_id}"
    return anchor if number == current else f"{_page_url(code, year, number)}{anchor}"


def _finding_view(finding: OfficeFinding, contents: Sequence[Contents]) -> FindingView:
    about = [each for each in contents if each.line.id in finding.tables]
    named = [(str(each.line.ordinal or each.line.name), each.url) for each in about[:MOST_NAMED]]
    more = f"等 {len(about)} 张" if len(about) > MOST_NAMED else ""
    return FindingView(finding.message, named, more)
