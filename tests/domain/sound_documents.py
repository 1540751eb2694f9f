"""Documents without findings, into which tests of rules put one fault, and the comparison of findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from portal.domain.documents import (
    Budget,
    DepartmentDocument,
    Duty,
    Indicator,
    ProjectDocument,
    Safeguard,
    SpendingPlan,
)
from portal.domain.rules import RULES, Finding, Severity, YearRules


def errors_only(year: YearRules) -> YearRules:
    """Turn off all warnings of a year, for tests of error rules; warnings are tested on the tables of `corpus`."""
    return replace(year, off=frozenset(rule.id for rule in RULES if rule.severity is Severity.WARNING))


HEBEI_IN_FULL = YearRules.for_year(2020)
HEBEI = errors_only(HEBEI_IN_FULL)

OUTPUT = Indicator(
    "row1", "产出指标", "时效指标", "工资发放及时率", "及时发放工资的月份占比", "≥95%", "冀财资〔2017〕674号"
)
EFFECT = Indicator("row2", "效果指标", "社会效益指标", "居民来访办结率", "当年办结件数占比", "≥90%", "山字〔2012〕2号")
SATISFACTION = Indicator(
    "row3", "满意度指标", "服务对象满意度指标", "居民满意度", "问卷中满意者占比", "≥85%", "山字〔2012〕2号"
)

PROJECT = ProjectDocument(
    ordinal=1,
    office_code="610002",
    office_name="秦皇岛市山海关区古城街道办事处",
    project_code="610-1301-JBN-OTTA",
    project_name="办事处工作经费",
    budget=Budget("23000.00", "20000.00", "3000.00"),
    purpose="预算外人员 2 人工资，每人每月 800 元，12 个月。",
    spending_plan=SpendingPlan("25.00", "60.00", "90.00", "100.00"),
    goals="1、按月发放预算外人员工资。\n2、按月缴纳预算外人员保险。",
    indicators=(OUTPUT, EFFECT, SATISFACTION),
)

DEPARTMENT = DepartmentDocument(
    overall="以社区建设为着力点，推动全街各项事业发展。",
    duties=(Duty("duty1", "党建基层组织工作", "全年发展党员 5 名。"),),
    safeguards=(Safeguard("safe1", "尽职尽责", "落实惠民政策。"),),
)


def places(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """Return rule and path of each finding, which the tests compare."""
    return [(finding.rule, finding.path) for finding in findings]
