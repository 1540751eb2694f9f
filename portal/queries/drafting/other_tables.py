"""The other documents of a table's office and year, for rules that compare tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from sqlalchemy import and_, select, true
from sqlalchemy.orm import Session

from portal.domain import serialization
from portal.domain.documents import DepartmentDocument, Document, Kind, PerformanceText, ProjectDocument
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.models import Revision, TargetTable
from portal.queries.tables import not_voided, visible


def others(
    session: Session, actor: Actor | None, table: TargetTable, *, submitted_only: bool = False
) -> PerformanceText:
    """The documents other than `table` that the actor may see: working copies or latest revisions. One statement.

    `actor` None: what the office itself sees. submitted_only: the latest revisions, which the bureau sees too.
    """
    of_office = (
        TargetTable.office_code == table.office_code,
        TargetTable.year == table.year,
        TargetTable.id != table.id,
        not_voided(),
    )
    sees_copies = actor is None or may(actor, Permission.SEE_WORKING_COPY, TableFacts(table.office_code))
    if sees_copies and not submitted_only:
        statement = select(TargetTable.kind, TargetTable.digest, TargetTable.content).where(*of_office)
    else:
        statement = (
            select(Revision.kind, Revision.digest, Revision.content)
            .join(
                TargetTable, and_(TargetTable.id == Revision.table_id, TargetTable.submission_count == Revision.number)
            )
            .where(true() if actor is None else visible(actor), *of_office)
        )
    found = [
        _parsed(_Content(Kind(kind), digest, content))
        for kind, digest, content in session.execute(statement.order_by(TargetTable.position, TargetTable.id))
    ]
    department = next((one for one in found if isinstance(one, DepartmentDocument)), None)
    return PerformanceText(department, tuple(one for one in found if isinstance(one, ProjectDocument)))


@dataclass(frozen=True, slots=True)
class _Content:
    """A stored text; equal to another one of the same kind and digest. The key of the cache."""

    kind: Kind
    digest: str
    content: str = field(compare=False)


@lru_cache(maxsize=512)
def _parsed(content: _Content) -> Document:
    """Cached: documents are immutable and identified by their digest, so all requests of the process can share them."""
    return serialization.load(content.kind, content.content)
