"""Opinions on a table, as far as the actor may know of them.

The bureau's drafts, and what it did since the table was submitted, stay the bureau's until a decision
is made: the office sees opinions as they stood at the last decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.domain.states import State
from portal.models import Opinion, OpinionEvent, TargetTable

_STATE_AFTER = {"raised": "raised", "answered": "answered", "accepted": "accepted", "raised_again": "raised"}


@dataclass(frozen=True, slots=True)
class OpinionLine:
    """An opinion as this actor may see it: its state and the events told to them."""

    id: int
    path: str
    place: str
    quoted: str
    binding: bool
    text: str
    state: str
    author: str
    at: datetime
    revision_number: int
    events: Sequence[OpinionEvent]

    @property
    def is_open(self) -> bool:
        return self.state in ("draft", "raised", "answered")


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
    return [event for event in opinion.events if event.act == "answered" or event.at <= table.since]


def _line(opinion: Opinion, events: list[OpinionEvent]) -> OpinionLine:
    return OpinionLine(
        id=opinion.id,
        path=opinion.path,
        place=opinion.place,
        quoted=opinion.quoted,
        binding=opinion.binding,
        text=opinion.text,
        state=_STATE_AFTER[events[-1].act] if events else "draft",
        author=opinion.author_name,
        at=opinion.at,
        revision_number=opinion.revision_number,
        events=events,
    )
