"""作废: an office gives up a table that was submitted once and never approved. Nothing of it is deleted.

Its texts, revisions and opinions stay readable, its code and its ordinal become free. `discard` of `drafts` is for
drafts that were never submitted.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal import queries
from portal.domain import audit_events
from portal.domain.documents import Kind, clean_text
from portal.domain.errors import Forbidden, Invalid, Stale
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.domain.states import State
from portal.models import TargetTable, Voiding
from portal.services.library import known_sentences
from portal.services.record import audit, facts
from portal.services.review.workflow import VOIDED
from portal.services.transaction import write

MAX_REASON = 500


def void(session: Session, actor: Actor, table_id: int, reason: str) -> TargetTable:
    """Raises NotVisible, Forbidden, Stale (with the bureau, voided already), Invalid (no reason, department table)."""
    with write(session):
        table, of_table = queries.tables.table_with_facts(session, actor, table_id, lock=True)
        require_voidable(actor, table, of_table)
        words = checked_reason(reason, "作废")
        voiding = Voiding(table_id=table.id, reason=words, voided_by_id=actor.id, voided_by_name=actor.signature)
        session.add(voiding)
        session.flush()
        known_sentences.forget(session, table.id)
        thing = audit.object_of_table(table)
        audit.record(session, actor, audit_events.VOID, thing, facts.of_rows(voiding), reason=words)
    return table


def require_voidable(actor: Actor, table: TargetTable, of_table: TableFacts) -> None:
    """Raises Forbidden, Stale, Invalid."""
    if of_table.voided:
        raise Stale(VOIDED)
    if not may(actor, Permission.VOID, of_table):
        if of_table.in_force:
            raise Forbidden("批复过的表不能作废；确需调整的，请财政局退回调整。")
        if of_table.state is State.SUBMITTED:
            raise Stale("这张表在财政局手中，不能作废；请先取消送审，或者等财政局退回。")
        if not of_table.submitted_once:
            raise Forbidden("从未送审过的草稿不用作废，可以直接删除。")
        raise Forbidden("作废由本单位负责人办理。")
    if table.kind == Kind.DEPARTMENT:
        raise Invalid("部门整体绩效目标每个单位每年都要有一张，不能作废。")


def checked_reason(text: str, what: str) -> str:
    """The reason, cleaned. Raises Invalid at the field `reason`."""
    words = clean_text(text)
    if not words:
        raise Invalid(f"请写明{what}的理由。", "reason")
    if len(words) > MAX_REASON:
        raise Invalid(f"理由不超过 {MAX_REASON} 字，这里有 {len(words)} 字。", "reason")
    return words
