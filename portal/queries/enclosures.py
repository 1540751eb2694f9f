"""Enclosures (explanations and attachments) of working copies and of revisions."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from portal.domain import enclosures
from portal.domain.documents import Document
from portal.domain.enclosures import EnclosedAttachment, EnclosedExplanation, Enclosures
from portal.domain.states import State
from portal.models import Attachment, DiscardedDraft, Enclosure, Explanation, Revision, TargetTable


def of_table(session: Session, table: TargetTable) -> Enclosures:
    """The enclosures that the office sees: of the working copy while it is editable, else of the latest revision."""
    if table.state in (State.DRAFTED.value, State.RETURNED.value):
        return of_working_copy(session, table)
    return of_revision(session, table.id, table.submission_count)


def of_working_copy(session: Session, table: TargetTable) -> Enclosures:
    """Explanations that have not lapsed, and attachments, each in order of creation."""
    return Enclosures(explanations(session, table)[0], attachments(session, table.id))


def explanations(
    session: Session, table: TargetTable, document: Document | None = None
) -> tuple[tuple[EnclosedExplanation, ...], tuple[EnclosedExplanation, ...]]:
    """Explanations of the working copy, by creation: (valid, lapsed). Lapsed: the explained text has changed.

    `document`: a text that is not saved yet.
    """
    document = table.document if document is None else document
    valid: list[EnclosedExplanation] = []
    lapsed: list[EnclosedExplanation] = []
    rows = session.scalars(
        select(Explanation)
        .where(Explanation.table_id == table.id)
        .order_by(Explanation.at, Explanation.rule, Explanation.path)
    )
    for row in rows:
        is_valid = row.subject == enclosures.subject(document, row.path)
        (valid if is_valid else lapsed).append(EnclosedExplanation(row.rule, row.path, row.text, row.author_name))
    return tuple(valid), tuple(lapsed)


def attachments(session: Session, table_id: int) -> tuple[EnclosedAttachment, ...]:
    """The attachments of the working copy, in order of creation."""
    found = session.scalars(select(Attachment).where(Attachment.table_id == table_id).order_by(Attachment.id))
    return tuple(
        EnclosedAttachment(each.name, each.digest, each.size, each.media_type, each.added_by_name, each.at.isoformat())
        for each in found
    )


def of_revision(session: Session, table_id: int, number: int) -> Enclosures:
    """The enclosures of a revision; empty if it has none."""
    content = session.scalar(
        select(Enclosure.content)
        .join(Revision, Revision.id == Enclosure.revision_id)
        .where(Revision.table_id == table_id, Revision.number == number)
    )
    return Enclosures() if content is None else enclosures.load(content)


def of_latest(session: Session, table_ids: Sequence[int]) -> dict[int, Enclosures]:
    """The enclosures of the latest revision of each table that has any there. One statement."""
    latest = and_(Revision.table_id == TargetTable.id, Revision.number == TargetTable.submission_count)
    rows = session.execute(
        select(TargetTable.id, Enclosure.content)
        .join(Revision, latest)
        .join(Enclosure, Enclosure.revision_id == Revision.id)
        .where(TargetTable.id.in_(table_ids))
    )
    return {table_id: enclosures.load(content) for table_id, content in rows}


def of_revisions(session: Session, table_id: int) -> list[Enclosures]:
    """The enclosures of each revision of a table that has any, the latest first."""
    contents = session.scalars(
        select(Enclosure.content)
        .join(Revision, Revision.id == Enclosure.revision_id)
        .where(Revision.table_id == table_id)
        .order_by(Revision.number.desc())
    )
    return [enclosures.load(content) for content in contents]


def referenced_digests(session: Session) -> set[str]:
    """The digests of all attachments of all working copies, revisions and discarded drafts."""
    contents = session.scalars(select(Enclosure.content).execution_options(yield_per=500))
    frozen = {each.digest for content in contents for each in enclosures.load(content).attachments}
    discarded = session.scalars(select(DiscardedDraft.dependents).execution_options(yield_per=500))
    kept = {row["digest"] for text in discarded for row in json.loads(text)[Attachment.__tablename__]}
    return frozen | kept | set(session.scalars(select(Attachment.digest)))
