"""The circles of `domain.notices` as SQL: the ids of the people that an event concerns, from roles and portfolios.

A circle is made of those who hold a permission, so that notices agree with PERMISSIONS. `telling` is one SELECT for
each event, built once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from portal.database import UTCDateTime
from portal.domain.conclusions import RecommendationDemand
from portal.domain.notices import NOTICES, Circle
from portal.domain.permissions import PERMISSIONS, Permission, Relation
from portal.models import Assignment, BudgetYear, NoticeMute, Office, TargetTable, User, UserRole
from portal.queries.office_tree import is_within, working_for

_OFFICE: BindParameter[Any] = bindparam("office", type_=String)
_YEAR: BindParameter[int | None] = bindparam("year", type_=Integer)
_TABLE: BindParameter[int | None] = bindparam("table", type_=Integer)
_OF_OFFICE, _ABOVE = aliased(Office), aliased(Office)

People = Select[int]
COLUMNS = ("person_id", "event", "entry", "table_id", "office_code", "year", "is_act", "at")
"""What `telling` selects, in this order."""


def _hold(permission: Permission, relation: Relation | None) -> ColumnElement[bool]:
    """Condition for roles that hold a permission in this relation; None: everywhere."""
    grants = PERMISSIONS[permission].grants
    roles = {
        grant.role.value
        for grant in grants
        if (relation is None and grant.relations is None) or (grant.relations and relation in grant.relations)
    }
    return UserRole.role.in_(sorted(roles))


def _in_office(permission: Permission = Permission.EDIT) -> People:
    """Those who work on the tables of the office and hold the permission there."""
    return (
        select(User.id.label("id"))
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.office_code.in_(working_for(_OFFICE)), _hold(permission, Relation.OWN))
    )


def _reviewers() -> People:
    return (
        select(Assignment.user_id.label("id"))
        .join(_ABOVE, _ABOVE.code == Assignment.office_code)
        .join(_OF_OFFICE, and_(_OF_OFFICE.code == _OFFICE, is_within(_OF_OFFICE, _ABOVE)))
        .join(UserRole, UserRole.user_id == Assignment.user_id)
        .join(User, and_(User.id == Assignment.user_id, User.active))
        .where(_hold(Permission.RECOMMEND, Relation.ASSIGNED))
    )


def _approvers() -> People:
    return select(UserRole.user_id.label("id")).where(_hold(Permission.APPROVE, None))


def _review() -> People:
    """As `queries.awaiting`: the reviewers until one of them recommends; the approvers then, and where nobody does."""
    recommended = select(TargetTable.is_recommended).where(TargetTable.id == _TABLE).scalar_subquery()
    never = exists().where(BudgetYear.year == _YEAR, BudgetYear.recommendation == RecommendationDemand.NEVER.value)
    approve_first = or_(recommended, never, ~_reviewers().exists())
    waits = union_all(_reviewers().where(~recommended), _approvers().where(approve_first)).subquery()
    return select(waits.c.id)


def _named(circle: Circle) -> People:
    return select(User.id.label("id")).where(User.id.in_(bindparam(circle.value, expanding=True, type_=Integer)))


PEOPLE: Mapping[Circle, Callable[[], People]] = {
    Circle.OFFICE: _in_office,
    Circle.DRAFTERS: lambda: _in_office(Permission.HAND_UP),
    Circle.HEADS: lambda: _in_office(Permission.HAND_BACK),
    Circle.REVIEW: _review,
    Circle.REVIEWERS: _reviewers,
    Circle.APPROVERS: _approvers,
    Circle.SUCCESSOR: lambda: _named(Circle.SUCCESSOR),
    Circle.PREDECESSOR: lambda: _named(Circle.PREDECESSOR),
}


@cache
def telling(event: str) -> Select[*tuple[Any, ...]]:
    """COLUMNS of the notices of an event; parameters: entry, table, office, year, at, actor, principal (0: none), and
    the ids of the NAMED circles.

    Not for the actor; the principal, for whom a stand-in acted, should know.
    """
    notice = NOTICES[event]
    parts = [PEOPLE[circle]().add_columns(literal(1).label("is_act")) for circle in notice.act]
    parts += [PEOPLE[circle]().add_columns(literal(0).label("is_act")) for circle in notice.know]
    principal: BindParameter[int] = bindparam("principal", type_=Integer)
    parts.append(select(User.id.label("id"), literal(0).label("is_act")).where(User.id == principal))
    found = union_all(*parts).subquery()
    acts = case((User.id == principal, 0), else_=func.max(found.c.is_act)) == 1
    muted = exists().where(NoticeMute.user_id == User.id, NoticeMute.topic == notice.topic.value)
    return (
        select(
            User.id,
            literal(event, String),
            bindparam("entry", type_=BigInteger),
            _TABLE,
            _OFFICE,
            _YEAR,
            acts,
            bindparam("at", type_=UTCDateTime),
        )
        .join(found, found.c.id == User.id)
        .where(User.active, User.id != bindparam("actor", type_=Integer))
        .group_by(User.id)
        .having(or_(acts, ~muted))
    )
