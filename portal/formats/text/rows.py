"""The indicator rows of a table in the text form: cells into rows, merged levels filled in.

Rows are `columns` cells each; a blank line stands between two rows, but a cell may end with blank
lines too. Only where the counts do not come out are the blank lines asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portal.domain.documents import MAX_ROWS, Indicator, row_fields
from portal.formats.reading import Unplaced, Unreadable
from portal.formats.row_ids import row_id
from portal.formats.text import lines as form

COLUMNS = ("一级指标", "二级指标", "三级指标", "绩效指标描述", "指标值", "指标值确定依据")
_FIELDS = dict(zip(COLUMNS, row_fields(Indicator), strict=False))
_LEVEL1 = frozenset({"产出", "效益", "效果", "成本", "满意度"})
_LEVEL2 = ("数量", "质量", "时效", "成本", "经济", "社会", "生态", "可持续", "服务对象")


@dataclass(slots=True)
class Cell:
    """`lines` are raw: the first without its TAB, guards still there."""

    line: int
    lines: list[str]

    @property
    def raw(self) -> str:
        first = form.unguard(self.lines[0], form.special_as_value)
        return "\n".join([first, *(form.unguard(line, form.special_in_cell) for line in self.lines[1:])])

    @property
    def text(self) -> str:
        return form.cleaned(self.raw)

    @property
    def ends_row(self) -> bool:
        return len(self.lines) > 1 and not self.lines[-1].strip()

    @property
    def is_empty(self) -> bool:
        """Nothing at all, which in a level means "as above"; U+3000 alone is really blank."""
        return not self.text and form.BLANK not in self.raw


def read_rows(cells: list[Cell], columns: tuple[str, ...], table: int) -> tuple[tuple[Indicator, ...], list[Unplaced]]:
    """The indicators of the table at position `table` of the file, and what had no place in a row."""
    found: list[Indicator] = []
    unplaced: list[Unplaced] = []
    if not columns:
        return (), [Unplaced(cell.line, cell.text) for cell in cells if cell.text]
    for row in _rows(cells, len(columns)):
        row = _with_merged_level(row, columns)
        if len(row) < len(columns):
            unplaced += [Unplaced(cell.line, cell.text) for cell in row if cell.text]
            continue
        unplaced += [Unplaced(cell.line, cell.text) for cell in row[len(columns) :] if cell.text]
        if len(found) == MAX_ROWS:
            raise Unreadable(f"一张表最多 {MAX_ROWS} 行指标，第 {table} 张表超过了。")
        above = found[-1] if found else None
        own_id = row_id("indicators", table, len(found) + 1)
        found.append(_indicator(dict(zip(columns, row, strict=False)), above, own_id))
    return tuple(found), unplaced


def _indicator(cells: dict[str, Cell], above: Indicator | None, own_id: str) -> Indicator:
    values = {_FIELDS[column]: cell.text for column, cell in cells.items()}
    empty = {_FIELDS[column] for column, cell in cells.items() if cell.is_empty}
    if above and "level1" in empty:
        values["level1"] = above.level1
    if above and "level2" in empty and values.get("level1", "") == above.level1:
        values["level2"] = above.level2
    return Indicator(id=own_id, **values)


# --- where rows end ------------------------------------------------------------------------------


def _rows(cells: list[Cell], width: int) -> Iterator[list[Cell]]:
    if _is_regular(cells, width):
        for start in range(0, len(cells), width):
            yield cells[start : start + width]
        return
    start = 0
    while start < len(cells):
        end = _row_end(cells, start, width)
        yield cells[start:end]
        start = end


def _is_regular(cells: list[Cell], width: int) -> bool:
    """Whether the cells come in whole rows, with a blank line after each or none anywhere."""
    if len(cells) % width:
        return False
    ends = [cell.ends_row for cell in cells]
    return all(ends[width - 1 : -1 : width]) or not any(ends[:-1])


def _row_end(cells: list[Cell], start: int, width: int) -> int:
    """The end of the row at `start`: its proper one if a row can end there, else the first that can."""
    if _can_end(cells, start + width):
        return start + width
    end = start + 1
    while end < len(cells) and not _can_end(cells, end):
        end += 1
    return end


def _can_end(cells: list[Cell], end: int) -> bool:
    if end >= len(cells):
        return end == len(cells)
    below = cells[end]
    return cells[end - 1].ends_row and (below.is_empty or _is_level1(below) or _is_level2(below))


def _with_merged_level(row: list[Cell], columns: tuple[str, ...]) -> list[Cell]:
    """A row whose empty first cell an editor has cut off as white space at the end of a line."""
    if len(row) != len(columns) - 1 or columns[0] != "一级指标" or len(row) < 2:
        return row
    # 成本指标 is a level 2 in one framework and a level 1 in another
    is_cut = _is_level2(row[0]) and not _is_level2(row[1])
    return [Cell(row[0].line, [""]), *row] if is_cut else row


def _is_level1(cell: Cell) -> bool:
    return form.label(cell.lines[0]).removesuffix("指标") in _LEVEL1


def _is_level2(cell: Cell) -> bool:
    name = form.label(cell.lines[0])
    return name.endswith("指标") and name.startswith(_LEVEL2)
