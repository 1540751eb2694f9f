"""The demo's offices, year and accounts, and their one password, which is printed at every start."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from portal.database import local_today
from portal.domain import frameworks
from portal.services.administration import budget_years, offices, people
from portal.services.administration.budget_years import YearForm
from portal.services.administration.people import PersonForm

PASSWORD = "gucheng-2020"
YEAR = 2020
LATER_YEAR = 2024
"""A year with another form and framework, into which tables are carried over."""
OFFICE = "610002"
OTHER_OFFICE = "610003"
OFFICES = (
    (OFFICE, "秦皇岛市山海关区古城街道办事处", ""),
    (OTHER_OFFICE, "秦皇岛市山海关区南关街道办事处", ""),
)
PEOPLE = {
    "drafter": PersonForm("王建华", ["drafter"], OFFICE),
    "head": PersonForm("李秀英", ["head"], OFFICE),
    "reviewer": PersonForm("陈志强", ["reviewer"], assigned=[OFFICE, OTHER_OFFICE]),
    "approver": PersonForm("刘芳", ["approver"]),
    "admin": PersonForm("张伟", ["admin"]),
    "auditor": PersonForm("赵静", ["auditor"]),
    "outsider": PersonForm("孙磊", ["drafter", "head"], OTHER_OFFICE),
}
WEEKS_TO_DEADLINE = 4


def add_accounts(session: Session) -> None:
    """Offices, people and the year, as the operator of the server makes them.

    The real document breaks E6, E9 and E10 throughout, so that in this year they only warn. The deadline
    lies ahead of the day of loading: a demo in which everything is overdue shows nothing.
    """
    offices.import_offices(session, None, OFFICES)
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
