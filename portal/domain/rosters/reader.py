"""What reading any list shares: choosing its sheet, passing over rows that announce nothing, errors and notes by row.

A list with an error is imported not at all. What can mean only one thing is read and told; what may mean two is an
error of its row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from portal.domain.quotation import quote
from portal.domain.rosters.heads import Columns, Head
from portal.domain.rosters.sheets import SheetRow, SheetRows

MAX_ROWS = 20_000
"""Rows of one list: twice those of the register of a large district."""
MAX_ERRORS = 200
"""Errors that are told; a list with more is another list."""
AS_TEXT = "多半是表格软件把编码当作数，去掉了开头的 0；请把编码列设为文本格式，改正后再导入"
LOST_DIGITS = "是科学计数法，末尾的数字已经丢失；请把编码列设为文本格式"
_NAMED_ROWS = 8
_TOTAL = re.compile(r"(?:合|小|总|共)计|总额|.{0,20}(?:合计|小计)")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_MOST_ZEROS = 4

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class RowError:
    """line 0: concerns the whole list."""

    line: int
    message: str

    @property
    def text(self) -> str:
        return f"第 {self.line} 行：{self.message}" if self.line else self.message


@dataclass(frozen=True, slots=True)
class Reading(Generic[Row]):
    """told: sentences on what was read otherwise than it is written, and on what was passed over."""

    rows: Sequence[Row] = ()
    errors: Sequence[RowError] = ()
    told: Sequence[str] = ()


def refused(message: str) -> Reading[Row]:
    return Reading(errors=[RowError(0, message)])


def find_sheet(sheets: Sequence[SheetRows], head: Head) -> tuple[SheetRows, Columns | None, list[str]] | None:
    """The first sheet with the head, else the first with text; its columns; what to tell of the other sheets.

    None where there is no text at all.
    """
    filled = [sheet for sheet in sheets if any(any(row.cells) for row in sheet.rows)]
    if not filled:
        return None
    with_head = ((sheet, columns) for sheet in filled if (columns := head.find(sheet.rows)))
    sheet, columns = next(with_head, (filled[0], None))
    others = [other.name for other in filled if other is not sheet]
    told = [f"只读了工作表“{sheet.name}”，没有读：{'、'.join(others[:_NAMED_ROWS])}。"] if others else []
    return sheet, columns, told


def is_scientific(text: str) -> bool:
    return _SCIENTIFIC.fullmatch(text) is not None


def with_lost_zeros(text: str) -> Iterator[str]:
    """The codes that a spreadsheet may have made this number of."""
    yield from (f"{'0' * n}{text}" for n in range(1, _MOST_ZEROS))


@dataclass(slots=True)
class RosterReader:
    """Base of the readers of one sheet. notes: what was read otherwise, with the rows, by sentence."""

    head: Head
    columns: Columns
    errors: list[RowError] = field(default_factory=list)
    notes: dict[str, list[int]] = field(default_factory=dict)

    def announcing(self, rows: Sequence[SheetRow]) -> Iterator[SheetRow]:
        """The rows below the head that announce something, cleaned."""
        yield from (row for each in rows[self.columns.first :] if self._announces(row := each.cleaned()))

    def sentences(self) -> Iterator[str]:
        for sentence, lines in self.notes.items():
            named = "、".join(map(str, lines[:_NAMED_ROWS])) + ("…" if len(lines) > _NAMED_ROWS else "")
            yield f"第 {named} 行{sentence}"

    def text(self, row: SheetRow, role: str, *, merged: bool = False) -> str:
        """merged: also of a merged cell that begins elsewhere. "" where the list has no such column."""
        at, texts = self.columns.places.get(role, -1), row.merged if merged else row.cells
        return texts[at] if 0 <= at < len(texts) else ""

    def note(self, row: SheetRow, sentence: str) -> None:
        self.notes.setdefault(sentence, []).append(row.line)

    def refuse(self, row: SheetRow, message: str) -> None:
        self.errors.append(RowError(row.line, message))

    def refuse_formulas(self, row: SheetRow, roles: Sequence[str]) -> None:
        for role in roles:
            if (text := self.text(row, role)).startswith("="):
                label = self.head.label(role)
                self.refuse(row, f"{label}是公式{quote(text)}；请改成值（选择性粘贴为数值）再导入。")

    def _announces(self, row: SheetRow) -> bool:
        """Blank rows, totals, repeated heads, headings and notes announce nothing."""
        texts = row.cells
        if not any(texts) or self.head.is_repeated_in(row, self.columns):
            return False
        is_whole = all(self.text(row, role) for role in self.head.anchors)
        told = (self.text(row, role) for role in self.head.keys) if is_whole else texts
        if any(_TOTAL.fullmatch("".join(text.split())) for text in told):
            self.note(row, "是合计，没有读。")
            return False
        if sum(map(bool, texts)) == 1 and not any(self.text(row, role) for role in self.head.keys):
            self.note(row, "只有一格文字，没有读。")
            return False
        return True
