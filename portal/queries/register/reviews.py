"""Conditions on the review of an entry's table, in statements of `standings.with_tables`: who reviews it, what the
rules found in its latest submission, of which kinds opinions were raised.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, case, exists, or_

from portal.domain.opinions import OpinionState
from portal.domain.register import Standing
from portal.models import FindingCount, Opinion, Revision, TargetTable
from portal.queries.register import standings

LATEST = and_(Revision.table_id == TargetTable.id, Revision.number == TargetTable.submission_count)
"""The revision that the latest submission froze."""
RAISED = and_(Opinion.table_id == TargetTable.id, Opinion.state != OpinionState.DRAFT.value)


def claimant(today: date) -> ColumnElement[int]:
    """Id of the person who reviews the table; 0 = nobody does: `TargetTable.claimant_id` in SQL."""
    nobody = or_(TargetTable.claimed_by_id.is_(None), TargetTable.claimed_until < today)
    return case((nobody, 0), else_=TargetTable.claimed_by_id)


def is_with(user_id: int, today: date) -> ColumnElement[bool]:
    """Whether the table is under review by this person; by nobody yet, for 0."""
    return and_(standings.is_at(Standing.UNDER_REVIEW), claimant(today) == user_id)


def has_finding(rule: str) -> ColumnElement[bool]:
    return exists().where(LATEST, FindingCount.revision_id == Revision.id, FindingCount.rule == rule)


def has_opinion(kind: str) -> ColumnElement[bool]:
    return exists().where(RAISED, Opinion.kind == kind)
