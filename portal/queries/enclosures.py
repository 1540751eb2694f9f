"""What a working copy encloses now, and what a revision took along."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import enclosures
from portal.domain.enclosures import EnclosedAttachment, EnclosedExplanation, Enclosures
from portal.domain.states import State
from portal.models import Attachment, Enclosure, Explanation, Revision, TargetTable


def of_table(session: Session, table: TargetTable) -> Enclosures:
    """What the office sees with the table: of a draft its working copy's, else its latest revision's."""
    if table.state in (State.DRAFTED.value, State.RETURNED.value):
        return of_working_copy(session, table)
    return of_revision(session, table.id, table.submission_count)


def of_working_copy(session: Session, table: TargetTable) -> Enclosures:
    """Explanations whose text still stands, and attachments, each in the order they were made."""
    return Enclosures(explanations(session, table)[0], attachments(session, table.id))


def explanations(
    session: Session, table: TargetTable
) -> tuple[tuple[EnclosedExplanation, ...], tuple[EnclosedExplanation, ...]]:
    """Of the working copy: those whose text still stands, and those that have lapsed; in the order they were made."""
    document = table.document
    kept: list[EnclosedExplanation] = []
    lapsed: list[EnclosedExplanation] = []
    rows = session.scalars(
        select(Explanation)
        .where(Explanation.table_id == table.id)
        .order_by(Explanation.at, Explanation.rule, Explanation.path)
    )
    for row in rows:
        stands = row.subject == enclosures.subject(document, row.path)
        (kept if stands else lapsed).append(EnclosedExplanation(row.rule, row.path, row.text, row.author_name))
    return tuple(kept), tuple(lapsed)


def attachments(session: Session, table_id: int) -> tuple[EnclosedAttachment, ...]:
    """The supporting documents of the working copy, in the order they were added."""
    found = session.scalars(select(Attachment).where(Attachment.table_id == table_id).order_by(Attachment.id))
    return tuple(
        EnclosedAttachment(each.name, each.digest, each.size, each.media_type, each.added_by_name, each.at.isoformat())
        for each in found
    )


def of_revision(session: Session, table_id: int, number: int) -> Enclosures:
    """Empty where the revision took nothing along."""
    content = session.scalar(
        select(Enclosure.content)
        .join(Revision, Revision.id == Enclosure.revision_id)
        .where(Revision.table_id == table_id, Revision.number == number)
    )
    return Enclosures() if content is None else enclosures.load(content)


def of_revisions(session: Session, table_id: int) -> list[Enclosures]:
    """What each revision of a table took along, the latest first; those that took nothing are left out."""
    contents = session.scalars(
        select(Enclosure.content)
        .join(Revision, Revision.id == Enclosure.revision_id)
        .where(Revision.table_id == table_id)
        .order_by(Revision.number.desc())
    )
    return [enclosures.load(content) for content in contents]


def digests_named(session: Session) -> set[str]:
    """The digests of all attachments that some working copy has or some revision took along."""
    contents = session.scalars(select(Enclosure.content).execution_options(yield_per=500))
    frozen = {each.digest for content in contents for each in enclosures.load(content).attachments}
    return frozen | set(session.scalars(select(Attachment.digest)))
