"""The life of a table: `perform` carries out an action, whole or not at all. It alone changes a state.

Which actions there are and who may take them is said in `domain.actions` and `domain.permissions`, what must hold
besides in `preconditions`, what each leaves behind in `effects`.
"""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import queries
from portal.database import now
from portal.domain.actions import ACTIONS, TransitionRequest
from portal.domain.audit_events import AUDIT_EVENTS, About, event_label
from portal.domain.errors import Forbidden, NotVisible, Refused, Stale
from portal.domain.permissions import Actor, may
from portal.domain.states import State
from portal.models import AuditEntry, TargetTable
from portal.services.record import audit
from portal.services.review.effects import EFFECTS
from portal.services.review.preconditions import CHECKS
from portal.services.transaction import write


def perform(session: Session, actor: Actor, table_id: int, request: TransitionRequest) -> TargetTable:
    """Carry out `request` on a table, with its revision, its opinions and its entry, in one transaction.

    Raises NotVisible, Forbidden, Stale, Invalid, Blocked; every refusal is entered in the record.
    """
    event = AUDIT_EVENTS[request.action.name]
    try:
        with write(session):
            return _perform(session, actor, table_id, request)
    except NotVisible as refusal:
        audit.record_refusal(session, actor, event, audit.thing_unseen(table_id), refusal)
        raise
    except Refused as refusal:
        table, _ = queries.tables.table_with_facts(session, actor, table_id)
        audit.record_refusal(session, actor, event, audit.thing_of_table(table), refusal)
        raise
    except IntegrityError as error:
        # Two tables with one project code, submitted at the same moment: the unique index decides.
        clash = Stale("另一张表刚刚以相同的项目编码送审，请核对项目编码后再试。")
        audit.record_refusal(session, actor, event, audit.thing_unseen(table_id), clash)
        raise clash from error


def _perform(session: Session, actor: Actor, table_id: int, request: TransitionRequest) -> TargetTable:
    table, facts = queries.tables.table_with_facts(session, actor, table_id, lock=True)
    action = request.action
    if not may(actor, action.permission, facts):
        raise Forbidden(f"你没有对这张表“{action.label}”的权限。")
    if facts.state not in action.sources:
        raise Stale(stale_message(session, table))
    for precondition in action.preconditions:
        CHECKS[precondition](session, table, request)
    outcome = EFFECTS[action.name](session, actor, table, request)
    target = action.target_from(previous_state(table))
    # Compare and set: whoever asks from a screen older than this row has lost.
    moved = session.execute(
        update(TargetTable)
        .where(TargetTable.id == table.id, TargetTable.state == facts.state.value, TargetTable.digest == table.digest)
        .values(
            state=target.value,
            state_since=now(),
            previous_state=facts.state.value if target is State.SUBMITTED else None,
            **outcome.columns,
        )
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(stale_message(session, table))
    audit.record(session, actor, AUDIT_EVENTS[action.name], audit.thing_of_table(table), **outcome.entry)
    return table


def previous_state(table: TargetTable) -> State | None:
    """The state from which the table was submitted; None unless it is submitted."""
    return State(table.previous_state) if table.previous_state else None


def stale_message(session: Session, table: TargetTable) -> str:
    """One sentence on where the table is now and who brought it there, for whoever acts on an older state."""
    latest = session.scalar(
        select(AuditEntry)
        .where(
            AuditEntry.object_kind == About.TABLE.value,
            AuditEntry.object_id == str(table.id),
            AuditEntry.act.in_(list(ACTIONS)),
        )
        .order_by(AuditEntry.number.desc())
        .limit(1)
    )
    by = f"已由{latest.actor}{event_label(latest.act)}" if latest else "已有变化"
    return f"这张表{by}，现在的状态是“{State(table.state).label}”；请按最新情况重新操作。"
