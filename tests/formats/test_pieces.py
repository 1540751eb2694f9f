"""Grids made of rows as files give them: continued cells, spans that overlap, positions that a file leaves out."""

from __future__ import annotations

import pytest

from portal.domain.forms import Grid
from portal.formats.pieces import MAX_POSITIONS, MAX_ROWS, Limits, RawCell, filled, grid_of
from portal.formats.reading import Unreadable


def cells(grid: Grid) -> list[tuple[str, int, int, int, int]]:
    """Text, row, column, rowspan and colspan."""
    return [(cell.text, cell.row, cell.column, cell.rowspan, cell.colspan) for cell in grid.cells]


def above(column: int, colspan: int = 1) -> RawCell:
    return RawCell("", column, colspan, is_above=True)


def test_cell_goes_on_below_where_it_is_as_wide() -> None:
    grid = grid_of(
        [
            [RawCell("甲", 0, 2), RawCell("乙", 2)],
            [above(0, 2), above(2)],
            [above(0, 2), RawCell("丙", 2)],
        ],
        "表",
    )
    assert cells(grid) == [("甲", 0, 0, 3, 2), ("乙", 0, 2, 2, 1), ("丙", 2, 2, 1, 1)]


@pytest.mark.parametrize("below", [above(0, 1), above(1, 2)])
def test_cell_that_is_not_as_wide_as_the_one_above_is_a_cell_of_its_own(below: RawCell) -> None:
    grid = grid_of([[RawCell("甲", 0, 2)], [below]], "表")
    assert cells(grid)[1:] == [("", 1, below.column, 1, below.colspan)]


def test_cell_does_not_go_on_over_a_gap() -> None:
    grid = grid_of([[RawCell("甲", 0)], [RawCell("乙", 1)], [above(0)]], "表")
    assert cells(grid) == [("甲", 0, 0, 1, 1), ("乙", 1, 1, 1, 1), ("", 2, 0, 1, 1)]


def test_span_ends_with_the_table_and_before_another_cell() -> None:
    grid = grid_of([[RawCell("甲", 0, 1, 5), RawCell("乙", 1, 3), RawCell("丙", 2)], [RawCell("丁", 1)]], "表")
    assert cells(grid) == [("甲", 0, 0, 2, 1), ("乙", 0, 1, 1, 3), ("丁", 1, 1, 1, 1)]
    grid = grid_of([[RawCell("甲", 1, 1, 2)], [RawCell("乙", 0, 2), RawCell("丙", 2)]], "表")
    assert cells(grid) == [("甲", 0, 1, 2, 1), ("乙", 1, 0, 1, 1), ("丙", 1, 2, 1, 1)]


def test_place_of_a_cell_is_counted_from_one() -> None:
    (_, last) = grid_of([[RawCell("甲", 0), RawCell("乙", 1)]], "第 2 个表格").cells
    assert last.place == "第 2 个表格第 1 行第 2 列"


def test_positions_that_a_file_leaves_out_are_blank_cells() -> None:
    rows = filled([[RawCell("甲", 1, 1, 2)], [RawCell("乙", 2)], []], 3)
    assert [[(cell.text, cell.column) for cell in row] for row in rows] == [
        [("", 0), ("甲", 1), ("", 2)],
        [("", 0), ("乙", 2)],
        [("", 0), ("", 1), ("", 2)],
    ]


def test_limits_are_reached_by_rows_of_one_table_or_positions_of_all() -> None:
    limits = Limits()
    limits.check(MAX_ROWS, MAX_POSITIONS // MAX_ROWS, "表")
    with pytest.raises(Unreadable, match="表格太大"):
        limits.check(1, 1, "表")
    with pytest.raises(Unreadable, match=f"表超过 {MAX_ROWS} 行"):
        Limits().check(MAX_ROWS + 1, 1, "表")
