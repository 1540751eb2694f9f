"""Several tables at once, chosen by their ids, in as few statements as one; never more than the actor may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select, union
from sqlalchemy.orm import Session, joinedload, undefer

from portal.domain.permissions import Actor, TableFacts
from portal.domain.states import State
from portal.models import Change, Opinion, Revision, TargetTable
from portal.queries.tables import visible


@dataclass(frozen=True, slots=True)
class Counted:
    """How many opinions demand a change, and how many of those the office has not answered."""

    binding: int = 0
    unanswered: int = 0


def tables_with_facts(session: Session, actor: Actor, table_ids: Sequence[int]) -> list[tuple[TargetTable, TableFacts]]:
    """Those of the tables that the actor may see, as `tables.table_with_facts` gives one, in the order of the lists."""
    tables = session.scalars(
        select(TargetTable)
        .where(TargetTable.id.in_(table_ids), visible(actor))
        .order_by(TargetTable.office_code, TargetTable.position, TargetTable.id)
        .options(
            joinedload(TargetTable.office, innerjoin=True),
            joinedload(TargetTable.budget_year, innerjoin=True),
            joinedload(TargetTable.claimed_by),
            undefer(TargetTable.content),
        )
        .execution_options(populate_existing=True)
    ).all()
    worked = set(
        session.scalars(
            union(
                select(Change.table_id).where(Change.table_id.in_(table_ids), Change.actor_id == actor.id),
                select(Revision.table_id).where(Revision.table_id.in_(table_ids), Revision.submitted_by_id == actor.id),
            )
        )
    )
    return [(table, _facts(actor, table, table.id in worked)) for table in tables]


def _facts(actor: Actor, table: TargetTable, worked: bool) -> TableFacts:
    by = frozenset({actor.id}) if worked else frozenset()
    return TableFacts(table.office_code, State(table.state), table.submissions > 0, by)


def binding_opinions(session: Session, table_ids: Sequence[int]) -> Mapping[int, Counted]:
    """By table, without the bureau's drafts: the open opinions that must be followed.

    As the office may know them only while its table is not with the bureau.
    """
    unanswered = func.sum(case((Opinion.state == "raised", 1), else_=0))
    rows = session.execute(
        select(Opinion.table_id, func.count(), unanswered)
        .where(Opinion.table_id.in_(table_ids), Opinion.binding, Opinion.state.in_(("raised", "answered")))
        .group_by(Opinion.table_id)
    )
    return {table_id: Counted(binding, open_ones) for table_id, binding, open_ones in rows}
