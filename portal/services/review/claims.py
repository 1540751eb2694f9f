"""Claims (认领): a reviewer or approver marks a submitted table as being reviewed. A claim changes no state.

A claim ends after the working days that the budget year sets; every act of the claimant on the review renews it, and
the first act on a table that nobody reviews claims it. With the first claim the review begins (`review_since`); it has
not begun where a claim was released and nothing was examined.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from portal import queries
from portal.database import local_today, now
from portal.domain import audit_events
from portal.domain.audit_events import AuditEvent
from portal.domain.errors import Stale
from portal.domain.notices import Circle
from portal.domain.permissions import Actor, Permission
from portal.models import TargetTable, User
from portal.services.notices.announcing import TOLD, Announcement
from portal.services.record import audit
from portal.services.record.facts import Facts, of_table
from portal.services.review.workflow import permitted_table
from portal.services.transaction import write


def claim(session: Session, actor: Actor, table_id: int) -> None:
    """Claim the table, after which the office cannot withdraw it. Raises Stale if a colleague has claimed it."""
    with write(session):
        table = permitted_table(session, actor, table_id, Permission.CLAIM)
        if table.claimant_id(local_today()) not in (None, actor.capacity_id):
            raise Stale("这张表已由同事认领审核；要接手请选“接手审核”。")
        _claim(session, actor, table, audit_events.CLAIM)


def take_over(session: Session, actor: Actor, table_id: int, claimant_id: int) -> None:
    """Take the claim over from a colleague. Raises Stale unless `claimant_id` still has it."""
    with write(session):
        table = permitted_table(session, actor, table_id, Permission.CLAIM)
        claimant = session.get(User, table.claimant_id(local_today()) or 0)
        if claimant is None or claimant.id != claimant_id or claimant.id == actor.capacity_id:
            raise Stale("这张表已经不是由那位同事审核；请按最新情况办理。")
        named = Announcement({Circle.PREDECESSOR: [claimant.id]})
        names: dict[str, object] = {"claim_of": f"{claimant.name}（{claimant.username}）"}
        _claim(session, actor, table, audit_events.TAKE_OVER, names, named)


def release(session: Session, actor: Actor, table_id: int) -> None:
    """Raises Stale unless the actor has claimed the table."""
    with write(session):
        table = permitted_table(session, actor, table_id, Permission.CLAIM)
        if table.claimed_by_id != actor.capacity_id:
            raise Stale("这张表不是由你认领的。")
        leaves = hold(session, table, None)
        audit.record(session, actor, audit_events.RELEASE, audit.object_of_table(table), leaves)


def renew(session: Session, actor: Actor, table: TargetTable) -> Facts:
    """Claim a table that nobody reviews, or renew the actor's own claim, as part of another act inside `write`.

    Returns what that act's entry states of it. A colleague's claim stays.
    """
    if table.claimant_id(local_today()) not in (None, actor.capacity_id):
        return Facts()
    return _hold_for(session, table, actor)


def _hold_for(session: Session, table: TargetTable, actor: Actor) -> Facts:
    """A claim belongs to the person in whose capacity it is made, and ends with the stand-in (代办) at the latest."""
    return hold(session, table, actor.capacity_id, actor.principal.until if actor.principal else None)


def hold(session: Session, table: TargetTable, user_id: int | None, latest: date | None = None) -> Facts:
    """Let this person hold the claim from today, at most until `latest`, or nobody.

    Returns the new facts, none where nothing changed.
    """
    claim_days = queries.administration.years.year(session, table.year).claim_days
    until = queries.calendar.current(session).add(local_today(), claim_days) if user_id else None
    until = min(until, latest) if until and latest else until
    if (table.claimed_by_id, table.claimed_until) == (user_id, until):
        return Facts()
    table.claimed_by_id, table.claimed_until = user_id, until
    if user_id and table.review_since is None:
        table.review_since = now()
    elif user_id is None and not queries.review.is_examined(session, table):
        table.review_since = None
    return of_table(table, "claimed_by", "claimed_until", "review_since")


def _claim(
    session: Session,
    actor: Actor,
    table: TargetTable,
    event: AuditEvent,
    detail: dict[str, object] | None = None,
    announcement: Announcement = TOLD,
) -> None:
    leaves = _hold_for(session, table, actor)
    if leaves.own:
        audit.record(session, actor, event, audit.object_of_table(table), leaves, announcement, **(detail or {}))
