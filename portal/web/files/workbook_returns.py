"""取回离线填写的工作簿: what the file changes beside what stands there, the decision of conflicts, taking it over.

The upload is that of any import (`imports`). What was read is kept for a week, so that the page has an address.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import Invalid, Stale
from portal.domain.offline import ReturnedCopy, ReturnedRow, ReturnedTable
from portal.domain.permissions import Permission
from portal.domain.returned_tables import ReturnLine, Verdict
from portal.extensions import db
from portal.services import form_posts
from portal.services.files import import_undo, workbook_returns
from portal.services.files.imports import ImportedTable
from portal.services.files.imports import Outcome as Imported
from portal.services.files.workbook_returns import Outcome, TableReturn
from portal.web.acts import result_key
from portal.web.drafting.new_tables import or_start_page
from portal.web.errors import status_of
from portal.web.guards import actor, needs
from portal.web.rendering import render

bp = Blueprint("workbook_returns", __name__)

MAX_TEXT = 3_000_000
"""Characters of a workbook with all keys; the text of a whole office has about 30,000."""
_CHOICE = "choice/"
_OF_FILE = "file"


@dataclass(frozen=True, slots=True)
class KeptReturn:
    """made: the tables that were changed, None before. taken_back: whether that was undone."""

    key: str
    name: str
    copy: ReturnedCopy
    made: Sequence[ImportedTable] | None = None
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class TableLine:
    """A table on the page. counts: of its lines by verdict. chosen: places at which the file's text is ticked."""

    id: int
    title: str
    url: str
    outcome: Outcome
    message: str
    told: Sequence[str]
    lines: Sequence[ReturnLine]
    counts: Mapping[str, int]
    chosen: Collection[str]


def begin(copy: ReturnedCopy, name: str, year: int) -> AnyResponse:
    """Keep the workbook and lead to its page. year: for which it was uploaded. Raises Forbidden, Invalid."""
    if copy.year != year:
        raise Invalid(f"这个工作簿是 {copy.year} 年度的，不是 {year} 年度的；请先在上方换到 {copy.year} 年度再选文件。")
    workbook_returns.plan(db.session(), actor(), copy)
    kept = KeptReturn(result_key(), name, copy)
    _keep(kept)
    return redirect(url_for("workbook_returns.preview", key=kept.key), 303)


@bp.get("/tables/new/workbook/<key>")
@needs(Permission.CREATE)
def preview(key: str) -> Response | AnyResponse:
    return or_start_page(lambda: _page(_kept(key)))


@bp.post("/tables/new/workbook/<key>")
@needs(Permission.CREATE)
def take_over(key: str) -> Response | AnyResponse:
    def answer() -> Response | AnyResponse:
        kept, chosen = _kept(key), _choices()
        try:
            made = workbook_returns.take_over(
                db.session(), actor(), _not_made(kept).copy, chosen, request.form.get("shown", "")
            )
        except Stale as refusal:
            return _page(kept, status_of(refusal), refusal.message, chosen)
        _keep(replace(kept, made=made))
        flash(f"已取回：改动了 {len(made)} 张表。" if made else "没有要取回的改动，各张表都没有变。", "success")
        return redirect(url_for(".preview", key=key), 303)

    return or_start_page(answer)


@bp.post("/tables/new/workbook/<key>/undo")
@needs(Permission.CREATE)
def take_back(key: str) -> Response | AnyResponse:
    def answer() -> AnyResponse:
        kept = _kept(key)
        if kept.made is None or kept.taken_back:
            raise Invalid("这次取回还没有做，或者已经撤销。")
        done = import_undo.take_back(db.session(), actor(), kept.made)
        _keep(replace(kept, taken_back=True))
        flash(f"已撤销这次取回：{done.count} 张表回到取回以前。", "success")
        for title, reason in done.kept:
            flash(f"《{title}》没有撤销：{reason}", "warning")
        return redirect(url_for(".preview", key=key), 303)

    return or_start_page(answer)


def _choices() -> dict[int, set[str]]:
    """By table id, the places at which the file's text is wanted."""
    found: dict[int, set[str]] = {}
    for name, value in request.form.items():
        table_id, _, place = name.removeprefix(_CHOICE).partition("/")
        if name.startswith(_CHOICE) and value == _OF_FILE and table_id.isdecimal():
            found[int(table_id)] = found.get(int(table_id), set()) | {place}
    return found


def _not_made(kept: KeptReturn) -> KeptReturn:
    if kept.made is not None:
        raise Invalid("这个文件已经取回过；又改过的，请重新选择文件。")
    return kept


# --- the page --------------------------------------------------------------------------------------


def _page(
    kept: KeptReturn, status: int = 200, refusal: str = "", chosen: Mapping[int, Collection[str]] | None = None
) -> Response:
    plan = workbook_returns.plan(db.session(), actor(), kept.copy)
    tables = [_line(each, (chosen or {}).get(each.returned.id, ())) for each in plan.tables]
    made = {each.table_id for each in kept.made or ()}
    return render(
        "files/workbook_return.html",
        status,
        kept=kept,
        year=kept.copy.year,
        stamp=plan.stamp,
        refusal=refusal,
        changed=[each for each in tables if each.outcome is Outcome.CHANGED],
        others=[each for each in tables if each.outcome is not Outcome.CHANGED and each.id not in made],
        made=[each for each in tables if each.id in made],
        unread_count=sum(each.outcome is Outcome.REFUSED for each in tables),
        counts={verdict.value: plan.count(verdict) for verdict in Verdict},
    )


def _line(each: TableReturn, chosen: Collection[str]) -> TableLine:
    table, lines = each.table, each.lines
    ordinal = f"表{table.position} " if table and table.position else ""
    return TableLine(
        id=each.returned.id,
        title=f"{ordinal}{table.title if table else each.returned.title}",
        url=url_for("table.show", table_id=table.id) if table else "",
        outcome=each.outcome,
        message=each.message,
        told=each.returned.told,
        lines=lines,
        counts={verdict.value: sum(line.verdict is verdict for line in lines) for verdict in Verdict},
        chosen=chosen,
    )


# --- what is kept ----------------------------------------------------------------------------------


def _keep(kept: KeptReturn) -> None:
    """Raises Invalid for too much text."""
    plain = asdict(kept.copy)
    if len(json.dumps(plain, ensure_ascii=False)) > MAX_TEXT:
        raise Invalid("工作簿里的文字太多；请删去一部分工作表，分几次取回。")
    outcome = {
        "workbook": plain,
        "name": kept.name[:120],
        "made": None if kept.made is None else [asdict(table) for table in kept.made],
        "taken_back": kept.taken_back,
    }
    form_posts.keep_outcome(db.session(), actor().id, kept.key, outcome)


def _kept(key: str) -> KeptReturn:
    """Raises Invalid where there is none of this person."""
    outcome = form_posts.outcome(db.session(), actor().id, key)
    if outcome is None or "workbook" not in outcome:
        raise Invalid("这次对照已经过期，没有取回；请重新选择文件。")
    plain = outcome["workbook"]
    copy = ReturnedCopy(**{**plain, "tables": [_table(each) for each in plain["tables"]]})
    made = outcome["made"]
    tables = (
        None if made is None else [ImportedTable(**{**each, "outcome": Imported(each["outcome"])}) for each in made]
    )
    return KeptReturn(key, outcome["name"], copy, tables, outcome["taken_back"])


def _table(plain: Mapping[str, Any]) -> ReturnedTable:
    rows = {name: [ReturnedRow(**row) for row in own] for name, own in plain["rows"].items()}
    return ReturnedTable(**{**plain, "rows": rows})
