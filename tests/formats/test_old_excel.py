"""Reading .xls record by record: what xlwt does not write, and Excel does."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence

import pytest
from xlwt.CompoundDoc import XlsDoc

from portal.formats.excel import old
from portal.formats.excel.sheets import RawSheet
from portal.formats.packages import DAMAGED, LOCKED
from portal.formats.reading import Unreadable

BOF, EOF, CONTINUE = 0x809, 0x0A, 0x3C
FILEPASS, DATEMODE, BOUNDSHEET, SST, FORMAT, XF = 0x2F, 0x22, 0x85, 0xFC, 0x41E, 0xE0
ROW, COLINFO, MERGED = 0x208, 0x7D, 0xE5
LABEL, RSTRING, LABELSST, NUMBER, RK, MULRK = 0x204, 0xD6, 0xFD, 0x203, 0x27E, 0xBD
FORMULA, STRING, BOOLERR = 0x06, 0x207, 0x205

PERCENT, DATE, LITRES = 1, 2, 3
"""Styles of the book; 0 is General."""


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<2H", kind, len(body)) + body


def begin(version: int = 0x0600) -> bytes:
    return record(BOF, struct.pack("<2H", version, 5) + bytes(12))


def narrow(text: str) -> bytes:
    """A string in one byte for each character, with its length in two."""
    return struct.pack("<HB", len(text), 0) + text.encode("latin-1")


def wide(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def bound(start: int, name: str, *, hidden: int = 0, kind: int = 0) -> bytes:
    body = struct.pack("<LBB", start, hidden, kind) + struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    return record(BOUNDSHEET, body)


def workbook(*cells: bytes, book: Sequence[bytes] = (), sheets: Sequence[tuple[int, int]] = ((0, 0),)) -> bytes:
    """A workbook with these records in each sheet, (hidden, kind), and these in its globals."""
    styles = [record(XF, struct.pack("<2H", 0, code)) for code in (0, 9, 14, 164)]
    litres = record(FORMAT, struct.pack("<H", 164) + narrow('0"L"'))
    head = [begin(), *book, litres, *styles]
    sheet = b"".join([begin(), *cells, record(EOF)])
    start = len(b"".join(head)) + len(sheets) * len(bound(0, "甲")) + len(record(EOF))
    places = [
        bound(start + n * len(sheet), "甲乙丙"[n], hidden=hidden, kind=kind) for n, (hidden, kind) in enumerate(sheets)
    ]
    stream = io.BytesIO()
    XlsDoc().save(stream, b"".join([*head, *places, record(EOF), sheet * len(sheets)]))
    return stream.getvalue()


def at(column: int, style: int = 0, row: int = 0) -> bytes:
    return struct.pack("<3H", row, column, style)


def only(data: bytes) -> RawSheet:
    (sheet,) = old.sheets(data)
    return sheet


def texts(*cells: bytes, book: Sequence[bytes] = ()) -> list[str]:
    """The texts of the first row."""
    sheet = only(workbook(*cells, book=book))
    return [text for (row, _), text in sorted(sheet.cells.items()) if row == 0]


def rk(number: int, marks: int) -> int:
    """A whole number (marks 2), or one that is divided by 100 (marks 3)."""
    return (number & 0x3FFFFFFF) << 2 | marks


def upper_half(number: float) -> int:
    return int(struct.unpack("<2L", struct.pack("<d", number))[1]) & 0xFFFFFFFC


# --- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (rk(5, 2), "5"),
        (rk(-5, 2), "-5"),
        (rk(-(1 << 29), 2), "-536870912"),
        (rk((1 << 29) - 1, 2), "536870911"),
        (rk(1234, 3), "12.34"),
        (upper_half(45.5), "45.5"),
        (upper_half(4550.0) | 1, "45.5"),
    ],
)
def test_short_number_is_whole_or_half_a_double_perhaps_in_hundredths(value: int, shown: str) -> None:
    assert texts(record(RK, at(0) + struct.pack("<L", value))) == [shown]


def test_several_short_numbers_of_a_row_stand_side_by_side_each_in_its_style() -> None:
    values = [(0, rk(7, 2)), (PERCENT, rk(90, 3)), (LITRES, rk(3, 2))]
    body = struct.pack("<2H", 0, 2) + b"".join(struct.pack("<HL", *each) for each in values) + struct.pack("<H", 4)
    assert only(workbook(record(MULRK, body))).cells == {(0, 2): "7", (0, 3): "90%", (0, 4): "3L"}


def test_number_is_shown_in_its_style_and_in_no_style_as_it_is() -> None:
    cells = [record(NUMBER, at(n, style) + struct.pack("<d", 0.5)) for n, style in enumerate((0, PERCENT, 9))]
    assert texts(*cells) == ["0.5", "50%", "0.5"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1e300, 1e300])
def test_number_that_is_none_is_no_text(value: float) -> None:
    assert texts(record(NUMBER, at(0) + struct.pack("<d", value))) == []


@pytest.mark.parametrize(("mode", "day"), [(b"\0\0", "2024/12/31"), (b"\1\0", "2029/1/1")])
def test_days_are_counted_from_1900_or_1904(mode: bytes, day: str) -> None:
    number = record(NUMBER, at(0, DATE) + struct.pack("<d", 45657))
    assert texts(number, book=[record(DATEMODE, mode)]) == [day]


# --- truths, errors, formulas --------------------------------------------------------------------


def test_truth_and_error_are_shown_as_words() -> None:
    values = [(1, 0), (0, 0), (7, 1), (42, 1), (99, 1)]
    cells = [record(BOOLERR, at(n) + bytes(value)) for n, value in enumerate(values)]
    assert texts(*cells) == ["TRUE", "FALSE", "#DIV/0!", "#N/A"]


def formula(column: int, result: bytes) -> bytes:
    return record(FORMULA, at(column) + result + bytes(8))


def special(kind: int, value: int = 0) -> bytes:
    return bytes((kind, 0, value, 0, 0, 0, 0xFF, 0xFF))


def test_formula_counts_by_its_stored_value() -> None:
    cells = [
        formula(0, struct.pack("<d", 2)),
        formula(1, special(1, 1)),
        formula(2, special(1, 0)),
        formula(3, special(2, 15)),
        formula(4, special(3)),
        formula(5, special(0)),
        record(STRING, wide("≥90%")),
    ]
    assert only(workbook(*cells)).cells == {
        **{(0, 0): "2", (0, 1): "TRUE", (0, 2): "FALSE", (0, 3): "#VALUE!"},
        (0, 5): "≥90%",
    }


def test_text_of_a_formula_belongs_to_the_formula_directly_before_it() -> None:
    cells = [formula(0, special(0)), record(NUMBER, at(1) + struct.pack("<d", 3)), record(STRING, narrow("x"))]
    assert only(workbook(*cells)).cells == {(0, 1): "3"}


# --- texts ---------------------------------------------------------------------------------------


def test_text_in_the_cell_is_narrow_or_wide_and_blank_ones_are_left_out() -> None:
    cells = [
        record(LABEL, at(0) + narrow("abc")),
        record(RSTRING, at(1) + wide("甲乙")),
        record(LABEL, at(2) + wide(" ")),
    ]
    assert only(workbook(*cells)).cells == {(0, 0): "abc", (0, 1): "甲乙"}


def shared(*strings: bytes) -> bytes:
    return struct.pack("<2L", len(strings), len(strings)) + b"".join(strings)


def label(column: int, number: int) -> bytes:
    return record(LABELSST, at(column) + struct.pack("<L", number))


def test_shared_text_is_read_without_its_fonts_and_its_pronunciation() -> None:
    bold = struct.pack("<HBH", 2, 9, 1) + "甲乙".encode("utf-16-le") + bytes(4)
    spoken = struct.pack("<HBL", 2, 4, 6) + b"ab" + bytes(6)
    both = struct.pack("<HBHL", 1, 13, 2, 3) + "丙".encode("utf-16-le") + bytes(8 + 3)
    table = record(SST, shared(bold, spoken, both, narrow("end")))
    assert texts(*(label(n, n) for n in range(5)), book=[table]) == ["甲乙", "ab", "丙", "end"]


def test_shared_text_goes_on_in_the_next_record_in_another_width() -> None:
    whole = shared(narrow("end"), struct.pack("<HB", 5, 0) + b"ab")
    parts = [record(SST, whole), record(CONTINUE, b"\1" + "丙".encode("utf-16-le")), record(CONTINUE, b"\0de")]
    assert texts(label(0, 0), label(1, 1), book=parts) == ["end", "ab丙de"]


def test_record_that_goes_on_with_something_else_is_no_text() -> None:
    table = [record(SST, shared(narrow("ab"))), record(DATEMODE, b"\0\0"), record(CONTINUE, b"\0xx")]
    assert texts(label(0, 0), book=table) == ["ab"]


# --- sheets --------------------------------------------------------------------------------------


def test_hidden_sheets_and_charts_are_left_out() -> None:
    data = workbook(record(LABEL, at(0) + narrow("a")), sheets=[(1, 0), (0, 2), (0, 0)])
    assert [sheet.name for sheet in old.sheets(data)] == ["丙"]


def test_chart_within_a_sheet_is_left_out_and_the_sheet_goes_on() -> None:
    chart = [begin(), record(LABEL, at(1) + narrow("chart")), record(EOF)]
    cells = [record(LABEL, at(0) + narrow("a")), *chart, record(LABEL, at(2) + narrow("b"))]
    assert only(workbook(*cells)).cells == {(0, 0): "a", (0, 2): "b"}


def test_hidden_rows_and_columns_and_merged_cells_are_told() -> None:
    cells = [
        record(ROW, struct.pack("<8H", 1, 0, 1, 0, 0, 0, 0x20, 0)),
        record(ROW, struct.pack("<8H", 2, 0, 1, 0, 0, 0, 0, 0)),
        record(COLINFO, struct.pack("<6H", 3, 4, 0, 0, 1, 0)),
        record(COLINFO, struct.pack("<6H", 6, 6, 0, 0, 0, 0)),
        *(record(LABEL, at(0, row=row) + narrow(f"row{row}")) for row in range(3)),
        record(MERGED, struct.pack("<9H", 2, 2, 3, 0, 1, 4, 4, 0, 2)),
    ]
    sheet = only(workbook(*cells))
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({1}, {3, 4})
    assert sheet.cells == {(0, 0): "row0", (2, 0): "row2"}
    assert sheet.merges == [((2, 0), (3, 1)), ((4, 0), (4, 2))]


@pytest.mark.parametrize(
    ("book", "told"),
    [([record(FILEPASS, bytes(6))], LOCKED), ([record(FORMAT, b"\0")], DAMAGED), ([begin(), begin()], DAMAGED)],
)
def test_locked_or_damaged_workbook_is_refused(book: list[bytes], told: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        only(workbook(book=book))
    assert refusal.value.message == told


def test_workbook_of_another_version_or_without_its_stream_is_refused() -> None:
    data = workbook()
    with pytest.raises(Unreadable) as refusal:
        only(data.replace(begin(), begin(0x0500)))
    assert refusal.value.message == DAMAGED
    with pytest.raises(Unreadable, match="很旧的 Excel 格式"):
        only(data.replace("Workbook".encode("utf-16-le"), "Something".encode("utf-16-le")[:16]))
