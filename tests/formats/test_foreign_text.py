"""Text files with a row on each line: what Excel and Word make of tables whose cells were merged."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.domain.forms import Grid
from portal.formats import files
from tests.formats.layout_files import drawing, grid
from tests.formats.layout_truth import LAYOUTS, seen


def from_excel(held: Grid) -> bytes:
    """A blank cell at each position that a merged one covers."""
    rows = []
    for row in range(held.height):
        own = {cell.column: quoted(cell.text) for cell in held.cells if cell.row == row}
        rows.append("\t".join(own.get(column, "") for column in range(held.width)))
    return "\r\n".join(rows).encode()


def from_word(held: Grid) -> bytes:
    """One cell for cells merged across columns, a blank one below those merged across rows."""
    rows = []
    for row in range(held.height):
        own = sorted((cell for cell in held.cells if cell.row <= row < cell.end_row), key=lambda cell: cell.column)
        rows.append("\t".join(quoted(cell.text) if cell.row == row else "" for cell in own))
    return "\r\n".join(rows).encode()


def quoted(text: str) -> str:
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if "\n" in text else text


@pytest.mark.parametrize("made", [from_excel, from_word])
@pytest.mark.parametrize("name", LAYOUTS)
def test_layout_is_read_from_text(name: str, made: Callable[[Grid], bytes]) -> None:
    found = files.read("a.txt", made(grid(drawing(name))))
    assert [seen(table) for table in found.text.tables] == LAYOUTS[name]


def test_quotes_within_a_cell_are_text() -> None:
    source = from_excel(grid(drawing("10").replace("完成除险加固", '完成"除险"加固\\n两座')))
    (table,) = files.read("a.txt", source).text.tables
    assert table.goals == '完成"除险"加固\n两座'
