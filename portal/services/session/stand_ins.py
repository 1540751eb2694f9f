"""代办: appointing and ending stand-ins, and the capacity in which a session works.

The person or an administrator appoints, in the own capacity and never the stand-in. Rules on dates, circles and sides
are in `domain.stand_ins`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import queries
from portal.database import ROW_LOCK, local_today, now
from portal.domain import audit_events
from portal.domain.documents import clean_text
from portal.domain.errors import Forbidden, Invalid, NotVisible, Stale
from portal.domain.notices import Circle
from portal.domain.permissions import Actor, Permission, Role, may
from portal.domain.stand_ins import (
    LONGEST_REASON,
    Appointment,
    Period,
    are_on_one_side,
    require_dates,
    require_fitting,
)
from portal.models import StandIn, User, UserRole, UserSession
from portal.services.notices.announcing import Announcement
from portal.services.record import audit, facts
from portal.services.transaction import write


@dataclass(frozen=True, slots=True)
class StandInForm:
    """person: whose work is done by `stand_in`; both are ids of accounts."""

    person: int
    stand_in: int
    starts_on: date | None
    ends_on: date | None
    reason: str


def appoint(session: Session, actor: Actor, form: StandInForm) -> StandIn:
    """Let somebody stand in for a person. Raises Forbidden; Invalid with the field at fault."""
    _require_may_appoint(actor, form)
    period = Period(*(_date(form, name) for name in ("starts_on", "ends_on")))
    reason = clean_text(form.reason).strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Invalid(f"请写明代办的原因（不超过 {LONGEST_REASON} 字）。", "reason")
    require_dates(period, local_today())
    with write(session):
        audit.lock_head(session)  # two appointments that do not fit together, made at the same time
        person, stand_in = _account(session, form.person, "person"), _account(session, form.stand_in, "stand_in")
        if not are_on_one_side(_roles(session, person), _roles(session, stand_in)):
            raise Invalid(
                f"{stand_in.name} 不能代 {person.name} 办理：只有同一方的人可以互相代办（单位、财政局审核和审批、"
                "系统管理员、审计员各为一方），兼任两方职责的人不能代办，也不能由人代办。",
                "stand_in",
            )
        require_fitting(Appointment(person.id, stand_in.id, period), queries.stand_ins.not_over(session, local_today()))
        appointed = StandIn(
            person_id=person.id,
            stand_in_id=stand_in.id,
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            reason=reason,
            appointed_by_id=actor.id,
            appointed_by_name=actor.signature,
            appointed_at=now(),
        )
        session.add(appointed)
        session.flush()
        audit.record(
            session,
            actor,
            audit_events.APPOINT_STAND_IN,
            audit.object_of_user(person),
            facts.of_rows(appointed),
            _both(person, stand_in),
            stand_in=f"{stand_in.name}（{stand_in.username}）",
            starts_on=str(period.starts_on),
            ends_on=str(period.ends_on),
            reason=reason,
        )
    return appointed


def _both(person: User, stand_in: User) -> Announcement:
    return Announcement({Circle.PREDECESSOR: [person.id], Circle.SUCCESSOR: [stand_in.id]})


def _require_may_appoint(actor: Actor, form: StandInForm) -> None:
    if form.stand_in == form.person:
        raise Invalid("不能由自己代办自己的事，请选另一个人。", "stand_in")
    if form.stand_in in actor.ids:
        raise Forbidden("代办由本人或系统管理员指定，代办人不能自己指定自己。")
    if form.person != actor.id and not may(actor, Permission.MANAGE):
        raise Forbidden("只能为自己指定代办人；别人的代办由本人或系统管理员指定。")
    if form.person == actor.id and actor.principal:
        raise Forbidden("请先换回本人身份，再为自己指定代办人。")


def _date(form: StandInForm, name: str) -> date:
    found: date | None = getattr(form, name)
    if found is None:
        raise Invalid("请填写日期，例如 2026-12-11。", name)
    return found


def _account(session: Session, user_id: int, path: str) -> User:
    user = session.get(User, user_id, populate_existing=True)
    if user is None or not user.active:
        raise Invalid("请选择一个在用的账号。", path)
    return user


def _roles(session: Session, user: User) -> frozenset[Role]:
    return frozenset(map(Role, session.scalars(select(UserRole.role).where(UserRole.user_id == user.id))))


def end(session: Session, actor: Actor, stand_in_id: int) -> None:
    """End an appointment before its last day; the person, the stand-in or an administrator may.

    Raises NotVisible; Stale if it is over.
    """
    with write(session):
        row = session.get(StandIn, stand_in_id, with_for_update=ROW_LOCK, populate_existing=True)
        if row is None or not (actor.id in (row.person_id, row.stand_in_id) or may(actor, Permission.MANAGE)):
            raise NotVisible("没有这项代办。")
        if row.ended_at or row.ends_on < local_today():
            raise Stale("这项代办已经结束。")
        row.ended_at, row.ended_by_name = now(), actor.signature
        session.flush()
        person, stand_in = session.get_one(User, row.person_id), session.get_one(User, row.stand_in_id)
        audit.record(
            session,
            actor,
            audit_events.END_STAND_IN,
            audit.object_of_user(person),
            facts.of_rows(row),
            _both(person, stand_in),
            stand_in=f"{stand_in.name}（{stand_in.username}）",
        )


def switch_capacity(session: Session, own: Actor, key: str, stand_in_id: int | None) -> None:
    """Let the session `key` work in the capacity of a stand-in of today, or (None) in the own one.

    own: the actor in the own capacity. Raises Stale if there is no such stand-in today.
    """
    with write(session):
        audit.lock_head(session)  # before the row in user_sessions, in the same order as `sign_in`
        line = stand_in_id and queries.stand_ins.line(session, stand_in_id, local_today())
        if stand_in_id and not (
            line
            and line.row.stand_in_id == own.id
            and queries.stand_ins.is_in_force(session, stand_in_id, local_today())
        ):
            raise Stale("这项代办现在无效：日期没有到，或者已经结束。")
        session.execute(update(UserSession).where(UserSession.key == key).values(stand_in_id=stand_in_id))
        thing = audit.object_of_user(session.get_one(User, own.id))
        audit.record(session, own, audit_events.SWITCH_CAPACITY, thing, capacity=f"代{line.person}" if line else "本人")
