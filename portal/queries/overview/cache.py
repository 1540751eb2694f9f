"""The numbers of all offices of a year, kept by each process and brought up to date by what the record says since.

Every act writes an entry in its own transaction, and entries are numbered under a lock in the order of their commits.
So the entries after the last number read name every office whose numbers may differ; only these are counted again.
Looking costs one statement where nothing happened. Dates change numbers too, so nothing is kept over midnight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from portal.database import local_today
from portal.domain import audit_events
from portal.domain.audit_events import DOCUMENTS_LEAVING, About
from portal.domain.overview import Figures
from portal.models import AuditEntry, AuditHead, DiscardedDraft, TargetTable
from portal.queries.overview import figures

MOST_ENTRIES = 2_000
"""After so many entries all offices are counted again."""
MOST_KEPT = 8

_CHANGE_NOTHING = frozenset(
    event.name
    for event in (
        *DOCUMENTS_LEAVING,
        *(audit_events.REFUSAL, audit_events.SIGN_IN, audit_events.SIGN_IN_FAILED, audit_events.SIGN_OUT),
        *(audit_events.SWITCH_CAPACITY, audit_events.CHANGE_PASSWORD, audit_events.RESET_PASSWORD),
        *(audit_events.CHANGE_PHONE, audit_events.ADD_NOTE, audit_events.CHANGE_LIBRARY),
        *(audit_events.EXPORT_LOG, audit_events.BACKUP),
    )
)
"""Events that no number depends on. An event that is missing here costs time, no more."""


@dataclass(frozen=True, slots=True)
class _Cached:
    """number, hash: of the last entry before the numbers were read."""

    number: int
    hash: str
    on: date
    by_office: Mapping[str, Figures]


_cached: dict[tuple[str, int], _Cached] = {}


def of_year(session: Session, year: int) -> Mapping[str, Figures]:
    """By office code; offices that have nothing are left out. To be read only."""
    key = (str(session.get_bind().engine.url), year)
    # Before the numbers: what is committed in between is counted now, and once more the next time.
    head = session.execute(select(AuditHead.number, AuditHead.hash)).one()
    known = _cached.get(key)
    if known and (known.number, known.hash, known.on) == (head.number, head.hash, local_today()):
        return known.by_office
    changed = _offices_changed(session, known, year) if known and known.on == local_today() else None
    if known is None or changed is None:
        by_office: Mapping[str, Figures] = figures.of_offices(session, year)
    elif changed:
        others = {office: own for office, own in known.by_office.items() if office not in changed}
        by_office = others | figures.of_offices(session, year, changed)
    else:
        by_office = known.by_office
    _cached[key] = _Cached(head.number, head.hash, local_today(), by_office)
    for oldest in list(_cached)[:-MOST_KEPT]:
        _cached.pop(oldest, None)
    return by_office


def _offices_changed(session: Session, known: _Cached, year: int) -> set[str] | None:
    """The offices that entries since name; None: all may differ, or the record is another one."""
    rows = session.execute(
        select(AuditEntry.number, AuditEntry.hash, AuditEntry.act, AuditEntry.object_kind, AuditEntry.object_id)
        .where(AuditEntry.number >= known.number)
        .order_by(AuditEntry.number)
        .limit(MOST_ENTRIES)
    ).all()
    if not rows or len(rows) == MOST_ENTRIES or (rows[0].number, rows[0].hash) != (known.number, known.hash):
        return None
    telling = [row for row in rows[1:] if row.act not in _CHANGE_NOTHING]
    offices: set[str] = set()
    table_ids: set[int] = set()
    for row in telling:
        if row.object_kind == About.TABLE:
            table_ids.add(int(row.object_id))
        elif row.object_kind == About.REGISTER and "/" in row.object_id:
            offices.add(row.object_id.partition("/")[2])
        else:
            return None
    found = _tables(session, table_ids)
    if {row.id for row in found} != table_ids:
        return None
    return offices | {row.office_code for row in found if row.year == year}


def _tables(session: Session, ids: set[int]) -> Sequence[Row[Any, Any, Any]]:
    """(id, year, office_code), of tables in the recycle bin too."""
    if not ids:
        return ()
    live = select(TargetTable.id, TargetTable.year, TargetTable.office_code).where(TargetTable.id.in_(ids))
    discarded = select(DiscardedDraft.table_id, DiscardedDraft.year, DiscardedDraft.office_code)
    return session.execute(live.union_all(discarded.where(DiscardedDraft.table_id.in_(ids)))).all()
