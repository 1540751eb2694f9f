"""Effects of actions in addition to the new state: one function per action, registered in EFFECTS.

An effect runs inside the transaction of `workflow.perform`, after all preconditions. It inserts or updates other rows
and returns the columns that change with the state and the detail of the audit entry. It writes neither itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal import queries
from portal.database import local_today, now
from portal.domain import actions, forms, opinions
from portal.domain.actions import TransitionRequest
from portal.domain.adjustments import AdjustmentDecision
from portal.domain.conclusions import Grade
from portal.domain.deadlines import due_date
from portal.domain.documents import clean_text
from portal.domain.enclosures import canonical
from portal.domain.errors import Stale
from portal.domain.opinions import OpinionState
from portal.domain.permissions import Actor
from portal.models import AdjustmentRequest, Base, Conclusion, Enclosure, OpinionEvent, Revision, TargetTable
from portal.services.drafting import checks
from portal.services.library import known_indicators, known_sentences
from portal.services.review import draft_choice, explained_findings, proof
from portal.services.review.examining import examine
from portal.services.session import signing_in


@dataclass(frozen=True, slots=True)
class Outcome:
    """Columns of the table that change with the state, the detail of the audit entry, and the rows it wrote."""

    columns: Mapping[str, object]
    entry: Mapping[str, object]
    rows: Sequence[Base] = ()


_UNCLAIMED: Mapping[str, object] = {
    "claimed_by_id": None,
    "claimed_until": None,
    "review_since": None,
    "is_recommended": False,
}
"""What ends with the submission that it is about; a proven recommendation carries itself over."""


def _submit(session: Session, actor: Actor, table: TargetTable, request: TransitionRequest) -> Outcome:
    revision = _freeze(session, actor, table)
    document = table.document
    known_sentences.index_sentences(session, table, document)
    enclosed = queries.enclosures.of_working_copy(session, table)
    errors, warnings = examine(session, actor, table, revision, enclosed)
    if enclosed:
        session.add(Enclosure(revision_id=revision.id, content=canonical(enclosed), digest=enclosed.digest))
        session.flush()
    return Outcome(
        {
            "submission_count": revision.number,
            **_UNCLAIMED,
            "is_recommended": revision.as_proposed,
            "submitted_code": table.project_code,
            "submitted_name": table.project_name,
            "submitted_total_fen": table.total_fen,
            "errors": errors,
            "warnings": warnings,
            "submitted_errors": errors,
            "submitted_warnings": warnings,
        },
        {
            "revision": revision.number,
            "round": revision.round,
            "version": table.version,
            "digest": table.digest,
            "enclosed": enclosed.digest,
            "form": document.form,
            "form_digest": forms.of(document).digest,
            "due": str(revision.due_on),
            "late": revision.days_late,
        },
        [revision],
    )


def _freeze(session: Session, actor: Actor, table: TargetTable) -> Revision:
    """The working copy as the next revision, which never changes, with how late it comes."""
    due = due_date(table.state, table.due_on, queries.administration.years.year(session, table.year).deadline)
    revision = Revision(
        table_id=table.id,
        number=table.submission_count + 1,
        round=table.return_count + 1,
        kind=table.kind,
        content=table.content,
        digest=table.digest,
        submitted_by_id=actor.id,
        submitted_by_name=actor.signature,
        submitted_at=now(),
        due_on=due,
        as_proposed=proof.is_as_proposed(session, table),
        days_late=queries.calendar.current(session).late(due, local_today()) if due else None,
    )
    session.add(revision)
    session.flush()
    return revision


def _withdraw(session: Session, actor: Actor, table: TargetTable, request: TransitionRequest) -> Outcome:
    return Outcome(_UNCLAIMED, {"revision": table.submission_count})


def _return(session: Session, actor: Actor, table: TargetTable, request: TransitionRequest) -> Outcome:
    raised = _publish_drafts(session, table, request)
    conclusion = _conclude(session, actor, table, _grade(session, table, request))
    return Outcome(
        {"due_on": request.due, "return_count": table.return_count + 1, **_UNCLAIMED},
        {
            "revision": table.submission_count,
            "digest": table.digest,
            "opinions": len(raised),
            "due": str(request.due),
            "reason": clean_text(request.reason),
            "grade": Grade(conclusion.grade).label,
        },
        [*raised, conclusion],
    )


def _grade(session: Session, table: TargetTable, request: TransitionRequest) -> Grade:
    """Of a return whose drafts are raised: 差 as requested, 良 where every opinion proposes changes, else 中."""
    if request.grade == Grade.POOR:
        return Grade.POOR
    sent = queries.revisions.revision(session, table.id, table.submission_count)
    asked = queries.review.of_return(session, sent)
    return Grade.GOOD if asked and all(each.proposed for each in asked) else Grade.FAIR


def _conclude(session: Session, actor: Actor, table: TargetTable, grade: Grade) -> Conclusion:
    """The conclusion of a return, in place of a recommendation that there was."""
    session.execute(
        delete(Conclusion).where(Conclusion.table_id == table.id, Conclusion.revision_number == table.submission_count)
    )
    conclusion = Conclusion(
        table_id=table.id,
        revision_number=table.submission_count,
        digest=table.digest,
        enclosed=queries.enclosures.of_table(session, table).digest,
        grade=grade.value,
        dimensions="",
        note="",
        author_id=actor.id,
        author_name=actor.signature,
        at=now(),
    )
    session.add(conclusion)
    session.flush()
    return conclusion


def _approve(session: Session, actor: Actor, table: TargetTable, request: TransitionRequest) -> Outcome:
    raised = _publish_drafts(session, table, request)
    latest = queries.revisions.revision(session, table.id, table.submission_count)
    if latest.digest != table.digest:
        raise Stale("送审的版本与表的内容不一致，不能批复；请联系审计员核验记录。")
    known_indicators.index_indicators(session, table, latest.document)
    explained_findings.accept(session, table)
    if table.budget_year.password_at_approval:
        signing_in.forget_wrong_passwords(session, actor)
    entry = {"revision": latest.number, "round": latest.round, "digest": latest.digest, "opinions": len(raised)}
    errors = checks.errors(session, table)
    if errors:
        entry |= {"errors": len(errors), "reason": clean_text(request.reason)}
    conclusion = queries.conclusions.of_revision(session, table.id, latest.number)
    if conclusion:
        entry |= {"grade": Grade(conclusion.grade).label}
    return Outcome({"in_force_id": latest.id, "due_on": None, **_UNCLAIMED}, entry, raised)


def _reopen(session: Session, actor: Actor, table: TargetTable, request: TransitionRequest) -> Outcome:
    asked = _grant_adjustment(session, actor, table)
    return Outcome(
        {"due_on": request.due, "return_count": table.return_count + 1},
        {"revision": table.submission_count, "reason": clean_text(request.reason), "due": str(request.due)},
        [asked] if asked else [],
    )


def _grant_adjustment(session: Session, actor: Actor, table: TargetTable) -> AdjustmentRequest | None:
    """Decide the office's request that waits, if there is one: reopening is what it asks for."""
    asked = queries.adjustments.waiting(session, table.id)
    if asked:
        asked.decision = AdjustmentDecision.GRANTED.value
        asked.decided_by_id, asked.decided_by_name, asked.decided_at = actor.id, actor.signature, now()
        session.flush()
    return asked


def _publish_drafts(session: Session, table: TargetTable, request: TransitionRequest) -> list[OpinionEvent]:
    """Raise the chosen draft opinions, so that the office sees them; return the step of each."""
    steps = []
    for opinion in draft_choice.chosen(session, table, request):
        opinion.state = OpinionState.RAISED
        step = OpinionEvent(
            opinion_id=opinion.id,
            act=opinions.RAISE.step,
            text=opinion.text,
            actor_id=opinion.author_id,
            actor_name=opinion.author_name,
            at=now(),
        )
        steps.append(step)
    session.add_all(steps)
    session.flush()
    return steps


Effect = Callable[[Session, Actor, TargetTable, TransitionRequest], Outcome]
EFFECTS: Mapping[str, Effect] = {
    actions.SUBMIT.name: _submit,
    actions.WITHDRAW.name: _withdraw,
    actions.RETURN.name: _return,
    actions.APPROVE.name: _approve,
    actions.REOPEN.name: _reopen,
}
"""Effects by action name."""
