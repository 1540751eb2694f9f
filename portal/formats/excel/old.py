"""Reader of .xls and .et workbooks (BIFF 8): each visible sheet with its cells as Excel shows them.

The same rules as for .xlsx, see `workbook`: hidden sheets, rows and columns are no content, formulas count by their
stored value, and only cells with text take memory.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from portal.formats.excel import numbers
from portal.formats.excel.compound import CompoundFile
from portal.formats.excel.sheets import RawSheet
from portal.formats.packages import DAMAGED, LOCKED
from portal.formats.reading import Unreadable

_EOF, _CONTINUE, _BOF = 0x0A, 0x3C, 0x809
_FILEPASS, _DATEMODE, _BOUNDSHEET, _SST, _FORMAT, _XF = 0x2F, 0x22, 0x85, 0xFC, 0x41E, 0xE0
_ROW, _COLINFO, _MERGED = 0x208, 0x7D, 0xE5
_LABEL, _RSTRING, _LABELSST, _NUMBER, _RK, _MULRK = 0x204, 0xD6, 0xFD, 0x203, 0x27E, 0xBD
_FORMULA, _STRING, _BOOLERR = 0x06, 0x207, 0x205
_BIFF8 = 0x0600
_HIDDEN_ROW = 0x20
_MAX_RECORDS = 3_000_000
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}

Record = tuple[int, bytes]


@dataclass(slots=True)
class _Book:
    strings: Sequence[str] = ()
    codes: dict[int, str] = field(default_factory=lambda: dict(numbers.BUILT_IN))
    styles: list[int] = field(default_factory=list)
    is_1904: bool = False
    sheets: list[tuple[str, int]] = field(default_factory=list)
    """Name and start of each visible worksheet."""

    def shown(self, value: float, style: int) -> str:
        code = self.codes.get(self.styles[style], numbers.GENERAL) if style < len(self.styles) else numbers.GENERAL
        return numbers.shown(value, code, self.is_1904)


def sheets(data: bytes) -> Iterator[RawSheet]:
    """The visible sheets in order. Raises Unreadable."""
    try:
        stream = CompoundFile(data).stream("Workbook")
        if not stream:
            raise Unreadable("这是很旧的 Excel 格式；请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。")
        book = _globals(stream)
        for name, start in book.sheets:
            yield _sheet(stream, start, RawSheet(name), book)
    except (struct.error, IndexError, StopIteration, ValueError, OverflowError):
        raise Unreadable(DAMAGED) from None


def _records(stream: bytes, at: int) -> Iterator[Record]:
    """The records from here to the end of the substream; substreams within (charts) are left out."""
    depth = 0
    for _ in range(_MAX_RECORDS):
        kind, length = struct.unpack_from("<2H", stream, at)
        body = stream[at + 4 : at + 4 + length]
        if len(body) < length:
            raise IndexError
        at += 4 + length
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 1 and kind != _BOF:
            yield kind, body
        if depth < 1:
            return
    raise IndexError


def _globals(stream: bytes) -> _Book:
    kind, _, version = struct.unpack_from("<3H", stream, 0)
    if kind != _BOF or version != _BIFF8:
        raise IndexError
    book = _Book()
    strings: list[bytes] = []
    last = 0
    for kind, body in _records(stream, 0):
        if kind == _FILEPASS:
            raise Unreadable(LOCKED)
        if kind == _BOUNDSHEET and body[4] & 3 == 0 and body[5] == 0:
            book.sheets.append((_text(body, 6, wide_length=False), struct.unpack_from("<L", body, 0)[0]))
        elif kind == _SST or (kind == _CONTINUE and last == _SST):
            strings.append(body)
        elif kind == _FORMAT:
            book.codes[struct.unpack_from("<H", body, 0)[0]] = _text(body, 2)
        elif kind == _XF:
            book.styles.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _DATEMODE:
            book.is_1904 = body[:1] == b"\1"
        last = _SST if kind == _CONTINUE and last == _SST else kind
    book.strings = list(_shared_strings(strings))
    return book


def _text(body: bytes, at: int, *, wide_length: bool = True) -> str:
    """A string with its length, a mark for its width, and its characters, in one record."""
    length = struct.unpack_from("<H", body, at)[0] if wide_length else body[at]
    at += 2 if wide_length else 1
    is_wide = body[at] & 1
    plain = body[at + 1 : at + 1 + length * (2 if is_wide else 1)]
    return plain.decode("utf-16-le" if is_wide else "latin-1", "replace")


def _shared_strings(parts: Sequence[bytes]) -> Iterator[str]:
    """The strings of all records; one that goes on in the next record has a new mark for its width there."""
    if not parts:
        return
    (count,) = struct.unpack_from("<L", parts[0], 4)
    reader = _Parts(parts, 8)
    for _ in range(min(count, sum(map(len, parts)))):
        length, marks = struct.unpack("<HB", reader.take(3))
        runs = struct.unpack("<H", reader.take(2))[0] if marks & 8 else 0
        extra = struct.unpack("<L", reader.take(4))[0] if marks & 4 else 0
        yield reader.characters(length, is_wide=bool(marks & 1))
        reader.take(runs * 4 + extra)


class _Parts:
    """Bytes that several records hold."""

    def __init__(self, parts: Sequence[bytes], at: int) -> None:
        self.parts, self.part, self.at = parts, 0, at

    def take(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            piece = self.parts[self.part][self.at : self.at + count - len(found)]
            self.at += len(piece)
            found += piece
            if not piece:
                self.part, self.at = self.part + 1, 0
        return found

    def characters(self, count: int, *, is_wide: bool) -> str:
        """A string of `count` UTF-16 units; each record holds them in one or in two bytes."""
        found = b""
        while len(found) < 2 * count:
            if self.at >= len(self.parts[self.part]):
                self.part, self.at = self.part + 1, 1
                is_wide = bool(self.parts[self.part][0] & 1)
            size = 2 if is_wide else 1
            room = (len(self.parts[self.part]) - self.at) // size
            if not room:
                raise IndexError
            piece = self.take(min(room, count - len(found) // 2) * size)
            found += piece if is_wide else piece.decode("latin-1").encode("utf-16-le")
        return found.decode("utf-16-le", "replace")


# --- cells ------------------------------------------------------------------------------------------


def _sheet(stream: bytes, start: int, sheet: RawSheet, book: _Book) -> RawSheet:
    formula: tuple[int, int] | None = None
    for kind, body in _records(stream, start):
        if kind == _ROW:
            row, marks = struct.unpack_from("<H10xH", body, 0)
            if marks & _HIDDEN_ROW:
                sheet.hidden_rows.add(row)
        elif kind == _COLINFO:
            first, last, _, _, marks = struct.unpack_from("<5H", body, 0)
            if marks & 1:
                sheet.hide_columns(first, last)
        elif kind == _MERGED:
            for n in range(struct.unpack_from("<H", body, 0)[0]):
                top, bottom, left, right = struct.unpack_from("<4H", body, 2 + n * 8)
                sheet.merge((top, left), (bottom, right))
        elif kind == _STRING and formula:
            _put(sheet, *formula, _text(body, 0))
        elif kind in (_LABEL, _RSTRING, _LABELSST, _NUMBER, _RK, _MULRK, _FORMULA, _BOOLERR):
            row, column, style = struct.unpack_from("<3H", body, 0)
            formula = (row, column) if kind == _FORMULA else None
            for beside, text in _texts(kind, body, style, book):
                _put(sheet, row, column + beside, text)
            sheet.check()
    for row in sheet.hidden_rows:
        for place in [place for place in sheet.cells if place[0] == row]:
            del sheet.cells[place]
    return sheet


def _put(sheet: RawSheet, row: int, column: int, text: str) -> None:
    if text.strip():
        sheet.cells[row, column] = text


def _texts(kind: int, body: bytes, style: int, book: _Book) -> Iterator[tuple[int, str]]:
    """The texts of a record, each with its distance from the first column."""
    if kind in (_LABEL, _RSTRING):
        yield 0, _text(body, 6)
    elif kind == _LABELSST:
        (at,) = struct.unpack_from("<L", body, 6)
        yield 0, book.strings[at] if at < len(book.strings) else ""
    elif kind == _NUMBER:
        yield 0, _shown(struct.unpack_from("<d", body, 6)[0], style, book)
    elif kind == _RK:
        yield 0, _shown(_rk(struct.unpack_from("<L", body, 6)[0]), style, book)
    elif kind == _MULRK:
        for n in range((len(body) - 6) // 6):
            own, value = struct.unpack_from("<HL", body, 4 + n * 6)
            yield n, _shown(_rk(value), own, book)
    elif kind == _BOOLERR:
        value, is_error = body[6], body[7]
        yield 0, _ERRORS.get(value, "") if is_error else ("TRUE" if value else "FALSE")
    elif body[12:14] != b"\xff\xff":
        yield 0, _shown(struct.unpack_from("<d", body, 6)[0], style, book)
    elif body[6] in (1, 2):
        yield 0, _ERRORS.get(body[8], "") if body[6] == 2 else ("TRUE" if body[8] else "FALSE")


def _shown(value: float, style: int, book: _Book) -> str:
    return book.shown(value, style) if value == value and abs(value) < 1e300 else ""


def _rk(value: int) -> float:
    """A number in four bytes: whole or the upper half of a double, perhaps times 100."""
    if value & 2:
        whole = value >> 2
        number = float(whole - (1 << 30) if whole & (1 << 29) else whole)
    else:
        (number,) = struct.unpack("<d", struct.pack("<2L", 0, value & 0xFFFFFFFC))
    return number / 100 if value & 1 else number
