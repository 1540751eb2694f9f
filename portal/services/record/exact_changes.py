"""What one entry of the history changed, as far as its reader may see it; worked out when somebody opens the entry.

The entry itself holds numbers and digests. Which entries a person may read is decided in `queries.history`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from portal import queries
from portal.domain import actions, audit_events, opinions
from portal.domain.audit_events import About, event_of_opinion_act
from portal.domain.differences import Difference, compare
from portal.domain.documents import Document
from portal.domain.enclosures import EnclosedAttachment, attachments_changed
from portal.domain.opinions import BY_STEP, OpinionState
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.models import AuditEntry, BureauNote, Opinion, OpinionEvent, Revision, TargetTable
from portal.services.drafting import change_log, editing
from portal.services.drafting.change_log import LoggedOperation
from portal.services.record.facts import STEP


@dataclass(frozen=True, slots=True)
class RaisedOpinion:
    """An opinion with the words in which it was raised; `again`: for the second time or later."""

    opinion: Opinion
    text: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class ExactChange:
    """What an entry changed; all empty where the entry says everything itself.

    revision: the number of the submission, 0 if the entry is none. differences: from the submission before to it.
    document: in whose rows the places of `operations` are named. hidden: whether the reader may not see the operations,
    because they were not submitted.
    """

    revision: int = 0
    differences: Sequence[Difference] = ()
    removed: Sequence[EnclosedAttachment] = ()
    added: Sequence[EnclosedAttachment] = ()
    opinions: Sequence[RaisedOpinion] = ()
    operations: Sequence[LoggedOperation] = ()
    document: Document | None = None
    hidden: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Reading:
    """An entry about a table, and who reads it."""

    session: Session
    actor: Actor
    entry: AuditEntry
    table: TargetTable
    facts: TableFacts
    detail: Mapping[str, Any] = field(default_factory=dict)


def exact_change(session: Session, actor: Actor, entry: AuditEntry) -> ExactChange:
    """For an entry that the actor may read. Nothing where the table is gone."""
    if entry.object_kind != About.TABLE.value:
        return ExactChange()
    for table, facts in queries.tables.tables_with_facts(session, actor, [int(entry.object_id)]):
        reading = _Reading(session, actor, entry, table, facts, queries.record_words.detail_of(entry))
        return _READERS.get(entry.act, _operations)(reading)
    return ExactChange()


def _submission(reading: _Reading) -> ExactChange:
    """What is different from the submission before."""
    session, table_id, number = reading.session, reading.table.id, reading.detail.get("revision", 1)
    if number == 1:
        return ExactChange(revision=1)
    sent = session.scalars(
        select(Revision)
        .where(Revision.table_id == table_id, Revision.number.in_([number - 1, number]))
        .order_by(Revision.number)
        .options(undefer(Revision.content))
    ).all()
    before, after = (queries.enclosures.of_revision(session, table_id, each.number).attachments for each in sent)
    removed, added = attachments_changed(before, after)
    return ExactChange(number, compare(sent[0].document, sent[1].document), removed, added)


def _decision(reading: _Reading) -> ExactChange:
    """The opinions that the office hears of with the decision: all that were raised since the submission."""
    sent = queries.revisions.frozen_as(reading.session, reading.table.id, reading.detail.get("revision", 0))
    if sent is None:  # an entry of an earlier version, which does not say what was decided on
        return ExactChange()
    raising = [step for step, act in BY_STEP.items() if act.target is OpinionState.RAISED]
    rows = reading.session.execute(
        select(Opinion, OpinionEvent.text, OpinionEvent.act)
        .join(OpinionEvent, OpinionEvent.opinion_id == Opinion.id)
        .where(
            Opinion.table_id == reading.table.id,
            OpinionEvent.act.in_(raising),
            OpinionEvent.at.between(sent.submitted_at, reading.entry.at),
        )
        .order_by(Opinion.id)
    )
    raised = [RaisedOpinion(opinion, text, act == opinions.RAISE_AGAIN.step) for opinion, text, act in rows]
    return ExactChange(opinions=raised)


def _of_one_opinion(reading: _Reading) -> ExactChange:
    opinion = reading.session.get(Opinion, reading.detail.get("opinion", 0))
    return ExactChange(opinions=[RaisedOpinion(opinion, opinion.text)] if opinion else ())


def _note(reading: _Reading) -> ExactChange:
    note = reading.session.get(BureauNote, reading.detail.get("note", 0))
    return ExactChange(
        note=note.text if note and may(reading.actor, Permission.SEE_BUREAU_NOTES, reading.facts) else ""
    )


def _handed(reading: _Reading) -> ExactChange:
    """The words to the head or to the drafter, which stay inside the office."""
    if not may(reading.actor, Permission.SEE_WORKING_COPY, reading.facts):
        return ExactChange()
    notes = queries.hand_ups.notes(reading.session, reading.table.id)
    return ExactChange(note=notes.get(reading.detail.get("step", 0), ""))


def _operations(reading: _Reading) -> ExactChange:
    """The operations of the save that the entry states, if it states one."""
    saves = [key for kind, key, _ in reading.detail.get("rows", ()) if kind == STEP]
    if not saves:
        return ExactChange()
    session, table = reading.session, reading.table
    version = int(saves[0].partition("/")[2])
    if version > editing.last_version_seen(session, reading.actor, table, reading.facts):
        return ExactChange(hidden=True)
    shown = queries.tables.visible_text(session, reading.actor, table, reading.facts)
    assert shown is not None
    return ExactChange(operations=change_log.since(session, table.id, version - 1, version), document=shown.document)


_READERS: Mapping[str, Callable[[_Reading], ExactChange]] = {
    actions.SUBMIT.name: _submission,
    actions.RETURN.name: _decision,
    actions.APPROVE.name: _decision,
    audit_events.ADD_NOTE.name: _note,
    **dict.fromkeys(audit_events.HAND_UPS, _handed),
    **{
        event_of_opinion_act(act).name: _of_one_opinion
        for act in (opinions.ANSWER, opinions.ACCEPT, opinions.RAISE_AGAIN)
    },
}
"""By event; every other one shows the save that its entry states."""


OPENED = frozenset(_READERS)
"""Events of which there is something to open beyond the entry's own detail."""
