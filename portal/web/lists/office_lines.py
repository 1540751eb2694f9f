"""Rows of an office's lists: beside the columns of every list, what moved a table last, who has to move, and by when.

Everything stands in the rows of `queries.lists` and one statement on what moved them (`queries.journeys`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from portal import queries
from portal.database import local_today
from portal.domain.amounts import format_yuan
from portal.domain.attention import wanted_act
from portal.domain.deadlines import due_date
from portal.domain.hand_ups import HandUp, HandUpAct
from portal.domain.journeys import Move
from portal.domain.office_lists import TableOrder, TableSort
from portal.domain.permissions import Actor
from portal.domain.states import State
from portal.extensions import db
from portal.models import BudgetYear
from portal.queries.lists import Cursor, Filters
from portal.web.drafting.handed_up import HandedUp, changed_after, revised_since, told
from portal.web.filters import moment, time_left
from portal.web.journeys import SHORT, JourneyLine, journey_line, review_words
from portal.web.lists import work_lists
from portal.web.lists.work_lists import TableLine
from portal.web.sort_heads import SortHead

_HEADS = (
    (TableSort.NUMBER, "序号", "num"),
    (TableSort.NAME, "项目名称", ""),
    (TableSort.AMOUNT, "预算数（元）", "num"),
    (TableSort.STATE, "状态", ""),
    (TableSort.MOVED, "最近一步", ""),
    (TableSort.CHANGED, "最后修改", ""),
    (TableSort.DUE, "到期", ""),
    (TableSort.OPINIONS, "未答复意见", "num"),
    (TableSort.ERRORS, "检查发现", ""),
)
MOST_PAGES = 100


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """table: the columns of every list. where: at the bureau, whether it is under review. wanted: the next act.

    revised: what changed since the table came back to the office, with the comparison.
    """

    table: TableLine
    where: str
    left: str
    wanted: str
    opinions_due: int
    changed_by: str
    changed_at: str
    journey: JourneyLine
    handed: HandedUp | None
    revised: str
    compare_url: str


@dataclass(frozen=True, slots=True)
class OfficeList:
    """total: the sum of the whole list in 元, "" for an empty one."""

    rows: Sequence[OfficeLine]
    total: str
    heads: Sequence[SortHead]


def office_list(
    rows: Sequence[Any], years: Sequence[BudgetYear], order: TableOrder, chooser: Actor | None = None
) -> OfficeList:
    """rows: of an office's list. years: those of the rows. chooser: who selects rows to submit, as in `lines`."""
    return OfficeList(
        lines(rows, years, chooser),
        format_yuan(int(rows[0].list_fen or 0)) if rows else "",
        [_head(sort, label, css, order) for sort, label, css in _HEADS],
    )


def lines(rows: Sequence[Any], years: Sequence[BudgetYear], chooser: Actor | None = None) -> list[OfficeLine]:
    by_year = {year.year: year for year in years}
    moves = queries.journeys.moves(db.session(), [row.id for row in rows])
    found = zip(rows, work_lists.lines(rows, years, chooser), strict=True)
    return [_line(row, line, by_year[row.year], moves.get(row.id, ())) for row, line in found]


def _line(row: Any, line: TableLine, year: BudgetYear, moves: Sequence[Move]) -> OfficeLine:
    is_with_office = row.state in (State.DRAFTED, State.RETURNED) and not row.is_voided
    left = time_left(due_date(row.state, row.due_on, year.deadline)) if is_with_office else ""
    where = _where(row, year)
    is_handed_up = row.handed_act == HandUpAct.UP
    return OfficeLine(
        table=line,
        where=where,
        left=left,
        wanted=wanted_act(row.errors, row.opinions_due, may_submit=bool(line.choice), is_handed_up=is_handed_up)
        if is_with_office
        else "",
        opinions_due=row.opinions_due,
        changed_by=row.changed_by or "",
        changed_at=moment(row.changed_at),
        journey=journey_line(moves, most=SHORT),
        handed=_handed(row) if row.handed_act else None,
        revised=revised_since(State(row.state), row.revised),
        compare_url=url_for("comparison.versions", table_id=row.id) if row.revised else "",
    )


def _where(row: Any, year: BudgetYear) -> str:
    if row.state != State.SUBMITTED:
        return ""
    is_claimed = row.claimed_until is None or row.claimed_until >= local_today()
    reviewer = row.claimant if year.shows_reviewer and is_claimed else None
    return review_words(row.review_since, reviewer or "")


def _handed(row: Any) -> HandedUp:
    """What changed since the table came back has a column of its own."""
    found = HandUp(HandUpAct(row.handed_act), row.handed_by, row.handed_at, row.handed_note)
    return HandedUp(told(found), found.note, found.is_up, changed_after(found, row.handed_changes), "", "")


# --- order and pages in the address --------------------------------------------------------------


def page(me: Actor, filters: Filters) -> tuple[Sequence[Any], str, str]:
    """The rows of the page that the address asks for, and the addresses of the page before and after, "" for none.

    In the list's own order by keyset, in any other by number.
    """
    session, asked = db.session(), order()
    if asked.sort is TableSort.FIRST:
        found = queries.lists.listing(session, me, filters, work_lists.cursor())
        return found.rows, _cursor_url(found.before), _cursor_url(found.after)
    number = page_number()
    sorted_ = queries.lists.sorted_listing(session, me, filters, asked, number)
    before = _url(page=str(number - 1)) if number > 1 else ""
    return sorted_.rows, before, _url(page=str(number + 1)) if sorted_.has_more else ""


def _cursor_url(place: Cursor | None) -> str:
    return work_lists.page_url(request.path, _kept(), place)


def order() -> TableOrder:
    """The order that the address asks for."""
    return TableOrder.read(request.args.get("sort", ""))


def page_number() -> int:
    return min(max(request.args.get("page", 1, int), 1), MOST_PAGES)


def file_url(endpoint: str) -> str:
    """The file of the list on this page."""
    return f"{url_for(endpoint)}?{urlencode(_kept())}"


def _kept() -> dict[str, str]:
    """The parameters of this list, whatever page of it is shown."""
    return {name: text for name, text in request.args.items() if name not in ("after", "before", "page")}


def _head(sort: TableSort, label: str, css: str, order: TableOrder) -> SortHead:
    url = _url(sort=str(order.clicked(sort)))
    return SortHead.of(label, url, css, is_sorted=order.sort is sort, descending=order.descending)


def _url(**changed: str) -> str:
    """The address of this list with other parameters; on its first page unless `changed` names one."""
    return f"{request.path}?{urlencode(_kept() | changed)}"
