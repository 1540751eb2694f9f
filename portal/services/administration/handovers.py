"""Handing everything of one person over to a colleague, for good, and disabling the account in the same act.

For a time it is a stand-in, which is another act. Draft opinions stay their author's; drafts are the office's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from portal.domain import audit_events
from portal.domain.documents import clean_line
from portal.domain.errors import Invalid
from portal.domain.permissions import Actor, Role
from portal.models import User
from portal.services.administration import accounts, claim_moves
from portal.services.administration.accounts import PersonForm
from portal.services.administration.authority import require_manager
from portal.services.administration.claim_moves import NOBODY, name_of
from portal.services.record import audit
from portal.services.transaction import write

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Handover:
    """To whom offices and claims go: account ids, NOBODY, or None where nothing was chosen."""

    offices_to: int | None = None
    claims_to: int | None = None
    reason: str = ""


def hand_over(session: Session, actor: Actor | None, user_id: int, wanted: Handover, *, disable: bool = False) -> None:
    """Give offices and claims of a person to colleagues; with `disable`, also disable the account.

    NOBODY: offices stay as they are, which counts for nothing while the account is disabled; claims end, or stay where
    the person may still review. Raises Forbidden, Invalid, ClaimsUndecided.
    """
    require_manager(actor)
    wanted = replace(wanted, reason=clean_line(wanted.reason))
    with write(session):
        claim_moves.lock_claims(session, [user_id])
        locked = {id: accounts.locked_user(session, id) for id in sorted({user_id, wanted.offices_to or user_id})}
        user, held = locked[user_id], accounts.held(session, locked[user_id])
        _require_decided(session, user, held, wanted, disable)
        if wanted.offices_to and held.assigned:
            _move_offices(session, actor, user, held, locked[wanted.offices_to], wanted.reason)
        if disable:
            accounts.set_active(session, actor, user, active=False)
        _settle_claims(session, actor, user, wanted)
        if disable:
            thing, detail = audit.object_of_user(user), _with_reason({}, wanted.reason)
            audit.record(session, actor, audit_events.DISABLE_USER, thing, **detail)


def _require_decided(session: Session, user: User, held: PersonForm, wanted: Handover, disable: bool) -> None:
    claims = claim_moves.claims_of(session, user)
    if held.assigned and wanted.offices_to is None:
        raise Invalid("请选择分管单位交给谁。", "offices_to")
    if claims and wanted.claims_to is None:
        raise Invalid("请选择认领的表交给谁。", "claims_to")
    if user.id in (wanted.offices_to, wanted.claims_to):
        raise Invalid("不能交给本人，请另选一个人。", "offices_to")
    if not wanted.offices_to and not wanted.claims_to and not disable:
        raise Invalid("没有选择要移交什么、交给谁。", "offices_to")
    is_left = (held.assigned and wanted.offices_to == NOBODY) or (claims and wanted.claims_to == NOBODY)
    if disable and is_left and not wanted.reason:
        raise Invalid("没有人接手的，请写明理由。", "reason")
    if len(wanted.reason) > LONGEST_REASON:
        raise Invalid(f"理由不超过 {LONGEST_REASON} 字。", "reason")


def _move_offices(
    session: Session, actor: Actor | None, user: User, held: PersonForm, successor: User, reason: str
) -> None:
    before = accounts.held(session, successor)
    if not successor.active or Role.REVIEWER not in before.roles:
        raise Invalid(f"{successor.name}不是在用的业务科室审核人，不能接手分管单位。", "offices_to")
    gained = replace(before, assigned=sorted({*before.assigned, *held.assigned}))
    rest = replace(held, assigned=())
    accounts.change(session, actor, successor, gained)
    accounts.change(session, actor, user, rest)
    for person, form, names in (
        (successor, gained, {"taken_from": name_of(user)}),
        (user, rest, {"handed_to": name_of(successor)}),
    ):
        detail = {**accounts.detail_of(form), **_with_reason(names, reason)}
        audit.record(session, actor, audit_events.CHANGE_USER, audit.object_of_user(person), **detail)


def _settle_claims(session: Session, actor: Actor | None, user: User, wanted: Handover) -> None:
    if wanted.claims_to:
        audit.lock_head(session)
        claim_moves.move(session, actor, user, claim_moves.claims_of(session, user), wanted.claims_to)
    else:
        claim_moves.settle_lost(session, actor, [user], claim_moves.release)


def _with_reason(detail: dict[str, str], reason: str) -> dict[str, str]:
    return detail | ({"reason": reason} if reason else {})
