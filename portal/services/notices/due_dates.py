"""Reminders before and after due dates: to each office at most one for each date and stage, whoever runs this twice.

Only `flask notices send` calls this. It also forgets notices that are older than KEPT.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Date, Integer, String, bindparam, delete, insert, update
from sqlalchemy.orm import Session

from portal import queries
from portal.database import local_today, now
from portal.domain import audit_events
from portal.domain.audit_events import About
from portal.domain.notices import stage
from portal.models import Digest, Notice
from portal.queries.notices.due import Due
from portal.services.notices.announcing import Announcement
from portal.services.record import audit
from portal.services.record.audit import AuditObject
from portal.services.record.facts import Facts
from portal.services.transaction import write

KEPT = timedelta(days=180)
_NOTICES = Notice.plain()
_EVENT = audit_events.REMIND_OF_DUE
_CHUNK = 500


def remind_of_due(session: Session) -> int:
    """Remind the offices whose dates are near or over, on working days; return the number of notices."""
    today = local_today()
    if not queries.calendar.current(session).is_working_day(today):
        return 0
    with write(session):
        number, _ = audit.lock_head(session)
        wanted = _not_yet_told(session, _wanted(session))
        count = sum(_remind(session, key, due, tables, entry=number + 1) for key, (due, tables) in wanted.items())
        if wanted:
            thing = AuditObject(About.SYSTEM, "due", "期限提醒")
            quiet = Announcement(is_told=False)
            audit.record(session, None, _EVENT, thing, Facts(), quiet, tables=_total(wanted), notice_count=count)
    return count


def forget_old(session: Session) -> int:
    """Delete notices and digests older than KEPT. What happened stays in the record."""
    before = now() - KEPT
    with write(session, is_act=False):
        session.execute(delete(Digest).where(Digest.on_day < before.date()))
        gone = session.execute(delete(Notice).where(Notice.at < before))
    return int(gone.rowcount)  # type: ignore[attr-defined]


_Wanted = Mapping[str, tuple[Due, int]]


def _total(wanted: _Wanted) -> int:
    return sum(tables for _, tables in wanted.values())


def _wanted(session: Session) -> _Wanted:
    """Key → what is due and how many tables, of all reminders of today's stages."""
    calendar, today = queries.calendar.current(session), local_today()
    found = {}
    for due, tables in queries.notices.due.work_due(session).items():
        days = stage(calendar, today, due.on)
        if days is not None:
            found[f"due:{due.year}:{due.office_code}:{due.on}:{days}"] = (due, tables)
    return found


def _not_yet_told(session: Session, wanted: _Wanted) -> _Wanted:
    keys, told = sorted(wanted), set()
    for start in range(0, len(keys), _CHUNK):
        told |= queries.notices.due.told_keys(session, keys[start : start + _CHUNK])
    return {key: each for key, each in wanted.items() if key not in told}


_OPEN = (_NOTICES.c.is_act, _NOTICES.c.read_at.is_(None), _NOTICES.c.settled_at.is_(None))
_SETTLE = update(_NOTICES).where(
    _NOTICES.c.event == _EVENT.name,
    _NOTICES.c.office_code == bindparam("of_office"),
    _NOTICES.c.year == bindparam("of_year"),
    _NOTICES.c.due_on == bindparam("of_due"),
    *_OPEN,
)


def _remind(session: Session, key: str, due: Due, tables: int, *, entry: int) -> int:
    """One reminder takes the place of the earlier ones of the same date."""
    session.execute(
        _SETTLE.values(settled_at=now()),
        {"of_office": due.office_code, "of_year": due.year, "of_due": due.on},
    )
    circles = queries.notices.circles
    told = circles.telling(_EVENT.name).add_columns(
        bindparam("key", type_=String), bindparam("due_on", type_=Date), bindparam("tables", type_=Integer)
    )
    values: dict[str, object] = {
        "entry": entry,
        "table": None,
        "office": due.office_code,
        "year": due.year,
        "at": now(),
        "actor": 0,
    }
    values |= {"principal": 0, "key": key, "due_on": due.on, "tables": tables}
    inserted = session.execute(
        insert(_NOTICES).from_select([*circles.COLUMNS, "key", "due_on", "table_count"], told),
        values,
        execution_options={"preserve_rowcount": True},  # else unknown on PostgreSQL
    )
    return int(inserted.rowcount)  # type: ignore[attr-defined]
