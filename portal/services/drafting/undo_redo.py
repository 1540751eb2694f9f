"""Undo, redo, and returning a draft to an earlier version: saves computed from the change log.

None of them gives back an ordinal, which another table may have now; `ordering` does that for all tables at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal.domain import changes, documents, forms
from portal.domain.changes import Operation, Set
from portal.domain.documents import Kind
from portal.domain.errors import Stale
from portal.domain.permissions import Actor
from portal.domain.steps import stacks
from portal.models import TargetTable, UndoneStep
from portal.services.drafting import change_log, checks, drafts, field_saves
from portal.services.drafting.field_saves import SaveResult
from portal.services.record.facts import of_rows
from portal.services.transaction import write

_BIRTH = 1
"""The first version of a draft."""


def undo(session: Session, actor: Actor, table_id: int, known: int) -> SaveResult:
    """Undo the actor's last step. Raises as `field_saves.apply`; Stale if there is none or later changes conflict."""
    return _undo_own(session, actor, table_id, known, redo=False)


def redo(session: Session, actor: Actor, table_id: int, known: int) -> SaveResult:
    """Redo the step that the actor undid last. Raises as `undo`."""
    return _undo_own(session, actor, table_id, known, redo=True)


def undo_step(session: Session, actor: Actor, table_id: int, version: int) -> SaveResult:
    """Undo the step `version` of any person. Raises as `undo`."""
    with write(session):
        return take_step_back(session, actor, table_id, version)


def take_step_back(session: Session, actor: Actor, table_id: int, version: int) -> SaveResult:
    """`undo_step`, inside `write`."""
    table, _ = drafts.editable(session, actor, table_id)
    return _undo(session, actor, table, version, table.version)


def return_to(session: Session, actor: Actor, table_id: int, version: int) -> SaveResult:
    """Restore the draft as of `version`, as one step that can be undone."""
    with write(session):
        table, _ = drafts.editable(session, actor, table_id)
        then = change_log.version_of(session, table, version)
        operations = _without_ordinal(changes.between(table.document, then))
        return _save(session, actor, table, operations, known=table.version, returned_to=version)


def _undo_own(session: Session, actor: Actor, table_id: int, known: int, *, redo: bool) -> SaveResult:
    with write(session):
        table, _ = drafts.editable(session, actor, table_id)
        found = stacks(change_log.steps_of(session, actor, table_id))
        version = found.redo if redo else found.undo
        if version is None or version == _BIRTH:
            raise Stale("没有可以重做的改动。" if redo else "没有可以撤销的改动。")
        return _undo(session, actor, table, version, known)


def _undo(session: Session, actor: Actor, table: TargetTable, version: int, known: int) -> SaveResult:
    """Undo a step completely or raise Stale: a step undone in part would leave a text that nobody wrote."""
    if not _BIRTH < version <= table.version:
        raise Stale("没有这一步，或者它是这张表的开始，不能撤销。")
    earlier = change_log.since(session, table.id, 0, version)
    before = changes.apply(
        documents.blank(Kind(table.kind), table.document.form),
        (each.operation for each in earlier if each.version < version),
    )
    after = changes.apply(before, (each.operation for each in earlier if each.version == version))
    wanted = _without_ordinal(changes.between(after, before))
    _, applicable, conflicts = changes.merge(after, table.document, wanted)
    if conflicts:
        place = forms.label(table.document, conflicts[0].path)
        raise Stale(f"这一步改过的“{place}”后来又有改动，不能单独撤销；可以回到这一步之前。")
    return _save(session, actor, table, applicable, known, undoes=version)


def _without_ordinal(operations: Sequence[Operation]) -> list[Operation]:
    return [each for each in operations if not (isinstance(each, Set) and each.path == "ordinal")]


def _save(
    session: Session,
    actor: Actor,
    table: TargetTable,
    operations: Sequence[Operation],
    known: int,
    undoes: int | None = None,
    **detail: object,
) -> SaveResult:
    document = changes.apply(table.document, operations)
    if not operations:
        raise Stale("表的内容已经是那样，没有可以恢复的。")
    checks.recount(session, actor, table, document)
    leaves = drafts.rewrite(session, actor, table, document, operations)
    if undoes is not None:
        step = UndoneStep(table_id=table.id, version=table.version, undoes=undoes)
        session.add(step)
        session.flush()
        leaves |= of_rows(step)
        detail["undoes"] = undoes
    drafts.record_save(session, actor, table, operations, leaves, **detail)
    # `others` includes this step: the page has to apply it too.
    return SaveResult(
        table.version, table.saved_at, document, field_saves.changes_since(session, table, known), operations
    )
