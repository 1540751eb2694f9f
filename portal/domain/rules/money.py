"""Rules on the money of a project table: 预算规模 and 资金支出计划.

Reading amounts belongs in `portal.domain.amounts`; what the money buys is judged elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal

from portal.domain.amounts import amount_fault, percent_fault, read_amount, read_percent
from portal.domain.documents import LABELS, ProjectDocument, SpendingPlan
from portal.domain.rules.findings import Place, YearRules

_BUDGET = ("total", "fiscal", "other")
_MONTHS = tuple(f.name for f in fields(SpendingPlan))
_WHOLE = Decimal(100)


def budget_adds_up(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """E1. 预算数 = 财政资金 + 其他资金, where blank counts as 0; each readable and not negative.

    A blank 预算数 is E12's business.
    """
    faults = {name: amount_fault(getattr(document.budget, name)) for name in _BUDGET}
    for name, fault in faults.items():
        if fault:
            yield f"budget/{name}", f"{_label(f'budget/{name}')}：{fault}"
    total = read_amount(document.budget.total)
    if total is None or any(faults.values()):
        return
    fiscal = read_amount(document.budget.fiscal) or Decimal(0)
    other = read_amount(document.budget.other) or Decimal(0)
    if total != fiscal + other:
        yield (
            "budget/total",
            f"预算数 {total:,.2f} 元不等于财政资金 {fiscal:,.2f} 元与其他资金 {other:,.2f} 元之和"
            f" {fiscal + other:,.2f} 元，相差 {abs(total - fiscal - other):,.2f} 元。"
            "合计不符的预算无法批复；请核对三个数，改正填错的一个。",
        )


def spending_plan_rises_to_100(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """E2. The plan is complete, within 0–100, never falling, and ends at 100: percents are cumulative."""
    typed = {month: getattr(document.spending_plan, month) for month in _MONTHS}
    if not any(text.strip() for text in typed.values()):
        yield (
            "spending_plan",
            "资金支出计划没有填写。执行监控按它比对实际支出；请填写四个时点的累计百分比，12月底为 100。",
        )
        return
    earlier: tuple[str, Decimal] | None = None
    for month, text in typed.items():
        path = f"spending_plan/{month}"
        if fault := _month_fault(path, text, earlier):
            yield path, fault
        percent = read_percent(text)
        if percent is not None and percent <= _WHOLE:
            earlier = (_label(path), percent)


def _month_fault(path: str, text: str, earlier: tuple[str, Decimal] | None) -> str | None:
    """The one thing to be mended first at this month; `earlier` is the last month that could be read."""
    month = _label(path)
    percent = read_percent(text)
    if percent is None:
        if fault := percent_fault(text):
            return f"{month}：{fault}"
        return f"资金支出计划缺{month}的累计百分比。四个时点都要填写，执行监控才有依据；请补上，没有支出的填 0。"
    if percent > _WHOLE:
        return f"{month}的 {percent:f} 超过 100。支出计划是占全年预算的累计百分比；请改为 0 到 100 之间的数。"
    if earlier and percent < earlier[1]:
        return (
            f"{month}的 {percent:f} 低于{earlier[0]}的 {earlier[1]:f}。"
            "支出计划填累计百分比，只增不减；如果填的是当期数，请改为累计数。"
        )
    if path.endswith(_MONTHS[-1]) and percent != _WHOLE:
        return f"{month}的累计百分比是 {percent:f}，应当是 100：预算要在年内安排完；请改为 100，或核对预算数。"
    return None


def _label(path: str) -> str:
    return LABELS[path].removeprefix("其中：")
