"""What an approver reads of a table in the list 待批复, beyond what the queue shows everybody.

Who concluded when, the warnings that stay with the office's explanation, the opinions that go out with the approval,
and why the table cannot be approved together with others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from portal import queries
from portal.domain.enclosures import Enclosures
from portal.domain.permissions import Actor
from portal.extensions import db
from portal.models import Opinion
from portal.services.review import batch_obstacles
from portal.web.filters import moment
from portal.web.review.draft_choices import draft_choices
from portal.web.review.notes import rule_name


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """concluded_by: with what was concluded; concluded_at: "" where the conclusion was carried over.

    explained: (short name of the rule, explanation). goes_out: texts of the drafts that the approval raises.

    stays: number of drafts of colleagues, which stay drafts. obstacle: "" where the table can be ticked.
    """

    concluded_by: str
    concluded_at: str
    explained: Sequence[tuple[str, str]]
    goes_out: Sequence[str]
    stays: int
    obstacle: str


def approval_rows(me: Actor, rows: Sequence[Row[*tuple[Any, ...]]]) -> Mapping[int, ApprovalRow]:
    """By table id. rows: of `queries.queue.page`."""
    session, table_ids = db.session(), [row.id for row in rows]
    enclosed = queries.enclosures.of_latest(session, table_ids)
    drafts = queries.review.drafts(session, table_ids)
    obstacles = batch_obstacles.of_approvals(session, me, table_ids)
    return {
        row.id: _row(me, row, enclosed.get(row.id, Enclosures()), drafts.get(row.id, ()), obstacles.get(row.id, ""))
        for row in rows
    }


def _row(me: Actor, row: Any, enclosed: Enclosures, drafts: Sequence[Opinion], obstacle: str) -> ApprovalRow:
    choices = draft_choices(me, drafts, "")
    return ApprovalRow(
        f"{row.recommended_by} 建议批复" if row.recommended_by else "只按代拟改法改，结论延续",
        moment(row.recommended_at),
        [(rule_name(each.rule), each.text) for each in enclosed.explanations],
        [each.text for each in choices if each.is_ticked],
        sum(not each.is_ticked for each in choices),
        obstacle,
    )
