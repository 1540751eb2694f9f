"""Entries of the register kept by hand: adding, changing, removing. Whole lists: `imports`."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal import queries
from portal.domain import audit_events
from portal.domain.amounts import amount_fault, read_amount, to_fen
from portal.domain.documents import clean_line
from portal.domain.errors import Invalid
from portal.domain.permissions import Actor
from portal.domain.register.entries import MAX_CODE, MAX_NAME, EntryRow
from portal.models import Office, RegisterEntry
from portal.services.record import audit, facts
from portal.services.register import keeping
from portal.services.transaction import write


@dataclass(frozen=True, slots=True)
class EntryForm:
    """The fields of an entry, as typed; amount in 元."""

    office: str
    code: str
    name: str
    amount: str
    is_key: bool = False

    def read(self) -> EntryRow:
        """Raises Invalid, at the field."""
        code, name, amount = clean_line(self.code), clean_line(self.name), clean_line(self.amount)
        if not 1 <= len(code) <= MAX_CODE:
            raise Invalid(f"请填写项目编码（不超过 {MAX_CODE} 个字符）。", "code")
        if not 1 <= len(name) <= MAX_NAME:
            raise Invalid(f"请填写项目名称（不超过 {MAX_NAME} 字）。", "name")
        if not amount:
            raise Invalid("请填写金额，以元为单位。", "amount")
        if fault := amount_fault(amount):
            raise Invalid(f"金额{fault}", "amount")
        return EntryRow(clean_line(self.office), code, name, to_fen(read_amount(amount)), self.is_key)


def add_entry(session: Session, actor: Actor, year: int, form: EntryForm) -> RegisterEntry:
    """Raises Forbidden, Invalid."""
    row = form.read()
    with write(session):
        keeping.locked_year(session, year)
        office = session.get(Office, row.office_code)
        if office is None or not office.active:
            raise Invalid("请选择单位。", "office")
        keeping.require_keeper(actor, row.office_code)
        _require_free(session, year, row)
        entry = new_entry(year, row)
        session.add(entry)
        session.flush()
        _record(session, actor, audit_events.ADD_ENTRY, entry)
    return entry


def change_entry(session: Session, actor: Actor, entry_id: int, form: EntryForm) -> RegisterEntry:
    """An entry keeps its office. Raises NotVisible, Forbidden, Invalid."""
    row = form.read()
    with write(session):
        entry = keeping.entry_to_keep(session, actor, entry_id)
        gone = facts.Facts()
        if row.code != entry.code:
            _require_free(session, entry.year, EntryRow(entry.office_code, row.code, row.name, row.amount_fen))
            gone = facts.of_deleted(RegisterEntry, entry.year, entry.office_code, entry.code)
        before = {"code": entry.code, "name": entry.name, "amount": entry.amount_fen, "is_key": entry.is_key}
        entry.code, entry.name, entry.amount_fen, entry.is_key = row.code, row.name, row.amount_fen, row.is_key
        session.flush()
        _record(session, actor, audit_events.CHANGE_ENTRY, entry, gone, before=before)
    return entry


def remove_entry(session: Session, actor: Actor, entry_id: int) -> RegisterEntry:
    """The table of the entry, if any, stays; nobody announces it then. Raises NotVisible, Forbidden, Invalid."""
    with write(session):
        entry = keeping.entry_to_keep(session, actor, entry_id)
        session.delete(entry)
        session.flush()
        gone = facts.of_deleted(RegisterEntry, entry.year, entry.office_code, entry.code)
        thing = keeping.object_of_entry(entry)
        audit.record(session, actor, audit_events.REMOVE_ENTRY, thing, gone, code=entry.code, name=entry.name)
    return entry


def new_entry(year: int, row: EntryRow) -> RegisterEntry:
    return RegisterEntry(
        year=year,
        office_code=row.office_code,
        code=row.code,
        name=row.name,
        amount_fen=row.amount_fen,
        is_key=row.is_key,
    )


def _require_free(session: Session, year: int, row: EntryRow) -> None:
    if found := queries.register.entries.with_code(session, year, row.office_code, row.code):
        raise Invalid(f"这个单位的应报清单里已有编码 {row.code} 的项目：{found.name}。", "code")


def _record(
    session: Session,
    actor: Actor,
    event: audit_events.AuditEvent,
    entry: RegisterEntry,
    gone: facts.Facts | None = None,
    **detail: object,
) -> None:
    leaves = (gone or facts.Facts()) | facts.of_rows(entry)
    audit.record(
        session,
        actor,
        event,
        keeping.object_of_entry(entry),
        leaves,
        **detail,
        code=entry.code,
        name=entry.name,
        amount=entry.amount_fen,
        is_key=entry.is_key,
    )
