"""Importing a list of people: a preview that writes nothing, then all or nothing in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import queries
from portal.domain import audit_events, people
from portal.domain.errors import Invalid, Stale
from portal.domain.people import HeldPerson, PeoplePlan, PeopleReading, PersonRow
from portal.domain.permissions import DUTIES, Actor, Role, mixes_duties
from portal.domain.rosters import RowError, SheetRows
from portal.models import Office, User
from portal.services.administration import accounts, claim_moves
from portal.services.administration.accounts import PersonForm
from portal.services.administration.authority import require_manager, separates_duties
from portal.services.administration.claim_moves import ClaimsUndecided
from portal.services.administration.passwords import hash_password, one_time_password
from portal.services.record import audit
from portal.services.transaction import write


@dataclass(frozen=True, slots=True)
class ImportedPeople:
    """new: accounts with their one-time passwords."""

    new: Sequence[tuple[User, str]]
    changed_count: int


def read(session: Session, actor: Actor | None, sheets: Sequence[SheetRows]) -> PeopleReading:
    """Read a list, with an error for each row that cannot be imported. Raises Forbidden."""
    require_manager(actor)
    active = session.execute(select(Office.code, Office.name).where(Office.active)).all()
    offices = {code: name for code, name in active}  # noqa: C416 - dict(rows) would ask the result for keys
    reading = people.read(sheets, offices)
    if reading.errors:
        return reading
    return replace(reading, errors=plan(session, actor, reading.rows).errors)


def plan(session: Session, actor: Actor | None, rows: Sequence[PersonRow]) -> PeoplePlan:
    """What `import_people` would change. Raises Forbidden."""
    require_manager(actor)
    wanted = people.compare(_held(session), rows)
    refused = [*wanted.errors, *_refused_rights(session, actor, wanted)]
    return replace(wanted, errors=sorted(refused, key=lambda error: error.line))


def import_people(
    session: Session,
    actor: Actor | None,
    rows: Sequence[PersonRow],
    *,
    seen: str = "",
    seed: Callable[[str], bytes] = lambda _: b"",
) -> ImportedPeople:
    """Write the plan for `rows`. seen: digest of the plan that the person saw; seed: user name → of its password.

    Raises Forbidden, Invalid, Stale.
    """
    wanted = plan(session, actor, rows)
    secrets = {row.username: one_time_password(seed(row.username)) for row in wanted.new}
    hashes = {username: hash_password(secret) for username, secret in secrets.items()}  # before any lock: slow
    with write(session):
        claim_moves.lock_claims(session, [change.old.id for change in wanted.changed])
        users = [accounts.locked_user(session, id) for id in sorted(change.old.id for change in wanted.changed)]
        audit.lock_head(session)  # serializes concurrent calls: the second must see the names that the first adds
        if plan(session, actor, rows).digest != wanted.digest or seen not in ("", wanted.digest):
            raise Stale("人员在预览之后有改动，没有导入；请看过新的预览再导入。")
        if wanted.errors:
            raise Invalid(f"没有导入：{wanted.errors[0].text}")
        new = [_add(session, actor, row, hashes[row.username]) for row in wanted.new]
        _change(session, actor, {user.id: user for user in users}, wanted)
    return ImportedPeople([(user, secrets[user.username]) for user in new], len(wanted.changed))


def _held(session: Session) -> list[HeldPerson]:
    return [
        HeldPerson(
            person.user.id,
            person.user.username,
            person.user.name,
            tuple(sorted(person.roles)),
            person.user.office_code or "",
            person.user.phone,
            tuple(sorted(person.assigned)),
            person.user.active,
        )
        for person in queries.administration.people.people(session)
    ]


def _refused_rights(session: Session, actor: Actor | None, wanted: PeoplePlan) -> list[RowError]:
    """Rows that would join what 三员分立 separates, or give rights to the importer."""
    pairs = [((), row) for row in wanted.new] + [(change.old.roles, change.new) for change in wanted.changed]
    separated = separates_duties(session)
    errors = [
        RowError(row.line, "三员分立：系统管理员、财政局的审核人和审批人、审计员要由不同的人担任，不能给同一个人。")
        for before, row in pairs
        if separated and mixes_duties(_roles(row)) and any(duty & (_roles(row) - set(before)) for duty in DUTIES)
    ]
    own = [change for change in wanted.changed if actor and change.old.id in actor.ids]
    return errors + [
        RowError(change.new.line, "不能用名单改自己的角色、单位和分管单位；请另一位系统管理员办理。")
        for change in own
        if {what for what, _, _ in change.words} - {"姓名", "电话"}
    ]


def _roles(row: PersonRow) -> frozenset[Role]:
    return frozenset(map(Role, row.roles))


def _form(row: PersonRow) -> PersonForm:
    return PersonForm(row.name, row.roles, row.office, row.assigned, row.phone)


def _add(session: Session, actor: Actor | None, row: PersonRow, hashed: str) -> User:
    form = _form(row)
    try:
        user = accounts.insert(session, row.username, form, hashed, is_one_time=True)
    except Invalid as refusal:
        raise _at(row, refusal) from None
    audit.record(session, actor, audit_events.ADD_USER, audit.object_of_user(user), **accounts.detail_of(form))
    return user


def _change(session: Session, actor: Actor | None, users: dict[int, User], wanted: PeoplePlan) -> None:
    for change in wanted.changed:
        try:
            accounts.change(session, actor, users[change.old.id], _form(change.new))
        except Invalid as refusal:
            raise _at(change.new, refusal) from None
    try:
        claim_moves.settle_lost(session, actor, list(users.values()), lambda _: None)
    except ClaimsUndecided as refusal:
        names = "、".join(each.name for each in refusal.lost)
        raise Invalid(f"没有导入：{names}认领的表不能再由本人审核；请先在“移交工作”里交给别人。") from None
    for change in wanted.changed:
        thing, detail = audit.object_of_user(users[change.old.id]), accounts.detail_of(_form(change.new))
        audit.record(session, actor, audit_events.CHANGE_USER, thing, **detail)


def _at(row: PersonRow, refusal: Invalid) -> Invalid:
    return Invalid(f"第 {row.line} 行：{refusal.message}")
