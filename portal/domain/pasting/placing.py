"""Places a block: its rows over rows of the form and after them, as operations and as a preview that agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class PastePreview:
    """`operations` lead to exactly what `cells` show; `left_out`: one sentence for each thing that is not pasted."""

    operations: list[Operation]
    cells: list[PreviewRow]
    left_out: list[str]


def place(
    document: Document,
    list_name: str,
    row_id: str,
    field: str,
    block: Block,
    framework: Framework | None,
    new_ids: Callable[[], str],
) -> PastePreview:
    """Place `block` into the rows of `list_name`, from row `row_id` ("" = after the last) and from `field` on.

    A header row in the block takes precedence over `field`. A blank cell keeps the existing text. `framework` (None in
    the department's form) gives the spelling of levels; `new_ids` returns an unused id at each call. Raises Invalid if
    row or field do not exist, or there would be too many rows.
    """
    existing: Sequence[Row] = documents.rows(document, list_name)
    row_type = ROW_LISTS[document.kind][list_name]
    start = _position(existing, row_id)
    form = forms.of(document)
    columns = assign(block, _names(form, list_name), field)
    texts = _texts(block, columns, list_name)
    targets = list(existing[start : start + len(texts)])
    _check_room(document, len(texts) - len(targets))
    operations: list[Operation] = []
    last = existing[-1].id if existing else ""
    for _ in range(len(texts) - len(targets)):
        targets.append(row_type(new_ids()))
        operations.append(Insert(list_name, targets[-1].id, last))
        last = targets[-1].id
    preview: list[PreviewRow] = []
    kept = 0
    for position, (row, wanted) in enumerate(zip(targets, texts, strict=True), start + 1):
        if framework is not None and list_name == "indicators":
            _name_levels(wanted, row, framework)
        kept += sum(not text and documents.row_text(row, name) != "" for name, text in wanted.items())
        shown = _row(form, list_name, row, wanted, f"第{position}行" if position <= len(existing) else "新增")
        preview.append(shown)
        operations += _sets(form, list_name, row, shown)
    left_out = list(columns.left_out)
    if kept:
        left_out.append(f"有 {kept} 个空白单元格，没有覆盖表中原有的文字。")
    return PastePreview(operations, preview, left_out)


def _names(form: Form, list_name: str) -> dict[str, tuple[str, ...]]:
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


def _row(form: Form, list_name: str, row: Row, wanted: Mapping[str, str], label: str) -> PreviewRow:
    cells = []
    for name in _names(form, list_name):
        old = documents.row_text(row, name)
        cells.append(PreviewCell(form.label(f"{list_name}/{name}"), old, wanted.get(name) or old))
    return PreviewRow(row.id, label, tuple(cells))


def _sets(form: Form, list_name: str, row: Row, shown: PreviewRow) -> list[Set]:
    fields = _names(form, list_name)
    return [
        Set(f"{list_name}/{row.id}/{name}", cell.old, cell.new)
        for name, cell in zip(fields, shown.cells, strict=True)
        if cell.kind is not Mark.SAME
    ]
