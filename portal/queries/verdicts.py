"""What became of the opinions on a table since they were raised, and what else changed since the last decision.

Loads the texts that `domain.verdicts` compares, in `STATEMENTS` statements whatever the number of opinions and rounds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, undefer

from portal.domain import enclosures
from portal.domain.documents import Document
from portal.domain.enclosures import Enclosures
from portal.domain.opinions import Answer, OpinionState
from portal.domain.resubmissions import (
    Change,
    ResubmissionChanges,
    changes_between,
    resubmission_changes,
    unchanged_places,
)
from portal.domain.states import State
from portal.domain.verdicts import AnsweredOpinion, OpinionVerdict, Verdict, judge
from portal.models import Enclosure, Revision, TargetTable
from portal.queries.enclosures import of_working_copy
from portal.queries.review import OpinionLine

STATEMENTS = 3
"""For a working copy; one for a submitted text."""


@dataclass(frozen=True, slots=True)
class RoundVerdicts:
    """Verdicts by opinion id: of those open since the last decision, and of accepted ones whose place changed again.

    lines: as the verdicts take them. found, changes, unchanged: since the revision `before`, the one last decided on;
    without a decision, the latest one. found: all changes in the order of the form.
    """

    before: Revision
    lines: Sequence[OpinionLine]
    opinions: Mapping[int, OpinionVerdict]
    found: Sequence[Change]
    changes: ResubmissionChanges
    unchanged: Sequence[str]

    @property
    def not_changed(self) -> frozenset[int]:
        """The opinions answered “changed” whose place is as it was when they were last raised."""
        return frozenset(id for id, each in self.opinions.items() if each.verdict is Verdict.NOT_CHANGED)


@dataclass(frozen=True, slots=True)
class _Text:
    document: Document
    enclosed: Enclosures


def of_round(session: Session, table: TargetTable, lines: Sequence[OpinionLine]) -> RoundVerdicts | None:
    """Of the working copy, or of the submitted text as it was submitted; None for a table never submitted.

    `lines`: the opinions that the actor may see. Acts of the bureau since the submission do not count: what was
    accepted by and by keeps its verdict until the decision.
    """
    found = _revisions(session, table)
    if not found:
        return None
    sent, is_submitted = [each for each, _ in found], table.state == State.SUBMITTED.value
    lines = [line.until(sent[0].submitted_at if is_submitted else None) for line in lines]
    lines = [line for line in lines if line.events]
    before = next((each for each in sent if each.round <= table.return_count), sent[0])
    bases = {line.id: _base(line, sent, before) for line in lines}
    texts = {each.id: _read(each, enclosed) for each, enclosed in found if each.id in {before.id, *bases.values()}}
    now = _read(*found[0]) if is_submitted else _Text(table.document, of_working_copy(session, table))
    changes = {id: changes_between(text.document, now.document) for id, text in texts.items()}
    judged = {line.id: _judged(line, texts[bases[line.id]], now, changes[bases[line.id]]) for line in lines}
    asked = [place for line in lines if line.state.is_open for place in _answered(line).asked]
    return RoundVerdicts(
        before,
        [line for line in lines if judged[line.id].verdict is not Verdict.SETTLED],
        {id: each for id, each in judged.items() if each.verdict is not Verdict.SETTLED},
        changes[before.id],
        resubmission_changes(changes[before.id], asked),
        unchanged_places(now.document, changes[before.id]),
    )


def _base(line: OpinionLine, sent: Sequence[Revision], before: Revision) -> int:
    """The id of the revision that the opinion was last raised on; of an accepted one, the one last decided on."""
    if line.state is OpinionState.ACCEPTED:
        return before.id
    return next((each.id for each in sent if each.submitted_at <= line.asked.at), sent[-1].id)


def _revisions(session: Session, table: TargetTable) -> list[tuple[Revision, str | None]]:
    """All of the table with their stored enclosures, the latest first."""
    return [(sent, enclosed) for sent, enclosed in session.execute(_REVISIONS, {"table_id": table.id})]


def _read(sent: Revision, enclosed: str | None) -> _Text:
    return _Text(sent.document, enclosures.load(enclosed) if enclosed else Enclosures())


_REVISIONS = (
    select(Revision, Enclosure.content)
    .outerjoin(Enclosure, Enclosure.revision_id == Revision.id)
    .where(Revision.table_id == bindparam("table_id"))
    .order_by(Revision.number.desc())
    .options(undefer(Revision.content))
)


def _judged(line: OpinionLine, before: _Text, now: _Text, changes: Sequence[Change]) -> OpinionVerdict:
    is_other = before.enclosed != now.enclosed
    return judge(_answered(line), before.document, now.document, changes, enclosures_changed=is_other)


def _answered(line: OpinionLine) -> AnsweredOpinion:
    answer = line.reply.answer if line.reply else None
    return AnsweredOpinion(line.path, line.place, line.state, Answer(answer) if answer else None, line.proposed)
