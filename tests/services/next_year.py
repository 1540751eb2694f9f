"""Helpers for carry-over: the budget year after that of `tests.world`, and tables carried over into it."""

from __future__ import annotations

from portal.services.administration import budget_years
from portal.services.drafting import carry_over
from tests.world import DUE, YEAR, World

NEXT = YEAR + 1


def open_next(world: World, framework: str = "hebei-2017", year: int = NEXT) -> None:
    pattern = r"\d{3}-\d{4}-[A-Z]{3}-[0-9A-Z]{4}"
    budget_years.open_year(world.session, None, year, budget_years.YearForm(framework, pattern, DUE))


def start(world: World, *sources: int, by: str = "drafter", year: int = NEXT) -> list[int]:
    return [table.id for table in carry_over.carry_over_tables(world.session, world.actor(by), sources, year)]
