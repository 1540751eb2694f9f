"""Which table answers for which entry of the register: one specification for all lists, counts and pages.

A table has the code of its latest revision, a draft that of its working copy: the same for every reader. It belongs to
the entry with this code, unless the bureau put it under another one (并入). Of several, one that was not voided counts
first, then one in force, then the most advanced.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import ColumnElement, ScalarSelect, Text, and_, case, cast, exists, literal_column, or_, select
from sqlalchemy.orm import aliased

from portal.domain.documents import Kind
from portal.domain.states import State
from portal.models import RegisterEntry, TargetTable, Voiding

_PROGRESS = {State.APPROVED: 0, State.SUBMITTED: 1, State.RETURNED: 2, State.DRAFTED: 3}


@cache
def table_of_entry() -> ScalarSelect[int]:
    """The id of the table of RegisterEntry, as a correlated subquery; NULL where there is none.

    Built once: building takes longer than asking for the entries of an office.
    """
    candidate = aliased(TargetTable)
    voided = exists().where(Voiding.table_id == candidate.id)
    return (
        select(candidate.id)
        .where(_is_of_entry(candidate))
        .order_by(
            voided,
            candidate.in_force_id.is_(None),
            case({state.value: rank for state, rank in _PROGRESS.items()}, value=candidate.state),
            candidate.id,
        )
        .limit(1)
        .correlate(RegisterEntry)
        .scalar_subquery()
    )


@cache
def has_entry() -> ColumnElement[bool]:
    """Condition on TargetTable: some entry of the register announces it."""
    return exists().where(_is_of_entry(TargetTable)).correlate(TargetTable)


def _is_of_entry(table: type[TargetTable]) -> ColumnElement[bool]:
    """Either side of OR finds its rows in an index: without that, each entry would read all tables of its office."""
    elsewhere = aliased(RegisterEntry)
    merged_elsewhere = exists().where(elsewhere.merged_table_id == table.id).correlate(table)
    of_office = (
        table.year == RegisterEntry.year,
        table.office_code == RegisterEntry.office_code,
        table.kind == Kind.PROJECT.value,
    )
    return or_(
        and_(table.id == RegisterEntry.merged_table_id, *of_office),
        and_(*of_office, code_of(table) == RegisterEntry.code, ~merged_elsewhere),
    )


def code_of(table: type[TargetTable]) -> ColumnElement[str]:
    """Written as in `ix_target_tables_entry`, so that the databases find it there."""
    was_submitted = table.submission_count > literal_column("0")
    return cast(case((was_submitted, table.submitted_code), else_=table.project_code), Text)
