"""Lays a document out by its form. `recognition` reads it back: the two agree for every field of the form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from portal.domain.documents import ROW_LISTS, Document, Row, field_of, row_text, rows, texts, value_at
from portal.domain.forms import captions, shipped
from portal.domain.forms.form import NUMBER, Column, Form, ListTable, Section, Slot
from portal.domain.forms.places import label
from portal.domain.forms.sheets import BLANK_ROW, Block, Cell, Role, Sheet, SheetRow, pattern_pieces
from portal.domain.target_values import parts

LEFTOVERS = "表样以外的内容"
"""Heading above texts of a document that its form does not show."""


def layout(document: Document, *, editing: bool = False) -> Sheet:
    """The document as its form shows it.

    Texts that the form does not show stand below under a heading of their own: no text is hidden.
    `editing`: each text has a cell of its own, so nothing is merged and no value is shown in parts.
    """
    form = shipped.of(document)
    blocks = [block for section in form.sections for block in _blocks(form, section, document, editing)]
    if left := _leftovers(form, document):
        blocks.append(left)
    return Sheet(sheet_title(document), above(form, document), tuple(blocks), tuple(_identity(form, document)))


def sheet_title(document: Document) -> str:
    """The title above the table, in one line; "" if the form has none."""
    form = shipped.of(document)
    if form.title is None:
        return ""
    return " ".join(form.title.join(lambda path: value_at(document, path) or "").split())


def above(form: Form, document: Document) -> tuple[Cell, ...]:
    """The line between title and table."""
    return tuple(_head_cell(form, slot, document) for slot in form.above)


def _identity(form: Form, document: Document) -> Iterator[tuple[Cell, Cell]]:
    for path in form.above_the_sheet:
        text, label_ = value_at(document, path) or "", form.label(path)
        caption = Cell(0, 0, 1, 1, Role.CAPTION, label_, labels=path)
        yield caption, Cell(0, 1, 1, 1, Role.VALUE, text, path, path, label_)


def _blocks(form: Form, section: Section, document: Document, editing: bool) -> Iterator[Block]:
    heading = section.heading
    if section.rows:
        lines = tuple(SheetRow(tuple(_head_cell(form, slot, document) for slot in row)) for row in section.rows)
        yield Block(section.width, lines, heading)
        heading = ""
    if section.table:
        table = _for_editing(section.table) if editing else section.table
        yield _list_block(form, table, section.width, document, heading)


def _head_cell(form: Form, slot: Slot, document: Document) -> Cell:
    if slot.pattern is None:
        return _caption_cell(form, slot)
    bounds = (slot.row, slot.column, slot.rowspan, slot.colspan)
    values = {path: value_at(document, path) or "" for path in slot.pattern.paths}
    path = slot.pattern.paths[0]
    text = slot.pattern.join(values.__getitem__)
    # A caption over a group of fields does not name each field, so the cell gets its own label.
    label_ = "" if path in form.captions and slot.pattern.is_plain else form.label(path)
    return Cell(*bounds, Role.VALUE, text, path, path, label_, pieces=pattern_pieces(slot.pattern, values))


@cache
def _caption_cell(form: Form, slot: Slot) -> Cell:
    own = [(path, value) for path, (caption, value) in form.anchors.items() if caption == slot]
    labels = own[0][0] if len({value for _, value in own}) == 1 else ""
    is_over = any(value.column == slot.column for _, value in own)
    bounds = (slot.row, slot.column, slot.rowspan, slot.colspan)
    return Cell(*bounds, Role.CAPTION, slot.caption, slot.group, labels=labels, is_over=is_over)


# --- lists ---------------------------------------------------------------------------------------


def _list_block(form: Form, table: ListTable, width: int, document: Document, heading: str) -> Block:
    own: Sequence[Row] = rows(document, table.name)
    depth = max(len(column.captions) for column in table.columns)
    head = _head_rows(table, depth, len(own))
    body = [SheetRow(tuple(_row_cells(table, own, n, depth)), f"{table.name}/{row.id}") for n, row in enumerate(own)]
    blank = [ROW_LISTS[document.kind][table.name](id=BLANK_ROW)]
    return Block(
        width,
        (*head, *body),
        heading,
        table.name,
        depth,
        form.label(table.name),
        captions.row_noun(table.name),
        SheetRow(tuple(_row_cells(table, blank, 0, depth)), f"{table.name}/{BLANK_ROW}"),
    )


def _head_rows(table: ListTable, depth: int, count: int) -> list[SheetRow]:
    """Captions of parts of one value stand below the caption that they share."""
    lines: list[list[Cell]] = [[] for _ in range(depth)]
    at = 0
    for column in table.columns:
        path = table.field(column)
        for level, caption in enumerate(column.captions):
            above = lines[level][-1] if lines[level] else None
            if above and above.text == caption and level + 1 < len(column.captions) and above.field == path:
                lines[level][-1] = replace(above, colspan=above.colspan + column.colspan)
                continue
            is_last = level + 1 == len(column.captions)
            height = depth - level if is_last else 1
            runs_down = column.field is None
            cell = Cell(level, at, height, column.colspan, Role.CAPTION, caption, field=path, is_over=True)
            lines[level].append(replace(cell, rowspan=height + count, runs_down=True) if runs_down else cell)
        at += column.colspan
    return [SheetRow(tuple(line)) for line in lines]


def _row_cells(table: ListTable, own: Sequence[Row], n: int, depth: int) -> Iterator[Cell]:
    at = 0
    main = _main(table)
    for column in table.columns:
        cell = _row_cell(table, column, own, n, (depth + n, at), is_main=column is main)
        at += column.colspan
        if cell:
            yield cell


def _main(table: ListTable) -> Column | None:
    """The first column that is no level."""
    levels = ("", "indicators/level1", "indicators/level2")
    return next((column for column in table.columns if table.field(column) not in levels), None)


def _row_cell(
    table: ListTable, column: Column, own: Sequence[Row], n: int, place: tuple[int, int], *, is_main: bool
) -> Cell | None:
    """None below a caption that runs down, and where a merged cell above reaches. place: line and column."""
    if column.field is None:
        return None
    bounds = (*place, 1, column.colspan)
    if column.field == NUMBER:
        return Cell(*bounds, Role.COUNT, str(n + 1))
    name, part = column.field.path, column.field.part
    text = row_text(own[n], name)
    path, field, called = f"{table.name}/{own[n].id}/{name}", f"{table.name}/{name}", column.caption
    if part:
        return Cell(*bounds, Role.VALUE, parts.split(text)[part], path, field, called, part=part, is_main=is_main)
    if not column.is_merged:
        return Cell(*bounds, Role.VALUE, text, path, field, called, is_main=is_main)
    if n and row_text(own[n - 1], name) == text:
        return None
    end = n + 1
    while end < len(own) and row_text(own[end], name) == text:
        end += 1
    covers = tuple(f"{table.name}/{row.id}/{name}" for row in own[n:end])
    return Cell(*place, end - n, column.colspan, Role.VALUE, text, path, field, called, covers=covers)


def _for_editing(table: ListTable) -> ListTable:
    """The list with the parts of a value joined in one column, and without merged cells."""
    columns: list[Column] = []
    for column in table.columns:
        last = columns[-1] if columns else None
        if last and last.field and column.field and column.field.part and last.field.path == column.field.path:
            heads = column.captions[:1] if column.field.part == "number" else last.captions
            columns[-1] = replace(last, captions=heads, colspan=last.colspan + column.colspan)
        elif column.field:
            heads = column.captions[:1] if column.field.part else column.captions
            field = replace(column.field, part="")
            columns.append(replace(column, captions=heads, field=field, is_merged=False))
        else:
            columns.append(column)
    return replace(table, columns=tuple(columns))


# --- what the form does not show -----------------------------------------------------------------


def _leftovers(form: Form, document: Document) -> Block | None:
    left = [path for path, text in left_out(form, document).items() if text]
    width = form.sections[0].width
    lines = tuple(SheetRow(tuple(_leftover(document, path, n, width))) for n, path in enumerate(left))
    return Block(width, lines, LEFTOVERS) if lines else None


def _leftover(document: Document, path: str, n: int, width: int) -> Iterator[Cell]:
    called = label(document, path)
    yield Cell(n, 0, 1, 1, Role.CAPTION, called, labels=path)
    text, field = value_at(document, path) or "", field_of(document.kind, path)
    yield Cell(n, 1, 1, width - 1, Role.VALUE, text, path, field, called)


def left_out(form: Form, document: Document) -> dict[str, str]:
    """Texts of a document, not blank, that `form` has no place for, by path."""
    return {
        path: text for path, text in texts(document).items() if text and not form.has(field_of(document.kind, path))
    }
