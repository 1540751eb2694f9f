"""Places of a document as its form shows them: the targets of opinions and findings, and their labels."""

from __future__ import annotations

import re
from decimal import Decimal

from portal.domain.amounts import read_amount
from portal.domain.documents import (
    GROUPS,
    ROW_LISTS,
    Document,
    field_of,
    find_row,
    is_field,
    rows,
    split_cell,
    value_at,
)
from portal.domain.forms import shipped

_POSITION = re.compile(r"第\d+行")
_GONE = "（已删除的行）"


def is_place(document: Document, path: str) -> bool:
    """Whether an opinion or a finding can point at `path`: "" (the whole), a field, group or list, a row or a cell."""
    kind = document.kind
    if path == "" or path in ROW_LISTS[kind] or path in GROUPS[kind]:
        return True
    list_name, _, rest = path.partition("/")
    if list_name not in ROW_LISTS[kind]:
        return _is_shown(document, path)
    row_id = rest.partition("/")[0]
    if find_row(document, list_name, row_id) is None:
        return False
    return rest == row_id or _is_shown(document, path)


def _is_shown(document: Document, path: str) -> bool:
    """A field that the form has, or a text that stands below the sheet because the form has no place for it."""
    field = field_of(document.kind, path)
    return is_field(document.kind, field) and (shipped.of(document).has(field) or bool(value_at(document, path)))


def places(document: Document) -> list[str]:
    """Every place of the document in the order of its form: fields, then each list, its rows and their cells."""
    form = shipped.of(document)
    found = list(form.scalars)
    for list_name, table in form.lists.items():
        names = dict.fromkeys(table.field(column).partition("/")[2] for column in table.columns if table.field(column))
        found.append(list_name)
        for row in rows(document, list_name):
            found += (f"{list_name}/{row.id}", *(f"{list_name}/{row.id}/{name}" for name in names))
    return found


def yuan(document: Document, path: str) -> Decimal | None:
    """The amount at `path` in yuan, read in the unit of the document's form; None if it cannot be read."""
    return read_amount(value_at(document, path) or "", shipped.of(document).unit)


def label(document: Document, path: str) -> str:
    """The label of a place: 整表, 绩效目标, 绩效指标第2行·三级指标; also for a row that is gone."""
    if path == "":
        return "整表"
    form = shipped.of(document)
    list_name, _, rest = path.partition("/")
    if list_name not in ROW_LISTS[document.kind] or not rest:
        return form.label(path)
    row_id = rest.partition("/")[0]
    position = next((n for n, row in enumerate(rows(document, list_name), 1) if row.id == row_id), None)
    place = f"{form.label(list_name)}第{position}行" if position else f"{form.label(list_name)}{_GONE}"
    cell = split_cell(document.kind, path)
    return f"{place}·{form.label(f'{list_name}/{cell[2]}')}" if cell else place


def label_now(document: Document, path: str, former: str) -> str:
    """The label of a place that an earlier version of the document called `former`, if its row has moved or is gone.

    绩效指标（原第3行，现第4行）·三级指标, 绩效指标（原第3行，该行已删除）; else as `label`.
    place_labels.js says the same on the edit page while rows move.
    """
    now = label(document, path)
    before, after = _POSITION.search(former), _POSITION.search(now)
    if before is None or (after and after[0] == before[0]):
        return now
    if after:
        return now.replace(after[0], f"（原{before[0]}，现{after[0]}）", 1)
    return now.replace(_GONE, f"（原{before[0]}，该行已删除）", 1)
