"""并入: an office takes over the work of another one, which becomes inactive below it. Nothing is deleted.

The tables of the merged office keep its code; the people of the other office work on them as on their own, since
`queries.session` makes them so. Enabling the office takes the merger back (`offices.change_office`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import queries
from portal.domain import audit_events
from portal.domain.audit_events import About
from portal.domain.documents import clean_text
from portal.domain.errors import Invalid
from portal.domain.permissions import Actor, Role
from portal.models import Office, OfficeMerger, RegisterEntry, User, UserRole
from portal.services.administration import office_moves
from portal.services.administration.authority import require_manager
from portal.services.administration.offices import object_of_office
from portal.services.administration.passwords import new_stamp
from portal.services.record import audit, facts
from portal.services.record.facts import Facts
from portal.services.transaction import write

MAX_REASON = 500


class PeopleFate(StrEnum):
    """What becomes of the people of a merged office."""

    MOVE = "move"
    DISABLE = "disable"


@dataclass(frozen=True, slots=True)
class MergerForm:
    """As typed. into: code of the office that takes over."""

    into: str
    reason: str
    people: str


def merge_office(session: Session, actor: Actor | None, code: str, form: MergerForm) -> OfficeMerger:
    """Raises Forbidden, Invalid (at the field)."""
    require_manager(actor)
    reason = clean_text(form.reason).strip()
    if not 1 <= len(reason) <= MAX_REASON:
        raise Invalid(f"请写明并入的依据（不超过 {MAX_REASON} 字），例如文件号。", "reason")
    if form.people not in set(PeopleFate):
        raise Invalid("请选择人员怎样办理。", "people")
    with write(session):
        offices = office_moves.locked_offices(session)
        office, into = require_mergeable(session, offices, code, form.into)
        office_moves.lock_tables(session, office_moves.within(offices, office))
        people = queries.administration.offices.active_people(session, code, lock=True)
        _settle_people(session, people, into, PeopleFate(form.people))
        merger = OfficeMerger(
            office_code=code,
            into_code=into.code,
            reason=reason,
            merged_by_name=actor.signature if actor else audit.OPERATOR,
        )
        below = office_moves.move(offices, office, into.code)
        office.active = False
        session.add(merger)
        earlier = _passed_on(session, office, into)
        entries, moved = _move_entries(session, office, into)
        # All rows are written, hence locked, before the audit head.
        office_moves.settle_claims(session, actor, [code, *(each.code for each in below)])
        _record_people(session, actor, people, code)
        leaves = facts.of_administered(session, audit_events.MERGE_OFFICE, About.OFFICE, code)
        leaves |= facts.of_rows(merger, *earlier) | entries
        counts = {"people_count": len(people), "register_count": moved}
        thing = object_of_office(office)
        audit.record(session, actor, audit_events.MERGE_OFFICE, thing, leaves, into=into.code, reason=reason, **counts)
        for each in below:
            audit.record(session, actor, audit_events.CHANGE_OFFICE, object_of_office(each), moved_with=code)
    return merger


def require_mergeable(session: Session, offices: dict[str, Office], code: str, into: str) -> tuple[Office, Office]:
    """The two offices. Raises Invalid."""
    if code not in offices:
        raise Invalid(f"没有编码为 {code[:12]} 的单位。")
    if into not in offices or not offices[into].active:
        raise Invalid("请选择并入哪个在用的单位。", "into")
    if into == code:
        raise Invalid("不能并入自己。", "into")
    if queries.administration.offices.merger(session, code):
        raise Invalid("这个单位已经并入别的单位；要改，请先重新启用，取消并入。", "into")
    if offices[into].lineage.startswith(offices[code].lineage):
        raise Invalid(f"{into} 是 {code} 的下级单位，不能并入；请先给 {into} 换一个上级。", "into")
    return offices[code], offices[into]


def _settle_people(session: Session, people: Sequence[User], into: Office, fate: PeopleFate) -> None:
    """Raises Invalid where disabling would lock administrators out."""
    if fate is PeopleFate.DISABLE:
        admins = set(session.scalars(select(UserRole.user_id).where(UserRole.role == Role.ADMIN.value)))
        if kept := [user.name for user in people if user.id in admins]:
            raise Invalid(f"{'、'.join(kept)}是系统管理员，不能随单位停用；请选转到新单位。", "people")
    for user in people:
        if fate is PeopleFate.MOVE:
            user.office_code = into.code
        else:
            user.active, user.stamp = False, new_stamp()
    session.flush()


def _record_people(session: Session, actor: Actor | None, people: Sequence[User], before: str) -> None:
    for user in people:
        thing = audit.object_of_user(user)
        if user.active:
            detail = {"office": user.office_code, "before": {"office": before}}
            audit.record(session, actor, audit_events.CHANGE_USER, thing, **detail)
        else:
            audit.record(session, actor, audit_events.DISABLE_USER, thing)


def _passed_on(session: Session, office: Office, into: Office) -> Sequence[OfficeMerger]:
    """Offices merged into `office` before are merged into `into` now."""
    earlier = session.scalars(
        select(OfficeMerger).where(OfficeMerger.into_code == office.code).order_by(OfficeMerger.office_code)
    ).all()
    for each in earlier:
        each.into_code = into.code
    session.flush()
    return earlier


def _move_entries(session: Session, office: Office, into: Office) -> tuple[Facts, int]:
    """The entries that nobody has begun go along; one whose code the other office has already stays."""
    moved = queries.administration.offices.entries_to_move(session, office.code, into.code)
    gone = [facts.of_deleted(RegisterEntry, entry.year, office.code, entry.code) for entry in moved]
    for entry in moved:
        entry.office_code = into.code
    session.flush()
    leaves = facts.of_rows(*moved)
    for each in gone:
        leaves |= each
    return leaves, len(moved)
