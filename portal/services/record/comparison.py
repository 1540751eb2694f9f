"""Comparison of the database with what the entries of the audit log state (`stated`): one problem per difference.

Each function streams the rows of its tables once. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import Integer, String, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from portal.domain import opinions
from portal.domain.audit_events import About
from portal.domain.audit_keys import KEYS, PRINCIPAL
from portal.domain.chain import Problem
from portal.domain.opinions import BY_STEP, OpinionState
from portal.domain.serialization import digest
from portal.models import AuditEntry, Enclosure, Opinion, OpinionEvent, Participation, Revision, TargetTable
from portal.services.record import change_log_comparison
from portal.services.record.facts import OBJECTS, ROWS, ObjectKind, RowKind, of_object
from portal.services.record.stated import Stated

BATCH = 500
_THINGS: Mapping[About, str] = {
    About.TABLE: "编号 {} 的表",
    About.ACCOUNT: "编号 {} 的账号",
    About.OFFICE: "单位 {}",
    About.YEAR: "{} 年度",
}


def problems(session: Session, stated: Stated) -> Iterator[Problem]:
    """Every difference between the rows and the latest statement about them."""
    yield from stated.problems
    for about, kind in OBJECTS.items():
        yield from _objects(session, stated, about, kind)
    yield from _in_force(session, stated)
    unsound: set[str] = set()
    yield from _revisions(session, stated, unsound)
    yield from _opinion_states(session, stated)
    for row_kind in ROWS.values():
        yield from _rows(session, stated, row_kind, unsound if row_kind.model is Revision else frozenset())
    yield from change_log_comparison.problems(session, stated)
    yield from _participations(session, stated)
    yield from _found_elsewhere(session)


# --- objects -------------------------------------------------------------------------------------


def _objects(session: Session, stated: Stated, about: About, kind: ObjectKind) -> Iterator[Problem]:
    statement = kind.statement().order_by("id")
    if about is About.TABLE:
        statement = statement.add_columns(TargetTable.content)
    left = {id for known, id in stated.own if known == about.value}
    for row in session.execute(statement.execution_options(yield_per=BATCH)):
        id = str(row.id)
        left.discard(id)
        yield from _object(stated, about, id, of_object(kind, row))
        if about is About.TABLE and digest(row.content) != row.digest:
            number = stated.own.get((about.value, id), {}).get("digest", (None, None))[1]
            yield Problem(number, f"编号 {id} 的表的内容与其摘要不符：内容被改动。")
    for id in sorted(left):
        number = max(number for _, number in stated.own[about.value, id].values())
        yield Problem(number, f"{_THINGS[about].format(id)}不见了。")


def _object(stated: Stated, about: About, id: str, facts: Mapping[str, Any]) -> Iterator[Problem]:
    thing = _THINGS[about].format(id)
    if (about.value, id) in stated.gone:
        number = stated.gone[about.value, id]
        yield Problem(number, f"{thing}按第 {number} 号已经删除，却还在。")
        return
    known = stated.own.get((about.value, id))
    if known is None:
        yield Problem(None, f"{thing}在审计记录中没有记载。")
        return
    for name, value in facts.items():
        said, number = known.get(name, (value, 0))
        if said != value:
            yield Problem(number, f"{thing}的{KEYS[name]}与第 {number} 号记载的不同。")


def _in_force(session: Session, stated: Stated) -> Iterator[Problem]:
    """The text in force must be the one approved. The pointer itself is a fact of the table."""
    rows = session.execute(
        select(TargetTable.id, Revision.digest).outerjoin(Revision, Revision.id == TargetTable.in_force_id)
    )
    for table_id, in_force in rows:
        approved, number = stated.approvals.get(table_id, (None, None))
        # Approvals state the pointer since the upgrade; older ones are compared here.
        if in_force != approved and stated.first_baseline and (number or 0) < stated.first_baseline:
            yield Problem(number, f"编号 {table_id} 的表的现行版本与批复的记载不同。")


# --- revisions, opinions, other rows -------------------------------------------------------------


def _revisions(session: Session, stated: Stated, unsound: set[str]) -> Iterator[Problem]:
    """Texts and enclosures against the entry of their submission. unsound: receives the keys of those reported."""
    rows = session.execute(
        select(Revision.table_id, Revision.number, Revision.content, Revision.digest)
        .add_columns(Enclosure.content.label("enclosed"), Enclosure.digest.label("enclosed_digest"))
        .outerjoin(Enclosure, Enclosure.revision_id == Revision.id)
        .order_by(Revision.id)
        .execution_options(yield_per=BATCH)
    )
    left = dict(stated.submissions)
    for row in rows:
        said = left.pop((row.table_id, row.number), None)
        if message := _revision_message(row, said.digest if said else None, said.enclosed if said else ""):
            unsound.add(f"{row.table_id}/{row.number}")
            yield Problem(said.number if said else None, f"编号 {row.table_id} 的表第 {row.number} 次送审的{message}")
    for (table_id, number), said in left.items():
        unsound.add(f"{table_id}/{number}")
        yield Problem(said.number, f"编号 {table_id} 的表第 {number} 次送审的版本不见了。")


def _revision_message(row: Any, recorded: str | None, recorded_enclosed: str) -> str:
    """What is wrong with a revision, "" if nothing."""
    if digest(row.content) != row.digest:
        return "版本与其摘要不符：内容被改动。"
    if recorded is None:
        return "版本在审计记录中没有送审的记载。"
    if recorded != row.digest:
        return "版本的摘要与送审时记载的不同。"
    enclosed = "" if row.enclosed is None else digest(row.enclosed)
    if recorded_enclosed != enclosed or enclosed != (row.enclosed_digest or ""):
        return "版本所附的说明或附件与送审时记载的不同。"
    return ""


def _opinion_states(session: Session, stated: Stated) -> Iterator[Problem]:
    """State and answer of an opinion follow from its steps, which are stated one by one."""
    rows = session.execute(
        select(Opinion.table_id, Opinion.id, Opinion.state, Opinion.answer)
        .add_columns(OpinionEvent.id.label("step"), OpinionEvent.act, OpinionEvent.answer.label("given"))
        .outerjoin(OpinionEvent, OpinionEvent.opinion_id == Opinion.id)
        .order_by(Opinion.id, OpinionEvent.id)
        .execution_options(yield_per=BATCH)
    )
    steps, drafts = (stated.rows.get(ROWS[model].name, {}) for model in (OpinionEvent, Opinion))
    for id, group in groupby(rows, lambda row: row.id):
        state, answer, number = str(OpinionState.DRAFT), None, None
        for row in group:
            number = drafts.get(f"{row.table_id}/{id}", (None, None))[1] if row.step is None else number
            if row.step is not None:
                act = BY_STEP[row.act]
                state, number = str(act.target), steps.get(f"{id}/{row.step}", (None, None))[1]
                answer = row.given if act is opinions.ANSWER else answer if act is opinions.ACCEPT else None
        if (row.state, row.answer) != (state, answer):
            yield Problem(number, f"编号 {row.table_id} 的表的意见 {id} 的状态与其经过不符。")


def _rows(session: Session, stated: Stated, kind: RowKind, skipped: set[str] | frozenset[str]) -> Iterator[Problem]:
    left = dict(stated.rows.get(kind.name, {}))
    keys = (kind.model.plain().c[name] for name in kind.key)
    for row in session.execute(kind.statement().order_by(*keys).execution_options(yield_per=BATCH)):
        key = kind.key_of(row)
        said, number = left.pop(key, (None, None))
        if key in skipped:
            continue
        if said is None:
            yield Problem(number, f"{_name(kind, key)}在审计记录中没有记载。")
        elif said != kind.digest_of(row):
            yield Problem(number, f"{_name(kind, key)}与第 {number} 号记载的不同。")
    for key, (said, number) in left.items():
        is_gone = kind.deleted_with_table and (About.TABLE.value, key.partition("/")[0]) in stated.gone
        if said is not None and not is_gone and key not in skipped:
            yield Problem(number, f"{_name(kind, key)}不见了。")


def _name(kind: RowKind, key: str) -> str:
    if not kind.is_of_table:
        return f"{kind.label}（{key}）"
    table_id, _, rest = key.partition("/")
    return f"编号 {table_id} 的表的{kind.label}" + (f"（{rest}）" if rest else "")


def _participations(session: Session, stated: Stated) -> Iterator[Problem]:
    """Who has worked on which table follows from the acts."""
    left = {
        pair: number for pair, number in stated.workers.items() if (About.TABLE.value, str(pair[1])) not in stated.gone
    }
    for user_id, table_id in session.execute(select(Participation.user_id, Participation.table_id)):
        if left.pop((user_id, table_id), None) is None:
            yield Problem(None, f"编号 {user_id} 的账号没有办理过编号 {table_id} 的表，却列为曾经办。")
    for (user_id, table_id), number in left.items():
        yield Problem(number, f"编号 {user_id} 的账号在第 {number} 号办理过编号 {table_id} 的表，却不在曾经办之列。")


def _found_elsewhere(session: Session) -> Iterator[Problem]:
    """Entries that the history finds under another office or person than they are about: these columns have no hash."""
    is_table = AuditEntry.object_kind == About.TABLE.value
    table_id = case((is_table, cast(AuditEntry.object_id, Integer)))
    office = select(TargetTable.office_code).where(TargetTable.id == table_id).scalar_subquery()
    principal = literal(f'%"{PRINCIPAL}":{{"id":')
    stated = AuditEntry.detail.like(principal + func.coalesce(cast(AuditEntry.principal_id, String) + ",", "") + "%")
    wrong = or_(
        and_(is_table, AuditEntry.office_code != office),
        and_(is_table, AuditEntry.office_code.is_(None), office.is_not(None)),
        stated != AuditEntry.principal_id.is_not(None),
    )
    for number in session.scalars(select(AuditEntry.number).where(wrong).order_by(AuditEntry.number)):
        yield Problem(number, f"第 {number} 号记录所标的单位或被代办人与它的内容不同，查经过时会找不到它。")
