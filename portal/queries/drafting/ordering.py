"""The project tables of an office and year by their ordinals; a voided one leaves its number to others."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from portal.domain.documents import Kind
from portal.models import TargetTable
from portal.queries.tables import not_voided


def tables_in_order(session: Session, office_code: str, year: int) -> Sequence[Row[int, int, str, str, str]]:
    """(id, position, state, project_name, project_code), as the lists show them."""
    statement = (
        select(
            TargetTable.id,
            TargetTable.position,
            TargetTable.state,
            TargetTable.project_name,
            TargetTable.project_code,
        )
        .where(
            TargetTable.office_code == office_code,
            TargetTable.year == year,
            TargetTable.kind == Kind.PROJECT.value,
            not_voided(),
        )
        .order_by(TargetTable.position, TargetTable.id)
    )
    return session.execute(statement).all()
