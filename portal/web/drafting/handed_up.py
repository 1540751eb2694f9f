"""What a page of a table says of its hand-up inside the office (提请送审, 退给经办人), and whose move it is there.

For those who may see the working copy; the views are in `hand_ups`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from portal import queries
from portal.domain.hand_ups import HandUp, HandUpAct
from portal.domain.permissions import Actor, Permission, Role, TableFacts, may
from portal.domain.states import State
from portal.extensions import db
from portal.models import HandUpEvent, TargetTable
from portal.web.filters import moment

_MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class HandedUp:
    """told: who handed the table up or back, and when. changed: what the drafters did since, "" for nothing.

    revised: what changed since the table came to the office, with the comparison; blank before the first submission.
    """

    told: str
    note: str
    is_up: bool
    changed: str
    revised: str
    compare_url: str


@dataclass(frozen=True, slots=True)
class OfficeMove:
    """Whose move it is inside the office, and the hand-up that says so, if there was one."""

    whose: str
    handed: HandedUp | None


def office_move(actor: Actor, table: TargetTable, facts: TableFacts) -> OfficeMove | None:
    """None for the bureau, which hears nothing of this, and while the table is not with the office."""
    is_with_office = facts.state in (State.DRAFTED, State.RETURNED) and not facts.voided
    if not is_with_office or not may(actor, Permission.SEE_WORKING_COPY, facts):
        return None
    session = db.session()
    latest, people = queries.hand_ups.current(session, table), queries.hand_ups.people(session, table.office_code)
    return OfficeMove(_whose(latest, people), _handed(table, latest) if latest else None)


def _whose(latest: HandUpEvent | None, people: Mapping[Role, Sequence[str]]) -> str:
    role = Role.HEAD if latest and latest.act == HandUpAct.UP else Role.DRAFTER
    names = people[role] or people[Role.HEAD]
    if not names:
        return f"单位（还没有{role.label}）"
    rest = "等" if len(names) > _MOST_NAMES else ""
    return f"{'、'.join(names[:_MOST_NAMES])}{rest}（{role.label}）" if people[role] else f"{names[0]}（单位负责人）"


def _handed(table: TargetTable, latest: HandUpEvent) -> HandedUp:
    session = db.session()
    since = queries.hand_ups.changes_after(session, table, latest.version)
    revised = queries.hand_ups.changes_since(session, table, table.state_since).count if table.submission_count else 0
    found = HandUp(HandUpAct(latest.act), latest.actor_name, latest.at, latest.note)
    by = f"（{since.by} {moment(since.at)}）" if since.count else ""
    return HandedUp(
        told=told(found),
        note=found.note,
        is_up=found.is_up,
        changed=changed_after(found, since.count) + by,
        revised=revised_since(State(table.state), revised),
        compare_url=url_for("comparison.versions", table_id=table.id) if revised else "",
    )


def told(found: HandUp) -> str:
    return f"{found.by} {moment(found.at)} {'提请送审' if found.is_up else '退给经办人'}"


def changed_after(found: HandUp, count: int) -> str:
    return f"{'提请后' if found.is_up else '退给经办人后'}又改了 {count} 处" if count else ""


def revised_since(state: State, count: int) -> str:
    """count: changes since the table came back to the office."""
    since = "退回" if state is State.RETURNED else "取消送审"
    return f"{since}以来改了 {count} 处" if count else ""
