"""Carries the plan of the district out: the bureau's preparations, the offices' imports, then all lives by time."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.database import clock_at, local_today
from portal.demo.district import offices, plans
from portal.demo.district.lives import FATES, Clock, Life, Times, working_days
from portal.demo.district.offices import Cast, DistrictOffice
from portal.demo.district.plans import DistrictPlan, Plan
from portal.domain import frameworks
from portal.domain.calendar import CALENDAR
from portal.domain.documents import DepartmentDocument, PerformanceText, ProjectDocument
from portal.models import RegisterEntry
from portal.services.administration import budget_years
from portal.services.administration.budget_years import YearForm
from portal.services.files import imports
from portal.services.register import exemptions
from portal.services.register import imports as register_imports
from portal.services.review import extensions
from portal.services.review.extensions import Grant

SEED = 2026
_DAYS = 45
"""Working days of the story."""
_PREPARED, _IMPORTS, _EXTENDED, _DEADLINE = 0, (1, 12), 38, 40
"""Days of the acts that are no life's, as positions among the days."""
_EXTENDED_BY = 10


def tell(session: Session, office_count: int, table_count: int) -> int:
    """Create the district with its history, in the budget year after this one; return that year."""
    rng, year = Random(SEED), local_today().year + 1
    days = working_days(_DAYS)
    everybody = offices.offices(office_count)
    with clock_at(days[_PREPARED]):
        offices.add_all(session, rng, everybody)
        _open(session, year, days)
    told = Telling(session, rng, year, days, offices.casts(session, everybody))
    told.run(everybody, plans.plan(rng, everybody, table_count))
    return year


def _open(session: Session, year: int, days: Sequence[datetime]) -> None:
    framework = frameworks.get(frameworks.for_year(year))
    form = YearForm(framework.name, framework.code_pattern, days[_DEADLINE].date(), only_warn=["E6"])
    budget_years.open_year(session, None, year, form)


@dataclass(slots=True)
class Telling:
    session: Session
    rng: Random
    year: int
    days: Sequence[datetime]
    casts: Mapping[str, Cast]
    _waiting: list[tuple[datetime, int, Times]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)

    def run(self, everybody: Sequence[DistrictOffice], plan: DistrictPlan) -> None:
        self._begin(self._register(plan))
        self._begin(self._extensions(everybody))
        for office in everybody:
            self._begin(self._import(office, [table for table in plan.tables if table.office is office]))
        while self._waiting:
            at, _, times = heapq.heappop(self._waiting)
            with clock_at(at):
                self._begin(times)

    def _begin(self, times: Times) -> None:
        """Let `times` go on to its next act, and remember when that is."""
        at = next(times, None)
        if at is not None:
            heapq.heappush(self._waiting, (at, next(self._order), times))

    def _register(self, plan: DistrictPlan) -> Times:
        """The approver imports the register, and exempts some entries later."""
        approver = next(iter(self.casts.values())).approver
        clock = Clock(self.days, self.rng, _PREPARED)
        yield clock.later(0, 0)
        register_imports.import_rows(self.session, approver, self.year, plan.register)
        for row in plan.exempt:
            yield clock.later(1, 3)
            entry = self.session.scalars(
                select(RegisterEntry.id).where(
                    RegisterEntry.year == self.year,
                    RegisterEntry.office_code == row.office_code,
                    RegisterEntry.code == row.code,
                )
            ).one()
            exemptions.exempt(self.session, approver, entry, "与同类项目合并填报，不单独填报。")

    def _import(self, office: DistrictOffice, tables: Sequence[Plan]) -> Times:
        """The office imports all its tables at once; then their lives begin."""
        clock, cast = Clock(self.days, self.rng, _PREPARED), self.casts[office.code]
        yield clock.later(*_IMPORTS)
        projects = tuple(each.first for each in tables if isinstance(each.first, ProjectDocument))
        department = next(each.first for each in tables if isinstance(each.first, DepartmentDocument))
        text = PerformanceText(department, projects)
        done = imports.import_text(self.session, cast.drafter, text, office.code, self.year)
        for table, imported in zip(tables, done.tables, strict=True):
            life_clock = Clock(self.days, self.rng, clock.day)
            life = Life(self.session, life_clock, self.rng, cast, table, imported.table_id)
            self._begin(FATES[table.fate](life))

    def _extensions(self, everybody: Sequence[DistrictOffice]) -> Times:
        """Every third office gets more time for all its tables."""
        clock = Clock(self.days, self.rng, _EXTENDED)
        for office in everybody[::3]:
            yield clock.later(0, 0)
            given = Grant(CALENDAR.add(self.days[_DEADLINE].date(), _EXTENDED_BY), "系统停机检修，顺延送审期限。")
            extensions.grant_office(self.session, self.casts[office.code].reviewer, office.code, self.year, given)
