"""The history and the editing of a table as files: workbooks to read, JSON lines for programs and for everything."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, starmap

from flask import Blueprint, Response, stream_with_context

from portal.database import LOCAL, local_today
from portal.domain.changes import Set, to_plain
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.formats.excel.lists import Column, write_list
from portal.formats.files import FORMATS
from portal.models import AuditEntry
from portal.services.drafting.editing import Edited, EditingFilters
from portal.services.files import history_exports
from portal.services.files.history_exports import ExportedEditing, ExportedHistory
from portal.web.acts import gives_out
from portal.web.downloads import download
from portal.web.guards import actor, needs, signed_in
from portal.web.record import edit_lines, editing, entry_lines, history_filters
from portal.web.record.entry_lines import EntryLine

bp = Blueprint("history_exports", __name__)

MOST_ROWS = 20_000
"""Of a workbook, which is made whole in memory; JSON lines have no limit."""
_CUT = f"这里只有 {MOST_ROWS:,} 条；要看其余的，请按时间分几次导出，或者导出 JSON 行。"
_HISTORY = (
    *(Column("编号", 9), Column("时间", 18), Column("何人", 18), Column("操作", 14), Column("单位", 12)),
    *(Column("对象", 40, is_long=True), Column("说明", 60, is_long=True)),
)
_EDITING = (
    *(Column("步", 7), Column("时间", 18), Column("谁", 14), Column("位置", 26, is_long=True)),
    *(Column("变动", 8), Column("原来", 44, is_long=True), Column("改为", 44, is_long=True)),
)


@bp.get("/history.xlsx")
@gives_out
@signed_in
def workbook() -> Response:
    chosen = history_filters.chosen()
    taken = history_exports.export_history(
        db.session(), actor(), history_filters.filters(chosen), chosen.in_words(), "xlsx"
    )
    notes = [f"筛选：{chosen.in_words()}", f"导出 {local_today()}，审计记录 {taken.anchor}"]
    return _workbook("办理经过", notes, _HISTORY, starmap(_history_row, _told(taken)))


@bp.get("/history.jsonl")
@gives_out
@signed_in
def json_lines() -> Response:
    chosen = history_filters.chosen()
    taken = history_exports.export_history(
        db.session(), actor(), history_filters.filters(chosen), chosen.in_words(), "jsonl"
    )
    return _lines("办理经过", starmap(_history_object, _told(taken)))


def _told(taken: ExportedHistory) -> Iterator[tuple[AuditEntry, EntryLine, Sequence[tuple[str, str]]]]:
    for batch in taken.batches:
        yield from zip(batch, entry_lines.lines(batch), entry_lines.words(batch), strict=True)


def _history_row(entry: AuditEntry, line: EntryLine, words: Sequence[tuple[str, str]]) -> list[str | int]:
    at = entry.at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M:%S")
    said = "；".join(f"{label}：{text}" for label, text in words)
    return [entry.number, at, line.who, line.act, line.office, line.name, said]


def _history_object(entry: AuditEntry, line: EntryLine, words: Sequence[tuple[str, str]]) -> Mapping[str, object]:
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "who": line.who,
        "act": entry.act,
        "act_label": line.act,
        "object_kind": entry.object_kind,
        "object_id": entry.object_id,
        "object": line.name,
        "office": line.office,
        "detail": dict(words),
    }


# --- the editing of one table --------------------------------------------------------------------


@bp.get("/tables/<int:table_id>/editing.xlsx")
@gives_out
@needs(Permission.SEE_EDITING)
def editing_workbook(table_id: int) -> Response:
    taken, words = _editing(table_id, "xlsx")
    rows = (_edit_row(taken, edited) for edited in taken.edits)
    notes = [f"筛选：{words}", f"导出 {local_today()}，审计记录 {taken.anchor}"]
    return _workbook(f"编辑过程 {taken.title}", notes, _EDITING, rows)


@bp.get("/tables/<int:table_id>/editing.jsonl")
@gives_out
@needs(Permission.SEE_EDITING)
def editing_json_lines(table_id: int) -> Response:
    taken, _ = _editing(table_id, "jsonl")
    return _lines(f"编辑过程 {taken.title}", (_edit_object(taken, edited) for edited in taken.edits))


def _editing(table_id: int, format: str) -> tuple[ExportedEditing, str]:
    chosen = editing.chosen()
    words = "，".join(filter(None, (chosen.by, chosen.path))) or "全部"
    wanted = EditingFilters(chosen.by, chosen.path)
    return history_exports.export_editing(db.session(), actor(), table_id, wanted, words, format), words


def _edit_row(taken: ExportedEditing, edited: Edited) -> list[str | int]:
    at, operation = edited.at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M:%S"), edited.operation
    place, kind = edit_lines.place_of(taken.document, operation)
    texts = [operation.base, operation.new] if isinstance(operation, Set) else ["", ""]
    return [edited.version, at, edited.by, place, kind.label, *texts]


def _edit_object(taken: ExportedEditing, edited: Edited) -> Mapping[str, object]:
    place, _ = edit_lines.place_of(taken.document, edited.operation)
    said = {"version": edited.version, "at": edited.at.isoformat(), "who": edited.by, "place": place}
    return said | {"operation": to_plain(edited.operation)}


# --- files ---------------------------------------------------------------------------------------


def _workbook(title: str, notes: list[str], columns: Sequence[Column], rows: Iterator[Sequence[str | int]]) -> Response:
    kept = list(islice(rows, MOST_ROWS))
    if next(rows, None) is not None:
        notes = [*notes, _CUT]
    return download(write_list(title, notes, columns, kept), f"{title}.xlsx", FORMATS["xlsx"].media_type)


def _lines(title: str, objects: Iterable[Mapping[str, object]]) -> Response:
    lines = (json.dumps(each, ensure_ascii=False) + "\n" for each in objects)
    return download(stream_with_context(lines), f"{title}.jsonl", "application/jsonl")
