"""What moved tables between office and bureau, for their lines of steps (`domain.journeys`); one statement for a page.

For tables that the actor may see: whoever sees a table sees these acts. Hand-ups inside the office are in `hand_ups`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from portal.database import LOCAL
from portal.domain.audit_events import About
from portal.domain.journeys import SIDES, Move
from portal.models import AuditEntry
from portal.models.record import IN_HISTORY
from portal.queries.record_words import detail_of, people_of

_ENTRIES = AuditEntry.plain()
_MOVES = (
    select(*(_ENTRIES.c[name] for name in ("object_id", "act", "at", "actor", "detail")))
    .where(
        _ENTRIES.c.object_kind == About.TABLE.value,
        _ENTRIES.c.object_id.in_(bindparam("ids", expanding=True)),
        text(IN_HISTORY),  # word for word as in the index
        _ENTRIES.c.act.in_(list(SIDES)),
    )
    .order_by(_ENTRIES.c.object_id, _ENTRIES.c.number)
)


def moves(session: Session, table_ids: Sequence[int]) -> Mapping[int, Sequence[Move]]:
    """The acts of each table, the earliest first."""
    entries = session.execute(_MOVES, {"ids": [str(id) for id in table_ids]}).all() if table_ids else ()
    found: dict[int, list[Move]] = {}
    for entry in entries:
        found.setdefault(int(entry.object_id), []).append(_move(entry))
    return found


def of_entries(entries: Iterable[AuditEntry]) -> list[Move]:
    """The same from entries that were read already, the latest first."""
    return [_move(entry) for entry in reversed(list(entries)) if entry.act in SIDES]


def _move(entry: Any) -> Move:
    """entry: with the columns of `_MOVES`."""
    detail = detail_of(entry)
    return Move(
        act=entry.act,
        on=entry.at.astimezone(LOCAL).date(),
        who=people_of(entry),
        opinions=detail.get("opinions") or 0,
        reason=detail.get("reason") or "",
    )
