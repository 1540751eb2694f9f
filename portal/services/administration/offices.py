"""Adding and changing offices, by the administrator or by the operator of the server (`actor` None)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.database import ROW_LOCK
from portal.domain import audit_events
from portal.domain.audit_events import About
from portal.domain.documents import clean_line
from portal.domain.errors import Invalid
from portal.domain.offices import OfficeRow
from portal.domain.permissions import Actor
from portal.models import Office
from portal.services.administration.authority import require_manager
from portal.services.record import audit
from portal.services.transaction import write

_OFFICE_CODE = re.compile(r"[0-9]{3,12}")


def add_office(session: Session, actor: Actor | None, code: str, name: str, parent: str = "") -> Office:
    """Raises Forbidden; Invalid for a malformed code or name, a code already in use, an unknown parent."""
    require_manager(actor)
    with write(session):
        return _add_office(session, actor, code, name, parent)


def import_offices(session: Session, actor: Actor | None, rows: Iterable[tuple[str, str, str] | OfficeRow]) -> int:
    """Add the offices of a list in any order, all or none; return their number. Raises Invalid, with the row's line."""
    require_manager(actor)
    left = [OfficeRow(*row) for row in rows]
    with write(session):
        done = {code for (code,) in session.execute(select(Office.code))}
        added = 0
        while left:
            ready = [row for row in left if not row.parent or row.parent in done]
            if not ready:
                raise Invalid(f"{_place(left[0])}单位 {left[0].code} 的上级 {left[0].parent} 不存在。")
            for row in ready:
                try:
                    _add_office(session, actor, row.code, row.name, row.parent)
                except Invalid as refusal:
                    raise Invalid(f"{_place(row)}{refusal.message}", refusal.path) from None
                done.add(row.code)
                left.remove(row)
                added += 1
    return added


def _place(row: OfficeRow) -> str:
    return f"第 {row.line} 行：" if row.line else ""


def _add_office(session: Session, actor: Actor | None, code: str, name: str, parent: str) -> Office:
    code, name, parent = clean_line(code), clean_line(name), clean_line(parent)
    if not _OFFICE_CODE.fullmatch(code):
        raise Invalid(f"单位编码应为 3 到 12 位数字，而不是“{code[:20]}”。", "code")
    if not 1 <= len(name) <= 200:
        raise Invalid("请填写单位名称（不超过 200 字）。", "name")
    if session.get(Office, code):
        raise Invalid(f"单位编码 {code} 已经存在。", "code")
    above = session.get(Office, parent) if parent else None
    if parent and above is None:
        raise Invalid(f"上级单位 {parent} 不存在。", "parent")
    lineage = f"{above.lineage if above else '/'}{code}/"
    if len(lineage) > 200:
        raise Invalid("单位层级太深。", "parent")
    office = Office(code=code, name=name, parent_code=parent or None, lineage=lineage, active=True)
    session.add(office)
    session.flush()
    audit.record(session, actor, audit_events.ADD_OFFICE, _thing_of_office(office), parent=parent)
    return office


def change_office(session: Session, actor: Actor | None, code: str, name: str, active: bool) -> None:
    """Change the name of an office, or disable or enable it; its code never changes."""
    require_manager(actor)
    with write(session):
        office = session.get(Office, code, with_for_update=ROW_LOCK)
        if office is None:
            raise Invalid(f"没有编码为 {code[:20]} 的单位。")
        name = clean_line(name)
        if not 1 <= len(name) <= 200:
            raise Invalid("请填写单位名称（不超过 200 字）。", "name")
        before = {"name": office.name, "active": office.active}
        office.name, office.active = name, active
        session.flush()
        audit.record(
            session,
            actor,
            audit_events.CHANGE_OFFICE,
            _thing_of_office(office),
            before=before,
            name=name,
            active=active,
        )


def _thing_of_office(office: Office) -> audit.AuditObject:
    return audit.AuditObject(About.OFFICE, office.code, f"{office.code}{office.name}")
