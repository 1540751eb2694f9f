"""The life of a table: `perform` carries out a transition, whole or not at all. It alone changes a state.

What moves exist and who may make them is said in `domain.workflow` and `domain.permissions`, what must
hold besides in `demands`; here is what a move leaves behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import queries
from portal.database import now
from portal.domain.acts import About, Act
from portal.domain.documents import clean_text
from portal.domain.enclosures import canonical
from portal.domain.errors import Forbidden, NotVisible, Refused, Stale
from portal.domain.permissions import Actor, may
from portal.domain.states import State
from portal.domain.workflow import TRANSITIONS, Action, Request
from portal.models import AuditEntry, Enclosure, Opinion, OpinionEvent, Revision, TargetTable
from portal.services import audit, checking, demands, indexing, knowing
from portal.services.transaction import write


def perform(session: Session, actor: Actor, table_id: int, request: Request) -> TargetTable:
    """Carry out `request` on a table, with its revision, its opinions and its entry, in one transaction.

    Raises NotVisible, Forbidden, Stale, Invalid, Blocked; every refusal is entered in the record.
    """
    act = Act(request.action.value)
    try:
        with write(session):
            return _perform(session, actor, table_id, request)
    except NotVisible as refusal:
        audit.record_refusal(session, actor, act, audit.thing_unseen(table_id), refusal)
        raise
    except Refused as refusal:
        table, _ = queries.tables.table_with_facts(session, actor, table_id)
        audit.record_refusal(session, actor, act, audit.thing_of_table(table), refusal)
        raise
    except IntegrityError as error:
        # Two tables with one project code, submitted at the same moment: the unique index decides.
        clash = Stale("另一张表刚刚以相同的项目编码送审，请核对项目编码后再试。")
        audit.record_refusal(session, actor, act, audit.thing_unseen(table_id), clash)
        raise clash from error


def _perform(session: Session, actor: Actor, table_id: int, request: Request) -> TargetTable:
    table, facts = queries.tables.table_with_facts(session, actor, table_id, lock=True)
    transition = TRANSITIONS[request.action]
    if not may(actor, transition.permission, facts):
        raise Forbidden(f"你没有对这张表“{request.action.label}”的权限。")
    if facts.state not in transition.sources:
        raise Stale(meanwhile(session, table))
    for demand in transition.demands:
        demands.CHECKS[demand](session, table, request)
    detail = _EFFECTS[request.action](session, actor, table, request)
    target = transition.target or State(table.came_from or State.DRAFTED)
    # Whoever asks from a screen older than this row has lost: compare and set.
    moved = session.execute(
        update(TargetTable)
        .where(TargetTable.id == table.id, TargetTable.state == facts.state.value, TargetTable.digest == table.digest)
        .values(
            state=target.value,
            since=now(),
            came_from=facts.state.value if target is State.SUBMITTED else None,
            **detail.columns,
        )
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(meanwhile(session, table))
    audit.record(session, actor, Act(request.action.value), audit.thing_of_table(table), **detail.entry)
    return table


def meanwhile(session: Session, table: TargetTable) -> str:
    """One sentence on where the table is now and who brought it there."""
    latest = session.scalar(
        select(AuditEntry)
        .where(
            AuditEntry.object_kind == About.TABLE.value,
            AuditEntry.object_id == str(table.id),
            AuditEntry.act.in_([action.value for action in Action]),
        )
        .order_by(AuditEntry.number.desc())
        .limit(1)
    )
    by = f"已由{latest.actor}{Act(latest.act).label}" if latest else "已有变化"
    return f"这张表{by}，现在的状态是“{State(table.state).label}”；请按最新情况重新操作。"


# --- effects -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Effect:
    """Columns that change along with the state, and the detail of the entry."""

    columns: Mapping[str, object]
    entry: Mapping[str, object]


def _submit(session: Session, actor: Actor, table: TargetTable, request: Request) -> _Effect:
    number, round_ = table.submissions + 1, table.returns + 1
    revision = Revision(
        table_id=table.id,
        number=number,
        round=round_,
        kind=table.kind,
        content=table.content,
        digest=table.digest,
        submitted_by_id=actor.id,
        submitted_by_name=actor.name,
        submitted_at=now(),
    )
    session.add(revision)
    session.flush()
    document = table.document
    indexing.index_sentences(session, table, document)
    errors, warnings = checking.counts(checking.findings(session, actor, table, document))
    enclosed = queries.enclosures.of_working_copy(session, table)
    if enclosed:
        session.add(Enclosure(revision_id=revision.id, content=canonical(enclosed), digest=enclosed.digest))
        session.flush()
    return _Effect(
        {
            "submissions": number,
            "claimed_by_id": None,
            "sent_code": table.project_code,
            "sent_name": table.project_name,
            "sent_total_fen": table.total_fen,
            "errors": errors,
            "warnings": warnings,
            "sent_errors": errors,
            "sent_warnings": warnings,
        },
        {"revision": number, "round": round_, "digest": table.digest, "enclosed": enclosed.digest},
    )


def _withdraw(session: Session, actor: Actor, table: TargetTable, request: Request) -> _Effect:
    return _Effect({}, {"revision": table.submissions})


def _return(session: Session, actor: Actor, table: TargetTable, request: Request) -> _Effect:
    raised = _publish_drafts(session, actor, table)
    return _Effect(
        {"due": request.due, "returns": table.returns + 1, "claimed_by_id": None},
        {
            "revision": table.submissions,
            "digest": table.digest,
            "opinions": raised,
            "due": str(request.due),
            "reason": clean_text(request.reason),
        },
    )


def _approve(session: Session, actor: Actor, table: TargetTable, request: Request) -> _Effect:
    raised = _publish_drafts(session, actor, table)
    latest = queries.tables.revision(session, table.id, table.submissions)
    if latest.digest != table.digest:
        raise Stale("送审的版本与表的内容不一致，不能批复；请联系审计员核验记录。")
    knowing.know_indicators(session, table, latest.document)
    return _Effect(
        {"in_force_id": latest.id, "due": None, "claimed_by_id": None},
        {"revision": latest.number, "round": latest.round, "digest": latest.digest, "opinions": raised},
    )


def _reopen(session: Session, actor: Actor, table: TargetTable, request: Request) -> _Effect:
    return _Effect(
        {"due": request.due, "returns": table.returns + 1},
        {"revision": table.submissions, "reason": clean_text(request.reason), "due": str(request.due)},
    )


def _publish_drafts(session: Session, actor: Actor, table: TargetTable) -> int:
    """Make the bureau's drafts opinions that the office sees; how many there were."""
    drafts = session.scalars(select(Opinion).where(Opinion.table_id == table.id, Opinion.state == "draft")).all()
    for opinion in drafts:
        opinion.state = "raised"
        session.add(
            OpinionEvent(
                opinion_id=opinion.id,
                act="raised",
                text=opinion.text,
                actor_id=opinion.author_id,
                actor_name=opinion.author_name,
                at=now(),
            )
        )
    session.flush()
    return len(drafts)


_EFFECTS: Mapping[Action, Callable[[Session, Actor, TargetTable, Request], _Effect]] = {
    Action.SUBMIT: _submit,
    Action.WITHDRAW: _withdraw,
    Action.RETURN: _return,
    Action.APPROVE: _approve,
    Action.REOPEN: _reopen,
}
