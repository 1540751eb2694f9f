"""The frozen texts of a table: one by its number, the ones that count for a decision, the one in force.

For tables that the actor may see; which text an actor sees is decided in `tables`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased, undefer

from portal.domain.errors import NotVisible
from portal.models import Revision, RevisionFindings, TargetTable


def revisions(session: Session, table_id: int) -> list[Revision]:
    """The revisions of a table without their contents, the latest first."""
    return list(session.scalars(select(Revision).where(Revision.table_id == table_id).order_by(Revision.number.desc())))


def revision(session: Session, table_id: int, number: int) -> Revision:
    """One revision with its content. Raises NotVisible."""
    found = session.scalar(
        select(Revision)
        .where(Revision.table_id == table_id, Revision.number == number)
        .options(undefer(Revision.content))
    )
    if found is None:
        raise NotVisible("没有这一次送审的版本。")
    return found


def findings_of_revision(session: Session, table_id: int, number: int) -> str | None:
    """The stored findings (`domain.rules.stored`); None for a revision of an earlier version."""
    return session.scalar(
        select(RevisionFindings.content)
        .join(Revision, Revision.id == RevisionFindings.revision_id)
        .where(Revision.table_id == table_id, Revision.number == number)
    )


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
    return session.scalars(
        select(Revision)
        .where(Revision.table_id == table.id, Revision.round <= table.return_count)
        .order_by(Revision.number.desc())
        .limit(1)
        .options(undefer(Revision.content))
    ).one()


def approved_last_year(session: Session, table: TargetTable) -> Revision | None:
    """The revision in force, with its content, of the same project (or the department) of the year before."""
    earlier = aliased(TargetTable)
    return session.scalar(
        select(Revision)
        .join(earlier, earlier.in_force_id == Revision.id)
        .where(
            earlier.office_code == table.office_code,
            earlier.year == table.year - 1,
            earlier.kind == table.kind,
            earlier.submitted_code == table.submitted_code,
        )
        .order_by(Revision.id.desc())
        .limit(1)
        .options(undefer(Revision.content))
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
    return session.scalar(select(Revision.number).where(Revision.id == table.in_force_id))
