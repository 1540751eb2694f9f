"""Words of opinions that were raised this year, for whoever writes another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from portal.domain.opinions import OpinionState
from portal.domain.permissions import Actor, Permission
from portal.models import Opinion, TargetTable
from portal.queries.tables import visible

MOST_PHRASES = 8
LONGEST_PHRASE = 200
"""Characters; a longer text is about one table."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """count: how many opinions of the year have this text."""

    text: str
    count: int


def phrases(session: Session, actor: Actor, year: int, *, kind: str, rule: str = "") -> Sequence[Phrase]:
    """Texts of raised opinions of this kind, before them those from this rule, each the most used first.

    Only of tables whose review the actor may see.
    """
    of_rule = func.max(case((Opinion.rule == rule, 1), else_=0))
    wanted = or_(Opinion.kind == kind, Opinion.rule == rule) if rule else Opinion.kind == kind
    rows = session.execute(
        select(Opinion.text, func.count())
        .join(TargetTable, TargetTable.id == Opinion.table_id)
        .where(
            Opinion.year == year,
            wanted,
            Opinion.state != OpinionState.DRAFT,
            func.length(Opinion.text) <= LONGEST_PHRASE,
            visible(actor, Permission.SEE_BUREAU_NOTES),
        )
        .group_by(Opinion.text)
        .order_by(of_rule.desc(), func.count().desc(), Opinion.text)
        .limit(MOST_PHRASES)
    )
    return [Phrase(text, count) for text, count in rows]
