"""`flask demo load --district`: a small one has all that a large one has, and its record verifies."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select

from portal import queries
from portal.database import LOCAL, clock_at, local_today, now
from portal.demo.district import offices, plans
from portal.demo.district.flaws import FLAWS, UNFINISHED
from portal.domain.calendar import CALENDAR
from portal.domain.documents import ProjectDocument
from portal.domain.opinions import OpinionState
from portal.domain.rules import YearRules, blocking, check_table
from portal.extensions import db
from portal.models import AuditEntry, Explanation, Extension, Opinion, Revision, TargetTable
from portal.queries.register.lists import Filters
from portal.services.record import verification
from tests.cli.conftest import one_line

YEAR = local_today().year + 1
SIZE = ("--district", "4", "--tables", "60")
on_sqlite = pytest.mark.parametrize("empty", ["sqlite"], indirect=True)


@on_sqlite
def test_district_has_every_standing_and_a_sound_record(empty: Flask) -> None:
    loaded = empty.test_cli_runner().invoke(args=["demo", "load", *SIZE])
    assert loaded.exit_code == 0, loaded.output
    session = db.session()
    assert verification.verify(session).problems == []

    found = queries.session.account_named(session, offices.APPROVER)
    assert found
    counts = queries.register.lists.counts(session, found.actor, Filters(YEAR)).by_standing
    assert {standing for standing, count in counts.items() if not count} == set()
    of_district = TargetTable.year == YEAR
    assert session.scalar(select(func.count()).where(of_district)) == 60
    assert session.scalar(select(func.max(TargetTable.return_count)).where(of_district)) == 2
    assert session.scalar(select(func.count()).where(of_district, TargetTable.errors > 0)) > 0
    assert session.scalar(select(func.count()).where(of_district, TargetTable.warnings > 0)) > 10
    late = select(func.count()).select_from(Revision).join(TargetTable, TargetTable.id == Revision.table_id)
    assert session.scalar(late.where(of_district, Revision.days_late > 0)) > 0
    assert set(session.scalars(select(Opinion.state))) == set(OpinionState)
    assert session.scalar(select(func.count()).select_from(Extension)) == 2
    assert session.scalar(select(func.count()).select_from(Explanation)) > 0

    days = {at.astimezone(LOCAL).date() for at in session.scalars(select(AuditEntry.at)) if at < now()}
    past = days - {local_today()}
    assert len(past) > 15
    assert all(CALENDAR.is_working_day(day) for day in past)


@on_sqlite
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--tables", "60"), "--district"),
        (("--district", "0"), "1 到"),
        (("--district", "2", "--tables", "1"), "不能有 1 张"),
        (("--district", "2", "--tables", "999"), "不能有 999 张"),
    ],
)
def test_district_of_a_size_without_names_is_refused(empty: Flask, options: tuple[str, ...], told: str) -> None:
    assert told in one_line(empty.test_cli_runner().invoke(args=["demo", "load", *options]))
    assert inspect(db.engine).get_table_names() == []


@pytest.fixture(scope="module")
def planned() -> plans.DistrictPlan:
    return plans.plan(Random(1), offices.offices(20), 400)


def test_offices_have_names_of_their_own_and_follow_their_bureau() -> None:
    every = offices.offices(offices.MOST_OFFICES)
    assert len({each.name for each in every}) == len({each.code for each in every}) == len(every)
    seen: set[str] = {""}
    for each in every:
        assert each.parent in seen
        seen.add(each.code)
    portfolios = offices.reviewers_of(every).values()
    assert sorted(code for codes in portfolios for code in codes) == sorted(each.code for each in every)


def test_sound_texts_have_no_finding_and_flaws_do_not_block(planned: plans.DistrictPlan) -> None:
    rules = YearRules.for_year(YEAR)
    for table in planned.tables:
        assert check_table(table.sound, rules) == [], table.sound
        errors = blocking(check_table(table.first, rules))
        assert bool(errors) == (table.fate is plans.Fate.UNFINISHED)


def test_each_flaw_changes_its_place_and_correcting_brings_the_text_back(planned: plans.DistrictPlan) -> None:
    table = next(each for each in planned.tables if each.about)
    assert table.about
    assert isinstance(table.sound, ProjectDocument)
    for flaw in (*FLAWS, *UNFINISHED):
        assert flaw.spoil(table.sound, table.about.theme) != table.sound
        assert "{" not in flaw.said(table.about.theme)


def test_equal_arguments_give_equal_plans(planned: plans.DistrictPlan) -> None:
    assert plans.plan(Random(1), offices.offices(20), 400) == planned
    assert {each.fate for each in planned.tables} == set(plans.Fate)
    codes = [row.key for row in planned.register]
    assert len(set(codes)) == len(codes)


def test_largest_district_has_names_for_all_its_tables() -> None:
    most = plans.MOST_TABLES_PER_OFFICE
    every = offices.offices(7)
    assert len(plans.plan(Random(1), every, most * len(every)).tables) == most * len(every)


def test_clock_tells_the_given_time_inside_its_block() -> None:
    past = now() - timedelta(days=9)
    with clock_at(past.astimezone(LOCAL)):
        assert now() == past
        assert str(now().tzinfo) == "UTC"
        assert local_today() == past.astimezone(LOCAL).date()
    assert now() > past
