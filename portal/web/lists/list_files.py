"""The lists of an office as Excel files: all rows of the list on the page, in its order."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, request

from portal import queries
from portal.database import LOCAL
from portal.domain.deadlines import due_date
from portal.domain.documents import Kind
from portal.domain.permissions import Permission
from portal.domain.states import State
from portal.extensions import db
from portal.formats.excel.lists import Column, Value, write_list
from portal.formats.files import FORMATS
from portal.models import BudgetYear
from portal.services.files import list_exports
from portal.services.files.list_exports import ListExport
from portal.web.acts import gives_out
from portal.web.downloads import download
from portal.web.guards import actor, needs
from portal.web.lists import home, office_lines, tables, work_lists
from portal.web.lists.office_lines import OfficeLine

bp = Blueprint("list_files", __name__)

TITLE = "绩效目标表清单"
_PRINTED = [
    *(Column("年度", 6), Column("单位编码", 10), Column("单位名称", 26), Column("序号", 6)),
    *(Column("项目名称", 32), Column("项目编码", 20), Column("预算数（元）", 16), Column("状态", 9)),
    *(Column("审核", 22), Column("到期", 12), Column("剩余", 16)),
    *(Column("未答复意见", 10), Column("错误", 6), Column("提醒", 6)),
]
"""All columns on one sheet of A4 would be too small to read."""
_COLUMNS = [
    *_PRINTED,
    *(Column("最近一步", 10), Column("由谁", 12), Column("何时", 17), Column("附言", 30, is_long=True)),
    *(Column("在哪里多久", 26), Column("最后修改人", 12), Column("最后修改", 17)),
    Column("提请送审", 30, is_long=True),
]


@bp.get("/list.xlsx")
@gives_out
@needs(Permission.EXPORT)
def work() -> Response:
    """The chosen tab of 我的工作."""
    session, me = db.session(), actor()
    years = queries.administration.years.all_years(session)
    requested, chosen, order = work_lists.requested_year(years), home.chosen_tab(), office_lines.order()
    if chosen == home.AWAITING:
        taken = list_exports.export_awaiting(session, me, requested.year if requested else 0, order)
    else:
        shown = [requested] if requested else home.years_at_work(years)
        taken = list_exports.export_list(session, me, home.filters_of(chosen, shown), order)
    return _file(taken, years)


@bp.get("/tables/list.xlsx")
@gives_out
@needs(Permission.EXPORT)
def of_filters() -> Response:
    """The list of all tables, as filtered."""
    session, me = db.session(), actor()
    years = queries.administration.years.all_years(session)
    year = work_lists.requested_year(years) or work_lists.chosen_year(session, me, years)
    filters = tables.filters_of(tables.chosen_filters(year.year))
    return _file(list_exports.export_list(session, me, filters, office_lines.order()), years)


def _file(taken: ListExport, years: list[BudgetYear]) -> Response:
    by_year = {year.year: year for year in years}
    lines = office_lines.lines(taken.rows, years)
    rows = [_values(row, line, by_year[row.year]) for row, line in zip(taken.rows, lines, strict=True)]
    cut = f"清单太长，只列出前 {list_exports.MOST} 张；请按年度、单位筛选后再导出。"
    notes = [*([] if taken.is_whole else [cut]), f"{taken.taken}　校验值 {taken.anchor}"]
    name = f"{TITLE}{request.args.get('year', '')}.xlsx"
    return download(write_list(TITLE, notes, _COLUMNS, rows, printed=len(_PRINTED)), name, FORMATS["xlsx"].media_type)


def _values(row: Any, line: OfficeLine, year: BudgetYear) -> list[Value]:
    table, last = line.table, line.journey.last
    is_department = row.kind == Kind.DEPARTMENT
    due = None if row.is_voided else due_date(row.state, row.due_on, year.deadline)
    return [
        *(row.year, row.office_code, row.office_name, row.position or None, table.name, row.code),
        None if is_department or row.total_fen is None else Decimal(row.total_fen) / 100,
        "作废" if row.is_voided else State(row.state).label,
        *(line.where, due, line.left, row.opinions_due, row.errors, row.warnings),
        *((last.label, last.who) if last else ("", "")),
        _local(row.state_since),
        *((last.remark, last.leg) if last else ("", "")),
        *(line.changed_by, _local(row.changed_at)),
        f"{line.handed.told} {line.handed.note}".strip() if line.handed else "",
    ]


def _local(at: datetime | None) -> datetime | None:
    return at.astimezone(LOCAL).replace(tzinfo=None) if at else None
