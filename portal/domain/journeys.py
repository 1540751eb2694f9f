"""The way of a table between its office and the bureau: steps with dates, people and working days on either side.

From the acts that moved the table, as the record has them. What a viewer may see of them is decided before; the words
of the step that it stands on now (审核中, 还有几天) belong in `web.lists.where`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.domain import audit_events
from portal.domain.actions import APPROVE, REOPEN, RETURN, SUBMIT, WITHDRAW
from portal.domain.calendar.working_days import Calendar
from portal.domain.opinions import Side

SIDES: Mapping[str, Side | None] = {
    audit_events.CREATE.name: Side.OFFICE,
    audit_events.IMPORT.name: Side.OFFICE,
    SUBMIT.name: Side.BUREAU,
    WITHDRAW.name: Side.OFFICE,
    RETURN.name: Side.OFFICE,
    APPROVE.name: None,
    REOPEN.name: Side.OFFICE,
    audit_events.VOID.name: None,
}
"""Event → with whom the table lies after it; None: with nobody."""

_BIRTH = frozenset({audit_events.CREATE.name, audit_events.IMPORT.name})


@dataclass(frozen=True, slots=True)
class Move:
    """An act of SIDES. on: local date. opinions, reason: of a return or a decision."""

    act: str
    on: date
    who: str
    opinions: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class JourneyStep:
    """A move in the words of the line. side: with whom the table lay after it; days: how many working days."""

    label: str
    on: date
    who: str
    remark: str
    act: str
    side: Side | None
    days: int
    is_current: bool


def journey(moves: Sequence[Move], calendar: Calendar, today: date) -> list[JourneyStep]:
    """moves: the earliest first. Importing over an existing draft begins nothing anew."""
    found = [move for n, move in enumerate(moves) if n == 0 or move.act not in _BIRTH]
    ends = [*(move.on for move in found[1:]), today][: len(found)]
    submissions = 0
    steps: list[JourneyStep] = []
    for move, until in zip(found, ends, strict=True):
        submissions += move.act == SUBMIT.name
        step = JourneyStep(
            label=_label(move, submissions),
            on=move.on,
            who=move.who,
            remark=_remark(move),
            act=move.act,
            side=SIDES[move.act],
            days=max(calendar.count(move.on, until), 0) if SIDES[move.act] else 0,
            is_current=len(steps) == len(found) - 1,
        )
        steps.append(step)
    return steps


def _label(move: Move, submissions: int) -> str:
    if move.act in _BIRTH:
        return "起草"
    if move.act == SUBMIT.name:
        return "送审" if submissions == 1 else "再次送审"
    return audit_events.event_label(move.act)


def _remark(move: Move) -> str:
    parts = [f"意见 {move.opinions} 条"] if move.opinions else []
    parts += [move.reason] if move.reason else []
    return "；".join(parts)
