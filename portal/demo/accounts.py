"""Offices, years and accounts of the demo, and their common password, which every start prints."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from portal.database import local_today
from portal.domain import frameworks
from portal.domain.offices import OfficeRow
from portal.services.administration import budget_years, office_imports, people
from portal.services.administration.accounts import PersonForm
from portal.services.administration.budget_years import YearForm

PASSWORD = "gucheng-2020"
YEAR = 2020
LATER_YEAR = 2024
"""The target year of carry-over, with another form and framework."""
OFFICE = "610002"
OTHER_OFFICE = "610003"
OFFICES = (
    OfficeRow(OFFICE, "秦皇岛市山海关区古城街道办事处"),
    OfficeRow(OTHER_OFFICE, "秦皇岛市山海关区南关街道办事处"),
)
PEOPLE = {
    "drafter": PersonForm("王建华", ["drafter"], OFFICE, phone="0335-5051207"),
    "head": PersonForm("李秀英", ["head"], OFFICE, phone="0335-5051201"),
    "reviewer": PersonForm("陈志强", ["reviewer"], assigned=[OFFICE, OTHER_OFFICE]),
    "approver": PersonForm("刘芳", ["approver"]),
    "admin": PersonForm("张伟", ["admin"]),
    "auditor": PersonForm("赵静", ["auditor"]),
    "outsider": PersonForm("孙磊", ["drafter", "head"], OTHER_OFFICE, phone="0335-5053316"),
}
WEEKS_TO_DEADLINE = 4


def add_accounts(session: Session) -> None:
    """Add offices, people and years, as the operator of the server does.

    E6, E9 and E10 only warn in the first year, because the real document violates them in most tables. The deadline
    is in the future, because a demo with only overdue tables is not useful.
    """
    office_imports.import_offices(session, None, OFFICES)
    for username, person in PEOPLE.items():
        people.add_user(session, None, username, person, password=PASSWORD)
    framework = frameworks.get(frameworks.for_year(YEAR))
    form = YearForm(
        framework=framework.name,
        code_pattern=framework.code_pattern,
        deadline=local_today() + timedelta(weeks=WEEKS_TO_DEADLINE),
        only_warn=["E6", "E9", "E10"],
    )
    budget_years.open_year(session, None, YEAR, form)
    framework = frameworks.get(frameworks.for_year(LATER_YEAR))
    later = replace(form, framework=framework.name, project_form="hebei-2021", only_warn=[])
    budget_years.open_year(session, None, LATER_YEAR, later)
