"""预算年度: forms, framework, code patterns, deadline and check policy of a year; opening and closing a year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.database import local_today
from portal.domain import code_patterns, forms, frameworks
from portal.domain.conclusions import CLAIM_DAYS, ErrorsAtApproval, RecommendationDemand
from portal.domain.deadlines import LONGEST_DUE, AfterDeadline
from portal.domain.documents import Kind, clean_line
from portal.domain.errors import Invalid
from portal.domain.permissions import Permission
from portal.domain.rules import RULES, Severity
from portal.extensions import db
from portal.models import BudgetYear
from portal.services.administration import budget_years as service
from portal.services.administration.budget_years import YearForm
from portal.web.budget_years import budget_year
from portal.web.form_state import FormState
from portal.web.guards import actor, needs
from portal.web.rendering import render

bp = Blueprint("years", __name__)
bp.add_app_template_filter(code_patterns.shown, "code_format")


@bp.get("/years")
@needs(Permission.MANAGE)
def years() -> Response:
    return render(
        "administration/years.html",
        years=queries.administration.years.all_years(db.session()),
        counts=queries.administration.years.table_counts(db.session()),
        titles={name: frameworks.get(name).title for name in frameworks.available()},
        form_names=dict(_form_choices(Kind.PROJECT)),
    )


@bp.get("/years/new")
@needs(Permission.MANAGE)
def new() -> Response:
    latest = next(iter(queries.administration.years.all_years(db.session())), None)
    return _form_page(_following(latest) if latest else _first(local_today().year), None)


def _following(latest: BudgetYear) -> FormState:
    """The settings of the latest year, with its deadline a year later."""
    deadline = queries.calendar.current(db.session()).next_working_day(latest.deadline + timedelta(days=365))
    return _stored(latest).with_texts(year=str(latest.year + 1), deadline=str(deadline))


def _first(year: int) -> FormState:
    framework = frameworks.get(frameworks.for_year(year))
    return FormState.of(
        year=str(year),
        framework=framework.name,
        project_form=forms.for_year(year, Kind.PROJECT),
        department_form=forms.for_year(year, Kind.DEPARTMENT),
        code_pattern=code_patterns.shown(framework.code_pattern),
        office_code_pattern=code_patterns.shown(code_patterns.OFFICE_CODE_PATTERN),
        deadline=f"{year - 1}-12-31",
        after_deadline=AfterDeadline.LATE.value,
        longest_due=str(LONGEST_DUE),
        recommendation=RecommendationDemand.WHERE_ASSIGNED.value,
        errors_at_approval=ErrorsAtApproval.REASON.value,
        claim_days=str(CLAIM_DAYS),
    )


@bp.post("/years/new")
@needs(Permission.MANAGE)
def add() -> Response | AnyResponse:
    form = FormState.posted()
    try:
        year = _new_year(clean_line(form["year"]))
        opened = service.open_year(db.session(), actor(), year, _year_form(form))
    except Invalid as refusal:
        return _form_page(form.refused(refusal), None)
    flash(f"{year} 年度已开放。{_example(opened.code_pattern)}", "success")
    return redirect(url_for(".years"), 303)


def _new_year(text: str) -> int:
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    if db.session().get(BudgetYear, year):
        raise Invalid(f"{year} 年度已经存在，请在列表中修改它或重新开放。", "year")
    return year


@bp.get("/years/<int:year>")
@needs(Permission.MANAGE)
def year(year: int) -> Response:
    return _form_page(_stored(budget_year(year)), budget_year(year))


@bp.post("/years/<int:year>")
@needs(Permission.MANAGE)
def change(year: int) -> Response | AnyResponse:
    budget_year(year)
    form = FormState.posted()
    try:
        service.change_year(db.session(), actor(), year, _year_form(form))
    except Invalid as refusal:
        return _form_page(form.refused(refusal), budget_year(year))
    flash(f"{year} 年度已修改。{_example(budget_year(year).code_pattern)}", "success")
    return redirect(url_for(".years"), 303)


@bp.post("/years/<int:year>/open")
@needs(Permission.MANAGE)
def set_open(year: int) -> AnyResponse:
    found, wanted = budget_year(year), request.form.get("open") == "1"
    if wanted:
        service.open_year(db.session(), actor(), year, YearForm.of(found))
    else:
        service.close_year(db.session(), actor(), year)
    flash(f"{year} 年度已{'重新开放' if wanted else '关闭'}。", "success")
    return redirect(url_for(".years"), 303)


def _example(text: str) -> str:
    """A sentence with an example code for a typed or stored pattern; "" where the pattern is invalid."""
    try:
        code = code_patterns.example(code_patterns.from_typed(text))
    except Invalid:
        return ""
    return f"项目编码例如 {code}。" if code else ""


def _stored(year: BudgetYear) -> FormState:
    return FormState.of(
        framework=year.framework,
        project_form=year.project_form,
        department_form=year.department_form,
        code_pattern=code_patterns.shown(year.code_pattern),
        office_code_pattern=code_patterns.shown(year.office_code_pattern),
        deadline=str(year.deadline),
        only_warn=year.only_warn.split(),
        off=year.off.split(),
        after_deadline=year.after_deadline,
        longest_due=str(year.longest_due),
        shows_reviewer=["1"] if year.shows_reviewer else [],
        recommendation=year.recommendation,
        recommender_approves=["1"] if year.recommender_approves else [],
        errors_at_approval=year.errors_at_approval,
        password_at_approval=["1"] if year.password_at_approval else [],
        claim_days=str(year.claim_days),
    )


def _year_form(form: FormState) -> YearForm:
    try:
        deadline = date.fromisoformat(form["deadline"])
    except ValueError:
        raise Invalid("请填写送审截止日期。", "deadline") from None
    return YearForm(
        framework=form["framework"],
        code_pattern=form["code_pattern"],
        deadline=deadline,
        only_warn=form.all("only_warn"),
        off=form.all("off"),
        project_form=form["project_form"],
        department_form=form["department_form"],
        office_code_pattern=form["office_code_pattern"],
        after_deadline=form["after_deadline"],
        longest_due=_number(form["longest_due"]),
        shows_reviewer=form["shows_reviewer"] == "1",
        recommendation=form["recommendation"],
        recommender_approves=form["recommender_approves"] == "1",
        errors_at_approval=form["errors_at_approval"],
        password_at_approval=form["password_at_approval"] == "1",
        claim_days=_number(form["claim_days"]),
    )


def _number(text: str) -> int | None:
    text = clean_line(text)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


def _form_page(form: FormState, year: BudgetYear | None) -> Response:
    """`year`: the year to change; None for a new one."""
    tables = queries.administration.years.table_counts(db.session()).get(year.year, 0) if year else 0
    return render(
        "administration/year.html",
        form.status,
        form=form,
        year=year,
        tables=tables,
        mask_legend=code_patterns.MASK_LEGEND,
        example=_example(form["code_pattern"]),
        frameworks=[(name, frameworks.get(name).title) for name in frameworks.available()],
        project_forms=_form_choices(Kind.PROJECT),
        department_forms=_form_choices(Kind.DEPARTMENT),
        errors_that_warn=_choices(Severity.ERROR, form.all("only_warn")),
        warnings_off=_choices(Severity.WARNING, form.all("off")),
        after_deadline=[(each.value, each.label) for each in AfterDeadline],
        recommendation=[(each.value, each.label) for each in RecommendationDemand],
        errors_at_approval=[(each.value, each.label) for each in ErrorsAtApproval],
    )


def _form_choices(kind: Kind) -> list[tuple[str, str]]:
    return [(id, forms.get(id).name) for id in forms.available(kind)]


def _choices(severity: Severity, chosen: Sequence[str]) -> list[tuple[str, str]]:
    """(id, label) of the rules of `severity`; a chosen rule that no longer exists stays in the list."""
    known = [(rule.id, f"{rule.id}　{rule.title}") for rule in RULES if rule.severity is severity]
    ids = {id for id, _ in known}
    return known + [(id, f"{id}　（本版本没有这条规则）") for id in chosen if id not in ids]
