"""Queries on requests for adjustment (申请调整): of one table. Those of the queue are in `queue`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AdjustmentRequest

MOST = 50


def waiting(session: Session, table_id: int) -> AdjustmentRequest | None:
    """The request that nobody has decided; there is at most one for a table."""
    return session.scalar(
        select(AdjustmentRequest)
        .where(AdjustmentRequest.table_id == table_id, AdjustmentRequest.decided_at.is_(None))
        .execution_options(populate_existing=True)
    )


def latest(session: Session, table_id: int) -> AdjustmentRequest | None:
    return session.scalar(
        select(AdjustmentRequest)
        .where(AdjustmentRequest.table_id == table_id)
        .order_by(AdjustmentRequest.id.desc())
        .limit(1)
    )


def of_table(session: Session, table_id: int) -> Sequence[AdjustmentRequest]:
    """The requests of one table, the latest first."""
    return session.scalars(
        select(AdjustmentRequest)
        .where(AdjustmentRequest.table_id == table_id)
        .order_by(AdjustmentRequest.id.desc())
        .limit(MOST)
    ).all()
