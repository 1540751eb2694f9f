"""What a pasted block is: a table with its head, rows of a list, or the values of a group (a row of amounts).

What is recognised decides, not where the focus stands; the focus decides only on what the block itself does not say.
Placing rows belongs in `placing`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from portal.domain import documents, forms
from portal.domain.changes import Set
from portal.domain.documents import ASSIGNED_FIELDS, GROUPS, ROW_LISTS, Document, ProjectDocument
from portal.domain.errors import Invalid
from portal.domain.forms import Form, Grid, GridCell
from portal.domain.frameworks import Framework
from portal.domain.pasting.block import Block
from portal.domain.pasting.columns import captioned, has_headers
from portal.domain.pasting.placing import PastePreview, PreviewCell, Target, field_names, place, place_rows

_QUOTED = 5
_LONGEST_QUOTE = 30


def paste(
    document: Document,
    path: str,
    block: Block,
    framework: Framework | None,
    new_ids: Callable[[], str],
    *,
    inserts: bool = False,
) -> PastePreview:
    """Place `block`, pasted at the cell `path` ("" = no cell), where its captions say, else where `path` says.

    inserts: rows become new rows instead of going over those that exist. Raises Invalid where nothing is recognised,
    and as `place`.
    """
    if isinstance(document, ProjectDocument):
        whole = _place_table(document, block, framework, new_ids, inserts=inserts)
        if whole:
            return whole
    list_name, _, rest = path.partition("/")
    named = _list_named(document, block)
    if list_name in ROW_LISTS[document.kind] and named in ("", list_name):
        row_id, _, field = rest.partition("/")
        return place(document, list_name, row_id, field, block, framework, new_ids, inserts=inserts)
    if not named:
        if texts := _group_named(document, block):
            return _set_head(document, forms.of(document), texts)
        if list_name in GROUPS[document.kind]:
            return _place_group(document, path, block)
    if not named and (path or len(ROW_LISTS[document.kind]) > 1):
        raise Invalid("没有认出粘贴的是哪几栏：没有栏目名称，也没有点在指标、金额或者百分比的栏里。")
    name = named or next(iter(ROW_LISTS[document.kind]))
    first = next(iter(field_names(forms.of(document), name)))
    return place(document, name, "", first, block, framework, new_ids, inserts=inserts)


def _list_named(document: Document, block: Block) -> str:
    """The list whose captions stand above the columns of the block; "" if there is none."""
    form = forms.of(document)
    return next((name for name in form.lists if has_headers(block, field_names(form, name))), "")


# --- a table with its head -------------------------------------------------------------------------


def _place_table(
    document: ProjectDocument,
    block: Block,
    framework: Framework | None,
    new_ids: Callable[[], str],
    *,
    inserts: bool,
) -> PastePreview | None:
    """None unless the block has texts beside captions of the head."""
    form = forms.of(document)
    found = forms.recognise(_grid(block), [form], lambda name, n: f"{name}{n}")
    if found is None:
        return None
    texts = {path: documents.value_at(found.document, path) or "" for path in form.scalars}
    head = _set_head(document, form, {path: text for path, text in texts.items() if path not in ASSIGNED_FIELDS})
    if not head.head:
        return None
    rows = [
        {field: documents.row_text(row, field) for field in field_names(form, "indicators")}
        for row in documents.rows(found.document, "indicators")
    ]
    count = len(document.indicators)
    below = place_rows(document, Target("indicators", count if inserts else 0, inserts), rows, framework, new_ids)
    unplaced = [cell.text.strip() for cell in found.unplaced]
    return replace(
        below,
        operations=[*head.operations, *below.operations],
        head=head.head,
        left_out=[*found.converted, *below.left_out, *_told(unplaced)],
    )


def _grid(block: Block) -> Grid:
    cells = [
        GridCell(row, column, _span_down(block, row, column), _span_right(block, row, column), text)
        for row, texts in enumerate(block.rows)
        for column, text in enumerate(texts)
        if (row, column) not in block.beside and (row, column) not in block.below
    ]
    return Grid(tuple(cells), keeps_merges=bool(block.beside or block.below))


def _span_right(block: Block, row: int, column: int) -> int:
    span = 1
    while (row, column + span) in block.beside:
        span += 1
    return span


def _span_down(block: Block, row: int, column: int) -> int:
    span = 1
    while (row + span, column) in block.below:
        span += 1
    return span


def _told(unplaced: list[str]) -> list[str]:
    if not unplaced:
        return []
    named = "、".join(f"“{text[:_LONGEST_QUOTE]}”" for text in unplaced[:_QUOTED])
    more = f"等 {len(unplaced)} 处" if len(unplaced) > _QUOTED else ""
    return [f"没有找到位置、没有粘贴的：{named}{more}。"]


# --- a row of amounts or percents ------------------------------------------------------------------


def _group_named(document: Document, block: Block) -> dict[str, str] | None:
    """The texts below the captions of a group (3月底, 6月底, …) by field; None if there are none."""
    form = forms.of(document)
    for group in GROUPS[document.kind]:
        if found := captioned(block, {field: form.names(field) for field in _fields_of(form, group)}):
            return found
    return None


def _fields_of(form: Form, group: str) -> list[str]:
    return [field for field in form.fields if field.startswith(f"{group}/")]


def _place_group(document: Document, path: str, block: Block) -> PastePreview:
    """The values of a group one behind the other from `path` on. Raises Invalid."""
    form = forms.of(document)
    group, _, _ = path.partition("/")
    fields = _fields_of(form, group)
    if path not in fields:
        raise Invalid("这张表的表样没有这一栏。")
    rows = [row for row in range(len(block.rows)) if not block.is_blank(row)]
    if len(rows) != 1 and block.width != 1:
        raise Invalid(f"粘贴的有 {len(rows)} 行；{form.label(group)}一次只能粘贴一行，或者连同栏目名称一起粘贴。")
    texts = [block.text(row, column) for row in rows for column in range(block.width)]
    room = fields[fields.index(path) :]
    if any(texts[len(room) :]):
        raise Invalid(f"从“{form.label(path)}”起只有 {len(room)} 栏，粘贴的有 {len(texts)} 个。")
    return _set_head(document, form, dict(zip(room, texts, strict=False)))


def _set_head(document: Document, form: Form, texts: Mapping[str, str]) -> PastePreview:
    """A blank text keeps what stands there."""
    wanted = {path: documents.checked_text(text, path) for path, text in texts.items() if text.strip()}
    old = {path: documents.value_at(document, path) or "" for path in wanted}
    operations = [Set(path, old[path], text) for path, text in wanted.items() if text != old[path]]
    cells = tuple(PreviewCell(form.label(path), old[path], text) for path, text in wanted.items())
    return PastePreview([*operations], [], [], cells)
