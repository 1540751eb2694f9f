"""本年无项目: the head of an office confirms that it has no project in a year, and takes that back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal import queries
from portal.database import ROW_LOCK
from portal.domain import audit_events
from portal.domain.errors import Forbidden, Invalid, Stale
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.models import NoProjects, Office
from portal.services.record import audit, facts
from portal.services.register import keeping
from portal.services.transaction import write


def confirm(session: Session, actor: Actor, year: int) -> NoProjects:
    """For the actor's own office. Raises Forbidden, Stale (confirmed already), Invalid (owes or has tables)."""
    office = _own_office(actor)
    with write(session):
        keeping.locked_year(session, year)
        session.get(Office, office, with_for_update=ROW_LOCK)  # whoever creates a table of the office waits here
        if found := queries.register.offices.confirmation(session, year, office):
            raise Stale(f"{found.confirmed_by_name}已经确认本年无项目。")
        if owed := queries.register.offices.owed_count(session, year, office):
            raise Invalid(f"应报清单里还有本单位的 {owed} 个项目，不能确认无项目；确实不用填报的，请财政局免报或移出。")
        if tables := queries.register.offices.table_count(session, year, office):
            raise Invalid(f"本单位 {year} 年度已有 {tables} 张项目表，不能确认无项目；不要的请先删除草稿或者作废。")
        confirmed = NoProjects(
            year=year, office_code=office, confirmed_by_id=actor.id, confirmed_by_name=actor.signature
        )
        session.add(confirmed)
        session.flush()
        thing = keeping.object_of(year, office)
        audit.record(session, actor, audit_events.CONFIRM_NO_PROJECTS, thing, facts.of_rows(confirmed))
    return confirmed


def retract(session: Session, actor: Actor, year: int) -> None:
    """Raises Forbidden, Stale (not confirmed)."""
    office = _own_office(actor)
    with write(session):
        keeping.locked_year(session, year)
        found = queries.register.offices.confirmation(session, year, office)
        if found is None:
            raise Stale("本单位没有确认过本年无项目，或者已经撤回。")
        session.delete(found)
        session.flush()
        gone = facts.of_deleted(NoProjects, year, office)
        audit.record(session, actor, audit_events.RETRACT_NO_PROJECTS, keeping.object_of(year, office), gone)


def _own_office(actor: Actor) -> str:
    office = actor.office or ""
    if not may(actor, Permission.CONFIRM_NO_PROJECTS, TableFacts(office)):
        raise Forbidden("“本年无项目”由单位负责人确认。")
    return office
