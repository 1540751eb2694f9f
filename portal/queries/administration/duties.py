"""What hangs on a person: what a colleague has to take over when the person leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.database import local_today
from portal.domain import portfolios
from portal.domain.opinions import OpinionState
from portal.domain.permissions import Role
from portal.domain.states import State
from portal.models import Assignment, Office, Opinion, Participation, TargetTable, User, UserRole


@dataclass(frozen=True, slots=True)
class Duties:
    """claims: office code → tables claimed. offices: those assigned, as (code, name); left_alone: of these, the ones
    that nobody else reviews. own_draft_count: tables never submitted on which nobody else has worked.
    """

    claims: Mapping[str, int]
    draft_opinion_count: int
    offices: Sequence[tuple[str, str]]
    left_alone: Sequence[tuple[str, str]]
    own_draft_count: int
    is_only_head: bool

    @property
    def claim_count(self) -> int:
        return sum(self.claims.values())


def claimed_by(user_ids: Collection[int]) -> Select[TargetTable]:
    """The tables that these people have claimed; claims whose last day has passed do not count."""
    is_held = or_(TargetTable.claimed_until.is_(None), TargetTable.claimed_until >= local_today())
    return select(TargetTable).where(TargetTable.claimed_by_id.in_(sorted(user_ids)), is_held).order_by(TargetTable.id)


def duties(session: Session, user: User) -> Duties:
    offices = session.execute(
        select(Office.code, Office.name, Office.lineage)
        .join(Assignment, Assignment.office_code == Office.code)
        .where(Assignment.user_id == user.id)
        .order_by(Office.code)
    ).all()
    alone = set(portfolios.without_reviewer([(row.code, row.lineage) for row in offices], _others(session, user)))
    claims = Counter(session.scalars(claimed_by([user.id]).with_only_columns(TargetTable.office_code)))
    return Duties(
        claims=dict(sorted(claims.items())),
        draft_opinion_count=session.scalar(_draft_opinions(user)) or 0,
        offices=[(row.code, row.name) for row in offices],
        left_alone=[(row.code, row.name) for row in offices if row.code in alone],
        own_draft_count=_own_draft_count(session, user),
        is_only_head=_is_only_head(session, user),
    )


def _others(session: Session, user: User) -> set[str]:
    """The offices to which somebody else is assigned who reviews."""
    is_reviewer = exists().where(UserRole.user_id == User.id, UserRole.role == Role.REVIEWER.value)
    others = (
        select(Assignment.office_code)
        .join(User, User.id == Assignment.user_id)
        .where(User.active, User.id != user.id, is_reviewer)
    )
    return set(session.scalars(others))


def _draft_opinions(user: User) -> Select[int]:
    return select(func.count()).where(Opinion.author_id == user.id, Opinion.state == OpinionState.DRAFT.value)


def _own_draft_count(session: Session, user: User) -> int:
    other = aliased(Participation)
    worked_on = (
        select(func.count())
        .select_from(TargetTable)
        .join(Participation, Participation.table_id == TargetTable.id)
        .where(Participation.user_id == user.id)
        .where(TargetTable.state == State.DRAFTED.value, TargetTable.submission_count == 0)
        .where(~exists().where(other.table_id == TargetTable.id, other.user_id != user.id))
    )
    return session.scalar(worked_on) or 0


def _is_only_head(session: Session, user: User) -> bool:
    heads = select(User.id).join(UserRole, UserRole.user_id == User.id)
    heads = heads.where(User.active, User.office_code == user.office_code, UserRole.role == Role.HEAD.value)
    return set(session.scalars(heads)) == {user.id}
