"""The bureau's half of 我的工作: the queue, in tabs, with marks, filters and an order that stand in the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import Any
from urllib.parse import urlencode

from flask import Response, request, url_for
from sqlalchemy import Row

from portal import queries
from portal.database import local_today
from portal.domain.amounts import format_yuan
from portal.domain.batches import BATCH_ACTS, RECOMMEND_MANY, open_acts
from portal.domain.calendar import Calendar
from portal.domain.documents import Kind
from portal.domain.marks import ASKED, MARKS, marks
from portal.domain.permissions import Actor, Permission, TableFacts, grants_held
from portal.domain.queue import APPROVERS_LABEL, QueueOrder, QueueSort, QueueTab
from portal.domain.states import State
from portal.extensions import db
from portal.models import BudgetYear
from portal.queries.queue import PAGE, QueueFilters, Sum
from portal.web.filters import due_day, moment
from portal.web.guards import account
from portal.web.lists import awaiting, work_lists
from portal.web.rendering import page_or_fragment, render
from portal.web.review.approval_rows import approval_rows
from portal.web.review.queue_address import filters_of, list_args, order_of, row_url
from portal.web.sort_heads import SortHead

FURTHEST_PAGE = 2_000
_HEADS = (
    (QueueSort.OFFICE, "预算单位", ""),
    (QueueSort.NAME, "项目名称", ""),
    (QueueSort.AMOUNT, "预算数（元）", "num"),
    (QueueSort.ROUND, "轮次", ""),
    (QueueSort.ERRORS, "为什么先看它", ""),
    (QueueSort.WAITING, "等了", "num"),
    (QueueSort.REVIEWER, "谁在审", ""),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that changes one thing of the list: a tab, a filter, an order. count_text: "" without one."""

    label: str
    url: str
    current: bool
    count_text: str = ""
    css: str = ""


@dataclass(frozen=True, slots=True)
class MarkView:
    text: str
    css: str


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A row. office: short; office_name: whole. waited: working days at the bureau, or since when and by when.

    acts: names of BATCH_ACTS, separated by blanks.
    """

    id: int
    url: str
    year: int
    office_code: str
    office: str
    office_name: str
    office_url: str
    ordinal: int
    name: str
    is_department: bool
    amount: str
    round: str
    marks: Sequence[MarkView]
    waited: str
    overdue: bool
    claimant: str
    is_own: bool
    recommended_by: str
    acts: str
    state: str
    in_adjustment: bool


def queue_page(me: Actor, years: Sequence[BudgetYear]) -> Response:
    """`years`: all, the latest first."""
    requested = work_lists.requested_year(years)
    covered = tuple(year.year for year in ([requested] if requested else years))
    sums = queries.queue.sums(db.session(), me, covered)
    filters, order = filters_of(request.args, covered, _chosen_tab(me, sums)), order_of(request.args)
    whole = sums.get(filters.tab)
    found = queries.queue.filtered_sum(db.session(), me, filters) if filters.are_set or whole is None else whole
    number = min(max(request.args.get("page", 1, int), 1), FURTHEST_PAGE)
    rows = queries.queue.page(db.session(), me, filters, order, number)
    acts = [act for act in BATCH_ACTS.values() if filters.tab.is_at_bureau and grants_held(me, act.permission)]
    is_approvers = _is_approvers(me, filters.tab)
    last = max((found.count + PAGE - 1) // PAGE, 1)
    return render(
        "review/queue.html",
        fragment="review/_queue.html",
        year=requested or (years[0] if len(years) == 1 else None),
        adjustments=page_or_fragment(lambda: _adjustments(me, covered), lambda: None),
        year_choices=_year_choices(years, requested),
        tabs=[_tab(me, tab, filters.tab, sums.get(tab)) for tab in QueueTab],
        marks=[_mark_choice(mark.name, mark.filter_label, filters) for mark in MARKS],
        chosen=request.args,
        filters=filters,
        offices=[(code, f"{code} {name}") for code, name in queries.lists.offices_listed(db.session(), me)],
        hidden={name: request.args[name] for name in ("tab", "year", "sort") if request.args.get(name)},
        clear_url=_url(**dict.fromkeys(("mark", "again", "office", "least", "waited", "free", "q", "page"), "")),
        whole=_sum_text(whole),
        found=_sum_text(found) if filters.are_set else "",
        heads=[_head(*each, order) for each in _HEADS],
        rows=queue_lines(me, rows, _query(filters.tab), (number - 1) * PAGE),
        approvals=approval_rows(me, rows) if is_approvers else {},
        acts=acts,
        may_choose=any(grants_held(me, act.permission) for act in BATCH_ACTS.values()),
        may_claim=bool(grants_held(me, Permission.CLAIM)),
        show_year=len(covered) > 1,
        order_note=filters.tab.default_order,
        show_state=filters.tab is QueueTab.RECENT,
        treatments_url=url_for("treatments.year", year=(requested or years[0]).year),
        extensions=awaiting.extensions(me, [year for year in years if year.is_open]),
        place=f"第 {(number - 1) * PAGE + 1}–{(number - 1) * PAGE + len(rows)} 张，共 {found.count} 张" if rows else "",
        previous_url=_url(page=str(number - 1)) if number > 1 else "",
        next_url=_url(page=str(number + 1)) if number < last else "",
    )


def _adjustments(me: Actor, years: tuple[int, ...]) -> Choice | None:
    """The approved tables whose reopening is asked for; None where there are none, or for somebody who reopens none."""
    if not grants_held(me, Permission.REOPEN):
        return None
    wanted = QueueFilters(years, QueueTab.APPROVED, marks=(ASKED.name,))
    count = queries.queue.filtered_sum(db.session(), me, wanted).count
    url = _url(tab=QueueTab.APPROVED.value, mark=ASKED.name)
    return Choice(ASKED.label, url, False, f"{count} 张") if count else None


# --- the address ---------------------------------------------------------------------------------


def _chosen_tab(me: Actor, sums: dict[QueueTab, Sum]) -> QueueTab:
    """The requested tab, else the one that holds work for this person."""
    asked = request.args.get("tab", "")
    if asked in set(QueueTab):
        return QueueTab(asked)
    if grants_held(me, Permission.APPROVE) and sums[QueueTab.RECOMMENDED].count:
        return QueueTab.RECOMMENDED
    return QueueTab.TO_REVIEW


def _url(**changes: str) -> str:
    """The address of the list with some parameters changed; "" removes one. Another list begins on its first page."""
    dropped = {*changes, "page"}
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in dropped and value]
    parameters = [*kept, *((name, value) for name, value in changes.items() if value)]
    path = url_for("home.home")
    return f"{path}?{urlencode(parameters)}" if parameters else path


def _query(tab: QueueTab) -> str:
    """The parameters of this list, for the pages of its tables."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in ("tab", "page") and value]
    return urlencode([("tab", tab.value), *kept])


def _tab(me: Actor, tab: QueueTab, chosen: QueueTab, found: Sum | None) -> Choice:
    label = APPROVERS_LABEL if _is_approvers(me, tab) else tab.label
    year = {"year": request.args["year"]} if request.args.get("year") else {}
    url = f"{url_for('home.home')}?{urlencode({'tab': tab.value, **year})}"
    return Choice(label, url, tab is chosen, str(found.count) if found else "")


def _is_approvers(me: Actor, tab: QueueTab) -> bool:
    return tab is QueueTab.RECOMMENDED and bool(grants_held(me, Permission.APPROVE))


def _mark_choice(name: str, label: str, filters: QueueFilters) -> Choice:
    is_set = name in filters.marks
    wanted = [each for each in filters.marks if each != name] if is_set else [*filters.marks, name]
    kept = [(key, value) for key, value in request.args.items(multi=True) if key not in ("mark", "page") and value]
    parameters = urlencode([*kept, *(("mark", each) for each in wanted)])
    return Choice(label, f"{url_for('home.home')}?{parameters}", is_set)


def _head(sort: QueueSort, label: str, css: str, order: QueueOrder) -> SortHead:
    is_sorted = order.sort is sort
    descending = not order.descending if is_sorted else sort.is_descending_first
    url = _url(sort=f"{'-' if descending else ''}{sort.value}")
    return SortHead.of(label, url, css, is_sorted=is_sorted, descending=order.descending)


def _year_choices(years: Sequence[BudgetYear], requested: BudgetYear | None) -> list[Choice]:
    if len(years) < 2:
        return []
    each = [Choice(f"{year.year} 年度", _url(year=str(year.year)), year is requested) for year in years]
    return [Choice("各年度", _url(year=""), requested is None), *each]


# --- rows ----------------------------------------------------------------------------------------


def _sum_text(found: Sum | None) -> str:
    return f"{found.count} 张 {format_yuan(found.fen)} 元" if found else ""


def queue_lines(me: Actor, rows: Sequence[Row[*tuple[Any, ...]]], query: str = "", before: int = 0) -> list[QueueLine]:
    """query: of the list; "" for rows of no queue. before: number of rows on earlier pages."""
    if not rows:
        return []
    beginning = account().common_beginning
    calendar, args = queries.calendar.current(db.session()), list_args(query)
    acts = cache(partial(_acts, me))
    return [
        _line(me, row, row_url(row.id, args, place), beginning, calendar, acts)
        for place, row in enumerate(rows, before + 1)
    ]


def _line(
    me: Actor, row: Any, url: str, beginning: str, calendar: Calendar, acts: Callable[[str, bool, bool], str]
) -> QueueLine:
    """beginning: what the names of all offices share. acts: `_acts` of `me`."""
    facts, today = queries.queue.facts_of(row, calendar), local_today()
    is_department, is_submitted = row.kind == Kind.DEPARTMENT, row.state == State.SUBMITTED
    has_claim = row.claimed_by_id is not None and (row.claimed_until is None or row.claimed_until >= today)
    due = row.due_on if row.state == State.RETURNED else None
    return QueueLine(
        id=row.id,
        url=url,
        year=row.year,
        office_code=row.office_code,
        office=row.office_name.removeprefix(beginning),
        office_name=row.office_name,
        office_url=f"{request.script_root}/offices/{row.office_code}/{row.year}",
        ordinal=row.position,
        name=Kind.DEPARTMENT.label if is_department else row.submitted_name or "（未命名）",
        is_department=is_department,
        amount="" if is_department else format_yuan(row.submitted_total_fen),
        round=_round(row),
        marks=[MarkView(mark.text(facts), mark.look.value) for mark in marks(facts)],
        waited=_waited(facts.waiting_days) if is_submitted else _since(row, due),
        overdue=due is not None and due < today,
        claimant=row.claimant if has_claim and is_submitted else "",
        is_own=row.claimed_by_id == me.capacity_id,
        recommended_by=row.recommended_by or "",
        acts=acts(row.office_code, row.in_force_id is not None, row.is_recommended) if is_submitted else "",
        state=row.state,
        in_adjustment=work_lists.is_in_adjustment(row),
    )


def _acts(me: Actor, office: str, in_force: bool, is_recommended: bool) -> str:
    """What can be done to a submitted table with others, as far as its row tells; the next page says the rest."""
    found = open_acts(me, TableFacts(office, State.SUBMITTED, submitted_once=True, in_force=in_force))
    return " ".join(name for name in found if not (name == RECOMMEND_MANY.name and is_recommended))


def _round(row: Any) -> str:
    """The round under review, or the one that the return ended; with the answers to the opinions."""
    if row.state == State.RETURNED:
        return f"第 {row.return_count} 轮"
    answers = f" · 答复 {row.opinions_answered}/{row.opinions_asked}" if row.opinions_asked else ""
    return f"第 {row.return_count + 1} 轮{answers}"


def _waited(working_days: int) -> str:
    return f"{working_days} 个工作日" if working_days > 0 else "今天"


def _since(row: Any, due: date | None) -> str:
    return f"限 {due_day(due)}" if due else moment(row.state_since)[:10]
