"""The four operations on a draft: computed from two versions, applied to a third.

A whole-form save is `between(opened, form)` merged into the current draft. Saving by field, merging and undo use the
same operations. Authors and times of changes do not belong here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.domain import documents
from portal.domain.documents import MAX_ROWS, ROW_ID, ROW_LISTS, Document, Row
from portal.domain.errors import Invalid


@dataclass(frozen=True, slots=True)
class Set:
    """Write `new` at `path`; the author saw `base`."""

    path: str
    base: str
    new: str


@dataclass(frozen=True, slots=True)
class Insert:
    """Insert a blank row `id` into `list` after the row `after` ("" = first); its texts follow as Set operations."""

    list: str
    id: str
    after: str


@dataclass(frozen=True, slots=True)
class Move:
    id: str
    after: str


@dataclass(frozen=True, slots=True)
class Delete:
    id: str


Operation = Set | Insert | Move | Delete
_BY_NAME: Mapping[str, type[Operation]] = {"set": Set, "insert": Insert, "move": Move, "delete": Delete}
_NAMES: Mapping[type[Operation], str] = {operation: name for name, operation in _BY_NAME.items()}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two people changed one place differently; the document keeps `theirs`.

    At a field: both texts; `theirs` None: the other person deleted the row. At a row (list/id): `mine` is None, because
    this person deleted a row that the other has changed.
    """

    path: str
    theirs: str | None
    mine: str | None


def to_plain(operation: Operation) -> dict[str, str]:
    return {"op": _NAMES[type(operation)], **{name: getattr(operation, name) for name in operation.__slots__}}


def row_of(operation: Operation) -> str:
    """Id of the row that the operation changes; "" for a field outside the rows."""
    if isinstance(operation, Set):
        parts = operation.path.split("/", 2)
        return parts[1] if len(parts) == 3 else ""
    return operation.id


def from_plain(plain: Any) -> Operation:
    """The operation of a plain JSON value. Raises Invalid for any other value."""
    try:
        values = dict(plain)
        operation = _BY_NAME[values.pop("op")](**values)
    except (KeyError, TypeError, ValueError):
        raise Invalid("这不是一个有效的修改。") from None
    if not all(isinstance(value, str) for value in values.values()):
        raise Invalid("这不是一个有效的修改。")
    return operation


def between(old: Document, new: Document) -> list[Operation]:
    """Operations that turn `old` into `new`: applied to `old` they give exactly `new`. Raises Invalid for two kinds."""
    found, before = row_operations(old, new), documents.texts(old)
    found += [
        Set(path, before.get(path, ""), text)
        for path, text in documents.texts(new).items()
        if before.get(path, "") != text
    ]
    return found


def row_operations(old: Document, new: Document) -> list[Operation]:
    """The operations of `between` that insert, move and delete rows."""
    if old.kind is not new.kind:
        raise Invalid("项目绩效目标表与部门整体绩效目标不能互相替换。")
    lists = [(name, documents.rows(old, name), documents.rows(new, name)) for name in ROW_LISTS[old.kind]]
    found: list[Operation] = []
    # Deletions first: the id of a deleted row may be inserted into another list.
    for _, before, after in lists:
        staying = {row.id for row in after}
        found += (Delete(row.id) for row in before if row.id not in staying)
    for list_name, before, after in lists:
        found += _rows_placed(list_name, before, after)
    return found


def _rows_placed(list_name: str, old: Sequence[Row], new: Sequence[Row]) -> list[Operation]:
    wanted = [row.id for row in new]
    known, left = {row.id for row in old}, set(wanted)
    found: list[Operation] = []
    current = [row.id for row in old if row.id in left]
    staying = _longest_run_in_order(current, wanted)
    after = ""
    for row_id in wanted:
        if row_id not in known:
            found.append(Insert(list_name, row_id, after))
        elif row_id not in staying:
            found.append(Move(row_id, after))
        after = row_id
    return found


def _longest_run_in_order(current: Sequence[str], wanted: Sequence[str]) -> set[str]:
    """Longest increasing subsequence: the most rows that need no Move, so that moving one row is one Move."""
    place = {row_id: n for n, row_id in enumerate(wanted)}
    ends: list[int] = []  # the lowest place at which a run of each length can end
    behind: dict[str, str] = {}
    for row_id in current:
        length = bisect_left(ends, place[row_id])
        ends[length : length + 1] = [place[row_id]]
        if length:
            behind[row_id] = wanted[ends[length - 1]]
    staying: set[str] = set()
    row_id = wanted[ends[-1]] if ends else ""
    while row_id:
        staying.add(row_id)
        row_id = behind.get(row_id, "")
    return staying


def apply(document: Document, operations: Iterable[Operation]) -> Document:
    """The document after `operations`. Raises Invalid if one does not fit."""
    for operation in operations:
        document = _apply_one(document, operation)
    return document


def merge(
    opened: Document, document: Document, operations: Iterable[Operation]
) -> tuple[Document, list[Operation], list[Conflict]]:
    """`merge_onto` for operations made on `opened`; `document` is the current version."""
    touched = {
        row.id
        for list_name in ROW_LISTS[document.kind]
        for row in documents.rows(document, list_name)
        if documents.find_row(opened, list_name, row.id) != row
    }
    return merge_onto(document, operations, touched)


def merge_onto(
    document: Document, operations: Iterable[Operation], touched: Container[str] = ()
) -> tuple[Document, list[Operation], list[Conflict]]:
    """Apply the `operations` that fit; `touched`: ids of the rows that others have changed in the meantime.

    Returns the document, the applied operations and the conflicts. A Set fits where its field still holds its base; it
    is skipped where the field already holds the new text. Moving or deleting a missing row is skipped too. A row placed
    after a missing row goes last. Deleting a row in `touched` is a conflict.
    """
    applied: list[Operation] = []
    conflicts: list[Conflict] = []
    for operation in operations:
        fitting = _fit(document, operation, touched)
        if isinstance(fitting, Conflict):
            conflicts.append(fitting)
        elif fitting is not None:
            document = _apply_one(document, fitting)
            applied.append(fitting)
    return document, applied, conflicts


def _fit(document: Document, operation: Operation, touched: Container[str]) -> Operation | Conflict | None:
    match operation:
        case Set(path, base, new):
            current = documents.value_at(document, path)
            if current == new:
                return None
            return operation if current == base else Conflict(path, current, new)
        case Insert(list_name, row_id, after):
            if documents.find_row(document, list_name, row_id):
                return None
            return Insert(list_name, row_id, _anchor(document, list_name, after))
        case Move(row_id, after):
            own_list = _list_of(document, row_id)
            return Move(row_id, _anchor(document, own_list, after)) if own_list else None
        case Delete(row_id):
            own_list = _list_of(document, row_id)
            if own_list is None:
                return None
            if row_id in touched:
                return Conflict(f"{own_list}/{row_id}", "", None)
            return operation


def _anchor(document: Document, list_name: str, after: str) -> str:
    rows = documents.rows(document, list_name)
    if after == "" or any(row.id == after for row in rows):
        return after
    return rows[-1].id if rows else ""


def _list_of(document: Document, row_id: str) -> str | None:
    return next(
        (name for name in ROW_LISTS[document.kind] if documents.find_row(document, name, row_id)),
        None,
    )


def _apply_one(document: Document, operation: Operation) -> Document:
    match operation:
        case Set(path, _, new):
            if documents.value_at(document, path) is None:
                raise Invalid("这一行已经不在表中。", path)
            return documents.with_value(document, path, documents.checked_text(new, path))
        case Insert(list_name, row_id, after):
            rows = list(documents.rows(document, list_name))
            if not ROW_ID.fullmatch(row_id) or _list_of(document, row_id):
                raise Invalid("行号无效或重复。")
            if len(rows) >= MAX_ROWS:
                raise Invalid(f"最多 {MAX_ROWS} 行。")
            rows.insert(_position_behind(rows, after), ROW_LISTS[document.kind][list_name](id=row_id))
            return documents.with_rows(document, list_name, rows)
        case Move(row_id, after):
            list_name = _require_list(document, row_id)
            rows = list(documents.rows(document, list_name))
            row = next(r for r in rows if r.id == row_id)
            rows.remove(row)
            if after != row_id:
                rows.insert(_position_behind(rows, after), row)
                return documents.with_rows(document, list_name, rows)
            return document
        case Delete(row_id):
            list_name = _require_list(document, row_id)
            left = [row for row in documents.rows(document, list_name) if row.id != row_id]
            return documents.with_rows(document, list_name, left)


def _require_list(document: Document, row_id: str) -> str:
    list_name = _list_of(document, row_id)
    if list_name is None:
        raise Invalid("这一行已经不在表中。")
    return list_name


def _position_behind(rows: Sequence[Row], after: str) -> int:
    if after == "":
        return 0
    for n, row in enumerate(rows, 1):
        if row.id == after:
            return n
    raise Invalid("这一行已经不在表中。")
