"""建议批复: a reviewer recommends a submitted text for approval, and takes that back. Neither changes the state.

A recommendation is a conclusion (优) on one digest of the text and one of its enclosures. It ends with the submission:
a decision, a withdrawal or a new text leaves it to the revision that it was about.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal import queries
from portal.database import now
from portal.domain import audit_events
from portal.domain.conclusions import Dimension, Grade, missing_dimensions
from portal.domain.documents import checked_text
from portal.domain.errors import Invalid, Stale
from portal.domain.opinions import OpinionState
from portal.domain.permissions import Actor, Permission
from portal.models import Conclusion, Opinion, TargetTable, User
from portal.services.record import audit
from portal.services.record.facts import of_deleted, of_rows, of_table
from portal.services.review import claims
from portal.services.review.workflow import permitted_table, refusals_recorded
from portal.services.transaction import write


def recommend(
    session: Session,
    actor: Actor,
    table_id: int,
    *,
    digest: str,
    enclosed: str,
    dimensions: Collection[str],
    note: str = "",
) -> None:
    """Recommend the submitted text, with its enclosures, for approval.

    dimensions: the ticked ones; all four are needed. Raises NotVisible, Forbidden, Invalid; Stale where the digests are
    not those of the table, or a colleague has recommended it. Refusals are recorded.
    """
    with refusals_recorded(session, actor, audit_events.RECOMMEND, table_id), write(session):
        _recommend(session, actor, table_id, digest, enclosed, dimensions, note)


def _recommend(
    session: Session,
    actor: Actor,
    table_id: int,
    digest: str,
    enclosed: str,
    dimensions: Collection[str],
    note: str,
) -> None:
    table = permitted_table(session, actor, table_id, Permission.RECOMMEND)
    if (digest, enclosed) != (table.digest, queries.enclosures.of_table(session, table).digest):
        raise Stale("你打开页面之后表的内容有了变化；请核对最新内容后再建议批复。")
    if present := queries.conclusions.of_revision(session, table.id, table.submission_count):
        raise Stale(f"{present.author_name}已经建议批复这张表。")
    for refusal in obstacles(session, actor, table):
        raise refusal
    ticked = {each for each in Dimension if each in dimensions}
    if missing := missing_dimensions(ticked):
        raise Invalid(f"四维还差{'、'.join(each.label for each in missing)}没有确认，不能建议批复。", "dimensions")
    conclusion = _conclusion(actor, table, enclosed, checked_text(note))
    session.add(conclusion)
    table.is_recommended = True
    session.flush()
    audit.record(
        session,
        actor,
        audit_events.RECOMMEND,
        audit.object_of_table(table),
        of_rows(conclusion) | of_table(table, "recommended") | claims.renew(session, actor, table),
        revision=table.submission_count,
        digest=digest,
        grade=Grade.EXCELLENT.label,
        dimensions=[each.label for each in Dimension],
    )


def _conclusion(actor: Actor, table: TargetTable, enclosed: str, note: str) -> Conclusion:
    """优, on the submitted text with these enclosures, in all dimensions."""
    return Conclusion(
        table_id=table.id,
        revision_number=table.submission_count,
        digest=table.digest,
        enclosed=enclosed,
        grade=Grade.EXCELLENT,
        dimensions=" ".join(Dimension),
        note=note,
        author_id=actor.id,
        author_name=actor.signature,
        at=now(),
    )


def retract(session: Session, actor: Actor, table_id: int) -> None:
    """Take the recommendation back, one's own or a colleague's. Raises Stale where there is none."""
    with write(session):
        table = permitted_table(session, actor, table_id, Permission.RECOMMEND)
        conclusion = queries.conclusions.of_revision(session, table.id, table.submission_count)
        if conclusion is None or not table.is_recommended:
            raise Stale("这张表现在没有建议批复。")
        said_by = session.get_one(User, conclusion.author_id)
        session.delete(conclusion)
        table.is_recommended = False
        session.flush()
        audit.record(
            session,
            actor,
            audit_events.RETRACT_RECOMMENDATION,
            audit.object_of_table(table),
            of_deleted(Conclusion, table.id, table.submission_count) | of_table(table, "recommended"),
            **{"revision": table.submission_count, "from": f"{said_by.name}（{said_by.username}）"},
        )


_BINDING = select(Opinion.state, Opinion.author_id).where(Opinion.table_id == bindparam("table_id"), Opinion.binding)


def obstacles(session: Session, actor: Actor, table: TargetTable) -> list[Invalid]:
    """What stands against a recommendation by this actor, apart from the dimensions."""
    found = session.execute(_BINDING, {"table_id": table.id})
    return obstacles_among(actor, [(state, author_id) for state, author_id in found])


def obstacles_among(actor: Actor, binding: Collection[tuple[str, int]]) -> list[Invalid]:
    """As `obstacles`. binding: state and author's id of all binding opinions on the table."""
    open_count = sum(state in (OpinionState.RAISED, OpinionState.ANSWERED) for state, _ in binding)
    draft_count = sum(each == (OpinionState.DRAFT, actor.id) for each in binding)
    found = []
    if open_count:
        found.append(Invalid(f"还有 {open_count} 条“必须修改”的意见没有采纳，不能建议批复。", "opinions"))
    if draft_count:
        found.append(Invalid(f"你还拟写了 {draft_count} 条“必须修改”的意见；要么退回，要么先删除它们。", "opinions"))
    return found
