"""Verification of the audit log: its chain and head, the triggers that protect it, the database and files against it.

The algorithm of the chain is in `domain.chain`, the comparison with the rows in `comparison`. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import queries
from portal.database import missing_triggers
from portal.domain import chain, enclosures
from portal.domain.chain import Problem, Verification
from portal.models import Enclosure, Revision
from portal.services.record import comparison
from portal.services.record.stated import Stated
from portal.services.transaction import begin_snapshot
from portal.storage import AttachmentStore, Condition


def verify(
    session: Session, anchors: Iterable[tuple[int, str]] = (), store: AttachmentStore | None = None
) -> Verification:
    """Check chain, numbering, times, head, anchors and triggers, and every row that the entries state.

    With `store`, also the attachment files of revisions. Streams the whole log once.
    """
    begin_snapshot(session)
    stated = Stated()
    result = chain.verify(stated.collecting(queries.record.chain(session)), anchors)
    head = queries.record.head(session)
    if head != (result.head_number, result.head_hash):
        result.problems.append(
            Problem(None, f"链头应为第 {head[0]} 号，记录却止于第 {result.head_number} 号：记录被截断或改动。")
        )
    if missing := missing_triggers(session.connection()):
        result.problems.append(Problem(None, f"数据库缺少保护记录的触发器，或者它们被改动：{'、'.join(missing)}。"))
    result.problems += comparison.problems(session, stated)
    if store:
        _check_files(session, store, stated, result)
    return result


def _check_files(session: Session, store: AttachmentStore, stated: Stated, result: Verification) -> None:
    """Every attachment file of a revision must exist unaltered."""
    condition = cache(store.condition)
    rows = session.execute(
        select(Revision.table_id, Revision.number, Enclosure.content)
        .join(Enclosure, Enclosure.revision_id == Revision.id)
        .order_by(Revision.id)
        .execution_options(yield_per=500)
    )
    words = {Condition.MISSING: "的文件不见了", Condition.ALTERED: "的文件被改动"}
    for table_id, number, content in rows:
        submission = stated.submissions.get((table_id, number))
        entry = submission.number if submission else None
        # Unreadable content was altered; `comparison` has reported it by its digest.
        with suppress(ValueError, KeyError, TypeError):
            for attached in enclosures.load(content).attachments:
                if (found := condition(attached.digest)) is not Condition.SOUND:
                    place = f"编号 {table_id} 的表第 {number} 次送审的附件“{attached.name}”"
                    result.problems.append(Problem(entry, f"{place}{words[found]}。"))
