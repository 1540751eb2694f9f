"""What becomes of claims (认领) whose holder may no longer review the tables: they go to a colleague, or end.

Called inside a write transaction of the services of this room. Claiming itself belongs to `services.review.claims`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal import queries
from portal.domain import audit_events
from portal.domain.errors import Invalid
from portal.domain.notices import Circle
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.domain.states import State
from portal.models import TargetTable, User
from portal.queries.administration.duties import claimed_by
from portal.services.notices.announcing import Announcement
from portal.services.record import audit
from portal.services.review import claims

NOBODY = 0
ClaimsTo = Callable[[int], int | None]
"""Account id of a holder → id of the successor; NOBODY: the claims end; None: not decided."""


def release(_: int) -> int | None:
    """Every claim ends."""
    return NOBODY


@dataclass(frozen=True, slots=True)
class LostClaims:
    """The claims that one person would lose, counted by office code."""

    user_id: int
    name: str
    by_office: Mapping[str, int]

    @property
    def count(self) -> int:
        return sum(self.by_office.values())


class ClaimsUndecided(Invalid):
    """Claims would be lost, and nobody said to whom they go."""

    def __init__(self, lost: Sequence[LostClaims]) -> None:
        names = "、".join(f"{each.name}认领的 {each.count} 张表" for each in lost)
        super().__init__(f"还没有保存：{names}要有人接着审核，请选择交给谁。")
        self.lost = lost


def lock_claims(session: Session, user_ids: Collection[int]) -> None:
    """Lock the tables that these people have claimed, before the audit head: writers of tables lock in this order."""
    session.execute(claimed_by(user_ids).with_only_columns(TargetTable.id).with_for_update(key_share=True))


def settle_lost(session: Session, actor: Actor | None, users: Sequence[User], claims_to: ClaimsTo) -> None:
    """Move or end the claims of `users` that their rights, just written, no longer cover. Raises ClaimsUndecided.

    Raises Invalid where a successor may not review one of the tables.
    """
    audit.lock_head(session)  # nobody claims a table meanwhile unseen
    lost: dict[int, list[TargetTable]] = {}
    rights = {user.id: _actor(session, user) for user in users}
    for table in session.scalars(claimed_by(rights)):
        holder = rights[table.claimed_by_id or 0]
        if holder is None or not may(holder, Permission.CLAIM, _facts(table)):
            lost.setdefault(table.claimed_by_id or 0, []).append(table)
    by_id = {user.id: user for user in users}
    if undecided := [user_id for user_id in lost if claims_to(user_id) is None]:
        raise ClaimsUndecided([_lost_claims(by_id[user_id], lost[user_id]) for user_id in undecided])
    for user_id, tables in lost.items():
        move(session, actor, by_id[user_id], tables, claims_to(user_id) or NOBODY)


def move(session: Session, actor: Actor | None, holder: User, tables: Iterable[TargetTable], successor_id: int) -> None:
    """Let the successor hold these claims of `holder`, or NOBODY. Raises Invalid."""
    successor = session.get(User, successor_id) if successor_id else None
    if successor_id and successor is None:
        raise Invalid("没有这个账号。", "claims_to")
    rights = _actor(session, successor) if successor else None
    for table in tables:
        if successor and not (rights and may(rights, Permission.CLAIM, _facts(table))):
            message = f"{successor.name}不能审核 {table.office_code} 的表，请另选一个人。"
            raise Invalid(message, "claims_to")
        leaves = claims.hold(session, table, successor.id if successor else None)
        session.flush()
        names = {"claim_of": name_of(holder)} | ({"claim_to": name_of(successor)} if successor else {})
        event = audit_events.MOVE_CLAIM if successor else audit_events.END_CLAIM
        named = {Circle.PREDECESSOR: [holder.id], Circle.SUCCESSOR: [successor_id]}
        audit.record(session, actor, event, audit.object_of_table(table), leaves, Announcement(named), **names)


def claims_of(session: Session, user: User) -> Sequence[TargetTable]:
    """The tables that this person has claimed."""
    return session.scalars(claimed_by([user.id])).all()


def _actor(session: Session, user: User) -> Actor | None:
    """The rights of an account as they are written; None for a disabled one."""
    account = queries.session.account_named(session, user.username)
    return account.actor if account else None


def _facts(table: TargetTable) -> TableFacts:
    return TableFacts(
        table.office_code,
        State(table.state),
        submitted_once=table.submission_count > 0,
        in_force=table.in_force_id is not None,
    )


def _lost_claims(user: User, tables: Sequence[TargetTable]) -> LostClaims:
    return LostClaims(user.id, user.name, dict(sorted(Counter(table.office_code for table in tables).items())))


def name_of(user: User) -> str:
    return f"{user.name}（{user.username}）"
