"""Reader of .docx files: paragraphs and tables of the body as `pieces`, as Word shows them with all changes accepted.

Hidden text, deleted text, tables of contents, headers and footers are no content. Text boxes follow their paragraph.
Which documents the pieces are is decided in `portal.formats.assembling`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from portal.formats.packages import DAMAGED, Package
from portal.formats.pieces import Limits, Line, Piece, RawCell, Table, filled, grid_of
from portal.formats.reading import Unreadable
from portal.formats.word import styles

Element = Any

_DEEPEST = 60
_MAX_COLUMNS = 300
_SHOWN = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
_SKIPPED = frozenset(
    {"del", "moveFrom", "delText", "instrText", "delInstrText", "pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr"}
)
_OFF = ("0", "false", "off")
_NO_CONTENT = re.compile(rf"toc\d?|contents.*|目录.*|{styles.STANDING}", re.IGNORECASE)
"""Styles of tables of contents, and of the line in which the writer says what a copy is."""


def pieces(package: Package) -> list[Piece]:
    """The content of a package whose main part is a Word document. Raises Unreadable."""
    root = package.xml(package.main())
    body = None if root is None else next((each for each in root if _name(each) == "body"), None)
    if body is None:
        raise Unreadable(DAMAGED)
    return list(_Body().read(body))


def _name(element: Element) -> str:
    """The local name of an element of WordprocessingML, and of those that wrap its elements; "" for a comment."""
    tag = element.tag
    return _local(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1_024)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


class _Body:
    """Numbers paragraphs and tables while it walks the body."""

    def __init__(self) -> None:
        self.paragraphs = 0
        self.tables = 0
        self.limits = Limits()
        self.boxes: list[str] = []

    def read(self, parent: Element, depth: int = 0) -> Iterator[Piece]:
        if depth > _DEEPEST:
            raise Unreadable(DAMAGED)
        for element in parent:
            name = _name(element)
            if name == "p":
                yield from self._line(element)
            elif name == "tbl":
                yield from self._table(element, depth)
            elif name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag") and not _is_contents(element):
                yield from self.read(element, depth + 1)

    def _line(self, paragraph: Element) -> Iterator[Line]:
        self.paragraphs += 1
        place = f"第 {self.paragraphs} 段"
        style = _value(_child(paragraph, "pPr"), "pStyle")
        text = self._text(paragraph).strip("\n")
        if not _NO_CONTENT.fullmatch(style):
            yield Line(text, place, self._marked(paragraph) if text else "")
        yield from self._boxed(place)

    def _boxed(self, place: str) -> Iterator[Line]:
        boxes, self.boxes = self.boxes, []
        for text in boxes:
            yield Line(text, f"{place}的文本框")

    def _marked(self, paragraph: Element) -> str:
        """The text with marks around its bold runs; "" if it has none."""
        runs = [(self._text([each]), _is_bold(each)) for each in _inside(paragraph, "r")]
        if not any(is_bold and text.strip() for text, is_bold in runs):
            return ""
        joined = ((is_bold, "".join(text for text, _ in own)) for is_bold, own in groupby(runs, key=lambda run: run[1]))
        return "".join(f"**{text}**" if is_bold and text.strip() == text != "" else text for is_bold, text in joined)

    # --- text ---------------------------------------------------------------------------------------

    def _text(self, parent: Element, depth: int = 0) -> str:
        """The text of a paragraph or run; the texts of its boxes are put aside."""
        if depth > _DEEPEST:
            raise Unreadable(DAMAGED)
        found: list[str] = []
        for element in parent:
            name = _name(element)
            if name == "t":
                found.append(element.text or "")
            elif name in _SHOWN:
                found.append("\f" if name == "br" and _attribute(element, "type") == "page" else _SHOWN[name])
            elif name == "r":
                if not _is_hidden(element):
                    found.append(self._text(element, depth + 1))
            elif name == "AlternateContent":
                # Its choices show the same content twice.
                found.append(self._text(element[:1], depth + 1) if len(element) else "")
            elif name == "txbxContent":
                if box := self._lines(element, depth + 1).strip():
                    self.boxes.append(box)
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
            name = _name(element)
            if name == "p":
                text = self._text(element, depth)
                if joins and found:
                    found[-1] += text
                else:
                    found.append(text)
                joins = _is_mark_deleted(element)
            elif name == "tbl":
                rows = (self._lines(row, depth + 1).replace("\n", " ") for row in element if _name(row) == "tr")
                found += [row for row in rows if row.strip()]
            elif name in ("tr", "tc", "sdt", "sdtContent", "customXml", "ins", "moveTo"):
                found.append(self._lines(element, depth + 1))
        return "\n".join(found)

    # --- tables -------------------------------------------------------------------------------------

    def _table(self, table: Element, depth: int) -> Iterator[Piece]:
        rows = [row for row in _inside(table, "tr") if not _is_gone(row)]
        frame = _frame(rows)
        if frame is not None:
            yield from self.read(frame, depth + 1)
            return
        self.tables += 1
        name = f"第 {self.tables} 个表格"
        raw = [list(self._cells(row, depth)) for row in rows]
        width = max((cell.column + cell.colspan for row in raw for cell in row), default=0)
        if width > _MAX_COLUMNS:
            raise Unreadable(f"{name}超过 {_MAX_COLUMNS} 列，不是绩效目标表。")
        self.limits.check(len(raw), width, name)
        yield Table(grid_of([*filled(raw, width)], name), name)
        yield from self._boxed(name)

    def _cells(self, row: Element, depth: int) -> Iterator[RawCell]:
        properties = _child(row, "trPr")
        column = _number(_value(properties, "gridBefore"), 0)
        merged: RawCell | None = None
        for cell in _inside(row, "tc"):
            own = _child(cell, "tcPr")
            colspan = max(1, min(_number(_value(own, "gridSpan"), 1), _MAX_COLUMNS + 1))
            text = self._lines(cell, depth + 1).replace("\t", " ").strip("\n ")
            horizontal = _merge(own, "hMerge")
            if horizontal == "continue" and merged is not None:
                merged.colspan += colspan
            else:
                merged = RawCell(text, column, colspan, is_above=_merge(own, "vMerge") == "continue")
                yield merged
            column += colspan


def _inside(parent: Element, name: str) -> Iterator[Element]:
    """The rows of a table or cells of a row, also those in content controls and accepted insertions."""
    stack = list(reversed(parent))
    while stack:
        element = stack.pop()
        if _name(element) == name:
            yield element
        elif _name(element) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            stack += reversed(element)


def _frame(rows: Sequence[Element]) -> Element | None:
    """The only cell of a table that frames other tables."""
    cells = [cell for row in rows for cell in _inside(row, "tc")][:2]
    if len(cells) == 1 and any(_name(each) == "tbl" for each in cells[0]):
        return cells[0]
    return None


def _is_gone(row: Element) -> bool:
    """Whether the row is deleted or hidden."""
    properties = _child(row, "trPr")
    return properties is not None and any(_name(each) == "del" or _is_on(each, "hidden") for each in properties)


def _is_hidden(run: Element) -> bool:
    properties = _child(run, "rPr")
    return properties is not None and any(_is_on(each, "vanish") for each in properties)


def _is_bold(run: Element) -> bool:
    properties = _child(run, "rPr")
    return properties is not None and any(_is_on(each, "b") for each in properties)


def _is_mark_deleted(paragraph: Element) -> bool:
    """Whether the end of the paragraph is deleted, so that the next one continues it."""
    properties = _child(_child(paragraph, "pPr"), "rPr")
    return properties is not None and any(_name(each) in ("del", "moveFrom") for each in properties)


def _is_contents(control: Element) -> bool:
    """Whether a content control is the table of contents."""
    gallery = _child(_child(control, "sdtPr"), "docPartObj")
    return "Contents" in _value(gallery, "docPartGallery")


def _is_on(element: Element, name: str) -> bool:
    return _name(element) == name and _attribute(element, "val") not in _OFF


def _merge(properties: Element | None, name: str) -> str:
    """restart, continue, or "" for a cell that is not merged."""
    found = _child(properties, name)
    return "" if found is None else _attribute(found, "val") or "continue"


def _child(parent: Element | None, name: str) -> Element | None:
    return None if parent is None else next((each for each in parent if _name(each) == name), None)


def _value(parent: Element | None, name: str) -> str:
    found = _child(parent, name)
    return "" if found is None else _attribute(found, "val")


def _attribute(element: Element, name: str) -> str:
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else default
