"""Reader of .docx files: paragraphs and tables of the body as `pieces`, as Word shows them with all changes accepted.

Hidden text, deleted text, placeholders of content controls, tables of contents, headers and footers are no content.
Text boxes and notes stand beside the text. Which documents the pieces are is decided in `portal.formats.assembling`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from portal.domain.forms import recognition
from portal.formats.packages import DAMAGED, Package
from portal.formats.pieces import Limits, Line, Piece, RawCell, Table, filled, grid_of
from portal.formats.reading import Unreadable
from portal.formats.word import styles
from portal.formats.word.numbering import Numbering
from portal.formats.word.properties import (
    attribute,
    child,
    inside,
    is_bold,
    is_contents,
    is_gone,
    is_hidden,
    is_mark_deleted,
    is_placeholder,
    merge,
    name_of,
    number,
    value,
)

Element = Any

_DEEPEST = 60
_MAX_COLUMNS = 300
_MOST_PARAGRAPHS = 50_000
_SHOWN = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
_SYMBOLS = {
    **{"F0B3": "≥", "F0A3": "≤", "F0B1": "±", "F0B4": "×", "F0B0": "°", "F0B9": "≠", "F0BB": "≈", "F0A5": "∞"},
    **{"F052": "☑", "F0FE": "☑", "F0A8": "□", "F06F": "□", "F0FC": "√"},
}
"""Characters of the fonts Symbol and Wingdings."""
_SKIPPED = frozenset(
    {"del", "moveFrom", "delText", "instrText", "delInstrText", "pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr"}
)
_NO_CONTENT = re.compile(rf"toc\d?|contents.*|目录.*|{styles.STANDING}", re.IGNORECASE)
"""Styles of tables of contents, and of the line in which the writer says what a copy is."""


_NOTES = {"footnotes": "脚注", "endnotes": "尾注"}


def pieces(package: Package) -> list[Piece]:
    """The content of a package whose main part is a Word document, then the texts beside it. Raises Unreadable."""
    main = package.main()
    root = package.xml(main)
    body = None if root is None else next((each for each in root if name_of(each) == "body"), None)
    if body is None:
        raise Unreadable(DAMAGED)
    for control in filter(is_placeholder, root.iter("{*}sdt")):
        for text in control.iter("{*}t"):
            text.text = ""
    reader = _Body(Numbering.of(package))
    found = list(reader.read(body))
    for part in package.relationships(main):
        if part.type in _NOTES:
            reader.read_notes(package.xml(part.target), _NOTES[part.type])
    return [*found, *reader.beside]


class _Body:
    """Numbers paragraphs and tables while it walks the body. beside: text boxes and notes. place: of what is read."""

    def __init__(self, numbering: Numbering) -> None:
        self.numbering = numbering
        self.paragraphs = 0
        self.tables = 0
        self.limits = Limits()
        self.beside: list[Line] = []
        self.place = ""

    def read(self, parent: Element, depth: int = 0) -> Iterator[Piece]:
        if depth > _DEEPEST:
            raise Unreadable(DAMAGED)
        for element in parent:
            name = name_of(element)
            if name == "p":
                yield from self._line(element)
            elif name == "tbl":
                yield from self._table(element, depth)
            elif name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag") and not is_contents(element):
                yield from self.read(element, depth + 1)

    def _line(self, paragraph: Element) -> Iterator[Line]:
        self.paragraphs += 1
        if self.paragraphs > _MOST_PARAGRAPHS:
            raise Unreadable(f"文件超过 {_MOST_PARAGRAPHS} 段，不是绩效目标表；请只保留目标表再导入。")
        self.place = f"第 {self.paragraphs} 段"
        style = value(child(paragraph, "pPr"), "pStyle")
        text = self._paragraph(paragraph, 0).strip("\n")
        if not _NO_CONTENT.fullmatch(style):
            yield Line(text, self.place, self._marked(paragraph) if text else "")

    def read_notes(self, root: Element | None, name: str) -> None:
        """The texts of footnotes or endnotes, but not the lines that separate them from the page."""
        for note in () if root is None else root:
            if name_of(note) in ("footnote", "endnote") and not attribute(note, "type"):
                self.beside.append(Line(self._lines(note, 0).strip(), name, is_beside=True))

    def _marked(self, paragraph: Element) -> str:
        """The text with marks around its bold runs; "" if it has none."""
        beside = list(self.beside)
        runs = [(self._text([each]), is_bold(each)) for each in inside(paragraph, "r")]
        self.beside = beside
        if not any(is_bold and text.strip() for text, is_bold in runs):
            return ""
        joined = ((is_bold, "".join(text for text, _ in own)) for is_bold, own in groupby(runs, key=lambda run: run[1]))
        return "".join(f"**{text}**" if is_bold and text.strip() == text != "" else text for is_bold, text in joined)

    # --- text ---------------------------------------------------------------------------------------

    def _paragraph(self, paragraph: Element, depth: int) -> str:
        """The text of a paragraph, with its number in a list."""
        text = self._text(paragraph, depth)
        own = child(child(paragraph, "pPr"), "numPr")
        if own is None or not text.strip():
            return text
        return self.numbering.next(value(own, "numId"), number(value(own, "ilvl"), 0)) + text

    def _text(self, parent: Element, depth: int = 0) -> str:
        """The text of a paragraph or run; the texts of its boxes stand beside it."""
        if depth > _DEEPEST:
            raise Unreadable(DAMAGED)
        found: list[str] = []
        for element in parent:
            name = name_of(element)
            if name == "t":
                found.append(element.text or "")
            elif name in _SHOWN:
                found.append("\f" if name == "br" and attribute(element, "type") == "page" else _SHOWN[name])
            elif name == "sym":
                found.append(_SYMBOLS.get(attribute(element, "char").upper(), ""))
            elif name == "r":
                if not is_hidden(element):
                    found.append(self._text(element, depth + 1))
            elif name == "AlternateContent":
                # Its choices show the same content twice.
                found.append(self._text(element[:1], depth + 1) if len(element) else "")
            elif name == "txbxContent":
                if box := self._lines(element, depth + 1).strip():
                    self.beside.append(Line(box, f"{self.place}的文本框", is_beside=True))
            elif name and name not in _SKIPPED:
                found.append(self._text(element, depth + 1))
        return "".join(found).replace("\f", "")

    def _lines(self, parent: Element, depth: int) -> str:
        """The paragraphs of a cell or box, one below the other; tables within as lines with tabs."""
        if depth > _DEEPEST:
            raise Unreadable(DAMAGED)
        found: list[str] = []
        joins = False
        for element in parent:
            name = name_of(element)
            if name == "p":
                text = self._paragraph(element, depth)
                if joins and found:
                    found[-1] += text
                else:
                    found.append(text)
                joins = is_mark_deleted(element)
            elif name == "tbl" and not self._is_lifted(element, depth):
                rows = (self._lines(row, depth + 1).replace("\n", " ") for row in element if name_of(row) == "tr")
                found += [row for row in rows if row.strip()]
            elif name in ("tr", "tc", "sdt", "sdtContent", "customXml", "ins", "moveTo"):
                found.append(self._lines(element, depth + 1))
        return "\n".join(found)

    # --- tables -------------------------------------------------------------------------------------

    def _table(self, table: Element, depth: int) -> Iterator[Piece]:
        rows = [row for row in inside(table, "tr") if not is_gone(row)]
        frame = _frame(rows)
        if frame is not None:
            yield from self.read(frame, depth + 1)
            return
        self.tables += 1
        self.place = name = f"第 {self.tables} 个表格"
        raw = [cells for row in rows for cells in self._rows(row, depth)]
        width = max((cell.column + cell.colspan for row in raw for cell in row), default=0)
        if width > _MAX_COLUMNS:
            raise Unreadable(f"{name}超过 {_MAX_COLUMNS} 列，不是绩效目标表。")
        self.limits.check(len(raw), width, name)
        yield Table(grid_of([*filled(raw, width)], name), name)

    def _rows(self, row: Element, depth: int) -> Iterator[list[RawCell]]:
        """The row, and below it the rows of tables in its cells that are parts of the form."""
        yield list(self._cells(row, depth))
        for cell in inside(row, "tc"):
            for table in inside(cell, "tbl"):
                if self._is_lifted(table, depth):
                    for inner in inside(table, "tr"):
                        yield from self._rows(inner, depth + 1)

    def _is_lifted(self, table: Element, depth: int) -> bool:
        """Whether a table in a cell has captions of its own: its cells are cells of the form, not text of one cell."""
        if depth > _DEEPEST:
            raise Unreadable(DAMAGED)
        rows = ("".join(each.text or "" for each in cell.iter("{*}t")) for cell in table.iter("{*}tc"))
        return recognition.has_captions(rows)

    def _cells(self, row: Element, depth: int) -> Iterator[RawCell]:
        properties = child(row, "trPr")
        column = number(value(properties, "gridBefore"), 0)
        merged: RawCell | None = None
        for cell in inside(row, "tc"):
            own = child(cell, "tcPr")
            if child(own, "cellDel") is not None:
                continue
            colspan = max(1, min(number(value(own, "gridSpan"), 1), _MAX_COLUMNS + 1))
            text = self._lines(cell, depth + 1).replace("\t", " ").strip("\n ")
            horizontal = merge(own, "hMerge")
            if horizontal == "continue" and merged is not None:
                merged.colspan += colspan
            else:
                merged = RawCell(text, column, colspan, is_above=merge(own, "vMerge") == "continue")
                yield merged
            column += colspan


def _frame(rows: Sequence[Element]) -> Element | None:
    """The only cell of a table that frames other tables."""
    cells = [cell for row in rows for cell in inside(row, "tc")][:2]
    if len(cells) == 1 and any(name_of(each) == "tbl" for each in cells[0]):
        return cells[0]
    return None
