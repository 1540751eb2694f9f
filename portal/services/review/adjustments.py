"""申请调整: the office asks for an approved table to be reopened, the approver declines with a word.

Granting is the reopening itself: its effect decides the request that waits (`effects`).
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal import queries
from portal.database import ROW_LOCK, now
from portal.domain import audit_events
from portal.domain.adjustments import AdjustmentDecision
from portal.domain.documents import checked_text
from portal.domain.errors import Invalid, NotVisible, Stale
from portal.domain.permissions import Actor, Permission
from portal.models import AdjustmentRequest
from portal.services.record import audit, facts
from portal.services.review import workflow
from portal.services.transaction import write


def ask(session: Session, actor: Actor, table_id: int, reason: str) -> None:
    """The head asks for an approved table to be reopened.

    Raises NotVisible, Forbidden, Stale (not approved any more), Invalid (no reason, waits already).
    """
    with write(session):
        table = workflow.permitted_table(session, actor, table_id, Permission.ASK_ADJUSTMENT)
        queries.administration.years.open_year(session, table.year)
        if waiting := queries.adjustments.waiting(session, table.id):
            raise Invalid(f"{waiting.asked_by_name}已经申请调整这张表，还没有答复，不用再申请。", "reason")
        asked = AdjustmentRequest(
            table_id=table.id,
            revision_number=queries.revisions.in_force_number(session, table),
            reason=_checked(reason, "reason", "请写明为什么需要调整、调整什么。"),
            asked_by_id=actor.id,
            asked_by_name=actor.signature,
            asked_at=now(),
        )
        session.add(asked)
        session.flush()
        told = {"revision": asked.revision_number, "reason": asked.reason}
        thing, leaves = audit.object_of_table(table), facts.of_rows(asked)
        audit.record(session, actor, audit_events.ASK_ADJUSTMENT, thing, leaves, **told)


def decline(session: Session, actor: Actor, table_id: int, request_id: int, answer: str) -> None:
    """Decline a request with a word to the office.

    Raises NotVisible (no such request), Forbidden, Stale (decided already), Invalid (no word).
    """
    with write(session):
        table = workflow.permitted_table(session, actor, table_id, Permission.REOPEN)
        asked = session.get(AdjustmentRequest, request_id, with_for_update=ROW_LOCK, populate_existing=True)
        if asked is None or asked.table_id != table.id:
            raise NotVisible("没有这份调整申请。")
        if asked.decided_at:
            raise Stale(f"这份调整申请已由{asked.decided_by_name}答复。")
        asked.answer = _checked(answer, "answer", "请写明为什么不同意调整。")
        asked.decision = AdjustmentDecision.DECLINED.value
        asked.decided_by_id, asked.decided_by_name, asked.decided_at = actor.id, actor.signature, now()
        session.flush()
        told = {"revision": asked.revision_number, "reason": asked.answer}
        thing, leaves = audit.object_of_table(table), facts.of_rows(asked)
        audit.record(session, actor, audit_events.DECLINE_ADJUSTMENT, thing, leaves, **told)


def _checked(text: str, path: str, demand: str) -> str:
    cleaned = checked_text(text, path)
    if not cleaned:
        raise Invalid(demand, path)
    return cleaned
