"""Moving an office in the tree: no circles, the lineage of everything below it, claims that no longer hold.

Entries on the offices belong to the callers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import queries
from portal.database import ROW_LOCK
from portal.domain import offices as tree
from portal.domain.errors import Invalid
from portal.domain.permissions import Actor
from portal.models import Office, TargetTable
from portal.services.administration import claim_moves


def locked_offices(session: Session) -> dict[str, Office]:
    """All offices by code, locked in this order, so that two moves wait for each other. Inside `write`."""
    found = select(Office).order_by(Office.code).with_for_update(of=Office, **ROW_LOCK)
    return {office.code: office for office in session.scalars(found.execution_options(populate_existing=True))}


def lock_tables(session: Session, offices: Collection[str]) -> None:
    """Lock the tables of offices to be renamed or moved, before the audit head: savers lock in this order."""
    found = select(TargetTable.id).where(TargetTable.office_code.in_(sorted(offices))).order_by(TargetTable.id)
    session.execute(found.with_for_update(of=TargetTable, **ROW_LOCK))


def within(offices: Mapping[str, Office], office: Office) -> list[str]:
    """Codes of the office and of those below it."""
    return [each.code for each in offices.values() if each.lineage.startswith(office.lineage)]


def settle_claims(session: Session, actor: Actor | None, offices: Collection[str]) -> None:
    """End the claims on tables of moved offices that their holders may no longer review. Locks the audit head."""
    if holders := queries.administration.offices.claimants(session, offices):
        claim_moves.settle_lost(session, actor, holders, claim_moves.release)


def move(offices: Mapping[str, Office], office: Office, parent: str) -> list[Office]:
    """Put `office` below `parent`; return the offices below it, whose lineage changed too. Raises Invalid."""
    if parent == (office.parent_code or ""):
        return []
    if parent and parent not in offices:
        raise Invalid(f"上级单位 {parent[:12]} 不存在。", "parent")
    # The moved office first: a circle is told from it on.
    parents = {office.code: parent} | {code: each.parent_code or "" for code, each in offices.items()}
    parents[office.code] = parent
    if rings := tree.circles(parents):
        raise Invalid(f"{tree.words_of_circle(rings[0])}；上级不能是本单位或者它的下级。", "parent")
    office.parent_code = parent or None
    below = [each for each in offices.values() if each is not office and each.lineage.startswith(office.lineage)]
    for each in (office, *below):
        each.lineage = tree.lineage(each.code, parents)
        if not each.lineage:
            raise Invalid("单位层级太深。", "parent")
    return below
