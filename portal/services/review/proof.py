"""Whether a return can be taken as a whole, and the proof that a revision is only as proposed (只按代拟改法改)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal import queries
from portal.domain import proposals, serialization
from portal.domain.changes import Operation
from portal.domain.documents import Document
from portal.domain.opinions import OpinionState
from portal.domain.states import State
from portal.models import Opinion, TargetTable


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be taken as a whole: the opinions of the return, and the document that their changes lead to."""

    opinions: Sequence[Opinion]
    before: Document
    document: Document

    @property
    def digest(self) -> str:
        """Of the text that is submitted."""
        return serialization.digest(serialization.canonical(self.document))


def offer(session: Session, table: TargetTable) -> Offer | None:
    """None unless every opinion of the return carries changes that fit, none is answered, and nobody edited since."""
    if table.state != State.RETURNED.value:
        return None
    sent = queries.revisions.revision(session, table.id, table.submission_count)
    found = queries.review.of_return(session, sent)
    if table.digest != sent.digest or any(each.state != OpinionState.RAISED for each in found):
        return None
    if queries.enclosures.of_revision(session, table.id, sent.number) != queries.enclosures.of_working_copy(
        session, table
    ):
        return None
    operations = _operations(found)
    document = proposals.applied(sent.document, operations) if operations else None
    return Offer(found, sent.document, document) if document else None


def _operations(found: Sequence[Opinion]) -> list[Operation]:
    """The proposed changes of all; none if an opinion proposes none."""
    if not all(each.proposed for each in found):
        return []
    return [operation for each in found for operation in proposals.load(each.proposed)]


def is_as_proposed(session: Session, table: TargetTable) -> bool:
    """Whether the working copy is the revision last decided with exactly the changes that the return proposed.

    Every opinion of the return must propose some, and the enclosures must be the same: 只按代拟改法改.
    """
    if not table.return_count:
        return False
    sent = queries.revisions.last_decided(session, table)
    operations = _operations(queries.review.of_return(session, sent))
    if not proposals.only_as_proposed(sent.document, table.document, operations):
        return False
    enclosed = queries.enclosures.of_revision(session, table.id, sent.number)
    return enclosed == queries.enclosures.of_working_copy(session, table)
