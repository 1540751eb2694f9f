"""The list of a table in the text format: group cells into rows, fill in merged levels; and write both.

A row has one cell per column and ends with a blank line, but a cell may end with blank lines too: blank lines decide
only if the cells do not make whole rows. A level equal to the level above is written as an empty cell. The head of a
table is in `captioned` and `places`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from portal.domain.documents import MAX_ROWS, ROW_LISTS, Document, Kind, Row, row_text, with_row_text
from portal.domain.documents import rows as rows_of
from portal.domain.forms.form import NUMBER, ListTable
from portal.domain.forms.patterns import Placeholder
from portal.domain.target_values import parts
from portal.formats.reading import Unplaced, Unreadable
from portal.formats.row_ids import row_id
from portal.formats.text import cells, lines, places
from portal.formats.text.cells import Cell

_LEVEL1 = frozenset({"产出", "效益", "效果", "成本", "满意度"})
_LEVEL2 = ("数量", "质量", "时效", "成本", "经济", "社会", "生态", "可持续", "服务对象")


# --- writing -------------------------------------------------------------------------------------


def write_rows(document: Document, table: ListTable) -> list[str]:
    written: list[str] = []
    own: Sequence[Row] = rows_of(document, table.name)
    for n, row in enumerate(own):
        written += cells.row(*_row_cells(table, row, own[n - 1] if n else None, n + 1))
    return written


def _row_cells(table: ListTable, row: Row, above: Row | None, number: int) -> Iterator[str]:
    merged = _merged(table)
    for column in places.fields_of(table):
        if column == NUMBER:
            yield cells.caption(str(number))
            continue
        text = row_text(row, column.path)
        if column.part:
            text = parts.split(text)[column.part]
        elif above and column.path in merged:
            text = "" if row_text(above, column.path) == text else text or lines.BLANK
        elif above and column.path == "level2" and not text:
            text = lines.BLANK if row_text(above, "level2") and _is_same_level1(table, row, above) else ""
        yield cells.value(text)


def _merged(table: ListTable) -> frozenset[str]:
    """The fields that a row may leave empty if the row above has the same text; level 2 has its own rule."""
    paths = {column.field.path for column in table.columns if column.field and column.is_merged}
    return frozenset(paths | {"level1"}) - {"level2"}


def _is_same_level1(table: ListTable, row: Row, above: Row) -> bool:
    has_level1 = any(column.path == "level1" for column in places.fields_of(table))
    return not has_level1 or row_text(row, "level1") == row_text(above, "level1")


# --- reading -------------------------------------------------------------------------------------


def read_rows(
    found: list[Cell], columns: Sequence[Placeholder], table: ListTable, position: int
) -> tuple[list[Any], list[Unplaced]]:
    """Return the rows of the table at `position` of the file (from 1), and the cells that belong to no row."""
    made: list[Row] = []
    unplaced: list[Unplaced] = []
    if not columns:
        return [], [Unplaced(cell.line, cell.text) for cell in found if cell.text]
    for row in _rows(_without_running_cells(found, table, len(columns)), columns):
        row = _with_merged_level(row, columns)
        if len(row) < len(columns):
            unplaced += [Unplaced(cell.line, cell.text) for cell in row if cell.text]
            continue
        unplaced += [Unplaced(cell.line, cell.text) for cell in row[len(columns) :] if cell.text]
        if len(made) == MAX_ROWS:
            raise Unreadable(f"一张表最多 {MAX_ROWS} 行指标，第 {position} 张表超过了。")
        own_id = row_id(table.name, position, len(made) + 1)
        made.append(_row(table, own_id, columns, row, made[-1] if made else None))
    return made, unplaced


def _row(table: ListTable, own_id: str, columns: Sequence[Placeholder], row: list[Cell], above: Row | None) -> Row:
    made = ROW_LISTS[Kind.PROJECT][table.name](id=own_id)
    split: dict[str, dict[str, str]] = {}
    empty: list[str] = []
    for column, cell in zip(columns, row, strict=False):
        if column.part:
            split.setdefault(column.path, {})[column.part] = cell.text
        elif column != NUMBER:
            made = with_row_text(made, column.path, cell.text)
            empty += [column.path] if cell.is_empty else []
    for path, values in split.items():
        made = with_row_text(made, path, parts.join(values))
    return _filled_in(made, above, empty, _merged(table)) if above else made


def _filled_in(made: Row, above: Row, empty: Sequence[str], merged: frozenset[str]) -> Row:
    for path in empty:
        if path in merged:
            made = with_row_text(made, path, row_text(above, path))
    if "level2" in empty and row_text(made, "level1") == row_text(above, "level1"):
        made = with_row_text(made, "level2", row_text(above, "level2"))
    return made


# --- ends of rows --------------------------------------------------------------------------------


def _rows(found: list[Cell], columns: Sequence[Placeholder]) -> Iterator[list[Cell]]:
    width = len(columns)
    if _is_regular(found, width):
        for start in range(0, len(found), width):
            yield found[start : start + width]
        return
    start = 0
    while start < len(found):
        end = _row_end(found, start, width)
        yield found[start:end]
        start = end


def _without_running_cells(found: list[Cell], table: ListTable, width: int) -> list[Cell]:
    """Drop the empty first cell of each row that Word writes for a caption that spans the whole list."""
    runs_down = table.columns[0].field is None
    if not runs_down or _is_regular(found, width) or not _is_regular(found, width + 1):
        return found
    is_lower_part = all(cell.is_empty for cell in found[:: width + 1])
    return [cell for n, cell in enumerate(found) if n % (width + 1)] if is_lower_part else found


def _is_regular(found: list[Cell], width: int) -> bool:
    """Whether the cells make whole rows, with a blank line after each row or after none."""
    if len(found) % width:
        return False
    ends = [cell.ends_row for cell in found]
    return all(ends[width - 1 : -1 : width]) or not any(ends[:-1])


def _row_end(found: list[Cell], start: int, width: int) -> int:
    """Return the end of the row at `start`: after `width` cells if a row can end there, else the next possible end."""
    if _can_end(found, start + width):
        return start + width
    end = start + 1
    while end < len(found) and not _can_end(found, end):
        end += 1
    return end


def _can_end(found: list[Cell], end: int) -> bool:
    if end >= len(found):
        return end == len(found)
    below = found[end]
    return found[end - 1].ends_row and (below.is_empty or _is_level1(below) or _is_level2(below))


def _with_merged_level(row: list[Cell], columns: Sequence[Placeholder]) -> list[Cell]:
    """Restore an empty first cell that an editor removed as white space at the end of a line."""
    if len(row) != len(columns) - 1 or columns[0].path != "level1" or len(row) < 2:
        return row
    # 成本指标 is a level 2 in one framework and a level 1 in another.
    is_cut = _is_level2(row[0]) and not _is_level2(row[1])
    return [Cell(row[0].line, [""]), *row] if is_cut else row


def _is_level1(cell: Cell) -> bool:
    return lines.label(cell.lines[0]).removesuffix("指标") in _LEVEL1


def _is_level2(cell: Cell) -> bool:
    name = lines.label(cell.lines[0])
    return name.endswith("指标") and name.startswith(_LEVEL2)
