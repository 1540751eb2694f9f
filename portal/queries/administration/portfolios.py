"""分管 as a matrix: offices, reviewers, and who is assigned to what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.domain import portfolios
from portal.domain.permissions import Role
from portal.models import Assignment, Office, User, UserRole


@dataclass(frozen=True, slots=True)
class Reviewer:
    id: int
    name: str
    username: str


@dataclass(frozen=True, slots=True)
class Portfolios:
    """offices: those in use, by lineage. assigned: office code → account ids of active reviewers."""

    offices: Sequence[Office]
    reviewers: Sequence[Reviewer]
    assigned: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def without_reviewer(self) -> list[str]:
        codes = {code for code, people in self.assigned.items() if people}
        return portfolios.without_reviewer([(office.code, office.lineage) for office in self.offices], codes)


def portfolios_now(session: Session) -> Portfolios:
    """Three statements."""
    offices = session.scalars(select(Office).where(Office.active).order_by(Office.lineage)).all()
    is_reviewer = exists().where(UserRole.user_id == User.id, UserRole.role == Role.REVIEWER.value)
    people = session.execute(
        select(User.id, User.name, User.username).where(User.active, is_reviewer).order_by(User.username)
    ).all()
    reviewers = [Reviewer(*row) for row in people]
    active = {reviewer.id for reviewer in reviewers}
    assigned: dict[str, set[int]] = {}
    for code, user_id in session.execute(select(Assignment.office_code, Assignment.user_id)):
        if user_id in active:
            assigned.setdefault(code, set()).add(user_id)
    return Portfolios(offices, reviewers, {code: frozenset(people) for code, people in assigned.items()})
