"""Reader of saved web pages and of Excel's own HTML: lines of text and tables as `pieces`, in the order of the page.

A table that holds other tables only arranges the page, so that its texts are lines; but if it has captions of a form,
tables within it are parts of the form. Which documents the pieces are is decided in `portal.formats.assembling`.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from portal.domain.forms import recognition
from portal.formats import decoding
from portal.formats.html.cells import CELLS, LINES, NOT_SHOWN, HtmlCell, is_hidden
from portal.formats.packages import DAMAGED, MAX_TAGS
from portal.formats.pieces import MAX_ROWS, Limits, Line, Piece, RawCell, Table, filled, grid_of
from portal.formats.reading import Unreadable

_HEAD = 4_096
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHINESE = frozenset(("gb2312", "gbk", "gb_2312-80", "x-gbk", "gb18030"))
_DEEPEST = 250
_MAX_COLUMNS = 400
_PICTURES = frozenset(("img", "image", "svg", "object"))


def pieces(data: bytes) -> tuple[list[Piece], bool]:
    """The lines and tables of a page, and whether it has pictures. Raises Unreadable."""
    source = _decoded(data)
    if source.count("<") > MAX_TAGS:
        raise Unreadable("网页太大，不是绩效目标表；请只保留目标表再导入。")
    if _is_cut_off(source):
        raise Unreadable("网页不完整，最后一个表格没有结束；请重新保存一次再导入。")
    target = _Reader()
    parser = etree.HTMLParser(target=target, encoding="utf-8", recover=True, no_network=True, huge_tree=False)
    try:
        parser.feed(source.replace("\0", "").encode(errors="ignore"))
        parser.close()
    except (etree.LxmlError, ValueError, AssertionError):
        raise Unreadable(DAMAGED) from None
    if target.has_frames and not target.found:
        raise Unreadable("这个网页只有框架，内容在别的文件里；请在 Excel 中另存为 .xlsx 再导入。")
    return target.found, target.has_pictures


def _decoded(data: bytes) -> str:
    """By the mark at the start or what the page says, then as any text. Raises Unreadable."""
    named = _CHARSET.search(data[:_HEAD])
    name = named[1].decode().lower() if named else ""
    if name and not data.startswith(_MARKS):
        name = "gb18030" if name in _CHINESE else name
        try:
            return data.decode(name)
        except LookupError:
            pass
        except UnicodeDecodeError as error:
            if damaged := decoding.place_of_damage(data, name, error.start):
                raise Unreadable(damaged) from None
    return decoding.decode(data)


def _is_cut_off(source: str) -> bool:
    """Whether the page ends within a table."""
    lower = source.lower()
    return lower.rfind("<table") > lower.rfind("</table")


@dataclass(slots=True)
class _OpenTable:
    """rows: of cells. is_frame: it holds other tables. at: rows that hidden ones do not count."""

    rows: list[list[HtmlCell]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    cell: HtmlCell | None = None
    is_frame: bool = False


class _Reader:
    """Parser target. `found`: the pieces so far."""

    def __init__(self) -> None:
        self.found: list[Piece] = []
        self.has_frames = False
        self.has_pictures = False
        self._tables: list[_OpenTable] = []
        self._line = HtmlCell()
        self._limits = Limits()
        self._nesting = 0
        self._not_shown = 0
        self._count = 0

    # --- called by the parser, which also closes unclosed elements

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._nesting += 1
        if self._nesting > _DEEPEST:
            raise Unreadable(DAMAGED)
        self.has_frames |= name == "frame"
        self.has_pictures |= name in _PICTURES
        table = self._tables[-1] if self._tables else None
        is_row_or_cell = name == "tr" or name in CELLS
        if self._not_shown or name in NOT_SHOWN or (not is_row_or_cell and is_hidden(attributes)):
            self._not_shown += 1
        elif name == "table":
            self._start_table(table)
        elif table and name == "tr":
            self._start_row(table, attributes)
        elif table and name in CELLS:
            self._start_cell(table, attributes)
        elif name == "br":
            self._text_cell().end_line(is_break=True)
        elif name in LINES or name in CELLS:
            self._end_line()

    def end(self, name: str) -> None:
        self._nesting -= 1
        table = self._tables[-1] if self._tables else None
        if self._not_shown:
            self._not_shown -= 1
        elif table and name == "table":
            self._end_table()
        elif table and (name == "tr" or name in CELLS):
            table.cell = None
        elif name in LINES:
            self._end_line()

    def data(self, text: str) -> None:
        if self._not_shown or (self._tables and self._tables[-1].cell is None):
            return
        self._text_cell().pieces.append(text)

    def close(self) -> None:
        while self._tables:
            self._end_table()
        self._flush(self._line)

    # ---

    def _text_cell(self) -> HtmlCell:
        return (self._tables[-1].cell if self._tables else None) or self._line

    def _end_line(self) -> None:
        if self._tables:
            self._text_cell().end_line(is_break=False)
        else:
            self._flush(self._line)

    def _flush(self, cell: HtmlCell) -> None:
        """The lines collected so far as pieces."""
        for line in cell.text().split("\n"):
            if line.strip():
                self._count += 1
                self.found.append(Line(line.strip(), f"第 {self._count} 段文字"))
        cell.lines.clear()

    def _start_table(self, outer: _OpenTable | None) -> None:
        if outer and not outer.is_frame and recognition.has_captions(cell.text() for row in outer.rows for cell in row):
            self._add_table(outer)
            outer.cell = HtmlCell()
            outer.rows, outer.hidden = [[outer.cell]], set()
        elif outer:
            outer.is_frame = True
            for row in outer.rows:
                for cell in row:
                    self._flush(cell)
        else:
            self._flush(self._line)
        self._tables.append(_OpenTable())

    def _start_row(self, table: _OpenTable, attributes: Mapping[str, str]) -> None:
        if is_hidden(attributes):
            table.hidden.add(len(table.rows))
        table.rows.append([])
        table.cell = None
        if len(table.rows) > MAX_ROWS:
            raise Unreadable(f"表格超过 {MAX_ROWS} 行，不是绩效目标表；请只保留目标表再导入。")

    def _start_cell(self, table: _OpenTable, attributes: Mapping[str, str]) -> None:
        table.cell = None
        if not table.rows:
            table.rows.append([])
        if not is_hidden(attributes) and len(table.rows[-1]) < _MAX_COLUMNS:
            table.cell = HtmlCell.of(attributes)
            table.rows[-1].append(table.cell)

    def _end_table(self) -> None:
        table = self._tables.pop()
        if table.is_frame:
            for row in table.rows:
                for cell in row:
                    self._flush(cell)
            return
        self._add_table(table)

    def _add_table(self, table: _OpenTable) -> None:
        number = sum(isinstance(piece, Table) for piece in self.found) + 1
        name = f"第 {number} 个表格"
        rows = _placed(table)
        width = max((cell.column + cell.colspan for row in rows for cell in row), default=0)
        self._limits.check(len(rows), width, name)
        if any(cell.text.strip() for row in rows for cell in row):
            self.found.append(Table(grid_of([*filled(rows, width)], name), name))


def _placed(table: _OpenTable) -> list[list[RawCell]]:
    """The rows with the column of each cell; hidden rows are left out, spans count visible rows."""
    open_until: dict[int, int] = {}
    rows: list[list[RawCell]] = []
    for n, row in enumerate(table.rows):
        made: list[RawCell] = []
        column = 0
        for cell in row:
            while open_until.get(column, 0) > n:
                column += 1
            width = 1 if "colspan" in cell.ignored_spans else min(cell.column_span, _MAX_COLUMNS)
            height = 1 if "rowspan" in cell.ignored_spans else min(cell.row_span, len(table.rows) - n)
            end = column + (min(cell.column_span, _MAX_COLUMNS))
            if column + width > _MAX_COLUMNS:
                break
            open_until.update(dict.fromkeys(range(column, end), n + height))
            shown = sum(row not in table.hidden for row in range(n, n + height)) if height > 1 else 1
            made.append(RawCell(cell.text(), column, width, max(shown, 1)))
            column = end
        if n not in table.hidden:
            rows.append(made)
    return rows
