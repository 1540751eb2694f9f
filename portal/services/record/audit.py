"""Writing the audit log, which is append-only and hash-chained. Only `record` inserts entries.

An entry is written in the transaction of the act itself. Reading: `queries.record`; verifying: `verification`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from portal.database import now
from portal.domain import audit_events
from portal.domain.audit_events import NO_WORK, About, AuditEvent, refusal_key, require_words
from portal.domain.chain import entry_hash
from portal.domain.errors import Refused
from portal.domain.permissions import Actor
from portal.models import AuditEntry, AuditHead, Participation, RefusalCount, TargetTable, User
from portal.services.transaction import write

REFUSAL_WINDOW = timedelta(minutes=1)
OPERATOR = "操作员（命令行）"
NOBODY = "未登录"

# Every act runs these statements. Built once and from Core tables, they cost no ORM work and no compilation.
_HEADS, _PARTICIPATIONS = AuditHead.plain(), Participation.plain()
_HEAD = select(_HEADS.c.number, _HEADS.c.hash).with_for_update()
_ENTER = insert(AuditEntry.plain())
_MOVE_HEAD = update(_HEADS)
_ACTED = insert(_PARTICIPATIONS)
_ACTED_AGAIN = update(_PARTICIPATIONS).where(
    _PARTICIPATIONS.c.user_id == bindparam("actor_id"), _PARTICIPATIONS.c.table_id == bindparam("acted_on")
)


@dataclass(frozen=True, slots=True)
class AuditObject:
    """The object of an act, as text that outlives the object."""

    about: About
    id: str
    name: str


def object_of_table(table: TargetTable) -> AuditObject:
    return AuditObject(About.TABLE, str(table.id), f"{table.year} 年 {table.office_code} {table.title}")


def object_by_id(table_id: int) -> AuditObject:
    """A table named by its id only: for an actor who may not see it, or where the table cannot be read."""
    return AuditObject(About.TABLE, str(table_id), f"编号 {table_id} 的表")


def object_of_user(user: User) -> AuditObject:
    return AuditObject(About.ACCOUNT, str(user.id), f"{user.name}（{user.username}）")


def record(session: Session, actor: Actor | None, event: AuditEvent, thing: AuditObject, **detail: Any) -> str:
    """Write the audit entry of an event and return its anchor NUMBER:HASH. The last statement inside `write`.

    Locks the head row, as the last of all locks, and numbers the entry under that lock, so numbers have no gaps.
    `actor` None: the operator of the server. `detail` holds plain JSON values. Raises KeyError for an event or a key
    without words.
    """
    require_words(event, detail)
    if actor and thing.about is About.TABLE and event not in NO_WORK:
        # Before locking the head, which all writers wait for; the table's row lock already orders writers of this row.
        _note_participation(session, actor, int(thing.id))
    number, previous = lock_head(session)
    at = now()  # under the lock, so that times and numbers have the same order
    entry: dict[str, Any] = {
        "number": number + 1,
        "at": at.isoformat(timespec="microseconds"),
        "actor_id": actor.id if actor else None,
        "actor": _name(actor, event),
        "act": event.name,
        "object_kind": thing.about.value,
        "object_id": thing.id,
        "object_name": thing.name[:400],
        "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        "algorithm": session.connection().get_execution_options().get("audit_hash", "sha256"),
        "previous": previous,
    }
    entry["hash"] = entry_hash(entry)
    session.execute(_ENTER, entry | {"at": at})
    session.execute(_MOVE_HEAD, {"number": entry["number"], "hash": entry["hash"]})
    return f"{entry['number']}:{entry['hash']}"


def _name(actor: Actor | None, event: AuditEvent) -> str:
    if actor:
        return f"{actor.name}（{actor.username}）"
    return NOBODY if event is audit_events.SIGN_IN_FAILED else OPERATOR


def lock_head(session: Session) -> tuple[int, str]:
    """Lock the head row until the commit, which serializes all writers; return number and hash of the last entry."""
    number, digits = session.execute(_HEAD).one()
    return number, digits


def _note_participation(session: Session, actor: Actor, table_id: int) -> None:
    at = now()
    changed = session.execute(_ACTED_AGAIN, {"actor_id": actor.id, "acted_on": table_id, "last_at": at})
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        session.execute(_ACTED, {"user_id": actor.id, "table_id": table_id, "last_at": at})


def record_refusal(
    session: Session, actor: Actor | None, attempted: AuditEvent, thing: AuditObject, refusal: Refused
) -> None:
    """Write the audit entry of a refused act, in a separate transaction.

    Equal refusals within REFUSAL_WINDOW of the first are only counted; the next entry of the refusal states the count.
    """
    who = actor.username if actor else ""
    key = refusal_key(who, attempted.name, thing.about, thing.id, refusal.message)
    with write(session, is_act=False):
        lock_head(session)  # prevents two concurrent inserts of the same row
        count = session.get(RefusalCount, key)
        if count and now() - count.since < REFUSAL_WINDOW:
            count.repeated += 1
            return
        repeated = count.repeated if count else 0
        if count:
            count.since, count.repeated = now(), 0
        else:
            session.add(RefusalCount(key=key, since=now(), repeated=0))
        session.flush()
        event = audit_events.SIGN_IN_FAILED if attempted is audit_events.SIGN_IN else audit_events.REFUSAL
        record(session, actor, event, thing, attempted=attempted.name, reason=refusal.message, repeated_before=repeated)
