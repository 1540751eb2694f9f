"""What others did to a table since a page was read, as far as the actor may hear of it; from the audit log.

The texts of the acts belong in `tables` and `review`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from portal.domain.actions import ACTIONS
from portal.domain.audit_events import (
    ADD_NOTE,
    ATTACH,
    CLAIM,
    DETACH,
    DISMISS_FINDING,
    EDIT,
    EXPLAIN,
    RECOMMEND,
    RELEASE,
    RENUMBER,
    RESTORE_FINDING,
    RETRACT_RECOMMENDATION,
    TAKE_OVER,
    About,
    history_events,
)
from portal.domain.opinions import OPINION_ACTS, Side
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.models import AuditEntry, AuditHead


def _opinion_events(side: Side) -> list[str]:
    return [act.event for act in OPINION_ACTS.values() if act.event and act.side is side]


_OF_OFFICE = [EXPLAIN.name, ATTACH.name, DETACH.name, *_opinion_events(Side.OFFICE)]
_DECIDING = [each.name for each in (CLAIM, RELEASE, TAKE_OVER, RECOMMEND, RETRACT_RECOMMENDATION)]
"""Acts of the bureau that bear on what its other people may decide."""

_OF_BUREAU = [
    *_DECIDING,
    *(ADD_NOTE.name, DISMISS_FINDING.name, RESTORE_FINDING.name),
    *_opinion_events(Side.BUREAU),
]


LATEST_NUMBER = select(AuditHead.number).scalar_subquery()
"""The number of the latest entry on anything. It is read with the account, before a page's content, and marks what the
page can know.
"""


def latest(
    session: Session, actor: Actor, table_id: int, facts: TableFacts, since: int, *, with_saves: bool
) -> AuditEntry | None:
    """The latest act on the table after entry number `since`; the actor's own only if it changed the state.

    The office hears of the work on its text, the bureau of its own review, everybody of the table's history.
    """
    acts = [event.name for event in history_events(actor, facts)]
    if may(actor, Permission.SEE_WORKING_COPY, facts):
        acts += [*_OF_OFFICE, EDIT.name, RENUMBER.name] if with_saves else _OF_OFFICE
    if may(actor, Permission.SEE_BUREAU_NOTES, facts):
        acts += _OF_BUREAU
    return session.scalar(_entries(actor, [table_id], acts, since).limit(1))


def latest_of_many(session: Session, actor: Actor, table_ids: Sequence[int], since: int) -> dict[int, AuditEntry]:
    """By table id what `latest` tells the bureau of decisions and claims; `table_ids`: where it may see these."""
    entries = session.scalars(_entries(actor, table_ids, [*ACTIONS, *_DECIDING], since)).all()
    return {int(entry.object_id): entry for entry in reversed(entries)}


def _entries(actor: Actor, table_ids: Sequence[int], acts: Sequence[str], since: int) -> Select[AuditEntry]:
    return (
        select(AuditEntry)
        .where(
            AuditEntry.object_kind == About.TABLE.value,
            AuditEntry.object_id.in_([str(table_id) for table_id in table_ids]),
            AuditEntry.number > since,
            AuditEntry.act.in_(acts),
            or_(AuditEntry.actor_id != actor.id, AuditEntry.act.in_(list(ACTIONS))),
        )
        .order_by(AuditEntry.number.desc())
    )
