"""查找: one box for words in any text of a table, names, codes and filters; the results as a list and as Excel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from portal import queries
from portal.domain import forms, full_text
from portal.domain.errors import Forbidden, Invalid
from portal.domain.full_text import FILTERS, MAX_LENGTH, SearchQuery
from portal.domain.permissions import Actor, Permission, grants_held
from portal.extensions import db
from portal.formats import files
from portal.formats.excel.lists import Column, write_list
from portal.queries.full_text import Hit, Hits
from portal.services.files import search_exports
from portal.web.acts import gives_out
from portal.web.downloads import download
from portal.web.guards import actor, needs
from portal.web.lists import work_lists
from portal.web.lists.work_lists import TableLine
from portal.web.rendering import render

bp = Blueprint("search", __name__)

PAGE = 20
_SHOWN = 2_000
"""Characters of a query that is too long that come back into the box."""
_COLUMNS = (
    *(Column("年度", 7), Column("单位编码", 11), Column("预算单位", 28), Column("序号", 6)),
    *(Column("项目名称", 32, is_long=True), Column("项目编码", 20), Column("预算数（元）", 16), Column("状态", 9)),
    Column("找到的文字", 70, is_long=True),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table holds words of the search. parts: (text, whether it is a word)."""

    label: str
    parts: Sequence[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Result:
    line: TableLine
    places: Sequence[Place]


@dataclass(frozen=True, slots=True)
class ResultPage:
    """text: which of the results are shown, of how many."""

    results: Sequence[Result]
    text: str
    previous_url: str = ""
    next_url: str = ""


@bp.get("/search")
@needs(Permission.SEE)
def search() -> Response:
    session, me = db.session(), _searcher()
    asked = request.args.get("q", "").strip()
    query, fault = _read(asked)
    page = _page(session, me, query, asked) if query else None
    return render(
        "lists/search.html",
        422 if fault else 200,
        fragment="lists/_search.html",
        asked=asked[:_SHOWN],
        fault=fault,
        page=page,
        filters=FILTERS,
        longest=MAX_LENGTH,
        unknown=full_text.unknown_names(query) if query else (),
        has_filters=bool(query and query.filters),
        show_office=work_lists.shows_office(me),
        export_url=url_for(".export", q=asked) if page and page.results else "",
    )


@bp.get("/search/export/xlsx")
@gives_out
@needs(Permission.EXPORT)
def export() -> Response:
    session, me = db.session(), _searcher()
    query = full_text.parse_query(request.args.get("q", ""))
    taken = search_exports.export_hits(session, me, query, "xlsx")
    notes = [f"查找：{full_text.format_query(query)}", taken.taken]
    if taken.hits.has_more:
        notes.append(f"符合条件的不止这些，这里只列最近建立的 {len(taken.hits.found)} 张；请再加词或筛选。")
    data = write_list("查找结果", notes, _COLUMNS, _rows(session, me, taken.hits, query))
    return download(data, "查找结果.xlsx", files.FORMATS["xlsx"].media_type)


def _searcher() -> Actor:
    me = actor()
    if not grants_held(me, Permission.SEE):
        raise Forbidden("你的角色不查看绩效目标表。")
    return me


def _read(asked: str) -> tuple[SearchQuery | None, str]:
    """The query, or what is wrong with it; neither where nothing was asked."""
    if not asked:
        return None, ""
    try:
        return full_text.parse_query(asked), ""
    except Invalid as refusal:
        return None, refusal.message


def _page(session: Session, me: Actor, query: SearchQuery, asked: str) -> ResultPage:
    hits = queries.full_text.hits(session, me, query, queries.full_text.MOST)
    count = len(hits.found)
    number = min(max(request.args.get("page", 1, int), 1), max(-(-count // PAGE), 1))
    first = (number - 1) * PAGE
    shown = hits.found[first : first + PAGE]
    return ResultPage(
        _results(session, me, shown, query),
        _text(first + 1, first + len(shown), hits) if count else "",
        url_for(".search", q=asked, page=number - 1) if number > 1 else "",
        url_for(".search", q=asked, page=number + 1) if first + PAGE < count else "",
    )


def _text(first: int, last: int, hits: Hits) -> str:
    if hits.has_more:
        return f"第 {first}–{last} 张；符合条件的超过 {len(hits.found)} 张，只列最近建立的这些"
    return f"第 {first}–{last} 张，共 {len(hits.found)} 张"


def _results(session: Session, me: Actor, shown: Sequence[Hit], query: SearchQuery) -> list[Result]:
    rows = queries.lists.of_tables(session, me, [hit.table_id for hit in shown])
    documents = queries.full_text.documents(session, shown)
    years = queries.administration.years.all_years(session)
    return [
        Result(
            line,
            [
                Place(forms.label(documents[row.id], each.path) if each.path else "表名", each.parts)
                for each in full_text.excerpts(documents[row.id], query.words)
            ],
        )
        for row, line in zip(rows, work_lists.lines(rows, years), strict=True)
    ]


def _rows(session: Session, me: Actor, hits: Hits, query: SearchQuery) -> Iterator[Sequence[str | int | Decimal]]:
    for start in range(0, len(hits.found), 100):
        for each in _results(session, me, hits.found[start : start + 100], query):
            line = each.line
            code, _, office = line.office.partition(" ")
            places = "\n".join(f"{place.label}：{''.join(text for text, _ in place.parts)}" for place in each.places)
            amount = Decimal(line.amount.replace(",", "")) if line.amount else ""
            yield line.year, code, office, line.ordinal, line.name, line.code, amount, line.state_label, places
