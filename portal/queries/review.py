"""Opinions on a table, as the actor may see them.

Until a decision, only the bureau sees its drafts and its acts since the submission: the office sees opinions as of the
last decision, with its own answers.
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
    """An opinion with the state and the events that the actor may see."""

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
    """The opinions that the actor may see, in order of creation."""
    found = session.scalars(
        select(Opinion)
        .where(Opinion.table_id == table.id)
        .order_by(Opinion.id)
        .options(selectinload(Opinion.events))
        # Otherwise a row loaded before a write of this request would keep its old values.
        .execution_options(populate_existing=True)
    )
    sees_notes = may(actor, Permission.SEE_BUREAU_NOTES, facts)
    lines = (_line(opinion, _visible_events(opinion, table, sees_notes)) for opinion in found)
    return [line for line in lines if sees_notes or line.events]


def _visible_events(opinion: Opinion, table: TargetTable, sees_notes: bool) -> list[OpinionEvent]:
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
    """The state after these events; for the office it may be older than the stored state."""
    return (BY_STEP[events[-1].act].target if events else None) or OpinionState.DRAFT


@dataclass(frozen=True, slots=True)
class BindingCounts:
    """Numbers of open binding opinions, and of those without an answer."""

    open_count: int = 0
    unanswered_count: int = 0


def binding_counts(session: Session, table_ids: Sequence[int]) -> Mapping[int, BindingCounts]:
    """Counts by table id, without the bureau's drafts.

    While a table is submitted, do not show them to the office: they include acts of the bureau since the submission.
    """
    unanswered = func.sum(case((Opinion.state == OpinionState.RAISED, 1), else_=0))
    open_states = [state for state in OpinionState if state.is_open_for_office]
    rows = session.execute(
        select(Opinion.table_id, func.count(), unanswered)
        .where(Opinion.table_id.in_(table_ids), Opinion.binding, Opinion.state.in_(open_states))
        .group_by(Opinion.table_id)
    )
    return {table_id: BindingCounts(open_count, unanswered_count) for table_id, open_count, unanswered_count in rows}
