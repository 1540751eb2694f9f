"""Transitions: `perform` carries out an action in one transaction. No other code changes the state of a table.

Actions and permissions are defined in `domain.actions` and `domain.permissions`, checks in `preconditions`, effects in
`effects`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import cast

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import queries
from portal.database import now
from portal.domain.actions import ACTIONS, TransitionRequest
from portal.domain.audit_events import AUDIT_EVENTS, About, AuditEvent, event_label
from portal.domain.errors import Forbidden, NotVisible, Refused, Stale
from portal.domain.permissions import PERMISSIONS, Actor, Permission, may
from portal.domain.states import State
from portal.models import AuditEntry, TargetTable
from portal.services.record import audit
from portal.services.record.facts import of_changed_columns, of_rows
from portal.services.review import draft_choice
from portal.services.review.effects import EFFECTS
from portal.services.review.preconditions import CHECKS
from portal.services.session.signing_in import WrongPassword, note_wrong_password
from portal.services.transaction import write

VOIDED = "这张表已经作废，不能再办理。"
"""What everybody is told who works on a voided table."""


Prepare = Callable[[Session, Actor, TargetTable], None]
"""What happens to the locked table in the same transaction before the preconditions are checked."""


def perform(
    session: Session, actor: Actor, table_id: int, request: TransitionRequest, *, prepare: Prepare | None = None
) -> TargetTable:
    """Carry out `request` on a table, with all effects and the audit entry, in one transaction.

    Raises NotVisible, Forbidden, Stale, Invalid, Blocked; every refusal gets an audit entry.
    """
    event = AUDIT_EVENTS[request.action.name]
    try:
        with refusals_recorded(session, actor, event, table_id), write(session):
            return _perform(session, actor, table_id, request, prepare)
    except IntegrityError as error:
        # Two tables with the same project code were submitted concurrently: the unique index refuses the second.
        clash = Stale("另一张表刚刚以相同的项目编码送审，请核对项目编码后再试。")
        audit.record_refusal(session, actor, event, audit.object_by_id(session, table_id), clash)
        raise clash from error


@contextmanager
def refusals_recorded(session: Session, actor: Actor, event: AuditEvent, table_id: int) -> Iterator[None]:
    """Record a refusal of the act inside, outside the transaction of that act, and raise it again."""
    try:
        yield
    except NotVisible as refusal:
        audit.record_refusal(session, actor, event, audit.object_by_id(session, table_id), refusal)
        raise
    except Refused as refusal:
        table, _ = queries.tables.table_with_facts(session, actor, table_id)
        audit.record_refusal(session, actor, event, audit.object_of_table(table), refusal)
        if isinstance(refusal, WrongPassword):
            note_wrong_password(session, actor)
        raise


def _perform(
    session: Session, actor: Actor, table_id: int, request: TransitionRequest, prepare: Prepare | None
) -> TargetTable:
    table, facts = queries.tables.table_with_facts(session, actor, table_id, lock=True)
    action = request.action
    if facts.voided:
        raise Stale(VOIDED)
    if not may(actor, action.permission, facts):
        raise Forbidden(f"你没有对这张表“{action.label}”的权限。")
    if facts.state not in action.sources:
        raise Stale(stale_message(session, table))
    if prepare:
        prepare(session, actor, table)
    request = draft_choice.with_choice(session, actor, table, request)
    for precondition in action.preconditions:
        CHECKS[precondition](session, actor, table, request)
    outcome = EFFECTS[action.name](session, actor, table, request)
    target = action.target_from(previous_state(table))
    columns = dict(outcome.columns) | {
        "state_since": now(),
        "previous_state": facts.state.value if target is State.SUBMITTED else None,
    }
    # Compare-and-set: no row matches when another transaction changed the state or the text first.
    moved = session.execute(
        update(TargetTable)
        .where(TargetTable.id == table.id, TargetTable.state == facts.state.value, TargetTable.digest == table.digest)
        .values(state=target.value, **columns)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(stale_message(session, table))
    thing = audit.object_of_table(table, cast(str | None, outcome.columns.get("submitted_name")))
    leaves = of_changed_columns(table, columns | {"state": target.value}) | of_rows(*outcome.rows)
    audit.record(session, actor, AUDIT_EVENTS[action.name], thing, leaves, **outcome.entry)
    return table


def permitted_table(session: Session, actor: Actor, table_id: int, permission: Permission) -> TargetTable:
    """Return the table, locked, if the actor holds `permission` now. For acts that change no state.

    Raises NotVisible, Forbidden; Stale where the actor would hold it in another state of the table.
    """
    table, facts = queries.tables.table_with_facts(session, actor, table_id, lock=True)
    if may(actor, permission, facts):
        return table
    if any(may(actor, permission, replace(facts, state=state)) for state in PERMISSIONS[permission].states or ()):
        raise Stale(stale_message(session, table))
    raise Forbidden(f"你没有对这张表“{permission.label}”的权限。")


def previous_state(table: TargetTable) -> State | None:
    """The state before the current submission; None unless the table is submitted."""
    return State(table.previous_state) if table.previous_state else None


def stale_message(session: Session, table: TargetTable) -> str:
    """Message for an actor with an outdated page: the table's current state and who caused it."""
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
    by = f"已由{queries.record_words.who_acted(latest)}{event_label(latest.act)}" if latest else "已有变化"
    return f"这张表{by}，现在的状态是“{State(table.state).label}”；请按最新情况重新操作。"
