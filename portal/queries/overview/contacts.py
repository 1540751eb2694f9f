"""Whom to telephone at an office, and who the people are that have tables in their hands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Office, User
from portal.queries.administration import people
from portal.queries.administration.people import Contact


@dataclass(frozen=True, slots=True)
class OfficeContacts:
    """phone: of the office itself."""

    code: str
    name: str
    phone: str
    people: list[Contact]


def of_offices(session: Session, codes: Collection[str]) -> list[OfficeContacts]:
    """In the order of the codes' list of offices. Two statements."""
    by_office = people.contacts(session, codes)
    rows = session.execute(select(Office.code, Office.name, Office.phone).where(Office.code.in_(sorted(codes))))
    found = {code: OfficeContacts(code, name, phone, by_office.get(code, [])) for code, name, phone in rows}
    return [found[code] for code in codes if code in found]


def names(session: Session, user_ids: Collection[int]) -> dict[int, str]:
    rows = session.execute(select(User.id, User.name).where(User.id.in_(sorted(user_ids))))
    return {id: name for id, name in rows}  # noqa: C416 - dict(rows) would ask the result for keys
