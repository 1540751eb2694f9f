"""Verification of the audit log: its chain and head; revisions, working copies and files against the entries.

The algorithm of the chain is in `domain.chain`. Nothing here writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from portal import queries
from portal.domain import actions, chain, enclosures
from portal.domain.chain import Problem, Verification
from portal.domain.serialization import digest
from portal.domain.states import State
from portal.models import Enclosure, Revision, TargetTable
from portal.services.transaction import begin_snapshot
from portal.storage import AttachmentStore, Condition


def verify(
    session: Session, anchors: Iterable[tuple[int, str]] = (), store: AttachmentStore | None = None
) -> Verification:
    """Check chain, numbering, head and anchors, the digest of every revision, and each revision against its entry.

    With `store`, also the attachment files of revisions. Streams the whole log once.
    """
    begin_snapshot(session)
    submitted: dict[tuple[int, int], tuple[int, str, str]] = {}
    in_force: dict[int, tuple[int, str]] = {}
    result = chain.verify(_collecting(queries.record.chain(session), submitted, in_force), anchors)
    head = queries.record.head(session)
    if head != (result.head_number, result.head_hash):
        result.problems.append(
            Problem(None, f"链头应为第 {head[0]} 号，记录却止于第 {result.head_number} 号：记录被截断或改动。")
        )
    entries = {revision: entry for revision, (entry, _, _) in submitted.items()}
    latest = {table_id: entry for (table_id, _), (entry, _, _) in submitted.items()}
    _check_revisions(session, submitted, result)
    _check_in_force(session, in_force, result)
    _check_working_copies(session, latest, result)
    if store:
        _check_files(session, store, entries, result)
    return result


def _collecting(
    entries: Iterable[dict[str, Any]],
    submitted: dict[tuple[int, int], tuple[int, str, str]],
    in_force: dict[int, tuple[int, str]],
) -> Iterator[dict[str, Any]]:
    """Yield the entries unchanged; collect the digests that submissions (text, enclosures) and approvals state."""
    for entry in entries:
        if entry["act"] in (actions.SUBMIT.name, actions.APPROVE.name):
            # An unreadable entry was altered; `chain.verify` reports it as damaged.
            with suppress(ValueError, KeyError, TypeError):
                detail, table_id = json.loads(entry["detail"]), int(entry["object_id"])
                number_and_digest = (entry["number"], detail["digest"])
                if entry["act"] == actions.SUBMIT.name:
                    submitted[table_id, detail["revision"]] = (*number_and_digest, detail.get("enclosed", ""))
                else:
                    in_force[table_id] = number_and_digest
        yield entry


def _check_revisions(
    session: Session, submitted: dict[tuple[int, int], tuple[int, str, str]], result: Verification
) -> None:
    rows = session.execute(
        select(Revision.table_id, Revision.number, Revision.content, Revision.digest, Enclosure.content)
        .outerjoin(Enclosure, Enclosure.revision_id == Revision.id)
        .order_by(Revision.id)
        .execution_options(yield_per=500)
    )
    for table_id, number, content, stored, enclosed in rows:
        name = f"编号 {table_id} 的表第 {number} 次送审的版本"
        entry, recorded, recorded_enclosed = submitted.pop((table_id, number), (None, None, None))
        if digest(content) != stored:
            result.problems.append(Problem(entry, f"{name}与其摘要不符：内容被改动。"))
        elif recorded is None:
            result.problems.append(Problem(None, f"{name}在审计记录中没有送审的记载。"))
        elif recorded != stored:
            result.problems.append(Problem(entry, f"{name}的摘要与送审时记载的不同。"))
        elif recorded_enclosed != ("" if enclosed is None else digest(enclosed)):
            result.problems.append(Problem(entry, f"{name}所附的说明或附件与送审时记载的不同。"))
    for (table_id, number), (entry, _, _) in submitted.items():
        result.problems.append(Problem(entry, f"编号 {table_id} 的表第 {number} 次送审的版本不见了。"))


def _check_in_force(session: Session, in_force: dict[int, tuple[int, str]], result: Verification) -> None:
    rows = session.execute(
        select(TargetTable.id, Revision.digest).join(Revision, Revision.id == TargetTable.in_force_id)
    )
    stored = {row.id: row.digest for row in rows}
    for table_id, (entry, recorded) in in_force.items():
        if stored.pop(table_id, None) != recorded:
            result.problems.append(Problem(entry, f"编号 {table_id} 的表现行版本与批复时记载的不同。"))
    for table_id in stored:
        result.problems.append(Problem(None, f"编号 {table_id} 的表有现行版本，审计记录中却没有批复的记载。"))


def _check_working_copies(session: Session, latest: Mapping[int, int], result: Verification) -> None:
    """The working copy of a submitted or approved table, which the office reads and prints, must equal its revision.

    latest: table id → number of the entry of its last submission.
    """
    rows = session.scalars(
        select(TargetTable.id)
        .join(Revision, and_(Revision.table_id == TargetTable.id, Revision.number == TargetTable.submission_count))
        .where(
            TargetTable.state.in_((State.SUBMITTED.value, State.APPROVED.value)),
            or_(TargetTable.digest != Revision.digest, TargetTable.content != Revision.content),
        )
        .order_by(TargetTable.id)
    )
    for table_id in rows:
        message = f"编号 {table_id} 的表现在的内容与送审的版本不同。"
        result.problems.append(Problem(latest.get(table_id), message))


def _check_files(
    session: Session, store: AttachmentStore, entries: Mapping[tuple[int, int], int], result: Verification
) -> None:
    """Every attachment file of a revision must exist unaltered. entries: (table id, revision) → number of its entry."""
    condition = cache(store.condition)
    rows = session.execute(
        select(Revision.table_id, Revision.number, Enclosure.content)
        .join(Enclosure, Enclosure.revision_id == Revision.id)
        .order_by(Revision.id)
        .execution_options(yield_per=500)
    )
    words = {Condition.MISSING: "的文件不见了", Condition.ALTERED: "的文件被改动"}
    for table_id, number, content in rows:
        # Unreadable content was altered; `_check_revisions` has reported it by its digest.
        with suppress(ValueError, KeyError, TypeError):
            for attached in enclosures.load(content).attachments:
                if (found := condition(attached.digest)) is not Condition.SOUND:
                    place = f"编号 {table_id} 的表第 {number} 次送审的附件“{attached.name}”"
                    result.problems.append(Problem(entries.get((table_id, number)), f"{place}{words[found]}。"))
