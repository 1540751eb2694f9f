"""The matrix of offices and standings: heads that sort, rows of numbers that lead to their lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from portal import queries
from portal.database import LOCAL
from portal.domain.amounts import format_yuan
from portal.domain.calendar import Calendar
from portal.domain.overview import Figures, OfficeFigures, OfficeSort
from portal.domain.overview.orders import STANDINGS
from portal.domain.register import OVERDUE, OWED, Selection, Standing
from portal.extensions import db
from portal.queries.overview.contacts import OfficeContacts
from portal.web.guards import account
from portal.web.overview.address import View, list_url
from portal.web.sort_heads import SortHead

PAGE = 100
COLUMNS: tuple[Selection | Standing, ...] = (OWED, OVERDUE, *STANDINGS)
_SORTS = {OWED: OfficeSort.OWED, OVERDUE: OfficeSort.LATEST}


@dataclass(frozen=True, slots=True)
class Number:
    """url: of the list with as many rows; "" for none."""

    count: int
    url: str
    css: str = ""


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """money: of what is in force, in yuan. waiting: working days of the oldest table at the bureau, "" without any."""

    code: str
    name: str
    url: str
    numbers: Sequence[Number]
    money: str
    waiting: str
    contacts: OfficeContacts | None


def heads(view: View) -> list[SortHead]:
    found = [_head(view, OfficeSort.OFFICE, "单位", css="")]
    found += [_head(view, _sort(column), column.label) for column in COLUMNS]
    return [*found, _head(view, OfficeSort.MONEY, "现行有效（元）"), _head(view, OfficeSort.WAITING, "在局最久")]


def rows(year: int, offices: Sequence[OfficeFigures], today: date, *, with_contacts: bool) -> list[OfficeRow]:
    session = db.session()
    calendar = queries.calendar.current(session)
    shared = account().common_beginning
    codes = [each.code for each in offices]
    found = queries.overview.contacts.of_offices(session, codes) if with_contacts else []
    contacts = {each.code: each for each in found}
    return [
        OfficeRow(
            code=each.code,
            name=each.name.removeprefix(shared),
            url=url_for("overview_office.office", year=year, code=each.code),
            numbers=[number(year, each.figures, column, each.code) for column in COLUMNS],
            money=plain_yuan(each.figures.in_force_fen),
            waiting=days_text(calendar, each.figures.at_bureau_since, today),
            contacts=contacts.get(each.code),
        )
        for each in offices
    ]


def number(year: int, figures: Figures, wanted: Selection | Standing, office: str = "") -> Number:
    count = figures.count_at(wanted) if isinstance(wanted, Standing) else figures.count(wanted)
    css = "overdue" if wanted is OVERDUE else ""
    return Number(count, list_url(year, wanted, office) if count else "", css)


def days_waited(calendar: Calendar, since: datetime | None, today: date) -> int:
    return max(calendar.count(since.astimezone(LOCAL).date(), today), 0) if since else 0


def days_text(calendar: Calendar, since: datetime | None, today: date, unit: str = "天") -> str:
    if since is None:
        return ""
    days = days_waited(calendar, since, today)
    return f"{days} {unit}" if days else "今天"


def plain_yuan(fen: int) -> str:
    """Without .00, which nearly all sums of a matrix would end in."""
    return format_yuan(fen).removesuffix(".00") if fen else ""


def _sort(column: Selection | Standing) -> OfficeSort:
    return OfficeSort(column.value) if isinstance(column, Standing) else _SORTS[column]


def _head(view: View, sort: OfficeSort, label: str, css: str = "num") -> SortHead:
    url, is_sorted = view.sorted_by(sort).url, view.sort is sort
    return SortHead.of(label, url, css, is_sorted=is_sorted, descending=view.descending)
