"""催报: the bureau reminds offices of what they have not submitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal import queries
from portal.database import local_today
from portal.domain import audit_events
from portal.domain.audit_events import About
from portal.domain.documents import clean_line
from portal.domain.errors import Forbidden, Invalid
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.queries.notices.missing import EarlierReminder, OfficeMissing, Recipient
from portal.services.record import audit
from portal.services.record.audit import AuditObject
from portal.services.record.facts import Facts
from portal.services.transaction import write

LONGEST_MESSAGE = 200
MOST_OFFICES = 600


@dataclass(frozen=True, slots=True)
class Reminding:
    """What reminding these offices would do. people: of each office; an office without any cannot be reminded."""

    offices: Sequence[OfficeMissing]
    people: Mapping[str, Sequence[Recipient]]
    earlier: Mapping[str, EarlierReminder]

    @property
    def reachable(self) -> Sequence[OfficeMissing]:
        return [office for office in self.offices if self.people.get(office.office_code)]

    @property
    def person_count(self) -> int:
        return len({person.id for people in self.people.values() for person in people})


def plan(session: Session, actor: Actor, year: int, offices: Sequence[str] | None = None) -> Reminding:
    """offices: chosen codes, of which those count that the actor may remind and that miss something; None: all."""
    today, missing = local_today(), queries.notices.missing
    found = missing.missing(session, actor, year, today, offices)
    codes = [office.office_code for office in found]
    return Reminding(found, missing.recipients(session, codes), missing.reminded_today(session, year, today, codes))


def remind(
    session: Session, actor: Actor, year: int, offices: Sequence[str], message: str, *, again: bool = False
) -> Reminding:
    """Tell the people of these offices, with an entry for each office; return what was done.

    again: also those that somebody reminded today. Raises Forbidden; Invalid (message, nothing missing, `again`).
    """
    words = clean_line(message)
    if len(words) > LONGEST_MESSAGE:
        raise Invalid(f"附言不超过 {LONGEST_MESSAGE} 字，现在 {len(words)} 字。", "message")
    if not 1 <= len(offices) <= MOST_OFFICES:
        raise Invalid(f"请选择 1 到 {MOST_OFFICES} 个单位。", "office")
    for code in offices:
        if not may(actor, Permission.KEEP_REGISTER, TableFacts(code)):
            raise Forbidden(f"单位 {code[:20]} 不由你催报。")
    with write(session):
        audit.lock_head(session)  # two people who remind the same office at the same time
        queries.administration.years.open_year(session, year)
        planned = plan(session, actor, year, offices)
        _require_wanted(planned, again=again)
        for office in planned.reachable:
            thing = AuditObject(
                About.OFFICE,
                office.office_code,
                f"{office.office_code} {office.office_name}",
                office=office.office_code,
                year=year,
            )
            detail = {"year": year, "tables": office.count} | ({"message": words} if words else {})
            audit.record(session, actor, audit_events.REMIND, thing, Facts(), **detail)
    return planned


def _require_wanted(planned: Reminding, *, again: bool) -> None:
    if not planned.offices:
        raise Invalid("所选的单位没有该催的表：都已经送审，或者还没有到期。", "office")
    if not planned.reachable:
        raise Invalid("所选的单位都没有在用的账号，通知不到人；请按电话联系。", "office")
    if planned.earlier and not again:
        raise Invalid(f"其中 {len(planned.earlier)} 个单位今天已经催过；要再催一次，请勾选“再催一次”。", "again")
