"""导入文件: a preview of the uploaded file, and the import after confirmation.

Between the two steps the server keeps what it read for a week, so that the preview has an address: Back, reload and
another tab work.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain import documents, forms
from portal.domain.amounts import format_yuan, to_fen
from portal.domain.documents import ProjectDocument
from portal.domain.errors import Forbidden, Invalid
from portal.domain.permissions import Permission
from portal.domain.rules import Severity, check_text
from portal.domain.states import State
from portal.extensions import db
from portal.formats import files, json_file
from portal.formats.reading import Reading, Unplaced, Unreadable
from portal.services import form_posts
from portal.services.drafting import drafts
from portal.services.files import imports
from portal.services.files.imports import ImportResult, Outcome, PlannedImport
from portal.web.acts import result_key
from portal.web.drafting.new_tables import start_page
from portal.web.errors import status_of
from portal.web.guards import actor, needs
from portal.web.rendering import render

bp = Blueprint("imports", __name__)

MAX_PREVIEW = 3_000_000
"""Maximum characters of documents in a preview; the text of a whole office has about 30,000."""
_UNPLACED_SHOWN = 50
_UNPLACED_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A document of the file: its identity, counts of findings, and what the import will do with it."""

    ordinal: int
    title: str
    code: str
    amount: str
    size: str
    errors: int
    warnings: int
    outcome: str
    state: str
    table_id: int | None
    url: str


@bp.post("/tables/new/file")
@needs(Permission.CREATE)
def upload() -> Response | AnyResponse:
    def answer() -> AnyResponse:
        uploaded = request.files.get("file")
        if uploaded is None or not uploaded.filename:
            raise Invalid("请选择要导入的文件。")
        likeliest = forms.likeliest(queries.administration.years.open_year(db.session(), _year()).project_form)
        reading = files.read(uploaded.filename, uploaded.read(), likeliest)
        key, year = result_key(), _year()
        imports.plan(db.session(), actor(), reading.text, actor().office or "", year)
        form_posts.keep_outcome(db.session(), actor().id, key, _outcome(reading, uploaded.filename, year))
        return redirect(url_for(".preview", key=key), 303)

    return _or_back_to_start(answer)


@bp.get("/tables/new/import/<key>")
@needs(Permission.CREATE)
def preview(key: str) -> Response | AnyResponse:
    return _or_back_to_start(lambda: _preview_page(key, *_kept(key)))


@bp.post("/tables/new/import/<key>")
@needs(Permission.CREATE)
def confirm(key: str) -> Response | AnyResponse:
    def answer() -> Response | AnyResponse:
        reading, name, year = _kept(key)
        text = reading.text
        chosen = frozenset(request.form.getlist("replace", type=int))
        try:
            imported = imports.import_text(
                db.session(), actor(), text, actor().office or "", year, replace_drafts=chosen, skip_others=True
            )
        except Invalid as refusal:
            return _preview_page(key, reading, name, year, 422, refusal.message, chosen)
        flash(_result_sentence(imported, len(text.tables) + (text.department is not None)), "success")
        return redirect(url_for("home.home", tab="drafted", year=year), 303)

    return _or_back_to_start(answer)


def _or_back_to_start(answer: Callable[[], Response | AnyResponse]) -> Response | AnyResponse:
    """The answer; after a refusal the start page with the message."""
    drafts.office_to_draft_for(db.session(), actor(), actor().office or "")
    try:
        return answer()
    except (Unreadable, Invalid, Forbidden) as refusal:
        return start_page(status_of(refusal), {getattr(refusal, "path", "") or "file": refusal.message})


def _year() -> int:
    return request.form.get("year", default=0, type=int)


def _outcome(reading: Reading, name: str, year: int) -> dict[str, Any]:
    """What the preview is made from, as JSON. Raises Invalid for too much text."""
    text = json_file.to_plain(reading.text)
    if len(json.dumps(text, ensure_ascii=False)) > MAX_PREVIEW:
        raise Invalid("文件里的文字太多；请分成几个文件导入。")
    unplaced = [asdict(each) for each in reading.unplaced[:_UNPLACED_KEPT]]
    return {"text": text, "unplaced": unplaced, "converted": reading.converted, "name": name[:120], "year": year}


def _kept(key: str) -> tuple[Reading, str, int]:
    """The reading, the file's name and the year of a preview. Raises Invalid where there is none of this person."""
    outcome = form_posts.outcome(db.session(), actor().id, key)
    if outcome is None or "unplaced" not in outcome:
        raise Invalid("这次预览已经过期，没有导入；请重新选择文件。")
    text = json_file.read(json.dumps(outcome["text"]).encode()).text
    unplaced = tuple(Unplaced(**each) for each in outcome["unplaced"])
    return Reading(text, unplaced, tuple(outcome["converted"])), outcome["name"], outcome["year"]


def _preview_page(
    key: str, reading: Reading, name: str, year: int, status: int = 200, refusal: str = "", chosen: Collection[int] = ()
) -> Response:
    """chosen: ids of tables to replace."""
    session, text, unplaced = db.session(), reading.text, reading.unplaced
    plan = imports.plan(session, actor(), text, actor().office or "", year)
    rules = queries.tables.year_rules(queries.administration.years.open_year(session, year))
    counts = Counter((finding.table, finding.severity) for finding in check_text(text, rules))
    lines = [_line(planned, counts) for planned in plan]
    return render(
        "files/import.html",
        status,
        year=year,
        name=name,
        key=key,
        lines=lines,
        indicators=sum(len(table.indicators) for table in text.tables),
        total=format_yuan(sum(to_fen(forms.yuan(table, "budget/total")) or 0 for table in text.tables)),
        errors=sum(line.errors for line in lines),
        warnings=sum(line.warnings for line in lines),
        tally=Counter(line.outcome for line in lines),
        refusal=refusal,
        chosen=chosen,
        unplaced=unplaced[:_UNPLACED_SHOWN],
        converted=[*reading.converted, *_converted(plan)],
        left_out=[(documents.title(each.document), each.left_out) for each in plan if each.left_out],
        unplaced_more=max(0, len(unplaced) - _UNPLACED_SHOWN),
    )


def _converted(plan: Sequence[PlannedImport]) -> Iterator[str]:
    """The amounts that the import writes in the unit of the year's form."""
    for planned in plan:
        yield from (f"《{documents.title(planned.document)}》{sentence}" for sentence in planned.converted)


def _line(planned: PlannedImport, counts: Counter[tuple[int, Severity]]) -> PlanLine:
    document, table = planned.document, planned.table
    if isinstance(document, ProjectDocument):
        ordinal, code, amount = document.ordinal, document.project_code, _amount(document)
        size = f"{len(document.indicators)} 条指标"
    else:
        ordinal, code, amount, size = 0, "", "", f"{len(document.duties)} 项职责"
    return PlanLine(
        ordinal,
        documents.title(document),
        code,
        amount,
        size,
        errors=counts[planned.number, Severity.ERROR],
        warnings=counts[planned.number, Severity.WARNING],
        outcome=planned.outcome.value,
        state=State(table.state).label if table else "",
        table_id=table.id if table and planned.outcome is Outcome.REPLACED else None,
        url=url_for("table.show", table_id=table.id) if table else "",
    )


def _amount(document: ProjectDocument) -> str:
    """In yuan, as the column says, whatever the unit of the form; a text that is no amount as it is."""
    yuan = forms.yuan(document, "budget/total")
    return document.budget.total if yuan is None else format_yuan(to_fen(yuan))


def _result_sentence(imported: ImportResult, documents_in_file: int) -> str:
    if not imported.created + imported.replaced:
        return "没有改动：文件里的表与现有的相同，或者没有勾选替换。"
    stayed = documents_in_file - imported.created - imported.replaced
    left = f"，{stayed} 张保持原样" if stayed else ""
    return f"已导入：新建 {imported.created} 张，替换 {imported.replaced} 张{left}。"
