"""The rows of accounts: what is stored, what may be stored, and the guards that all acts on accounts share.

Called inside a write transaction of the services of this room, which record what they do.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.database import ROW_LOCK, now
from portal.domain.documents import clean_line
from portal.domain.errors import Invalid
from portal.domain.people.reading import USERNAME_PATTERN
from portal.domain.permissions import Actor, Role
from portal.domain.telephones import telephone
from portal.models import Assignment, Office, User, UserRole
from portal.services.administration.authority import require_separate_duties
from portal.services.administration.passwords import new_stamp
from portal.services.record import audit

_OFFICE_ROLES = frozenset({Role.DRAFTER, Role.HEAD})


@dataclass(frozen=True, slots=True)
class PersonForm:
    """The editable fields of an account, as typed. assigned: codes of the offices that a reviewer reviews."""

    name: str
    roles: Collection[str]
    office: str = ""
    assigned: Collection[str] = ()
    phone: str = ""

    def cleaned(self) -> PersonForm:
        """Raises Invalid for a text that is no telephone."""
        assigned = [clean_line(code) for code in self.assigned]
        return replace(
            self,
            name=clean_line(self.name),
            office=clean_line(self.office),
            assigned=assigned,
            phone=telephone(self.phone),
        )


def clean_username(text: str) -> str:
    """Raises Invalid at `username`."""
    username = clean_line(text).lower()
    if not USERNAME_PATTERN.fullmatch(username):
        raise Invalid("用户名应为 2 到 32 位小写字母、数字、点、横线，以字母或数字开头。", "username")
    return username


def insert(session: Session, username: str, form: PersonForm, password_hash: str, *, is_one_time: bool) -> User:
    """A new account. The audit head must be locked, so that two callers do not take the same name. Raises Invalid."""
    if session.scalar(select(User.id).where(User.username == username)):
        raise Invalid(f"用户名 {username} 已经存在。", "username")
    _check(session, form)
    require_separate_duties(session, frozenset(), _roles(form))
    user = User(
        username=username,
        name=form.name,
        phone=form.phone,
        password_hash=password_hash,
        office_code=form.office or None,
        stamp=new_stamp(),
        must_change_password=is_one_time,
        one_time_since=now() if is_one_time else None,
    )
    session.add(user)
    session.flush()
    _write_roles(session, user, form)
    return user


def change(session: Session, actor: Actor | None, user: User, form: PersonForm) -> None:
    """Store `form` in a locked account. Raises Invalid."""
    _check(session, form)
    if Role.ADMIN.value not in form.roles:
        require_another_admin(session, user)
    before = held(session, user)
    if actor and user.id in actor.ids:
        _require_nothing_gained(before, form)
    require_separate_duties(session, _roles(before), _roles(form))
    user.name, user.office_code, user.phone = form.name, form.office or None, form.phone
    session.execute(delete(UserRole).where(UserRole.user_id == user.id))
    session.execute(delete(Assignment).where(Assignment.user_id == user.id))
    session.flush()
    _write_roles(session, user, form)


def locked_user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id, with_for_update=ROW_LOCK, populate_existing=True)
    if user is None:
        raise Invalid("没有这个账号。")
    return user


def held(session: Session, user: User) -> PersonForm:
    """The stored fields of an account."""
    roles = session.scalars(select(UserRole.role).where(UserRole.user_id == user.id)).all()
    assigned = session.scalars(select(Assignment.office_code).where(Assignment.user_id == user.id)).all()
    return PersonForm(user.name, roles, user.office_code or "", assigned, user.phone)


def _roles(form: PersonForm) -> frozenset[Role]:
    return frozenset(Role(role) for role in form.roles)


def _require_nothing_gained(before: PersonForm, form: PersonForm) -> None:
    """Raises Invalid where people would give rights to themselves."""
    others = "，请由另一位系统管理员或者服务器的维护人员办理。"
    if set(form.roles) - set(before.roles):
        raise Invalid(f"不能给自己增加角色{others}", "roles")
    if form.office not in ("", before.office):
        raise Invalid(f"不能改自己的所在单位{others}", "office")
    if set(form.assigned) - set(before.assigned):
        raise Invalid(f"不能给自己增加分管单位{others}", "assigned")


def set_active(session: Session, actor: Actor | None, user: User, active: bool) -> None:
    """Enable or disable a locked account. Raises Invalid for one's own and for the last administrator's."""
    if actor and user.id in actor.ids:
        raise Invalid("不能停用自己的账号。")
    if not active:
        require_another_admin(session, user)
    user.active, user.stamp = active, new_stamp()
    session.flush()


def require_another_admin(session: Session, leaving: User) -> None:
    audit.lock_head(session)  # serializes two administrators who disable each other at the same time
    others = (
        select(User.id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role == Role.ADMIN.value, User.active, User.id != leaving.id)
    )
    is_admin = select(UserRole.user_id).where(UserRole.user_id == leaving.id, UserRole.role == Role.ADMIN.value)
    if session.scalar(is_admin) and not session.scalar(others.limit(1)):
        raise Invalid("这是最后一个可用的系统管理员，不能停用或撤销。", "roles")


def _check(session: Session, form: PersonForm) -> None:
    if not 1 <= len(form.name) <= 64:
        raise Invalid("请填写姓名（不超过 64 字）。", "name")
    unknown = set(form.roles) - {role.value for role in Role}
    if unknown or not form.roles:
        raise Invalid("请至少选择一个角色。", "roles")
    if form.office and session.get(Office, form.office) is None:
        raise Invalid(f"没有编码为 {form.office[:20]} 的单位。", "office")
    if _OFFICE_ROLES & {Role(role) for role in form.roles} and not form.office:
        raise Invalid("经办人和单位负责人要指明所在单位。", "office")
    known = set(session.scalars(select(Office.code).where(Office.code.in_(sorted(form.assigned)))))
    if missing := sorted(set(form.assigned) - known):
        raise Invalid(f"没有编码为 {missing[0][:20]} 的单位。", "assigned")


def _write_roles(session: Session, user: User, form: PersonForm) -> None:
    session.add_all(UserRole(user_id=user.id, role=role) for role in sorted(set(form.roles)))
    session.add_all(Assignment(user_id=user.id, office_code=code) for code in sorted(set(form.assigned)))
    session.flush()


def detail_of(form: PersonForm) -> dict[str, object]:
    return {"roles": sorted(form.roles), "office": form.office, "assigned": sorted(form.assigned)}
