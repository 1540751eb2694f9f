"""A sheet as its file describes it: references, merged cells, what is hidden, blank stretches, limits."""

from __future__ import annotations

import pytest

from portal.formats.excel import sheets
from portal.formats.excel.sheets import RawSheet, column_name, reference
from portal.formats.pieces import MAX_ROWS, Limits
from portal.formats.reading import Unreadable


def cells(sheet: RawSheet) -> list[tuple[str, int, int, int, int]]:
    """Text, row, column, rowspan and colspan of the cells with text."""
    grid = sheet.table(Limits()).grid
    return [(c.text, c.row, c.column, c.rowspan, c.colspan) for c in grid.cells if c.text]


@pytest.mark.parametrize(
    ("text", "place"), [("A1", (0, 0)), ("b5", (4, 1)), ("$AA$10", (9, 26)), ("XFD1048576", (1_048_575, 16_383))]
)
def test_reference_names_a_place(text: str, place: tuple[int, int]) -> None:
    assert reference(text) == place
    assert column_name(place[1]) == text.replace("$", "").upper().rstrip("0123456789")


@pytest.mark.parametrize("text", ["", "1A", "ABCD1", "A12345678", "甲1"])
def test_text_that_is_no_reference_is_the_first_place(text: str) -> None:
    assert reference(text) == (0, 0)


def test_place_of_a_cell_is_named_as_the_spreadsheet_names_it() -> None:
    sheet = RawSheet("甲", {(0, 0): "一", (4, 27): "二"})
    sheet.add_merge("A1:A2")
    places = {cell.text: cell.place for cell in sheet.table(Limits()).grid.cells if cell.text}
    assert places == {"一": "工作表“甲”A1", "二": "工作表“甲”AB5"}


def test_blank_stretches_are_one_row_or_column_and_hidden_ones_none() -> None:
    sheet = RawSheet("甲", {(0, 0): "一", (9, 0): "二", (10, 5): "三", (12, 6): "四"})
    sheet.hidden_rows.add(11)
    assert cells(sheet) == [("一", 0, 0, 1, 1), ("二", 2, 0, 1, 1), ("三", 3, 2, 1, 1), ("四", 4, 3, 1, 1)]


def test_merged_cell_loses_its_hidden_rows_and_columns() -> None:
    sheet = RawSheet("甲", {(0, 0): "一", (3, 3): "二"})
    sheet.merge((0, 0), (2, 2))
    sheet.hidden_rows.add(1)
    sheet.hide_columns(1, 1)
    assert cells(sheet) == [("一", 0, 0, 2, 2), ("二", 2, 2, 1, 1)]


def test_of_merged_cells_that_overlap_the_first_counts() -> None:
    sheet = RawSheet("甲", {(0, 0): "一", (1, 1): "二"})
    sheet.merge((0, 0), (0, 1))
    sheet.merge((0, 1), (1, 1))
    assert cells(sheet) == [("一", 0, 0, 1, 2), ("二", 1, 1, 1, 1)]


def test_merged_cell_reaches_fifty_places_beyond_the_texts() -> None:
    sheet = RawSheet("甲", {(0, 0): "一"})
    sheet.merge((0, 0), (1_000_000, 0))
    assert cells(sheet) == [("一", 0, 0, 51, 1)]
    sheet = RawSheet("甲", {(0, 0): "一"})
    sheet.add_merge("A1:XFD1")
    sheet.merge((51, 0), (51, 1))  # no text is near
    assert cells(sheet) == [("一", 0, 0, 1, 51)]


def test_hidden_columns_end_with_the_sheet() -> None:
    sheet = RawSheet("甲")
    sheet.hide_columns(16_380, 20_000)
    assert max(sheet.hidden_columns) == 16_384


def test_sheet_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_MERGES", 1)
    sheet = RawSheet("甲" * 40, {(row, 0): "一" for row in range(MAX_ROWS + 1)})
    sheet.merge((0, 0), (0, 0))
    with pytest.raises(Unreadable, match="^工作表“甲{31}”的合并单元格太多"):
        sheet.merge((1, 0), (1, 0))
    with pytest.raises(Unreadable, match=f"超过 {MAX_ROWS} 行"):
        sheet.check()
    wide = RawSheet("甲", {(0, column): "一" for column in range(401)})
    with pytest.raises(Unreadable, match="超过 400 列"):
        wide.table(Limits())
    del wide.cells[0, 400]
    assert len(wide.table(Limits()).grid.cells) == 400
