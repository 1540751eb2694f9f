"""Opening, changing and closing budget years, by the administrator or by the operator of the server (`actor` None)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.database import ROW_LOCK
from portal.domain import audit_events, code_patterns, forms, frameworks
from portal.domain.audit_events import About, AuditEvent
from portal.domain.code_patterns import OFFICE_CODE_PATTERN
from portal.domain.conclusions import CLAIM_DAYS, ErrorsAtApproval, RecommendationDemand
from portal.domain.deadlines import LONGEST_DUE, AfterDeadline
from portal.domain.documents import FIRST_FORMS, Kind
from portal.domain.errors import Invalid
from portal.domain.permissions import Actor
from portal.models import BudgetYear, TargetTable
from portal.services.administration.authority import require_manager
from portal.services.record import audit
from portal.services.transaction import write

MAX_LONGEST_DUE = 120
MAX_CLAIM_DAYS = 60


@dataclass(frozen=True, slots=True)
class YearForm:
    """The settings of a budget year, as typed.

    code_pattern, office_code_pattern: patterns or masks. deadline: local date, inclusive. only_warn, off: rule ids.
    project_form, department_form: form ids. after_deadline: an `AfterDeadline`. recommendation: a
    `RecommendationDemand`. errors_at_approval: an `ErrorsAtApproval`. longest_due, claim_days: working days.
    """

    framework: str
    code_pattern: str
    deadline: date
    only_warn: Collection[str] = ()
    off: Collection[str] = ()
    project_form: str = FIRST_FORMS[Kind.PROJECT]
    department_form: str = FIRST_FORMS[Kind.DEPARTMENT]
    office_code_pattern: str = OFFICE_CODE_PATTERN
    after_deadline: str = AfterDeadline.LATE.value
    longest_due: int | None = LONGEST_DUE
    shows_reviewer: bool = False
    recommendation: str = RecommendationDemand.WHERE_ASSIGNED.value
    recommender_approves: bool = False
    errors_at_approval: str = ErrorsAtApproval.REASON.value
    password_at_approval: bool = False
    claim_days: int | None = CLAIM_DAYS

    @classmethod
    def of(cls, year: BudgetYear) -> YearForm:
        """The current settings of a stored year."""
        return cls(
            framework=year.framework,
            code_pattern=year.code_pattern,
            deadline=year.deadline,
            only_warn=year.only_warn.split(),
            off=year.off.split(),
            project_form=year.project_form,
            department_form=year.department_form,
            office_code_pattern=year.office_code_pattern,
            after_deadline=year.after_deadline,
            longest_due=year.longest_due,
            shows_reviewer=year.shows_reviewer,
            recommendation=year.recommendation,
            recommender_approves=year.recommender_approves,
            errors_at_approval=year.errors_at_approval,
            password_at_approval=year.password_at_approval,
            claim_days=year.claim_days,
        )


def open_year(session: Session, actor: Actor | None, year: int, form: YearForm) -> BudgetYear:
    """Create a budget year, or reopen a closed one, with the settings of `form`. Raises Forbidden, Invalid."""
    require_manager(actor)
    if not 2000 <= year <= 2100:
        raise Invalid("年度应在 2000 到 2100 之间。", "year")
    with write(session):
        audit.lock_head(session)  # serializes concurrent calls: the second must see the year that the first adds
        found = session.get(BudgetYear, year, with_for_update=ROW_LOCK)
        budget_year = found or BudgetYear(year=year)
        budget_year.is_open = True
        _write(session, actor, audit_events.OPEN_YEAR, budget_year, form)
    return budget_year


def change_year(session: Session, actor: Actor | None, year: int, form: YearForm) -> None:
    require_manager(actor)
    with write(session):
        _write(session, actor, audit_events.CHANGE_YEAR, _year(session, year), form)


def close_year(session: Session, actor: Actor | None, year: int) -> None:
    """Close a year: offices can no longer draft or submit; the bureau can still decide on submitted tables."""
    require_manager(actor)
    with write(session):
        budget_year = _year(session, year)
        budget_year.is_open = False
        session.flush()
        audit.record(session, actor, audit_events.CLOSE_YEAR, _object_of_year(year))


def _year(session: Session, year: int) -> BudgetYear:
    found = session.get(BudgetYear, year, with_for_update=ROW_LOCK)
    if found is None:
        raise Invalid(f"系统里没有 {year} 年度。", "year")
    return found


def _check_choices(form: YearForm) -> None:
    """Raises Invalid, with the field, for a choice that there is not."""
    if form.framework not in frameworks.available():
        raise Invalid("请选择指标体系。", "framework")
    for name, kind in (("project_form", Kind.PROJECT), ("department_form", Kind.DEPARTMENT)):
        if getattr(form, name) not in forms.available(kind):
            raise Invalid(f"请选择{kind.label}的表样。", name)
    if form.after_deadline not in set(AfterDeadline):
        raise Invalid("请选择截止以后怎样送审。", "after_deadline")
    if form.recommendation not in set(RecommendationDemand):
        raise Invalid("请选择批复前要不要建议批复。", "recommendation")
    if form.errors_at_approval not in set(ErrorsAtApproval):
        raise Invalid("请选择批复时有错误怎么办。", "errors_at_approval")


def _working_days(count: int | None, most: int, what: str, path: str) -> int:
    if count is None or not 1 <= count <= most:
        raise Invalid(f"{what}应当是 1 到 {most} 个工作日。", path)
    return count


def _check_fixed(session: Session, budget_year: BudgetYear, form: YearForm) -> None:
    """Raises Invalid where framework or form would change although the year has tables."""
    used = session.scalar(select(TargetTable.id).where(TargetTable.year == budget_year.year).limit(1))
    if used and budget_year.framework != form.framework:
        raise Invalid("这一年度已有绩效目标表，不能更换指标体系。", "framework")
    for name in ("project_form", "department_form"):
        if used and getattr(budget_year, name) != getattr(form, name):
            raise Invalid("这一年度已有绩效目标表，不能更换表样。", name)


def _write(session: Session, actor: Actor | None, event: AuditEvent, budget_year: BudgetYear, form: YearForm) -> None:
    _check_choices(form)
    code_pattern = code_patterns.from_typed(form.code_pattern, budget_year.code_pattern or "")
    office_code_pattern = _office_code_pattern(form, budget_year)
    only_warn, off = _rule_ids(form.only_warn, "E", "only_warn"), _rule_ids(form.off, "W", "off")
    _check_fixed(session, budget_year, form)
    budget_year.framework, budget_year.code_pattern = form.framework, code_pattern
    budget_year.project_form, budget_year.department_form = form.project_form, form.department_form
    budget_year.office_code_pattern = office_code_pattern
    budget_year.deadline = form.deadline
    budget_year.only_warn, budget_year.off = " ".join(only_warn), " ".join(off)
    budget_year.after_deadline = form.after_deadline
    budget_year.longest_due = _working_days(form.longest_due, MAX_LONGEST_DUE, "退回期限", "longest_due")
    budget_year.shows_reviewer = form.shows_reviewer
    budget_year.recommendation, budget_year.recommender_approves = form.recommendation, form.recommender_approves
    budget_year.errors_at_approval = form.errors_at_approval
    budget_year.password_at_approval = form.password_at_approval
    budget_year.claim_days = _working_days(form.claim_days, MAX_CLAIM_DAYS, "认领保留的时间", "claim_days")
    session.add(budget_year)
    session.flush()
    audit.record(
        session,
        actor,
        event,
        _object_of_year(budget_year.year),
        framework=form.framework,
        project_form=form.project_form,
        department_form=form.department_form,
        code_pattern=code_pattern,
        office_code_pattern=office_code_pattern,
        deadline=str(form.deadline),
        only_warn=only_warn,
        off=off,
        after_deadline=form.after_deadline,
        longest_due=form.longest_due,
        shows_reviewer=form.shows_reviewer,
        recommendation=form.recommendation,
        recommender_approves=form.recommender_approves,
        errors_at_approval=form.errors_at_approval,
        password_at_approval=form.password_at_approval,
        claim_days=form.claim_days,
    )


def _office_code_pattern(form: YearForm, budget_year: BudgetYear) -> str:
    """All unit codes have 3 to 12 digits (`offices`); the year's pattern restricts them further."""
    pattern = code_patterns.from_typed(form.office_code_pattern, budget_year.office_code_pattern or "")
    code_patterns.check(pattern, "office_code_pattern")
    return pattern


def _rule_ids(ids: Collection[str], letter: str, path: str) -> list[str]:
    wanted = sorted(set(ids), key=lambda id: (len(id), id))
    if any(re.fullmatch(rf"{letter}[1-9][0-9]?", id, re.ASCII) is None for id in wanted) or len(wanted) > 40:
        raise Invalid("这里有不认识的规则编号，请重新选择。", path)
    return wanted


def _object_of_year(year: int) -> audit.AuditObject:
    return audit.AuditObject(About.YEAR, str(year), f"{year} 年度")
