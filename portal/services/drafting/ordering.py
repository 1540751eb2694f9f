"""调整表序号: the tables of an office and year in another order. The numbers themselves: `domain.ordinals`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from portal import queries
from portal.domain import audit_events, documents, ordinals
from portal.domain.changes import Set
from portal.domain.errors import Stale
from portal.domain.permissions import Actor, Permission, may
from portal.models import TargetTable
from portal.services.drafting import drafts
from portal.services.record import audit
from portal.services.record.facts import Facts
from portal.services.transaction import write


def renumber(
    session: Session, actor: Actor, year: int, wanted: Mapping[int, int], *, move: int = 0, up: bool = False
) -> Sequence[TargetTable]:
    """Give tables of the actor's office other ordinals, then move one by a place; the tables that changed.

    wanted: numbers by table id. move: id of the table that changes places with its neighbour above (`up`) or below, 0
    for none. Each table gets a version and an audit entry of its own. Raises Forbidden, Invalid (with the table's id as
    path), Stale (a table that is no longer with the office).
    """
    with write(session):
        office = drafts.office_to_draft_for(session, actor, actor.office or "", lock=True)
        queries.administration.years.open_year(session, year)
        ids = [each.id for each in queries.drafting.ordering.tables_in_order(session, office.code, year)]
        found = queries.tables.tables_with_facts(session, actor, ids, lock=True)
        held = {table.id: table.position for table, _ in found}
        fixed = {table.id for table, facts in found if not may(actor, Permission.EDIT, facts)}
        if not {*wanted, *([move] if move else [])} <= held.keys() - fixed:
            raise Stale("有的表刚刚送审、批复或者删除，序号不能再改；请核对现在的序号后再保存。")
        numbers = ordinals.renumbered(held, fixed, wanted)
        if move and (place := ordinals.neighbour(numbers, fixed, move, up=up)):
            numbers = ordinals.renumbered(numbers, fixed, {move: place})
        changed = [table for table, _ in found if numbers[table.id] != table.position]
        leaves = [_rewrite(session, actor, table, numbers[table.id]) for table in changed]
        for table, (before, left) in zip(changed, leaves, strict=True):
            thing = audit.object_of_table(table)
            audit.record(session, actor, audit_events.RENUMBER, thing, left, before=before, ordinal=table.position)
    return changed


def _rewrite(session: Session, actor: Actor, table: TargetTable, number: int) -> tuple[int, Facts]:
    """The number before, and the facts."""
    before, document = table.position, table.document
    operation = Set("ordinal", str(documents.value_at(document, "ordinal")), str(number))
    changed = documents.with_value(document, "ordinal", str(number))
    return before, drafts.rewrite(session, actor, table, changed, [operation])
