"""Saving a draft by field: applies the operations that the edit page sends while a person types.

A save does not run the rules (`checks` does, in a later request), so it is one small transaction.
Saves of whole forms: `drafts`. Undo, redo and returning to a version: `undo_redo`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from portal.domain import changes, documents, forms
from portal.domain.changes import Conflict, Operation
from portal.domain.documents import ASSIGNED_FIELDS, MAX_TEXT, Document, clean_field, clean_text
from portal.domain.errors import Invalid, Stale
from portal.domain.permissions import Actor
from portal.models import TargetTable
from portal.services.drafting import change_log, drafts
from portal.services.drafting.change_log import LoggedOperation
from portal.services.transaction import write

MAX_OPERATIONS = 4_000
"""Per save. The largest pasted block, 500 rows, needs 3,500: one insert and six texts per row."""


@dataclass(frozen=True, slots=True)
class AttributedConflict:
    """A conflict, with the author and the time of the other side; actor_id None: no longer known."""

    conflict: Conflict
    by: str
    at: datetime | None
    actor_id: int | None = None


@dataclass(frozen=True, slots=True)
class RejectedOperation:
    """An operation that is invalid for any version of the draft, for instance a text too long or a row too many."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class SaveResult:
    """The draft after a save by field.

    `others`: operations saved since the version that the page knew, so that the page can apply them; `applied`:
    operations that this save wrote; `conflicts`, `unfit`: operations that were not written.
    """

    version: int
    saved_at: datetime
    document: Document
    others: Sequence[LoggedOperation] = ()
    applied: Sequence[Operation] = ()
    conflicts: Sequence[AttributedConflict] = ()
    unfit: Sequence[RejectedOperation] = ()


def apply(
    session: Session,
    actor: Actor,
    table_id: int,
    known: int,
    operations: Sequence[Operation],
    seen: int | None = None,
) -> SaveResult:
    """Apply operations from a page that knows the draft as of `known`. Idempotent: a repeated request changes nothing.

    `seen`: the version on the screen when the person typed, if earlier than `known`. Deleting a row that
    others changed after `seen` is a conflict.

    Raises NotVisible, Forbidden, Stale (no longer a draft, no such version), Invalid (too many operations).
    """
    if len(operations) > MAX_OPERATIONS:
        raise Invalid(f"一次最多保存 {MAX_OPERATIONS} 处改动，请分几次粘贴。")
    with write(session):
        table, _ = drafts.editable(session, actor, table_id)
        since = changes_since(session, table, known if seen is None else min(seen, known))
        others = [each for each in since if each.version > known]
        by_others = {changes.row_of(each.operation) for each in since if each.actor_id != actor.id}
        document, applied, found, unfit = _apply_each(table.document, operations, by_others)
        if applied:
            leaves = drafts.rewrite(session, actor, table, document, applied)
            drafts.record_save(session, actor, table, applied, leaves)
        conflicts = [_attribute(session, table, conflict, since) for conflict in found]
    return SaveResult(table.version, table.saved_at, document, others, applied, conflicts, unfit)


def changes_since(session: Session, table: TargetTable, known: int) -> list[LoggedOperation]:
    """The operations saved after `known`. Raises Stale if there is no such version."""
    if not 0 <= known <= table.version:
        raise Stale("页面与系统中的版本对不上，请重新打开这张表；没有保存的文字会留在这台电脑上。")
    return [] if known == table.version else change_log.since(session, table.id, known)


def _apply_each(
    document: Document, operations: Sequence[Operation], touched: set[str]
) -> tuple[Document, list[Operation], list[Conflict], list[RejectedOperation]]:
    """Apply operations one by one, so that an invalid one does not prevent the others."""
    form = forms.of(document)
    applied: list[Operation] = []
    conflicts: list[Conflict] = []
    unfit: list[RejectedOperation] = []
    for operation in operations:
        try:
            operation = _cleaned(document, operation)
            if isinstance(operation, changes.Set) and operation.path in ASSIGNED_FIELDS:
                raise Invalid("这一栏由系统填写，不能修改。")
            drafts.require_fields(form, [operation])
            document, done, clash = changes.merge_onto(document, [operation], touched)
        except Invalid as refusal:
            unfit.append(RejectedOperation(_place_of(operation), refusal.message))
        else:
            applied += done
            conflicts += clash
    return document, applied, conflicts, unfit


def _cleaned(document: Document, operation: Operation) -> Operation:
    """Normalize texts as documents store them, so that trailing white space and the like cause no conflict.

    The page may know the text that it sent as the base, or one stored before its field was cleaned.
    """
    if not isinstance(operation, changes.Set) or len(operation.new) > MAX_TEXT:
        return operation
    base, new = (clean_field(document.kind, operation.path, text) for text in (operation.base, operation.new))
    is_base_now = documents.value_at(document, operation.path) == base
    return replace(operation, base=base if is_base_now else clean_text(operation.base), new=new)


def _place_of(operation: Operation) -> str:
    return operation.path if isinstance(operation, changes.Set) else operation.id


def _attribute(
    session: Session, table: TargetTable, conflict: Conflict, since: Sequence[LoggedOperation]
) -> AttributedConflict:
    """Find the author of the other side: the last change of that field, else of that row, else in the whole log."""
    row_id = conflict.path.split("/")[1] if "/" in conflict.path else ""
    of_field = [each for each in since if _place_of(each.operation) == conflict.path]
    of_row = [each for each in since if row_id and changes.row_of(each.operation) == row_id]
    if found := of_field or of_row:
        return AttributedConflict(conflict, found[-1].by, found[-1].at, found[-1].actor_id)
    last = change_log.last_changes(session, table.id, 0)
    of_place = (row_id, conflict.path) if conflict.theirs is None else (conflict.path, row_id)
    by, at = next((last[place] for place in of_place if place in last), ("同事", None))
    return AttributedConflict(conflict, by, at)
