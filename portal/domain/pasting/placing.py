"""Places a block: its rows over rows of the form and after them, as operations and as a preview that agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from portal.domain import documents, forms
from portal.domain.changes import Insert, Operation, Set
from portal.domain.documents import MAX_ROWS, ROW_LISTS, Document, Row
from portal.domain.errors import Invalid
from portal.domain.forms import Form
from portal.domain.frameworks import Framework
from portal.domain.pasting.block import Block
from portal.domain.pasting.columns import Columns, assign

Texts = dict[str, str]
"""Texts of one row by field; "" where the block has none."""


class Mark(StrEnum):
    SAME = "same"
    ADDED = "added"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class PreviewCell:
    label: str
    old: str
    new: str

    @property
    def kind(self) -> Mark:
        """`added`: the cell was blank before."""
        if self.old == self.new:
            return Mark.SAME
        return Mark.CHANGED if self.old else Mark.ADDED


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row after pasting: 第3行 or 新增, and all its cells in the order of the form."""

    id: str
    label: str
    cells: tuple[PreviewCell, ...]
    is_existing: bool


@dataclass(frozen=True, slots=True)
class PastePreview:
    """`operations` lead to exactly what `head` (cells outside the lists) and `cells` show.

    left_out: one sentence for each thing that is not pasted. is_over_rows: whether rows that exist are written over.
    """

    operations: list[Operation]
    cells: list[PreviewRow]
    left_out: list[str]
    head: tuple[PreviewCell, ...] = ()

    @property
    def is_over_rows(self) -> bool:
        return any(row.is_existing for row in self.cells)


def place(
    document: Document,
    list_name: str,
    row_id: str,
    field: str,
    block: Block,
    framework: Framework | None,
    new_ids: Callable[[], str],
    *,
    inserts: bool = False,
) -> PastePreview:
    """Place `block` into the rows of `list_name`, from row `row_id` ("" = after the last) and from `field` on.

    A header row in the block takes precedence over `field`. A blank cell keeps the existing text. inserts: as new rows
    after `row_id` instead of over it and the rows below. `framework` (None in the department's form) gives the spelling
    of levels; `new_ids` returns an unused id at each call. Raises Invalid if row or field do not exist, or there would
    be too many rows.
    """
    start = _position(documents.rows(document, list_name), row_id)
    columns = assign(block, field_names(forms.of(document), list_name), field)
    texts = _texts(block, columns, list_name)
    target = Target(list_name, start + inserts if row_id else start, inserts)
    placed = place_rows(document, target, texts, framework, new_ids)
    return replace(placed, left_out=[*columns.left_out, *placed.left_out])


@dataclass(frozen=True, slots=True)
class Target:
    """Rows of a list from position `start` on; inserts: before it, instead of over the rows there."""

    list_name: str
    start: int
    inserts: bool = False


def place_rows(
    document: Document,
    target: Target,
    texts: Sequence[Texts],
    framework: Framework | None,
    new_ids: Callable[[], str],
) -> PastePreview:
    """Write `texts`, a row each, over the rows of the target and into new ones after them. Raises Invalid."""
    form, list_name = forms.of(document), target.list_name
    existing: Sequence[Row] = documents.rows(document, list_name)
    over = [] if target.inserts else list(existing[target.start : target.start + len(texts)])
    _check_room(document, len(texts) - len(over))
    before = target.start if target.inserts else len(existing)
    above = existing[before - 1].id if before else ""
    added, operations = _added(document, list_name, above, len(texts) - len(over), new_ids)
    preview: list[PreviewRow] = []
    kept = 0
    for position, (row, wanted) in enumerate(zip((*over, *added), texts, strict=True), target.start + 1):
        if framework is not None and list_name == "indicators":
            _name_levels(wanted, row, framework)
        kept += sum(not text and documents.row_text(row, name) != "" for name, text in wanted.items())
        is_existing = row in over
        shown = _row(form, list_name, row, wanted, f"第{position}行" if is_existing else "新增", is_existing)
        preview.append(shown)
        operations += _sets(form, list_name, row, shown)
    left_out = [f"有 {kept} 个空白单元格，没有覆盖表中原有的文字。"] if kept else []
    return PastePreview(operations, preview, left_out)


def _added(
    document: Document, list_name: str, after: str, count: int, new_ids: Callable[[], str]
) -> tuple[list[Row], list[Operation]]:
    """New rows one behind the other, the first behind the row `after` ("" = at the top)."""
    row_type = ROW_LISTS[document.kind][list_name]
    rows: list[Row] = [row_type(new_ids()) for _ in range(count)]
    ids = [after, *(row.id for row in rows)]
    return rows, [Insert(list_name, own, above) for above, own in pairwise(ids)]


def field_names(form: Form, list_name: str) -> dict[str, tuple[str, ...]]:
    """The fields of the list in the order of the form, each with the captions that may stand above its column."""
    own = (field for field in form.fields if field.startswith(f"{list_name}/"))
    return {field.partition("/")[2]: form.names(field) for field in own}


def _position(existing: Sequence[Row], row_id: str) -> int:
    if row_id == "":
        return len(existing)
    for position, row in enumerate(existing):
        if row.id == row_id:
            return position
    raise Invalid("这一行已经不在表中。")


def _check_room(document: Document, new_count: int) -> None:
    """All lists of a document share MAX_ROWS, because a form is saved as a whole."""
    count = sum(len(documents.rows(document, name)) for name in ROW_LISTS[document.kind])
    if new_count > 0 and count + new_count > MAX_ROWS:
        raise Invalid(f"最多 {MAX_ROWS} 行，粘贴以后会有 {count + new_count} 行。")


# --- from the block ------------------------------------------------------------------------------


def _texts(block: Block, columns: Columns, list_name: str) -> list[Texts]:
    found = [
        {
            name: documents.checked_text(block.text(row, column), f"{list_name}/{name}")
            for name, column in columns.of_field.items()
        }
        for row in columns.rows
    ]
    if list_name == "indicators" and found:
        _fill_levels(found)
    return found


def _fill_levels(rows: Sequence[Texts]) -> None:
    """A blank level means "as above", if the first row has that level; a level 2 only under the same level 1."""
    fills = [level for level in ("level1", "level2") if rows[0].get(level)]
    for n, row in enumerate(rows[1:], 1):
        above = rows[n - 1]
        if "level1" in fills and not row["level1"]:
            row["level1"] = above["level1"]
        if "level2" in fills and not row["level2"] and row.get("level1") == above.get("level1"):
            row["level2"] = above["level2"]


def _name_levels(wanted: Texts, row: Row, framework: Framework) -> None:
    """Write levels in the framework's spelling; narrow columns break names into lines. Unknown ones stay."""
    level1 = wanted.get("level1") or str(getattr(row, "level1", ""))
    own = framework.find_level1("".join(level1.split()))
    if wanted.get("level1") and own is not None:
        wanted["level1"] = own
    if wanted.get("level2"):
        name = "".join(wanted["level2"].split())
        # the row's own level 1 first: several levels 1 may share a name
        candidates = [*([own] if own else []), *framework.levels]
        found = (framework.find_level2(candidate, name) for candidate in candidates)
        wanted["level2"] = next((level2 for level2 in found if level2), wanted["level2"])


# --- what becomes of a row -----------------------------------------------------------------------


def _row(form: Form, list_name: str, row: Row, wanted: Mapping[str, str], label: str, is_existing: bool) -> PreviewRow:
    cells = []
    for name in field_names(form, list_name):
        old = documents.row_text(row, name)
        cells.append(PreviewCell(form.label(f"{list_name}/{name}"), old, wanted.get(name) or old))
    return PreviewRow(row.id, label, tuple(cells), is_existing)


def _sets(form: Form, list_name: str, row: Row, shown: PreviewRow) -> list[Set]:
    fields = field_names(form, list_name)
    return [
        Set(f"{list_name}/{row.id}/{name}", cell.old, cell.new)
        for name, cell in zip(fields, shown.cells, strict=True)
        if cell.kind is not Mark.SAME
    ]
