"""Opinions on a table, as the actor may see them.

Until a decision, only the bureau sees its drafts and its acts since the submission: the office sees opinions as of the
last decision, with its own answers. Until a submission, only the office sees the answers that it is writing: the bureau
and the auditor see those of the last submission.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.domain import proposals
from portal.domain.changes import Operation
from portal.domain.documents import Document
from portal.domain.enclosures import subject
from portal.domain.opinions import ANSWER, BY_STEP, EXAMINING_STEPS, Answer, OpinionKind, OpinionState, Side
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.domain.states import State
from portal.models import BureauNote, Dismissal, Opinion, OpinionEvent, Revision, TargetTable
from portal.queries import conclusions, revisions


@dataclass(frozen=True, slots=True)
class OpinionLine:
    """An opinion with the state and the events that the actor may see."""

    id: int
    path: str
    place: str
    quoted: str
    binding: bool
    kind: OpinionKind | None
    rule: str
    text: str
    proposed: Sequence[Operation]
    state: OpinionState
    author_id: int
    author_name: str
    at: datetime
    revision_number: int
    events: Sequence[OpinionEvent]

    @property
    def asked(self) -> OpinionEvent:
        """The event that raised it last."""
        return next(event for event in reversed(self.events) if BY_STEP[event.act].target is OpinionState.RAISED)

    @property
    def reply(self) -> OpinionEvent | None:
        """The office's answer to `asked`; None while there is none."""
        return self.events[-1] if self.events[-1].act == ANSWER.step else None

    def until(self, limit: datetime | None) -> OpinionLine:
        """As it was at `limit`; None = now."""
        if limit is None:
            return self
        events = [event for event in self.events if event.at <= limit]
        return replace(self, events=events, state=_state_after(events))


# Every page of a table runs these. Built once, a statement is compiled once.
_OPINIONS = (
    select(Opinion)
    .where(Opinion.table_id == bindparam("table_id"))
    .order_by(Opinion.id)
    .options(joinedload(Opinion.events))
    # Otherwise a row loaded before a write of this request would keep its old values.
    .execution_options(populate_existing=True)
)
_NOTES = select(BureauNote).where(BureauNote.table_id == bindparam("table_id")).order_by(BureauNote.id.desc())
_DISMISSALS = select(Dismissal).where(Dismissal.table_id == bindparam("table_id")).order_by(Dismissal.at)


def opinions(session: Session, actor: Actor, table: TargetTable, facts: TableFacts) -> list[OpinionLine]:
    """The opinions that the actor may see, in order of creation."""
    found = session.scalars(_OPINIONS, {"table_id": table.id}).unique().all()
    if not found:
        return []
    sees_notes = may(actor, Permission.SEE_BUREAU_NOTES, facts)
    until = {
        Side.OFFICE: None if may(actor, Permission.SEE_WORKING_COPY, facts) else _answers_until(session, table),
        Side.BUREAU: table.state_since if not sees_notes and table.state == State.SUBMITTED.value else None,
    }
    lines = (_line(opinion, _visible_events(opinion, until)) for opinion in found)
    return [line for line in lines if sees_notes or line.events]


def drafts(session: Session, table_ids: Sequence[int]) -> Mapping[int, Sequence[Opinion]]:
    """The bureau's draft opinions of several tables by table id, in order of creation. For the bureau alone."""
    found: dict[int, list[Opinion]] = {}
    rows = select(Opinion).where(Opinion.table_id.in_(table_ids), Opinion.state == OpinionState.DRAFT)
    for opinion in session.scalars(rows.order_by(Opinion.id).execution_options(populate_existing=True)):
        found.setdefault(opinion.table_id, []).append(opinion)
    return found


def bureau_notes(session: Session, actor: Actor, table: TargetTable, facts: TableFacts) -> Sequence[BureauNote]:
    """The notes (底稿), the latest first; none for whoever may not see them."""
    if not may(actor, Permission.SEE_BUREAU_NOTES, facts):
        return ()
    return session.scalars(_NOTES, {"table_id": table.id}).all()


def dismissals(
    session: Session, actor: Actor, table: TargetTable, facts: TableFacts, document: Document
) -> Mapping[tuple[str, str], Dismissal]:
    """Those that hold for `document`, by rule and path; none for whoever may not see them."""
    if not may(actor, Permission.SEE_BUREAU_NOTES, facts):
        return {}
    found = session.scalars(_DISMISSALS, {"table_id": table.id}).all()
    return {(each.rule, each.path): each for each in found if each.subject == subject(document, each.path)}


def is_examined(session: Session, table: TargetTable) -> bool:
    """Whether the bureau wrote an opinion, acted on one or concluded since the table was submitted."""
    examined = exists().where(
        OpinionEvent.opinion_id == Opinion.id,
        OpinionEvent.act.in_(EXAMINING_STEPS),
        OpinionEvent.at > table.state_since,
    )
    drafted = and_(Opinion.state == OpinionState.DRAFT, Opinion.at > table.state_since)
    is_found = exists().where(Opinion.table_id == table.id, or_(drafted, examined))
    conclusion = conclusions.of_revision(session, table.id, table.submission_count)
    return conclusion is not None or bool(session.scalar(select(is_found)))


def of_return(session: Session, sent: Revision) -> list[Opinion]:
    """The opinions raised, or raised again, since the revision `sent` was submitted, in order of creation."""
    raising = [step for step, act in BY_STEP.items() if act.target is OpinionState.RAISED]
    raised = exists().where(
        OpinionEvent.opinion_id == Opinion.id, OpinionEvent.act.in_(raising), OpinionEvent.at > sent.submitted_at
    )
    return list(session.scalars(select(Opinion).where(Opinion.table_id == sent.table_id, raised).order_by(Opinion.id)))


def is_proven(session: Session, table: TargetTable) -> bool:
    """Whether the latest revision is only as proposed (只按代拟改法改)."""
    sent = revisions.frozen_as(session, table.id, table.submission_count)
    return sent is not None and bool(sent.as_proposed)


def proven(session: Session, table: TargetTable) -> list[int]:
    """Ids of the opinions that the latest revision met by exactly the proposed changes; none if it has others too."""
    if not is_proven(session, table):
        return []
    met = (OpinionState.ANSWERED, Answer.CHANGED)
    found = of_return(session, revisions.last_decided(session, table))
    return [each.id for each in found if (each.state, each.answer) == met]


def _answers_until(session: Session, table: TargetTable) -> datetime | None:
    """The time of the last submission; None where the office cannot have answered since."""
    if table.state not in (State.DRAFTED.value, State.RETURNED.value):
        return None
    latest = select(Revision.submitted_at).where(
        Revision.table_id == table.id, Revision.number == table.submission_count
    )
    return session.scalar(latest)


def _visible_events(opinion: Opinion, until: Mapping[Side, datetime | None]) -> list[OpinionEvent]:
    """until: the time up to which the actor sees the events of a side; None = all."""
    limits = ((event, until[BY_STEP[event.act].side]) for event in opinion.events)
    return [event for event, limit in limits if limit is None or event.at <= limit]


def _line(opinion: Opinion, events: list[OpinionEvent]) -> OpinionLine:
    return OpinionLine(
        id=opinion.id,
        path=opinion.path,
        place=opinion.place,
        quoted=opinion.quoted,
        binding=opinion.binding,
        kind=OpinionKind(opinion.kind) if opinion.kind else None,
        rule=opinion.rule or "",
        text=opinion.text,
        proposed=proposals.load(opinion.proposed),
        state=_state_after(events),
        author_id=opinion.author_id,
        author_name=opinion.author_name,
        at=opinion.at,
        revision_number=opinion.revision_number,
        events=events,
    )


def _state_after(events: Sequence[OpinionEvent]) -> OpinionState:
    """The state after these events; it may be older than the stored state."""
    return (BY_STEP[events[-1].act].target if events else None) or OpinionState.DRAFT


def open_opinions(session: Session, table_ids: Sequence[int]) -> Mapping[int, Sequence[Opinion]]:
    """The open opinions of several tables, with their events, by table id; without the bureau's drafts.

    As stored, so only for the office, and not while a table is submitted.
    """
    open_states = [state for state in OpinionState if state.is_open_for_office]
    rows = session.scalars(
        select(Opinion)
        .where(Opinion.table_id.in_(table_ids), Opinion.state.in_(open_states))
        .order_by(Opinion.id)
        .options(selectinload(Opinion.events))
        .execution_options(populate_existing=True)
    )
    found: dict[int, list[Opinion]] = {}
    for opinion in rows:
        found.setdefault(opinion.table_id, []).append(opinion)
    return found


@dataclass(frozen=True, slots=True)
class BindingCounts:
    """Numbers of open binding opinions, and of those without an answer."""

    open_count: int = 0
    unanswered_count: int = 0


def binding_counts(session: Session, table_ids: Sequence[int]) -> Mapping[int, BindingCounts]:
    """Counts by table id, without the bureau's drafts.

    As stored, with acts of the bureau since the submission: for the bureau, and for the office while it has the table.
    """
    unanswered = func.sum(case((Opinion.state == OpinionState.RAISED, 1), else_=0))
    open_states = [state for state in OpinionState if state.is_open_for_office]
    rows = session.execute(
        select(Opinion.table_id, func.count(), unanswered)
        .where(Opinion.table_id.in_(table_ids), Opinion.binding, Opinion.state.in_(open_states))
        .group_by(Opinion.table_id)
    )
    return {table_id: BindingCounts(open_count, unanswered_count) for table_id, open_count, unanswered_count in rows}
