"""Saving a draft by field: operations as they come from somebody typing, applied as far as they fit.

Nothing is checked against the rules here (`checking` does, a moment later): a save costs one small transaction.
Saves of whole forms: `drafting`. Undo and returning: `undoing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from portal.domain import changes, forms
from portal.domain.changes import Conflict, Operation
from portal.domain.documents import FIXED_AT_BIRTH, MAX_TEXT, Document, clean_text
from portal.domain.errors import Invalid, Stale
from portal.domain.permissions import Actor
from portal.models import TargetTable
from portal.services.drafting import change_log, drafts
from portal.services.drafting.change_log import LoggedOperation
from portal.services.transaction import write

MAX_OPERATIONS = 4_000
"""In one save; a pasted block of 500 rows, the most that is taken, inserts each and sets six texts in it: 3,500."""


@dataclass(frozen=True, slots=True)
class AttributedConflict:
    """A conflict, with who made the other side of it and when."""

    conflict: Conflict
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class RejectedOperation:
    """An operation that no draft can take: a text too long, a row too many."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class SaveResult:
    """Where the draft stands after a save by field.

    `others`: what was saved since the version that the writer knew, for their screen to follow; `applied`: what this
    save wrote; `document` as it is now. What did not fit is in `clashes` and `unfit` and was not written.
    """

    version: int
    saved_at: datetime
    document: Document
    others: Sequence[LoggedOperation] = ()
    applied: Sequence[Operation] = ()
    clashes: Sequence[AttributedConflict] = ()
    unfit: Sequence[RejectedOperation] = ()


def apply(
    session: Session,
    actor: Actor,
    table_id: int,
    known: int,
    operations: Sequence[Operation],
    seen: int | None = None,
) -> SaveResult:
    """Apply what somebody typed whose page knows the draft as of `known`; sending the same again changes nothing.

    `seen`: the version on the screen when it was typed, where that was earlier: what others changed since then is not
    deleted unseen.

    Raises NotVisible, Forbidden, Stale (no longer a draft, a version that never was), Invalid (too many at once).
    """
    if len(operations) > MAX_OPERATIONS:
        raise Invalid(f"一次最多保存 {MAX_OPERATIONS} 处改动，请分几次粘贴。")
    with write(session):
        table, _ = drafts.editable(session, actor, table_id)
        since = changes_since(session, table, known if seen is None else min(seen, known))
        others = [each for each in since if each.version > known]
        by_others = {changes.row_of(each.operation) for each in since if each.actor_id != actor.id}
        document, applied, conflicts, unfit = _fit(table.document, operations, by_others)
        if applied:
            drafts.rewrite(session, actor, table, document, applied)
            drafts.record_save(session, actor, table, applied)
        clashes = [_clash(session, table, conflict, since) for conflict in conflicts]
    return SaveResult(table.version, table.saved_at, document, others, applied, clashes, unfit)


def changes_since(session: Session, table: TargetTable, known: int) -> list[LoggedOperation]:
    """What was saved after the version `known`. Raises Stale for a version that never was."""
    if not 0 <= known <= table.version:
        raise Stale("页面与系统中的版本对不上，请重新打开这张表；没有保存的文字会留在这台电脑上。")
    return [] if known == table.version else change_log.since(session, table.id, known)


def _fit(
    document: Document, operations: Sequence[Operation], touched: set[str]
) -> tuple[Document, list[Operation], list[Conflict], list[RejectedOperation]]:
    """One by one: an operation that cannot be takes none of the others with it."""
    form = forms.of(document)
    applied: list[Operation] = []
    conflicts: list[Conflict] = []
    unfit: list[RejectedOperation] = []
    for operation in map(_cleaned, operations):
        try:
            if isinstance(operation, changes.Set) and operation.path in FIXED_AT_BIRTH:
                raise Invalid("这一栏由系统填写，不能修改。")
            drafts.require_fields(form, [operation])
            document, done, clash = changes.merge_onto(document, [operation], touched)
        except Invalid as refusal:
            unfit.append(RejectedOperation(_place_of(operation), refusal.message))
        else:
            applied += done
            conflicts += clash
    return document, applied, conflicts, unfit


def _cleaned(operation: Operation) -> Operation:
    """As documents hold texts, so that white space at the end of what was seen makes no conflict."""
    if isinstance(operation, changes.Set) and len(operation.new) <= MAX_TEXT:
        return replace(operation, base=clean_text(operation.base), new=clean_text(operation.new))
    return operation


def _place_of(operation: Operation) -> str:
    return operation.path if isinstance(operation, changes.Set) else operation.id


def _clash(
    session: Session, table: TargetTable, conflict: Conflict, since: Sequence[LoggedOperation]
) -> AttributedConflict:
    """Who did it: the last to touch that field, else that row; if need be before what the writer had seen."""
    row_id = conflict.path.split("/")[1] if "/" in conflict.path else ""
    of_field = [each for each in since if _place_of(each.operation) == conflict.path]
    of_row = [each for each in since if row_id and changes.row_of(each.operation) == row_id]
    if found := of_field or of_row:
        return AttributedConflict(conflict, found[-1].by, found[-1].at)
    last = change_log.last_changes(session, table.id, 0)
    of_place = (row_id, conflict.path) if conflict.theirs is None else (conflict.path, row_id)
    by, at = next((last[place] for place in of_place if place in last), ("同事", None))
    return AttributedConflict(conflict, by, at)
