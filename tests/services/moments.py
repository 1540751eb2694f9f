"""Tables at each moment of their life, and outcomes of attempts, for tests that try all combinations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count

from portal.domain import actions
from portal.domain.errors import Refused
from portal.domain.rules import RULES, Severity
from portal.domain.states import State
from portal.models import BudgetYear
from portal.services.administration import budget_years
from portal.services.administration.budget_years import YearForm
from portal.services.review import opinion_acts
from tests.world import DUE, OFFICE, YEAR, World, sound_project

MOMENTS = {
    "never submitted": (State.DRAFTED, False),
    "withdrawn": (State.DRAFTED, True),
    "submitted": (State.SUBMITTED, True),
    "submitted again": (State.SUBMITTED, True),
    "returned": (State.RETURNED, True),
    "approved": (State.APPROVED, True),
    "reopened": (State.RETURNED, True),
}


@dataclass
class Maker:
    """Brings new tables to a moment, each with a unique project code. by: who edits, who submits."""

    world: World
    by: tuple[str, str] = ("drafter", "head")
    office: str = OFFICE
    _numbers = count(1)

    def make(self, moment: str) -> int:
        number = next(self._numbers)
        document = sound_project(number, f"{self.office[:3]}-1301-JBN-{number:04d}", f"第{number}号工作经费")
        table_id = self.world.draft(document, by=self.by[0], office=self.office)
        if moment == "never submitted":
            return table_id
        act = self.world.act
        act(table_id, actions.SUBMIT, self.by[1])
        match moment:
            case "withdrawn":
                act(table_id, actions.WITHDRAW, self.by[1])
            case "returned" | "submitted again":
                opinion = self.world.opinion(table_id, by="approver", binding=False)
                act(table_id, actions.RETURN, "approver", due=DUE)
                if moment == "submitted again":
                    answerer = self.world.actor(self.by[0])
                    opinion_acts.answer(self.world.session, answerer, table_id, opinion, kind="kept", text="依据文件")
                    act(table_id, actions.SUBMIT, self.by[1])
            case "approved" | "reopened":
                act(table_id, actions.APPROVE, "approver")
                if moment == "reopened":
                    act(table_id, actions.REOPEN, "approver", due=DUE, reason="预算调整")
        return table_id


def outcome(attempt: Callable[[], object]) -> str:
    """Return "done", or the name of the refusal's class."""
    try:
        attempt()
    except Refused as refusal:
        return type(refusal).__name__
    return "done"


def without_warnings(world: World) -> None:
    """Let the year check errors only: warnings decide on no right, and compare every table with all others."""
    year = world.session.get_one(BudgetYear, YEAR)
    off = [rule.id for rule in RULES if rule.severity is Severity.WARNING]
    budget_years.change_year(world.session, None, YEAR, replace(YearForm.of(year), off=off))
