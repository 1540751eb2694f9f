"""Rules on the money of a project table: its funds, 资金支出计划 and weights.

Reading amounts belongs in `portal.domain.amounts`, what the money pays for in `payments`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import accumulate

from portal.domain import forms
from portal.domain.amounts import (
    amount_fault,
    correct_amount,
    correct_percent,
    percent_fault,
    read_percent,
    write_amount,
)
from portal.domain.changes import Set
from portal.domain.documents import Document, ProjectDocument, value_at
from portal.domain.forms import Form, Sum
from portal.domain.quotation import quote
from portal.domain.rules.findings import Correction, Place, YearRules

_WHOLE = Decimal(100)


def budget_adds_up(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """E1. The sums of the form hold, with blank as 0; each amount is readable and not negative.

    E12 reports a blank total.
    """
    form = forms.of(document)
    amounts = [field for field in form.scalars if field.startswith("budget/")]
    faults = {path: amount_fault(value_at(document, path) or "", form.unit) for path in amounts}
    for path, fault in faults.items():
        if fault:
            yield path, f"{_label(form, path)}：{fault}"
    for each in form.sums:
        if not any(faults[path] for path in (each.total, *each.parts)):
            yield from _sum_holds(document, form, each)


def correct_budget(document: Document, path: str, _year: YearRules) -> Correction | None:
    """The amount that a text can only mean; for a sum that does not hold, its only blank part, else its total."""
    form, typed = forms.of(document), value_at(document, path) or ""
    if amount_fault(typed, form.unit):
        return _to(path, typed, correct_amount(typed, form.unit))
    part, rest = _blank_part(document, form, path)
    if rest is not None:
        return _to(part, value_at(document, part) or "", write_amount(rest, form.unit), is_certain=False)
    return _to(path, typed, _sum_of_parts(document, form, path), is_certain=False)


def correct_blank_sum(document: Document, path: str, _year: YearRules) -> Correction | None:
    """E12. A blank total is the sum of the funds."""
    typed = value_at(document, path) or ""
    return _to(path, typed, _sum_of_parts(document, forms.of(document), path)) if not typed.strip() else None


def correct_weight(document: Document, path: str, _year: YearRules) -> Correction | None:
    """E13. The weight that a text can only mean."""
    typed = value_at(document, path) or ""
    return _to(path, typed, correct_percent(typed)) if percent_fault(typed) else None


def correct_plan(document: Document, path: str, _year: YearRules) -> Correction | None:
    """E2. The percent that a text can only mean; the running totals of a plan that gives the share of each period.

    The end of the plan is 100: certain where it is blank, offered where another number stands there.
    """
    typed = value_at(document, path) or ""
    if percent_fault(typed):
        return _to(path, typed, correct_percent(typed))
    months = [field for field in forms.of(document).scalars if field.startswith("spending_plan/")]
    texts = [(value_at(document, month) or "").strip() for month in months]
    shares = [read_percent(text) for text in texts]
    if totals := _running_totals(shares):
        written = [
            Set(month, value_at(document, month) or "", total) for month, total in zip(months, totals, strict=True)
        ]
        return Correction(tuple(each for each in written if each.new != each.base), is_certain=False)
    others = [share for share in shares[:-1] if share is not None]
    if path != months[-1] or len(others) < len(months) - 1 or max(others, default=_WHOLE) > _WHOLE:
        return None
    return _to(path, typed, f"{_WHOLE}", is_certain=not texts[-1])


def _running_totals(shares: Sequence[Decimal | None]) -> list[str]:
    """Where the shares of all periods add up to 100: what is spent up to the end of each."""
    known = [share for share in shares if share is not None]
    if len(known) != len(shares) or sum(known) != _WHOLE or known[-1] == _WHOLE:
        return []
    return [f"{total:f}" for total in accumulate(known)]


def _blank_part(document: Document, form: Form, path: str) -> tuple[str, Decimal | None]:
    """The only blank part of the sum at `path` and what it lacks; None where the other parts exceed the total."""
    wanted = next((each for each in form.sums if each.total == path), None)
    blank = [part for part in wanted.parts if not (value_at(document, part) or "").strip()] if wanted else []
    total = forms.yuan(document, path)
    if wanted is None or len(blank) != 1 or total is None:
        return path, None
    rest = total - sum((forms.yuan(document, part) or Decimal(0) for part in wanted.parts), Decimal(0))
    return blank[0], rest if rest > 0 else None


def _sum_of_parts(document: Document, form: Form, path: str) -> str | None:
    wanted = next((each for each in form.sums if each.total == path), None)
    parts = [(value_at(document, part) or "") for part in wanted.parts] if wanted else []
    if wanted is None or not any(parts) or any(amount_fault(text, form.unit) for text in parts):
        return None
    summed = sum((forms.yuan(document, part) or Decimal(0) for part in wanted.parts), Decimal(0))
    return write_amount(summed, form.unit)


def _to(path: str, base: str, new: str | None, *, is_certain: bool = True) -> Correction | None:
    return Correction((Set(path, base, new),), is_certain) if new is not None and new != base else None


def _sum_holds(document: ProjectDocument, form: Form, wanted: Sum) -> Iterator[Place]:
    total = forms.yuan(document, wanted.total)
    parts = {path: forms.yuan(document, path) or Decimal(0) for path in wanted.parts}
    summed = sum(parts.values(), Decimal(0))
    if total is None or total == summed:
        return
    told = [f"{_label(form, path)} {amount:,.2f} 元" for path, amount in parts.items()]
    yield (
        wanted.total,
        f"{_label(form, wanted.total)} {total:,.2f} 元不等于{'、'.join(told[:-1])}与{told[-1]}之和"
        f" {summed:,.2f} 元，相差 {abs(total - summed):,.2f} 元。"
        f"合计不符的预算无法批复；请核对{'三' if len(told) == 2 else '各'}个数，改正填错的一个。",
    )


def spending_plan_rises_to_100(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """E2. The plan is complete, within 0–100, never falls, and ends at 100; percents are cumulative."""
    form = forms.of(document)
    months = [field for field in form.scalars if field.startswith("spending_plan/")]
    typed = {path: value_at(document, path) or "" for path in months}
    if not any(text.strip() for text in typed.values()):
        yield (
            "spending_plan",
            "资金支出计划没有填写。执行监控按它比对实际支出；请填写四个时点的累计百分比，12月底为 100。",
        )
        return
    earlier: tuple[str, Decimal] | None = None
    for path, text in typed.items():
        label = _label(form, path)
        if fault := _month_fault(label, text, earlier, is_last=path == months[-1]):
            yield path, fault
        percent = read_percent(text)
        if percent is not None and percent <= _WHOLE:
            earlier = (label, percent)


def _month_fault(month: str, text: str, earlier: tuple[str, Decimal] | None, *, is_last: bool) -> str | None:
    """The first fault to correct at this month; `earlier`: the last readable month."""
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
    if is_last and percent != _WHOLE:
        return f"{month}的累计百分比是 {percent:f}，应当是 100：预算要在年内安排完；请改为 100，或核对预算数。"
    return None


def weights_add_up(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """E13. If the form has weights: each is above 0, the sum is what the form requires. E12 reports blank ones."""
    form = forms.of(document)
    if form.weights is None or not document.indicators:
        return
    weights = {f"indicators/{row.id}/weight": read_percent(row.weight) for row in document.indicators}
    for row in document.indicators:
        path = f"indicators/{row.id}/weight"
        if row.weight.strip() and not weights[path]:
            yield (
                path,
                f"{_label(form, 'indicators/weight')}{quote(row.weight)}不是大于 0 的数；请只写半角数字，例如 10。",
            )
    if all(weights.values()):
        summed = sum((weight for weight in weights.values() if weight), Decimal(0))
        if summed != form.weights:
            yield (
                "indicators",
                f"{_label(form, 'indicators/weight')}合计 {summed:f}，应当是 {form.weights:f}，"
                f"相差 {abs(summed - form.weights):f}。按权重评价时合计不符就无法计分；请调整各行的权重。",
            )


def _label(form: Form, path: str) -> str:
    return form.label(path).removeprefix("其中：")
