"""Conclusions of the review (审核结论), and whether a table needs one before it is approved."""

from __future__ import annotations

from sqlalchemy import bindparam, literal, select
from sqlalchemy.orm import Session

from portal.domain.conclusions import RecommendationDemand
from portal.domain.permissions import Actor, Permission, Role, TableFacts, may
from portal.domain.states import State
from portal.models import Assignment, Conclusion, Office, TargetTable, User, UserRole
from portal.queries.administration import years


def of_revision(session: Session, table_id: int, number: int) -> Conclusion | None:
    return session.scalar(_OF_REVISION, {"table_id": table_id, "number": number})


_OF_REVISION = select(Conclusion).where(
    Conclusion.table_id == bindparam("table_id"), Conclusion.revision_number == bindparam("number")
)


def visible(session: Session, actor: Actor, table: TargetTable, facts: TableFacts) -> Conclusion | None:
    """The conclusion on the latest revision; the office sees it with the decision."""
    is_decided = facts.state is not State.SUBMITTED
    if not (is_decided or may(actor, Permission.SEE_BUREAU_NOTES, facts)):
        return None
    return of_revision(session, table.id, table.submission_count)


def is_demanded(session: Session, actor: Actor, table: TargetTable) -> bool:
    """Whether the table's year asks for a recommendation before `actor` approves the table."""
    demand = years.year(session, table.year).recommendation
    if demand == RecommendationDemand.WHERE_ASSIGNED:
        return _has_other_reviewer(session, actor, table.office_code)
    return demand == RecommendationDemand.ALWAYS


def _has_other_reviewer(session: Session, actor: Actor, office_code: str) -> bool:
    """Whether somebody else reviews this office, or an office above it."""
    lineage = select(Office.lineage).where(Office.code == office_code).scalar_subquery()
    return bool(
        session.scalar(
            select(literal(1))
            .join_from(Assignment, User, User.id == Assignment.user_id)
            .join(UserRole, (UserRole.user_id == User.id) & (UserRole.role == Role.REVIEWER.value))
            .where(User.active, User.id.not_in(actor.ids), lineage.contains("/" + Assignment.office_code + "/"))
            .limit(1)
        )
    )
