"""Adding and changing offices, by the administrator or by the operator of the server (`actor` None).

Moving an office in the tree is in `office_moves`, its name in drafts in `office_names`, merging in `office_mergers`,
whole lists in `office_imports`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from portal import queries
from portal.database import ROW_LOCK
from portal.domain import audit_events
from portal.domain.audit_events import About
from portal.domain.documents import clean_line
from portal.domain.errors import Invalid
from portal.domain.offices import LONGEST_LINEAGE
from portal.domain.offices.rows import MAX_NAME, OFFICE_CODE
from portal.domain.permissions import Actor
from portal.domain.telephones import telephone
from portal.models import Office
from portal.services.administration import office_moves, office_names
from portal.services.administration.authority import require_manager
from portal.services.record import audit, facts
from portal.services.transaction import write


@dataclass(frozen=True, slots=True)
class OfficeForm:
    """The editable fields of an office, as typed. parent: code of the office above, "" for none."""

    name: str
    parent: str = ""
    phone: str = ""
    active: bool = True

    def cleaned(self) -> OfficeForm:
        """Raises Invalid, at the field."""
        name = clean_line(self.name)
        if not 1 <= len(name) <= MAX_NAME:
            raise Invalid(f"请填写单位名称（不超过 {MAX_NAME} 字）。", "name")
        return replace(self, name=name, parent=clean_line(self.parent), phone=telephone(self.phone))


def add_office(
    session: Session, actor: Actor | None, code: str, name: str, parent: str = "", phone: str = ""
) -> Office:
    """Raises Forbidden; Invalid for a malformed code or name, a code already in use, an unknown parent."""
    require_manager(actor)
    with write(session):
        return add(session, actor, clean_line(code), OfficeForm(name, parent, phone).cleaned())


def add(session: Session, actor: Actor | None, code: str, form: OfficeForm) -> Office:
    """`add_office` inside `write`; `form` cleaned."""
    if not re.fullmatch(OFFICE_CODE, code):
        raise Invalid(f"单位编码应为 3 到 12 位数字，而不是“{code[:20]}”。", "code")
    if session.get(Office, code):
        raise Invalid(f"单位编码 {code} 已经存在。", "code")
    above = None
    if form.parent:  # locked, so that nobody moves it meanwhile
        above = session.get(Office, form.parent, with_for_update=ROW_LOCK, populate_existing=True)
        if above is None:
            raise Invalid(f"上级单位 {form.parent[:12]} 不存在。", "parent")
    lineage = f"{above.lineage if above else '/'}{code}/"
    if len(lineage) > LONGEST_LINEAGE:
        raise Invalid("单位层级太深。", "parent")
    parent = form.parent or None
    office = Office(
        code=code, name=form.name, parent_code=parent, lineage=lineage, phone=form.phone, active=form.active
    )
    session.add(office)
    session.flush()
    told = {"parent": form.parent} | ({"phone": form.phone} if form.phone else {})
    audit.record(session, actor, audit_events.ADD_OFFICE, object_of_office(office), **told)
    return office


def change_office(session: Session, actor: Actor | None, code: str, form: OfficeForm) -> int:
    """Change everything but the code; return the number of drafts that were named anew.

    Enabling a merged office takes the merger back. Raises Forbidden, Invalid.
    """
    require_manager(actor)
    form = form.cleaned()
    with write(session):
        offices = office_moves.locked_offices(session)
        if code not in offices:
            raise Invalid(f"没有编码为 {code[:20]} 的单位。")
        office_moves.lock_tables(session, office_moves.within(offices, offices[code]))
        return change(session, actor, offices, offices[code], form)


def change(session: Session, actor: Actor | None, offices: dict[str, Office], office: Office, form: OfficeForm) -> int:
    """`change_office` inside `write`; `offices`: all, locked, as are the tables of this one and of those below it."""
    before = {
        **{"name": office.name, "parent": office.parent_code or ""},
        **{"phone": office.phone, "active": office.active},
    }
    after = {"name": form.name, "parent": form.parent, "phone": form.phone, "active": form.active}
    moved = office_moves.move(offices, office, form.parent)
    unmerged = _take_back_merger(session, office, form)
    office.name, office.phone, office.active = form.name, form.phone, form.active
    session.flush()
    if before["parent"] != form.parent:
        office_moves.settle_claims(session, actor, [office.code, *(each.code for each in moved)])
    leaves = facts.of_administered(session, audit_events.CHANGE_OFFICE, About.OFFICE, office.code) | unmerged
    audit.record(session, actor, audit_events.CHANGE_OFFICE, object_of_office(office), leaves, before=before, **after)
    for each in moved:
        audit.record(session, actor, audit_events.CHANGE_OFFICE, object_of_office(each), moved_with=office.code)
    return office_names.name_drafts_anew(session, actor, office, str(before["name"]))


def _take_back_merger(session: Session, office: Office, form: OfficeForm) -> facts.Facts:
    """Raises Invalid for a merged office that would stay merged and leave the office that does its work."""
    merger = queries.administration.offices.merger(session, office.code)
    if merger is None:
        return facts.Facts()
    if not form.active:
        if form.parent != merger.into_code:
            raise Invalid(
                f"这个单位已并入 {merger.into_code}，上级就是它；要改上级，请先重新启用，取消并入。", "parent"
            )
        return facts.Facts()
    session.delete(merger)
    session.flush()
    return facts.of_deleted(type(merger), office.code)


def object_of_office(office: Office) -> audit.AuditObject:
    return audit.AuditObject(About.OFFICE, office.code, f"{office.code}{office.name}", office=office.code)
