"""The list of an office's tables as a file: its rows, and the audit entry of the export. `formats` writes the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal import queries
from portal.database import LOCAL, now
from portal.domain import audit_events
from portal.domain.audit_events import About
from portal.domain.errors import NotVisible
from portal.domain.office_lists import TableOrder
from portal.domain.permissions import Actor
from portal.models import Office
from portal.queries.lists import Filters
from portal.services.record import audit
from portal.services.transaction import write

MOST = 5_000
FORMAT = "list-xlsx"
"""As the entry names it."""


@dataclass(frozen=True, slots=True)
class ListExport:
    """rows: of an office's list, at most MOST; is_whole: whether these are all. taken: by whom and when."""

    rows: Sequence[Any]
    is_whole: bool
    anchor: str
    taken: str


def export_list(session: Session, actor: Actor, filters: Filters, order: TableOrder) -> ListExport:
    """The list with these filters. Raises NotVisible if there is no table in it."""
    with write(session):
        rows = queries.lists.whole(session, actor, filters, order, MOST + 1)
        return _entered(session, actor, rows)


def export_awaiting(session: Session, actor: Actor, year: int, order: TableOrder) -> ListExport:
    """What awaits the actor's office. Raises NotVisible if nothing does."""
    with write(session):
        return _entered(session, actor, queries.awaiting.tables(session, actor, year, order))


def _entered(session: Session, actor: Actor, rows: Sequence[Any]) -> ListExport:
    if not rows:
        raise NotVisible("这个清单里没有表。")
    shown = rows[:MOST]
    code = actor.office or shown[0].office_code
    thing = audit.AuditObject(About.OFFICE, code, f"{code}{session.get_one(Office, code).name} 绩效目标表清单")
    anchor = audit.record(session, actor, audit_events.EXPORT, thing, tables=len(shown), format=FORMAT)
    taken = f"{actor.signature} {now().astimezone(LOCAL):%Y-%m-%d %H:%M} 导出"
    return ListExport(shown, len(rows) <= MOST, anchor, taken)
