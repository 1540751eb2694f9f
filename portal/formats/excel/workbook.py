"""Reader of .xlsx workbooks: each visible sheet as a table, with its cells as Excel shows them.

Hidden sheets, rows and columns are no content (but `marked` reads them), and formulas count by the value that was
stored with them. Only cells with text and merged cells take memory, whatever size a sheet claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from lxml import etree

from portal.formats.excel import numbers
from portal.formats.excel.sheets import RawSheet, reference
from portal.formats.packages import DAMAGED, Package, parsed, refuse_entities
from portal.formats.reading import Unreadable

Element = Any

MAX_SHEETS = 2_000
_MAX_ROW_MARKS = 300_000
_MAX_CELL = 200_000
_ESCAPED = re.compile("_x(000[9ADad]|005[Ff])_")
_SHOWN = frozenset({"row", "mergeCell", "col"})


@dataclass(slots=True)
class _Book:
    strings: Sequence[str] = ()
    formats: Sequence[str] = ()
    """The number format of each style."""
    is_1904: bool = False


def sheet_names(package: Package) -> list[str]:
    """The names of all sheets, hidden ones too. Raises Unreadable."""
    root = package.xml(package.main())
    return [] if root is None else [sheet.get("name") or "" for sheet in root.iter("{*}sheet")]


def sheets(package: Package, *, with_hidden: bool = False) -> Iterator[RawSheet]:
    """The visible sheets in order. Raises Unreadable. with_hidden: hidden sheets too, and hidden rows of all."""
    main = package.main()
    root = package.xml(main)
    if root is None:
        raise Unreadable(DAMAGED)
    parts = {each.id: each for each in package.relationships(main)}
    by_type = {each.type: each.target for each in parts.values()}
    book = _Book(
        _strings(package.read(by_type.get("sharedStrings", ""))),
        _formats(package.xml(by_type.get("styles", "")) if by_type.get("styles") else None),
        any(each.get("date1904") in ("1", "true") for each in root.iter("{*}workbookPr")),
    )
    found = list(root.iter("{*}sheet"))
    if len(found) > MAX_SHEETS:
        raise Unreadable(f"工作簿超过 {MAX_SHEETS} 张工作表，请分成几个文件导入。")
    for sheet in found:
        name = sheet.get("name") or ""
        part = parts.get(next((value for key, value in sheet.items() if key.endswith("}id")), ""))
        if part is None or part.type != "worksheet":
            continue
        if not package.has(part.target):
            raise Unreadable(DAMAGED)
        is_hidden = sheet.get("state", "visible") != "visible"
        if with_hidden or not is_hidden:
            raw = RawSheet(name, is_hidden=is_hidden)
            _read_sheet(raw, package.read(part.target), book, with_hidden=with_hidden)
            yield raw


def _read_sheet(sheet: RawSheet, data: bytes, book: _Book, *, with_hidden: bool) -> None:
    row, marks = -1, 0
    for element in _elements(data):
        tag = element.tag.rpartition("}")[2]
        if tag == "row":
            marks += 1
            row = _index(element.get("r"), row + 1)
            is_hidden = element.get("hidden") in ("1", "true")
            if is_hidden:
                sheet.hidden_rows.add(row)
            if with_hidden or not is_hidden:
                _read_row(sheet, element, row, book)
            sheet.check()
        elif tag == "mergeCell":
            sheet.add_merge(element.get("ref") or "")
        elif element.get("hidden") in ("1", "true"):
            sheet.hide_columns(_index(element.get("min"), 0), _index(element.get("max"), 0))
        if marks > _MAX_ROW_MARKS:
            raise Unreadable(f"{sheet.label}的行数太多，不是绩效目标表；请只保留目标表再导入。")
        element.clear()


def _elements(data: bytes) -> Iterator[Element]:
    if not data:
        return
    events = etree.iterparse(
        BytesIO(data),
        events=("end",),
        tag=tuple(f"{{*}}{tag}" for tag in _SHOWN),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for _, element in events:
            yield element
            while element.getprevious() is not None and element.getparent() is not None:
                del element.getparent()[0]
        refuse_entities(events.root)
    except (etree.XMLSyntaxError, ValueError):
        raise Unreadable(DAMAGED) from None


def _read_row(sheet: RawSheet, element: Element, row: int, book: _Book) -> None:
    column = -1
    for cell in element:
        if not isinstance(cell.tag, str) or not cell.tag.endswith("}c"):
            continue
        place = cell.get("r")
        column = reference(place)[1] if place else column + 1
        text = _text(cell, book)
        if text.strip():
            sheet.cells[row, column] = text[:_MAX_CELL]
            if cell.get("t", "n") == "n":
                sheet.numbers.add((row, column))


def _text(cell: Element, book: _Book) -> str:
    if not len(cell):
        return ""
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return "".join(_runs(cell))
    value = next((each.text or "" for each in cell if isinstance(each.tag, str) and each.tag.endswith("}v")), "")
    if kind == "s":
        at = int(value) if value.isascii() and value.isdigit() and len(value) < 9 else len(book.strings)
        return book.strings[at] if at < len(book.strings) else ""
    if kind == "b":
        return {"1": "TRUE", "0": "FALSE"}.get(value, value)
    if kind != "n" or not value:
        return _unescaped(value)
    style = cell.get("s", "0")
    at = int(style) if style.isascii() and style.isdigit() and len(style) < 9 else 0
    code = book.formats[at] if at < len(book.formats) else numbers.GENERAL
    return number_text(value, code, book.is_1904)


def number_text(value: str, code: str, is_1904: bool) -> str:
    """A stored number as its format shows it; a text that is no number unchanged."""
    try:
        number = float(value)
    except ValueError:
        return value
    if number != number or abs(number) > 1e300:
        return value
    return numbers.shown(number, code, is_1904)


def _unescaped(text: str) -> str:
    """A text with line ends, tabs and underscores instead of their escapes (_x000D_, _x005F_)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x00" in text else text


def _runs(parent: Element) -> Iterator[str]:
    """The texts of a rich text, without those that only say how to pronounce it."""
    for element in parent:
        tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if tag == "t":
            yield _unescaped(element.text or "")
        elif tag in ("r", "is"):
            yield from _runs(element)


def _strings(data: bytes) -> Sequence[str]:
    if not data:
        return ()
    root = parsed(data)
    return ["".join(_runs(each)) for each in root if isinstance(each.tag, str)]


def _formats(root: Element | None) -> Sequence[str]:
    if root is None:
        return ()
    codes: Mapping[int, str] = dict(numbers.BUILT_IN) | {
        _index(each.get("numFmtId"), -1) + 1: each.get("formatCode") or "" for each in root.iter("{*}numFmt")
    }
    styles = next(root.iter("{*}cellXfs"), ())
    ids = [_index(each.get("numFmtId"), 0) + 1 for each in styles if isinstance(each.tag, str)]
    return [codes.get(each, numbers.GENERAL) for each in ids]


def _index(text: str | None, default: int) -> int:
    """A number that counts from 1, from 0."""
    return int(text) - 1 if text and text.isascii() and text.isdigit() and len(text) < 9 else default
