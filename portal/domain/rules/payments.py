"""Rules on what the money pays for and when: 资金用途 and the steps of the spending plan.

Whether amount, standard and people agree belongs in `headcount`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from decimal import Decimal

from portal.domain.amounts import read_percent
from portal.domain.chinese_numerals import COUNTS, DIGITS
from portal.domain.documents import PerformanceText, ProjectDocument
from portal.domain.quotation import quote
from portal.domain.rules.findings import Place, TablePlace, YearRules
from portal.domain.rules.words import pattern
from portal.domain.target_values import plain_characters

_PAID_ONCE, _PAID_OFTEN = pattern("purposes", "paid_once"), pattern("purposes", "paid_often")
_MAX_READ = 4_000
_MIN_TABLES = 4
_SPREAD_STEPS = 3

DOCUMENT_NUMBER = re.compile(r"[\[【《(〔〈<﹝]\s?(?:19|20)\d\d\s?[\]】》)〕〉>﹞]\s?第?\d{1,5}\s?号", re.ASCII)
TITLE = re.compile(r"《[^《》]{1,120}》")
_YEAR = re.compile(rf"(?:19|20|二〇|二零)[\d{DIGITS}]{{2}}\s?[-~至]?\s?(?:(?:19|20)\d\d)?\s?年")
_DIGIT = re.compile(r"\d", re.ASCII)
_COUNTED = re.compile(
    rf"[{COUNTS}万]{{1,8}}(?:多|余)?(?:个|名|人|位|户|辆|台|套|次|场|期|处|所|家|座|栋|件|份|册|条|公里|米|平方|亩|吨|元|万元|月|年|天|季|周|学期|支|间|盏|棵|批次|村|社区|类人|项)"
)
_NOT_COUNTED = re.compile("一(?:个|名|次|年|天|项|条|批|家|件|处|场)")


def purpose_has_number(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """W18. 资金用途 states quantity, standard and period; years and document numbers do not count."""
    purpose = plain_characters(document.purpose[:_MAX_READ])
    if not purpose.strip() or len(document.purpose) > _MAX_READ:
        return
    rest = _YEAR.sub("", TITLE.sub("", DOCUMENT_NUMBER.sub("", purpose)))
    if _DIGIT.search(rest) or _COUNTED.search(_NOT_COUNTED.sub("", rest)):
        return
    yield (
        "purpose",
        f"资金用途{quote(document.purpose)}里没有数量。看不出买多少、付给多少人、按什么标准、付几个月，就核不了预算；"
        "请写明数量、标准和时间，例如“社区工作人员12人，每人每月2800元，12个月”。",
    )


def one_off_paid_once(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """W13. A payment due once is not spread over the year."""
    about = f"{document.project_name[:200]}，{document.purpose[:_MAX_READ]}"
    found = _PAID_ONCE.search(about)
    if found is None or _PAID_OFTEN.search(about) or len(document.purpose) > _MAX_READ:
        return
    plan = _plan(document)
    if plan is None:
        return
    steps = [later - earlier for earlier, later in zip((Decimal(0), *plan), plan, strict=False) if later > earlier]
    if len(steps) >= _SPREAD_STEPS:
        yield (
            "spending_plan",
            f"“{found[0]}”是一次付清的支出，资金支出计划却从3月底到12月底逐期支付"
            f"（{_listed(plan)}）。照这样的计划监控，付款的月份必然超支；"
            "请按付款的月份填写，例如 6月付款的填 0、100、100、100。",
        )


def plans_differ(text: PerformanceText, _year: YearRules, asked: Collection[int]) -> Iterator[TablePlace]:
    """W13. The office's projects do not all have the same spending plan."""
    full = [(number, table) for number, table in enumerate(text.tables, 1) if _is_full(table)]
    plan = _plan(full[0][1]) if len(full) >= _MIN_TABLES else None
    if plan is None or any(_plan(table) != plan for _, table in full):
        return
    for number, _ in full:
        if number in asked:
            yield (
                number,
                "spending_plan",
                f"本单位 {len(full)} 个项目的资金支出计划全都是 {_listed(plan)}。"
                "各项目付款的时间不会都一样，照抄的计划监控不了支出进度；请按本项目的实际付款安排填写。",
            )


# --- parts of the rules --------------------------------------------------------------------------


def _is_full(table: ProjectDocument) -> bool:
    """Whether the table is more than a stub with number, code and name."""
    return bool(table.goals or table.indicators or table.purpose)


def _plan(document: ProjectDocument) -> tuple[Decimal, ...] | None:
    plan = document.spending_plan
    read = [read_percent(text) for text in (plan.march, plan.june, plan.october, plan.december)]
    found = tuple(percent.normalize() for percent in read if percent is not None)
    return found if len(found) == len(read) else None


def _listed(plan: tuple[Decimal, ...]) -> str:
    return "、".join(f"{step:f}" for step in plan)
