"""What of a budget year can change: forms and framework only while it has no table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from portal.domain.errors import Invalid
from portal.models import BudgetYear
from portal.services.administration import budget_years
from portal.services.administration.budget_years import YearForm
from tests.databases import on_sqlite
from tests.world import YEAR, World

CHANGES = [{"framework": "national-2021"}, {"project_form": "hebei-2021"}]


def change(world: World, **fields: Any) -> None:
    form = YearForm.of(world.session.get_one(BudgetYear, YEAR))
    world.session.rollback()
    budget_years.change_year(world.session, world.actor("admin"), YEAR, replace(form, **fields))


@on_sqlite
@pytest.mark.parametrize("fields", CHANGES)
def test_year_without_a_table_gets_another_framework_and_form(world: World, fields: dict[str, str]) -> None:
    change(world, **fields)
    year = world.session.get_one(BudgetYear, YEAR)
    assert {name: getattr(year, name) for name in fields} == fields


@on_sqlite
@pytest.mark.parametrize("fields", CHANGES)
def test_year_with_a_table_keeps_framework_and_form(world: World, fields: dict[str, str]) -> None:
    world.draft()
    with pytest.raises(Invalid, match="已有绩效目标表，不能更换") as refusal:
        change(world, **fields)
    assert [refusal.value.path] == list(fields)


@on_sqlite
@pytest.mark.parametrize(
    "fields", [{"project_form": "department-2017"}, {"department_form": "hebei-2017"}, {"project_form": "none"}]
)
def test_form_of_another_kind_is_refused(world: World, fields: dict[str, str]) -> None:
    with pytest.raises(Invalid, match="的表样。"):
        change(world, **fields)


@on_sqlite
def test_years_are_those_of_this_century(world: World) -> None:
    form = YearForm.of(world.session.get_one(BudgetYear, YEAR))
    world.session.rollback()
    for year in (2000, 2100):
        assert budget_years.open_year(world.session, None, year, form).is_open
    for year in (1999, 2101):
        with pytest.raises(Invalid, match="2000 到 2100"):
            budget_years.open_year(world.session, None, year, form)
    with pytest.raises(Invalid, match="系统里没有 2001 年度"):
        budget_years.close_year(world.session, None, 2001)
