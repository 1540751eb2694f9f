"""The calendar that the portal counts working days in: shipped years, and the notices that were confirmed since.

Each process keeps the calendar by its version. A request learns the version with its account, so that counting days
costs no statement; other sessions ask once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.calendar import CALENDAR, Calendar, CalendarYear, Day, shipped, shipped_years
from portal.models import CalendarNotice

_VERSION_OF_SESSION = "portal_calendar_version"
VERSION = func.coalesce(
    select(CalendarNotice.digest).order_by(CalendarNotice.id.desc()).limit(1).scalar_subquery(), ""
).label("calendar_version")
"""The version of the calendar, as a column of any statement; "" without notices."""
_calendars: dict[str, Calendar] = {"": CALENDAR}


@dataclass(frozen=True, slots=True)
class KnownYear:
    """confirmed_by, confirmed_at: of a notice; blank for a year that came with the portal."""

    calendar: CalendarYear
    confirmed_by: str = ""
    confirmed_at: datetime | None = None


def current(session: Session) -> Calendar:
    version = session.info.get(_VERSION_OF_SESSION)
    if version is None:
        version = session.scalar(select(VERSION)) or ""
        remember_version(session, version)
    found = _calendars.get(version)
    if found is None:
        found = _calendars[version] = Calendar(known.calendar for known in years(session).values())
    return found


def remember_version(session: Session, version: str | None) -> None:
    """Let `current` use this version in this session; None: it asks again."""
    session.info[_VERSION_OF_SESSION] = version


def years(session: Session) -> Mapping[int, KnownYear]:
    """All known years, in order; of several notices for a year the latest."""
    found = {year: KnownYear(shipped(year)) for year in shipped_years()}
    for notice in session.scalars(select(CalendarNotice).order_by(CalendarNotice.id)):
        found[notice.year] = KnownYear(_stored(notice), notice.confirmed_by_name, notice.confirmed_at)
    return dict(sorted(found.items()))


def _stored(notice: CalendarNotice) -> CalendarYear:
    days = [Day(date.fromisoformat(on), name, is_off) for on, name, is_off in json.loads(notice.days)]
    return CalendarYear(notice.year, notice.paper, days)
