"""Words that entries of the audit log leave out, as far as the reader may see them: titles, file names, answers.

Entries on working copies hold numbers and digests. Entries of earlier versions hold the words themselves, so a page
shows for every entry the words found here, never the stored ones.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, or_, select
from sqlalchemy.orm import Session

from portal.domain import audit_events, audit_keys, enclosures, opinions
from portal.domain.audit_events import About, event_of_opinion_act
from portal.domain.documents import Kind, title_of_project
from portal.domain.permissions import Actor, Permission
from portal.models import Attachment, AuditEntry, Enclosure, Explanation, Opinion, OpinionEvent, Revision, TargetTable
from portal.queries.searching import contains_all
from portal.queries.tables import visible

WORDS: Mapping[str, frozenset[str]] = {
    audit_events.EXPLAIN.name: frozenset({"text"}),
    audit_events.ATTACH.name: frozenset({"name"}),
    audit_events.DETACH.name: frozenset({"name"}),
    audit_events.EXPORT.name: frozenset({"attachment"}),
    event_of_opinion_act(opinions.ANSWER).name: frozenset({"answer", "reply"}),
}
"""Event → keys that hold such words in the detail of earlier versions, or get them from here."""

_NUMBERED = re.compile(r"编号\s*([0-9]+)(\s*的表)?")
_USERNAME = re.compile(r"（[a-z0-9._-]+）")
_SUFFIX = title_of_project("x").removeprefix("x")


def table_names(session: Session, actor: Actor, entries: Iterable[AuditEntry]) -> dict[str, str]:
    """Object id → name of each table among the objects of `entries`, with its title if the actor may see one."""
    ids = {entry.object_id for entry in entries if entry.object_kind == About.TABLE and entry.object_id.isdigit()}
    names = {id: f"编号 {id} 的表" for id in ids}
    columns = (TargetTable.id, TargetTable.year, TargetTable.office_code, TargetTable.kind)
    statement = select(*columns, _seen_name(actor).label("name")).where(
        visible(actor), TargetTable.id.in_(sorted(map(int, ids)))
    )
    for row in session.execute(statement) if ids else ():
        title = Kind.DEPARTMENT.label if row.kind == Kind.DEPARTMENT else title_of_project(row.name)
        what = names[str(row.id)] if row.name is None else title
        names[str(row.id)] = f"{row.year} 年 {row.office_code} {what}"
    return names


def named(actor: Actor, text: str) -> ColumnElement[bool]:
    """Condition for entries whose object has the words of `text` in the name that the actor sees."""
    if number := _NUMBERED.fullmatch(text):
        return (AuditEntry.object_kind == About.TABLE.value) & (AuditEntry.object_id == number[1])
    title = case(
        (TargetTable.kind == Kind.DEPARTMENT.value, Kind.DEPARTMENT.label), else_=_seen_name(actor).concat(_SUFFIX)
    )
    name = cast(TargetTable.year, String).concat(" 年 ").concat(TargetTable.office_code).concat(" ").concat(title)
    tables = select(cast(TargetTable.id, String)).where(visible(actor), contains_all(name, text))
    return or_(
        (AuditEntry.object_kind == About.TABLE.value) & AuditEntry.object_id.in_(tables),
        (AuditEntry.object_kind != About.TABLE.value) & contains_all(AuditEntry.object_name, text),
    )


def _seen_name(actor: Actor) -> ColumnElement[str | None]:
    """The project's name in the text that the actor may see; NULL if there is none."""
    return case(
        (visible(actor, Permission.SEE_WORKING_COPY), TargetTable.project_name),
        (TargetTable.submission_count > 0, TargetTable.submitted_name),
    )


def detail_of(entry: AuditEntry) -> dict[str, Any]:
    """The stored detail; empty if somebody has damaged it."""
    return parsed(entry.detail)


def parsed(detail: str) -> dict[str, Any]:
    """As `detail_of`, of the column."""
    try:
        found: dict[str, Any] = json.loads(detail)
    except ValueError:
        return {}
    return found


def who_acted(entry: AuditEntry) -> str:
    """王经办（wang）代李主任（li）"""
    return audit_keys.who_acted(entry.actor, detail_of(entry))


def people_of(entry: AuditEntry) -> str:
    """The same without user names: 王经办代李主任."""
    return names_of(entry.actor, detail_of(entry))


def names_of(actor: str, detail: Mapping[str, Any]) -> str:
    """As `people_of`, of the columns."""
    return _USERNAME.sub("", audit_keys.who_acted(actor, detail))


# --- words of the detail -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Words:
    """files: (table, digest) → name. explanations: (table, rule, path, digest) → text. answers: visible steps by id."""

    files: Mapping[tuple[int, str], str]
    explanations: Mapping[tuple[int, str, str, str], str]
    answers: Mapping[int, OpinionEvent]


def words(session: Session, actor: Actor, entries: Sequence[AuditEntry]) -> dict[int, dict[str, str]]:
    """Number of an entry → the words of WORDS that the actor may see, by their keys."""
    wanted = [entry for entry in entries if entry.act in WORDS and entry.object_kind == About.TABLE]
    if not wanted:
        return {}
    details = {entry.number: detail_of(entry) for entry in wanted}
    found = _visible_words(session, actor, {int(entry.object_id) for entry in wanted}, details.values())
    return {entry.number: _of_entry(found, int(entry.object_id), entry.act, details[entry.number]) for entry in wanted}


def _of_entry(found: _Words, table_id: int, act: str, detail: Mapping[str, Any]) -> dict[str, str]:
    if act == event_of_opinion_act(opinions.ANSWER).name:
        step = found.answers.get(detail.get("step") or _step_of(found, detail))
        return {"answer": step.answer or "", "reply": step.text} if step else {}
    if act == audit_events.EXPLAIN.name:
        digest = detail.get("explanation") or enclosures.digest(detail.get("text", ""))
        place = detail.get("rule", ""), detail.get("path", "")
        return {"text": found.explanations.get((table_id, *place, digest), "")}
    # Earlier versions stored the file's digest under "digest" and its name under "name" or "attachment".
    (key,) = WORDS[act]
    digest = detail.get("digest") or detail.get("attachment", "")
    return {key: found.files.get((table_id, digest), digest)}


def _step_of(found: _Words, detail: Mapping[str, Any]) -> int:
    """The step of an answer in an entry of an earlier version, which holds its text; 0 if the actor sees none."""
    same = (
        id
        for id, step in found.answers.items()
        if (step.opinion_id, step.answer, step.text) == tuple(map(detail.get, ("opinion", "answer", "reply")))
    )
    return next(same, 0)


def _visible_words(session: Session, actor: Actor, ids: set[int], details: Iterable[Mapping[str, Any]]) -> _Words:
    files: dict[tuple[int, str], str] = {}
    explanations: dict[tuple[int, str, str, str], str] = {}
    frozen = (
        select(Revision.table_id, Enclosure.content)
        .join(Enclosure, Enclosure.revision_id == Revision.id)
        .join(TargetTable, TargetTable.id == Revision.table_id)
        .where(Revision.table_id.in_(ids), visible(actor))
    )
    for table_id, content in session.execute(frozen):
        enclosed = enclosures.load(content)
        files |= {(table_id, each.digest): each.name for each in enclosed.attachments}
        explanations |= {
            (table_id, each.rule, each.path, enclosures.digest(each.text)): each.text for each in enclosed.explanations
        }
    own = select(TargetTable.id).where(TargetTable.id.in_(ids), visible(actor, Permission.SEE_WORKING_COPY))
    for file in session.scalars(select(Attachment).where(Attachment.table_id.in_(own))):
        files[file.table_id, file.digest] = file.name
    for each in session.scalars(select(Explanation).where(Explanation.table_id.in_(own))):
        explanations[each.table_id, each.rule, each.path, enclosures.digest(each.text)] = each.text
    return _Words(files, explanations, _answers(session, actor, [d["opinion"] for d in details if "opinion" in d]))


def _answers(session: Session, actor: Actor, opinion_ids: Sequence[int]) -> dict[int, OpinionEvent]:
    """The steps of answering that the actor may see: as written, or as of the last submission."""
    if not opinion_ids:
        return {}
    latest = (Revision.table_id == TargetTable.id) & (Revision.number == TargetTable.submission_count)
    found = session.scalars(
        select(OpinionEvent)
        .join(Opinion, Opinion.id == OpinionEvent.opinion_id)
        .join(TargetTable, TargetTable.id == Opinion.table_id)
        .join(Revision, latest)
        .where(
            Opinion.id.in_(opinion_ids),
            OpinionEvent.act == opinions.ANSWER.step,
            visible(actor),
            or_(visible(actor, Permission.SEE_WORKING_COPY), OpinionEvent.at <= Revision.submitted_at),
        )
    )
    return {step.id: step for step in found}
