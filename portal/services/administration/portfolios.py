"""Saving 分管 for many reviewers and offices at once: one transaction, one entry for each person changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import audit_events, portfolios
from portal.domain.errors import Invalid, Stale
from portal.domain.permissions import Actor
from portal.domain.portfolios import PortfolioRow
from portal.models import Assignment
from portal.services.administration import accounts, claim_moves
from portal.services.administration.authority import require_manager
from portal.services.administration.claim_moves import ClaimsTo, release
from portal.services.record import audit
from portal.services.transaction import write


class PortfoliosChanged(Stale):
    """Somebody else changed offices that this form changes. offices: their codes."""

    def __init__(self, offices: Sequence[str]) -> None:
        named = "、".join(offices[:8]) + ("等" if len(offices) > 8 else "")
        super().__init__(f"没有保存：打开以后，同事改过 {named} 的审核人；请看过两边的不同再保存。")
        self.offices = offices


def save(
    session: Session,
    actor: Actor | None,
    rows: Collection[PortfolioRow],
    shown: Collection[int],
    claims_to: ClaimsTo = release,
) -> Sequence[str]:
    """Write the changes of the form; return the names of the people changed. shown: account ids of its columns.

    Raises Forbidden, Invalid, PortfoliosChanged, ClaimsUndecided.
    """
    require_manager(actor)
    changes = portfolios.by_person(rows)
    if strange := set(changes) - set(shown):
        raise Invalid(f"没有编号为 {min(strange)} 的审核人。")
    with write(session):
        claim_moves.lock_claims(session, changes)
        users = [accounts.locked_user(session, user_id) for user_id in sorted(changes)]
        audit.lock_head(session)  # serializes two forms that give one office to different people
        if conflicts := portfolios.changed_meanwhile(rows, _held(session, [row.office for row in rows]), shown):
            raise PortfoliosChanged(conflicts)
        forms = {}
        for user in users:
            held, (gained, lost) = accounts.held(session, user), changes[user.id]
            forms[user.id] = replace(held, assigned=(set(held.assigned) | gained) - lost)
            accounts.change(session, actor, user, forms[user.id])
        claim_moves.settle_lost(session, actor, users, claims_to)
        for user in users:
            detail = accounts.detail_of(forms[user.id])
            audit.record(session, actor, audit_events.CHANGE_USER, audit.object_of_user(user), **detail)
    return [user.name for user in users]


def _held(session: Session, offices: Collection[str]) -> Mapping[str, set[int]]:
    found: dict[str, set[int]] = {}
    rows = select(Assignment.office_code, Assignment.user_id).where(Assignment.office_code.in_(sorted(offices)))
    for code, user_id in session.execute(rows):
        found.setdefault(code, set()).add(user_id)
    return found
