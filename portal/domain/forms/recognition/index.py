"""A grid with an index: the cell at each position, the cells of each row, and the captions that files may have.

What a caption means in a form is not here but in `captioned` and `lists`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from portal.domain.documents import ROW_LISTS, SCALARS, Kind, row_fields
from portal.domain.forms import captions
from portal.domain.forms.form import Form
from portal.domain.forms.sheets import Grid, GridCell

Position = tuple[int, int]

_DATED = re.compile(r"\d{1,2}月底?|\d{4}年.{0,12}(?:数|额)")
"""A column of the spending plan, whether a form has this month or not; an amount of another year."""
_OF_WHICH = "其中"


class GridIndex:
    """The cells of a grid by position and by row. Rows keep the numbers that they have in the grid."""

    def __init__(self, cells: Iterable[GridCell], keeps_merges: bool = True) -> None:
        self.keeps_merges = keeps_merges
        self.cells = tuple(cells)
        self.at: dict[Position, GridCell] = {}
        self.height = max((cell.end_row for cell in self.cells), default=0)
        self.width = max((cell.end_column for cell in self.cells), default=0)
        self.first = min((cell.row for cell in self.cells), default=0)
        self._rows: dict[int, list[GridCell]] = {}
        for cell in sorted(self.cells, key=lambda each: each.column):
            columns = range(cell.column, cell.end_column)
            for row in range(cell.row, cell.end_row):
                self._rows.setdefault(row, []).append(cell)
                for column in columns:
                    self.at[row, column] = cell

    @classmethod
    def of(cls, grid: Grid) -> GridIndex:
        return cls(grid.cells, grid.keeps_merges)

    @cached_property
    def keys(self) -> frozenset[str]:
        """The texts in the form in which captions are compared."""
        return frozenset(captions.key(cell.text) for cell in self.cells)

    def row(self, row: int) -> list[GridCell]:
        """The cells that cover a row, from left to right."""
        return self._rows.get(row, [])

    def own(self, row: int) -> Iterator[GridCell]:
        """The cells with text that start in a row, from left to right."""
        return (cell for cell in self.row(row) if cell.row == row and cell.text.strip())

    def in_columns(self, row: int, column: int, colspan: int) -> Iterator[GridCell]:
        """The cells of a row that share more than half of their width, or of that of these columns, with them."""
        for cell in self.row(row):
            shared = min(cell.end_column, column + colspan) - max(cell.column, column)
            narrower = min(cell.colspan, colspan)
            if shared > 0 and (shared * 2 > narrower or (shared * 2 == narrower and cell.column >= column)):
                yield cell

    def alone(self, row: int) -> GridCell | None:
        """The only cell with text of a row that no cell from above covers: a title, a line between tables, a note."""
        cells = self.row(row)
        if not cells or any(cell.row != row for cell in cells):
            return None
        filled = [cell for cell in cells if cell.text.strip()]
        return filled[0] if len(filled) == 1 else None

    def between(self, first: int, end: int) -> GridIndex:
        """The cells that start in these rows."""
        return GridIndex((cell for cell in self.cells if first <= cell.row < end), self.keeps_merges)

    def columns(self, first: int, end: int) -> GridIndex:
        """The cells that start in these columns."""
        return GridIndex((cell for cell in self.cells if first <= cell.column < end), self.keeps_merges)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Captions in the form used for comparison. heads: of heads of forms; amounts: those of amounts among them; lists:
    of each list, the captions of each field; columns: of all lists, those without a field included.
    """

    heads: frozenset[str]
    amounts: frozenset[str]
    columns: frozenset[str]
    lists: Mapping[str, Mapping[str, frozenset[str]]]

    def is_head(self, text: str) -> bool:
        key = captions.key_without_unit(text)
        if key in self.heads or key.removeprefix(_OF_WHICH) in self.heads:
            return key not in ("", _OF_WHICH)
        return _DATED.fullmatch(key) is not None

    def is_caption(self, text: str) -> bool:
        return self.is_head(text) or captions.key_without_unit(text) in self.columns


@lru_cache(maxsize=16)
def vocabulary(forms: tuple[Form, ...]) -> Vocabulary:
    """The captions of these forms and the shared ones."""
    heads = {name for kind in Kind for path in SCALARS[kind] for name in captions.names(path)}
    for form in forms:
        slots = (slot for section in form.sections for slot in form.slots(section))
        heads.update(slot.caption for slot in slots if slot.caption)
        heads.update(name for path in form.scalars for name in form.names(path))
    lists: dict[str, dict[str, frozenset[str]]] = {}
    for kind in Kind:
        for name, row_type in ROW_LISTS[kind].items():
            own = [form for form in forms if form.kind is kind]
            fields = (f"{name}/{field}" for field in row_fields(row_type))
            lists[name] = {field: _keys(_names(field, own)) for field in fields}
    columns = frozenset[str]().union(*(keys for own in lists.values() for keys in own.values()))
    columns |= captions.words("other", "column").union(*(captions.words("parts", each) for each in ("sign", "unit")))
    amounts = {name for path in SCALARS[Kind.PROJECT] if path.startswith("budget/") for name in captions.names(path)}
    return Vocabulary(_keys(heads) | captions.words("other", "head"), _keys(amounts), columns - {"绩效指标"}, lists)


def _names(field: str, forms: Sequence[Form]) -> Iterator[str]:
    yield from captions.names(field)
    for form in forms:
        yield from form.names(field) if form.has(field) else ()


def _keys(names: Iterable[str]) -> frozenset[str]:
    return frozenset(captions.key_without_unit(name) for name in names)
