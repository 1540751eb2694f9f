"""Who has a table open for editing, from heartbeats that the pages send. Informs only; no save depends on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import case, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import queries
from portal.database import now
from portal.domain.errors import Forbidden
from portal.domain.permissions import Actor, Permission, may
from portal.domain.states import State
from portal.models import Presence, TargetTable, User
from portal.queries.drafting.presence import GONE_AFTER
from portal.services.drafting import drafts
from portal.services.drafting.change_log import LoggedOperation
from portal.services.drafting.field_saves import changes_since
from portal.services.transaction import write

_FRESH = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class PresenceStatus:
    """Names of the other people on the table, and the operations saved since the version that the page knows."""

    names: Sequence[str]
    version: int
    others: Sequence[LoggedOperation]
    table: TargetTable


def heartbeat(session: Session, actor: Actor, table_id: int, known: int) -> PresenceStatus:
    """Note that the actor has the table open; return who else has, and the operations saved since `known`.

    Writes at most every few seconds, without an audit entry: presence is no act. Raises as `drafts.editable`.
    """
    table, facts = queries.tables.table_with_facts(session, actor, table_id)
    drafts.require_editing(session, actor, table, facts)
    moment = now()
    rows = session.execute(
        select(Presence.user_id, Presence.seen_at, User.name)
        .join(User, User.id == Presence.user_id)
        .where(Presence.table_id == table_id, Presence.seen_at > moment - GONE_AFTER)
        .order_by(Presence.user_id)
    ).all()
    people = PresenceStatus(
        [name for user_id, _, name in rows if user_id != actor.id],
        table.version,
        changes_since(session, table, known),
        table,
    )
    if not any(user_id == actor.id and seen_at > moment - _FRESH for user_id, seen_at, _ in rows):
        _note(session, actor, table_id)
    return people


def leave(session: Session, actor: Actor, table_id: int) -> None:
    """The page was closed. The next heartbeat of another page of the same person notes them again.

    Also after the table left the drafter's hands. Raises NotVisible, Forbidden.
    """
    _, facts = queries.tables.table_with_facts(session, actor, table_id)
    if not may(actor, Permission.EDIT, replace(facts, state=State.DRAFTED)):
        raise Forbidden("你没有编辑这张表的权限。")
    with write(session, is_act=False):
        session.execute(delete(Presence).where(Presence.table_id == table_id, Presence.user_id == actor.id))


def _note(session: Session, actor: Actor, table_id: int) -> None:
    moment = now()
    try:
        with write(session, is_act=False):
            updated = session.execute(
                update(Presence)
                .where(Presence.table_id == table_id, Presence.user_id == actor.id)
                .values(
                    seen_at=moment, since=case((Presence.seen_at <= moment - GONE_AFTER, moment), else_=Presence.since)
                )
                .execution_options(synchronize_session=False)
            )
            if updated.rowcount == 0:  # type: ignore[attr-defined]
                session.add(Presence(table_id=table_id, user_id=actor.id, since=moment, seen_at=moment))
    except IntegrityError:
        pass  # two pages of one person inserted concurrently, or the draft was just discarded
