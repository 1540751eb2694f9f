"""The frozen texts of a table: one by its number, the ones that count for a decision, the one in force.

For tables that the actor may see; which text an actor sees is decided in `tables`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session, undefer

from portal.domain import enclosures
from portal.domain.enclosures import Enclosures
from portal.domain.errors import NotVisible
from portal.models import Enclosure, Revision, RevisionFindings, TargetTable


def revisions(session: Session, table_id: int) -> list[Revision]:
    """The revisions of a table without their contents, the latest first."""
    return list(session.scalars(select(Revision).where(Revision.table_id == table_id).order_by(Revision.number.desc())))


_OF_TABLE = select(Revision).where(Revision.table_id == bindparam("table_id")).options(undefer(Revision.content))
_BY_NUMBER = _OF_TABLE.where(Revision.number == bindparam("number"))


def revision(session: Session, table_id: int, number: int) -> Revision:
    """One revision with its content. Raises NotVisible."""
    found = session.scalar(_BY_NUMBER, {"table_id": table_id, "number": number})
    if found is None:
        raise NotVisible("没有这一次送审的版本。")
    return found


_SENT = (
    _BY_NUMBER.add_columns(Enclosure.content, RevisionFindings.content)
    .outerjoin(Enclosure, Enclosure.revision_id == Revision.id)
    .outerjoin(RevisionFindings, RevisionFindings.revision_id == Revision.id)
)


@dataclass(frozen=True, slots=True)
class SentText:
    """A revision with what belongs to it. findings: see `findings_of_revision`."""

    revision: Revision
    enclosed: Enclosures
    findings: str | None


def sent_text(session: Session, table_id: int, number: int) -> SentText:
    """A revision with its content, its enclosures and its findings, in one statement. Raises NotVisible."""
    row = session.execute(_SENT, {"table_id": table_id, "number": number}).one_or_none()
    if row is None:
        raise NotVisible("没有这一次送审的版本。")
    sent, enclosed, findings = row
    return SentText(sent, enclosures.load(enclosed) if enclosed else Enclosures(), findings)


_FINDINGS = (
    select(RevisionFindings.content)
    .join(Revision, Revision.id == RevisionFindings.revision_id)
    .where(Revision.table_id == bindparam("table_id"), Revision.number == bindparam("number"))
)


def findings_of_revision(session: Session, table_id: int, number: int) -> str | None:
    """The stored findings (`domain.rules.stored`); None for a revision of an earlier version."""
    return session.scalar(_FINDINGS, {"table_id": table_id, "number": number})


_LAST_DECIDED = _OF_TABLE.where(Revision.round <= bindparam("rounds")).order_by(Revision.number.desc()).limit(1)


def latest_findings(session: Session, table_ids: Sequence[int]) -> dict[int, str]:
    """The stored findings of the latest revision of each table that has any stored. One statement."""
    rows = session.execute(
        select(TargetTable.id, RevisionFindings.content)
        .join(Revision, and_(Revision.table_id == TargetTable.id, Revision.number == TargetTable.submission_count))
        .join(RevisionFindings, RevisionFindings.revision_id == Revision.id)
        .where(TargetTable.id.in_(table_ids))
    )
    return {table_id: content for table_id, content in rows}  # noqa: C416 - dict(rows) would ask the result for keys


def last_decided(session: Session, table: TargetTable) -> Revision:
    """The latest revision, with its content, of a round that the bureau has decided; the table was returned once."""
    return session.scalars(_LAST_DECIDED, {"table_id": table.id, "rounds": table.return_count}).one()


_IN_FORCE_OF_PROJECT = (
    select(Revision)
    .join(TargetTable, TargetTable.in_force_id == Revision.id)
    .where(
        TargetTable.office_code == bindparam("office"),
        TargetTable.year == bindparam("year"),
        TargetTable.kind == bindparam("kind"),
        TargetTable.submitted_code == bindparam("code"),
    )
    .order_by(Revision.id.desc())
    .limit(1)
    .options(undefer(Revision.content))
)


def approved_last_year(session: Session, table: TargetTable) -> Revision | None:
    """The revision in force, with its content, of the same project (or the department) of the year before."""
    place = {"office": table.office_code, "year": table.year - 1, "kind": table.kind, "code": table.submitted_code}
    return session.scalar(_IN_FORCE_OF_PROJECT, place)


def submitted_last_year(session: Session, table: TargetTable) -> int | None:
    """The id of the table of the same project (or the department) of the year before, if it was ever submitted."""
    return session.scalar(
        select(TargetTable.id)
        .where(
            TargetTable.office_code == table.office_code,
            TargetTable.year == table.year - 1,
            TargetTable.kind == table.kind,
            TargetTable.submitted_code == table.submitted_code,
            TargetTable.submission_count > 0,
        )
        .order_by(TargetTable.id.desc())
        .limit(1)
    )


def frozen_as(session: Session, table_id: int, number: int) -> Revision | None:
    """The revision without its content; None for number 0, a working copy."""
    return session.scalar(select(Revision).where(Revision.table_id == table_id, Revision.number == number))


def in_force_numbers(session: Session, tables: Sequence[TargetTable]) -> dict[int, int]:
    """Table id → number of its revision in force, of the tables that have one."""
    wanted = [table.in_force_id for table in tables if table.in_force_id]
    found = session.execute(select(Revision.table_id, Revision.number).where(Revision.id.in_(wanted)))
    return {table_id: number for table_id, number in found}  # noqa: C416 - dict(rows) would ask the result for keys


def in_force_number(session: Session, table: TargetTable) -> int | None:
    """The number of the revision in force, which may be older than the latest revision."""
    if table.in_force_id is None:
        return None
    return session.get_one(Revision, table.in_force_id).number  # most pages have read it
