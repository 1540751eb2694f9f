"""Writing the audit log, which is append-only and hash-chained. Only `record` inserts entries.

An entry is written in the transaction of the act itself, with the facts that the act leaves behind (`facts`). Reading:
`queries.record`; verifying: `verification`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from portal import queries
from portal.database import local_today, now
from portal.domain import audit_events
from portal.domain.audit_events import (
    NO_WORK,
    ON_WORKING_COPY,
    About,
    AuditEvent,
    refusal_key,
    require_words,
)
from portal.domain.audit_keys import PRINCIPAL
from portal.domain.chain import entry_hash
from portal.domain.errors import Refused, Stale
from portal.domain.permissions import Actor, Principal
from portal.models import AuditEntry, AuditHead, Participation, RefusalCount, TargetTable, User
from portal.services.notices import announcing
from portal.services.notices.announcing import TOLD, Announcement, Subject
from portal.services.record.facts import Facts, of_administered
from portal.services.transaction import write

REFUSAL_WINDOW = timedelta(minutes=1)
_EARLIEST = datetime.min.replace(tzinfo=UTC)
OPERATOR = "操作员（命令行）"
NOBODY = "未登录"

# Every act runs these statements. Built once and from Core tables, they cost no ORM work and no compilation.
_HEADS, _PARTICIPATIONS = AuditHead.plain(), Participation.plain()
_HEAD = select(_HEADS.c.number, _HEADS.c.hash, _HEADS.c.at).with_for_update()
_ENTER = insert(AuditEntry.plain())
_MOVE_HEAD = update(_HEADS)
_ACTED = insert(_PARTICIPATIONS)
_ACTED_AGAIN = update(_PARTICIPATIONS).where(
    _PARTICIPATIONS.c.user_id == bindparam("actor_id"), _PARTICIPATIONS.c.table_id == bindparam("acted_on")
)


@dataclass(frozen=True, slots=True)
class AuditObject:
    """The object of an act, as text that outlives the object.

    titled: the name with the title of a table's latest revision, for entries that are not on its working copy.
    office, year: of the object, for finding the act and for its notices; None where it has none.
    """

    about: About
    id: str
    name: str
    titled: str = ""
    office: str | None = None
    year: int | None = None

    @property
    def subject(self) -> Subject:
        return Subject(int(self.id) if self.about is About.TABLE else None, self.office, self.year)


def object_of_table(table: TargetTable, submitted_name: str | None = None) -> AuditObject:
    """A table named by its latest revision, or by its id if it was never submitted.

    submitted_name: the project name of the revision that the act itself submits, if it does.
    """
    named = f"{table.year} 年 {table.office_code}"
    was_submitted = submitted_name is not None or table.submission_count > 0
    title = table.title_with(submitted_name or table.submitted_name) if was_submitted else ""
    return AuditObject(
        About.TABLE,
        str(table.id),
        f"{named} 编号 {table.id} 的表",
        title and f"{named} {title}",
        office=table.office_code,
        year=table.year,
    )


def object_by_id(session: Session, table_id: int) -> AuditObject:
    """A table named by its id only: for an actor who may not see it, or where the table cannot be read."""
    office = session.scalar(select(TargetTable.office_code).where(TargetTable.id == table_id))
    return AuditObject(About.TABLE, str(table_id), f"编号 {table_id} 的表", office=office)


def object_of_user(user: User) -> AuditObject:
    return AuditObject(About.ACCOUNT, str(user.id), f"{user.name}（{user.username}）")


def record(
    session: Session,
    actor: Actor | None,
    event: AuditEvent,
    thing: AuditObject,
    leaves: Facts | None = None,
    announcement: Announcement = TOLD,
    /,
    **detail: Any,
) -> str:
    """Write the audit entry of an event with its notices, and return its anchor NUMBER:HASH. The last call inside
    `write`.

    Locks the head row, as the last of all locks, and numbers the entry under that lock, so numbers have no gaps.
    `actor` None: the operator of the server. `leaves`: the facts that the act leaves behind; those of acts of the
    administration are read here. `announcement`: whom the act names. `detail` holds plain JSON values. Raises KeyError
    for an event or a key without words.
    """
    if actor and actor.principal:
        detail[PRINCIPAL] = {"id": actor.principal.id, "name": f"{actor.principal.name}（{actor.principal.username}）"}
    stated = of_administered(session, event, thing.about, thing.id) if leaves is None else leaves
    if stated.own:
        detail["facts"] = dict(stated.own)
    if stated.rows:
        detail["rows"] = [list(row) for row in stated.rows]
    require_words(event, detail)
    if actor and thing.about is About.TABLE and event not in NO_WORK:
        # Before locking the head, which all writers wait for; the table's row lock already orders writers of this row.
        for user_id in actor.ids:
            _note_participation(session, user_id, int(thing.id))
    if thing.about is About.TABLE:
        announcing.settle(session, event, int(thing.id))
    entry = _append(session, actor, event, thing, detail)
    number, at = entry["number"], entry["at"]
    announcing.tell(session, actor, event, thing.subject, announcement, entry=number, at=at)
    return f"{number}:{entry['hash']}"


def _append(
    session: Session, actor: Actor | None, event: AuditEvent, thing: AuditObject, detail: Mapping[str, Any]
) -> dict[str, Any]:
    """The new entry, with its time as a datetime."""
    number, previous, last_at = session.execute(_HEAD).one()
    if actor and actor.principal and event is not audit_events.REFUSAL:
        _require_in_force(session, actor.principal)  # under the lock, so that nothing is done after the end
    # Under the lock, so that times and numbers have the same order, also where the clock was set back.
    at = max(now(), last_at or _EARLIEST)
    entry: dict[str, Any] = {
        "number": number + 1,
        "at": at.isoformat(timespec="microseconds"),
        "actor_id": actor.id if actor else None,
        "actor": _name(actor, event),
        "act": event.name,
        "object_kind": thing.about.value,
        "object_id": thing.id,
        "object_name": ((event not in ON_WORKING_COPY and thing.titled) or thing.name)[:400],
        "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        "algorithm": session.connection().get_execution_options().get("audit_hash", "sha256"),
        "previous": previous,
    }
    entry["hash"] = entry_hash(entry)
    entry |= {"at": at, "office_code": thing.office}
    entry["principal_id"] = actor.principal.id if actor and actor.principal else None
    session.execute(_ENTER, entry)
    session.execute(_MOVE_HEAD, {"number": entry["number"], "hash": entry["hash"], "at": at})
    return entry


def _name(actor: Actor | None, event: AuditEvent) -> str:
    if actor:
        return f"{actor.name}（{actor.username}）"
    return NOBODY if event is audit_events.SIGN_IN_FAILED else OPERATOR


def _require_in_force(session: Session, principal: Principal) -> None:
    if not queries.stand_ins.is_in_force(session, principal.stand_in_id, local_today()):
        raise Stale(f"代{principal.name}办理已经结束，这一次没有办理；请以本人身份继续。")


def lock_head(session: Session) -> tuple[int, str]:
    """Lock the head row until the commit, which serializes all writers; return number and hash of the last entry."""
    number, digits, _ = session.execute(_HEAD).one()
    return number, digits


def _note_participation(session: Session, user_id: int, table_id: int) -> None:
    at = now()
    changed = session.execute(_ACTED_AGAIN, {"actor_id": user_id, "acted_on": table_id, "last_at": at})
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        session.execute(_ACTED, {"user_id": user_id, "table_id": table_id, "last_at": at})


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
