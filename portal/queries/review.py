"""Opinions on a table, as far as the actor may know of them.

The bureau's drafts, and what it did since the table was submitted, stay the bureau's until a decision
is made: the office sees opinions as they stood at the last decision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, selectinload

from portal.domain.opinions import BY_STEP, OpinionState, Side
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.domain.states import State
from portal.models import Opinion, OpinionEvent, TargetTable


@dataclass(frozen=True, slots=True)
class OpinionLine:
    """An opinion as this actor may see it: its state and the events told to them."""

    id: int
    path: str
    place: str
    quoted: str
    binding: bool
    text: str
    state: OpinionState
    author: str
    at: datetime
    revision_number: int
    events: Sequence[OpinionEvent]


def opinions(session: Session, actor: Actor, table: TargetTable, facts: TableFacts) -> list[OpinionLine]:
    """In the order they were made."""
    found = session.scalars(
        select(Opinion)
        .where(Opinion.table_id == table.id)
        .order_by(Opinion.id)
        .options(selectinload(Opinion.events))
        # The same row read before a write in this request would else be shown as it was.
        .execution_options(populate_existing=True)
    )
    sees_notes = may(actor, Permission.SEE_BUREAU_NOTES, facts)
    lines = (_line(opinion, _told(opinion, table, sees_notes)) for opinion in found)
    return [line for line in lines if sees_notes or line.events]


def _told(opinion: Opinion, table: TargetTable, sees_notes: bool) -> list[OpinionEvent]:
    if sees_notes or table.state != State.SUBMITTED.value:
        return list(opinion.events)
    return [
        event for event in opinion.events if BY_STEP[event.act].side is Side.OFFICE or event.at <= table.state_since
    ]


def _line(opinion: Opinion, events: list[OpinionEvent]) -> OpinionLine:
    return OpinionLine(
        id=opinion.id,
        path=opinion.path,
        place=opinion.place,
        quoted=opinion.quoted,
        binding=opinion.binding,
        text=opinion.text,
        state=_state_after(events),
        author=opinion.author_name,
        at=opinion.at,
        revision_number=opinion.revision_number,
        events=events,
    )


def _state_after(events: Sequence[OpinionEvent]) -> OpinionState:
    """The state that these steps led to, which for the office may be older than the stored one."""
    return (BY_STEP[events[-1].act].target if events else None) or OpinionState.DRAFT


@dataclass(frozen=True, slots=True)
class BindingCounts:
    """How many open opinions demand a change, and how many of those the office has not answered."""

    open_count: int = 0
    unanswered_count: int = 0


def binding_counts(session: Session, table_ids: Sequence[int]) -> Mapping[int, BindingCounts]:
    """By table, without the bureau's drafts.

    As the office may know them only while its table is not with the bureau.
    """
    unanswered = func.sum(case((Opinion.state == OpinionState.RAISED, 1), else_=0))
    told = [state for state in OpinionState if state.is_told_open]
    rows = session.execute(
        select(Opinion.table_id, func.count(), unanswered)
        .where(Opinion.table_id.in_(table_ids), Opinion.binding, Opinion.state.in_(told))
        .group_by(Opinion.table_id)
    )
    return {table_id: BindingCounts(open_count, unanswered_count) for table_id, open_count, unanswered_count in rows}
