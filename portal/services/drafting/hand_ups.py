"""提请送审 and 退给经办人: a drafter hands a table up to the head of the office, the head hands it back.

The state of the table stays; what follows from a hand-up is in `domain.hand_ups`. Submitting belongs in `review`.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal import queries
from portal.database import now
from portal.domain import audit_events
from portal.domain.audit_events import AuditEvent
from portal.domain.documents import clean_text
from portal.domain.errors import Invalid, Stale
from portal.domain.hand_ups import HandUpAct
from portal.domain.permissions import Actor, Permission, may
from portal.models import HandUpEvent, TargetTable
from portal.services.record import audit, facts
from portal.services.review.workflow import permitted_table
from portal.services.transaction import write

MOST_NOTE = 500


def hand_up(session: Session, actor: Actor, table_id: int, note: str) -> HandUpEvent:
    """Hand the table up to the head. A later hand-up, after further changes, replaces the earlier one.

    Raises NotVisible, Forbidden, Stale (with the bureau), Invalid (the actor may submit, nothing changed since).
    """
    with write(session):
        table = permitted_table(session, actor, table_id, Permission.HAND_UP)
        queries.administration.years.open_year(session, table.year)
        if may(actor, Permission.SUBMIT, queries.tables.facts_of(session, actor, table)):
            raise Invalid("你自己就可以送审，不用提请。")
        latest = queries.hand_ups.current(session, table)
        if latest and latest.act == HandUpAct.UP and latest.version == table.version:
            raise Invalid(f"{latest.actor_name}已经提请送审，之后没有再改，不用再提请。", "note")
        return _enter(session, actor, table, HandUpAct.UP, _checked(note), audit_events.HAND_UP)


def hand_back(session: Session, actor: Actor, table_id: int, note: str) -> HandUpEvent:
    """Hand a table back that was handed up, with a word.

    Raises NotVisible, Forbidden, Stale (not handed up, or handed back already), Invalid (no word).
    """
    with write(session):
        table = permitted_table(session, actor, table_id, Permission.HAND_BACK)
        latest = queries.hand_ups.current(session, table)
        if latest is None or latest.act == HandUpAct.BACK:
            raise Stale(f"已由{latest.actor_name}退给经办人。" if latest else "这张表现在没有提请送审。")
        words = _checked(note)
        if not words:
            raise Invalid("请写明退给经办人的原因，经办人才知道改什么。", "note")
        return _enter(session, actor, table, HandUpAct.BACK, words, audit_events.HAND_BACK)


def _enter(
    session: Session, actor: Actor, table: TargetTable, act: HandUpAct, note: str, event: AuditEvent
) -> HandUpEvent:
    entered = HandUpEvent(
        table_id=table.id,
        act=act.value,
        submission_count=table.submission_count,
        version=table.version,
        note=note,
        actor_id=actor.id,
        actor_name=actor.signature,
        at=now(),
    )
    session.add(entered)
    session.flush()
    thing, leaves = audit.object_of_table(table), facts.of_rows(entered)
    audit.record(session, actor, event, thing, leaves, version=table.version, step=entered.id)
    return entered


def _checked(text: str) -> str:
    words = clean_text(text)
    if len(words) > MOST_NOTE:
        raise Invalid(f"附言不超过 {MOST_NOTE} 字，这里有 {len(words)} 字。", "note")
    return words
