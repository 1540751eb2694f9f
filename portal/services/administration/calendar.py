"""Confirming the State Council's notice on the holidays of a year; from then on the portal counts by it.

Due dates that are stored already stay. Reading a notice belongs in `domain.calendar`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import queries
from portal.database import local_today
from portal.domain import audit_events
from portal.domain.audit_events import About
from portal.domain.calendar import Calendar, CalendarYear, DayChange, changes, read_notice
from portal.domain.errors import Invalid, Stale
from portal.domain.permissions import Actor
from portal.models import CalendarNotice
from portal.services.administration.authority import require_manager
from portal.services.record import audit
from portal.services.record.audit import AuditObject
from portal.services.record.facts import of_rows
from portal.services.transaction import write


@dataclass(frozen=True, slots=True)
class NoticePreview:
    """What was read, beside what stands now. digest: of both, so that a confirmation is of what was seen."""

    year: CalendarYear
    days: Sequence[DayChange]
    digest: str


def choices() -> list[int]:
    """The years for which a notice may be pasted: from this one on, as they are announced in the autumn before."""
    this_year = local_today().year
    return [this_year, this_year + 1, this_year + 2]


def preview(session: Session, actor: Actor, year: int, text: str) -> NoticePreview:
    """Read a notice, without writing anything. Raises Forbidden, Invalid."""
    require_manager(actor)
    if year not in choices():
        raise Invalid("请选择通知是哪一年的。", "year")
    if not text.strip():
        raise Invalid("请粘贴通知全文。", "notice")
    found, known = read_notice(text, year), queries.calendar.years(session)
    others = [each.calendar for number, each in known.items() if number != year]
    before = known[year].calendar if year in known else CalendarYear(year, "", ())
    days = changes(before, found, Calendar([*others, before]), Calendar([*others, found]))
    seen = json.dumps([found.paper, [[str(day.on), day.name, day.now, day.then] for day in days]])
    return NoticePreview(found, days, hashlib.sha256(seen.encode()).hexdigest())


def confirm(session: Session, actor: Actor, year: int, text: str, seen: str) -> CalendarYear:
    """Store the notice. seen: digest of the preview. Raises Forbidden, Invalid, Stale (another preview by now)."""
    require_manager(actor)
    with write(session):
        audit.lock_head(session)  # two confirmations at once: the second continues from the first
        read = preview(session, actor, year, text)
        if read.digest != seen:
            raise Stale("日历或粘贴的文字在预览之后有改动，没有采用；请看过新的预览再确认。")
        days = json.dumps([[str(day.on), day.name, day.is_off] for day in read.year.days], ensure_ascii=False)
        before = session.scalar(select(CalendarNotice.digest).order_by(CalendarNotice.id.desc()).limit(1)) or ""
        notice = CalendarNotice(
            year=year,
            paper=read.year.paper,
            text=text,
            days=days,
            digest=hashlib.sha256(f"{before}\n{year}\n{read.year.paper}\n{days}".encode()).hexdigest(),
            confirmed_by_id=actor.id,
            confirmed_by_name=actor.name,
        )
        session.add(notice)
        session.flush()
        queries.calendar.remember_version(session, None)
        thing = AuditObject(About.YEAR, str(year), f"{year} 年节假日安排")
        audit.record(
            session,
            actor,
            audit_events.CONFIRM_NOTICE,
            thing,
            of_rows(notice),
            paper=read.year.paper,
            off_count=sum(day.is_off for day in read.year.days),
            work_count=sum(not day.is_off for day in read.year.days),
        )
    return read.year
