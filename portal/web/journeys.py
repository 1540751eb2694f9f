"""The line of steps of a table, formatted: on its page, and in short form in the lists of an office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal import queries
from portal.database import LOCAL, local_today
from portal.domain.actions import ACTIONS
from portal.domain.journeys import JourneyStep, Move, journey
from portal.domain.opinions import Side
from portal.domain.states import State
from portal.extensions import db

SHORT = 4
"""Steps that a list shows of a table, the latest ones."""


@dataclass(frozen=True, slots=True)
class StepLine:
    """leg: how long the table lay where after this step, "" for a step that ended its way. state: of its dot."""

    label: str
    on: str
    who: str
    remark: str
    state: str
    leg: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class JourneyLine:
    """left_out: number of earlier steps that the line does not show."""

    steps: Sequence[StepLine]
    left_out: int = 0

    @property
    def last(self) -> StepLine | None:
        return self.steps[-1] if self.steps else None


def journey_line(moves: Sequence[Move], now: str = "", most: int | None = None) -> JourneyLine:
    """now: what is said of the side on which the table lies, see `review_words` and `filters.time_left`."""
    steps = journey(moves, queries.calendar.current(db.session()), local_today())
    shown = steps[-most:] if most else steps
    return JourneyLine([_line(step, now) for step in shown], len(steps) - len(shown))


def review_words(review_since: datetime | None, reviewer: str) -> str:
    """未开始审核, or since when and by whom; reviewer: "" where it is not known or not shown."""
    if review_since is None:
        return "未开始审核"
    by = f"，{reviewer}" if reviewer else ""
    return f"审核中（自 {short_day(review_since.astimezone(LOCAL).date())}{by}）"


def short_day(on: date) -> str:
    """11-28, with the year where it is another one."""
    return f"{on:%m-%d}" if on.year == local_today().year else on.isoformat()


def _line(step: JourneyStep, now: str) -> StepLine:
    action = ACTIONS.get(step.act)
    target = action.target_from(None) if action else State.DRAFTED
    return StepLine(
        label=step.label,
        on=short_day(step.on),
        who=step.who,
        remark=step.remark,
        state="voided" if step.side is None and target is not State.APPROVED else target.value,
        leg=_leg(step, now),
        is_current=step.is_current,
    )


def _leg(step: JourneyStep, now: str) -> str:
    if step.side is None:
        return ""
    place = "在单位" if step.side is Side.OFFICE else "在财政局"
    if not step.is_current:
        return f"{place} {step.days} 个工作日" if step.days else f"{place}当天"
    words = f"{place}已 {step.days} 个工作日" if step.days else f"今天到{place.removeprefix('在')}"
    return f"{words}，{now}" if now else words
