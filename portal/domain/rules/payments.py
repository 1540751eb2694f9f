"""Rules on what the money pays for and when: 资金用途, standards and people, the steps of the spending plan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from portal.domain import forms
from portal.domain.amounts import read_percent
from portal.domain.chinese_numerals import COUNTS, DIGITS, read_numeral
from portal.domain.documents import PerformanceText, ProjectDocument
from portal.domain.quotation import quote
from portal.domain.rules.findings import Place, TablePlace, YearRules
from portal.domain.rules.words import pattern
from portal.domain.target_values import plain_characters

_PAID_ONCE, _PAID_OFTEN = pattern("purposes", "paid_once"), pattern("purposes", "paid_often")
_OTHER_COSTS = pattern("purposes", "other_costs")
_MAX_READ = 4_000
_MIN_TABLES = 4
_SPREAD_STEPS = 3

_DOCUMENT_NUMBER = re.compile(r"[\[【《(〔〈<﹝]\s?(?:19|20)\d\d\s?[\]】》)〕〉>﹞]\s?第?\d{1,5}\s?号", re.ASCII)
_TITLE = re.compile(r"《[^《》]{1,120}》")
_YEAR = re.compile(rf"(?:19|20|二〇|二零)[\d{DIGITS}]{{2}}\s?[-~至]?\s?(?:(?:19|20)\d\d)?\s?年")
_DIGIT = re.compile(r"\d", re.ASCII)
_COUNTED = re.compile(
    rf"[{COUNTS}万]{{1,8}}(?:多|余)?(?:个|名|人|位|户|辆|台|套|次|场|期|处|所|家|座|栋|件|份|册|条|公里|米|平方|亩|吨|元|万元|月|年|天|季|周|学期|支|间|盏|棵|批次|村|社区|类人|项)"
)
_NOT_COUNTED = re.compile("一(?:个|名|次|年|天|项|条|批|家|件|处|场)")
_MONEY = r"(?P<money>\d{1,7}(?:,\d{3})?(?:\.\d{1,2})?)元"
_STANDARD = re.compile(
    rf"{_MONEY}(?:/|每)人(?:/|·|每|\.)?(?P<p1>月|年)|{_MONEY.replace('money', 'money2')}/(?P<p2>月|年)[/·.]?人"
    rf"|每人每(?P<p3>月|年){_MONEY.replace('money', 'money3')}|每(?P<p4>月|年)每人{_MONEY.replace('money', 'money4')}"
    rf"|人均每?(?P<p5>月|年){_MONEY.replace('money', 'money5')}"
    rf"|(?:每人|人均){_MONEY.replace('money', 'money6')}(?:/|每)(?P<p6>月|年)",
    re.ASCII,
)
_PEOPLE = re.compile(
    rf"(?P<digits>\d{{1,6}})(?:名|人|位)(?!次|均|/|·|每(?!人))|(?P<words>[{COUNTS}]{{1,8}})(?:名|人|位)(?!次|均)",
    re.ASCII,
)
_MONTHS = re.compile(r"(?P<months>\d{1,2})个月", re.ASCII)
_SPANS = re.compile(
    r"(?P<half>半年)|前三季度|(?P<quarter>季度)|(?P<first>\d{1,2})月?[-~至到](?P<last>\d{1,2})月", re.ASCII
)
"""Parts of a year that a text may pay for, written other than N个月."""
_AMOUNT = re.compile(r"(?P<number>\d[\d,]{0,12}(?:\.\d{1,2})?)(?P<scale>万|亿)?元", re.ASCII)
_SCALES = {None: 1, "万": 10_000, "亿": 100_000_000}
_YEAR_MONTHS = 12


def purpose_has_number(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """W18. 资金用途 states quantity, standard and period; years and document numbers do not count."""
    purpose = plain_characters(document.purpose[:_MAX_READ])
    if not purpose.strip() or len(document.purpose) > _MAX_READ:
        return
    rest = _YEAR.sub("", _TITLE.sub("", _DOCUMENT_NUMBER.sub("", purpose)))
    if _DIGIT.search(rest) or _COUNTED.search(_NOT_COUNTED.sub("", rest)):
        return
    yield (
        "purpose",
        f"资金用途{quote(document.purpose)}里没有数量。看不出买多少、付给多少人、按什么标准、付几个月，就核不了预算；"
        "请写明数量、标准和时间，例如“社区工作人员12人，每人每月2800元，12个月”。",
    )


def people_fit_amount(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """W12. Amount ÷ standard ÷ months is a whole number of people, and the table states that number.

    Checked only if the table names one standard per person and no other cost.
    """
    total = forms.yuan(document, "budget/total")
    text = _about_money(document)
    standards = {(money, period) for money, period in _standards(text)}
    if not total or len(standards) != 1 or _pays_more(document.purpose):
        return
    (money, period), *_ = standards
    stated = _MONTHS.findall(text)
    if len(set(stated)) > 1:
        return
    months = (int(stated[0]) if stated else _YEAR_MONTHS) if period == "月" else 1
    per_head = money * months
    people = _people(text)
    own = {money, total, *(per_head * count for count in people)}
    if not per_head or total < per_head or not _amounts(text) <= own:
        return
    heads = total / per_head
    if heads in people or heads == sum(people) or len(set(people)) > 1:
        return
    if period == "月" and any(total / (money * part) in people for part in _parts_of_year(text)):
        return
    yield _people_message(total, money, period, months, heads, people)


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


def plans_differ(text: PerformanceText, _year: YearRules) -> Iterator[TablePlace]:
    """W13. The office's projects do not all have the same spending plan."""
    plans = [_plan(table) for table in text.tables if _is_full(table)]
    if len(plans) < _MIN_TABLES or None in plans or len(set(plans)) > 1:
        return
    plan = plans[0]
    assert plan is not None
    for number, table in enumerate(text.tables, 1):
        if _is_full(table):
            yield (
                number,
                "spending_plan",
                f"本单位 {len(plans)} 个项目的资金支出计划全都是 {_listed(plan)}。"
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


def _about_money(document: ProjectDocument) -> str:
    texts = [document.purpose[:_MAX_READ], document.goals[:_MAX_READ]]
    for row in document.indicators:
        texts += [row.level3[:100], row.description[:200], row.target_value[:100]]
    return _DOCUMENT_NUMBER.sub("", "".join(plain_characters("\n".join(texts)).split(" ")))


def _pays_more(purpose: str) -> bool:
    """Whether the money also pays for other costs than people times standard."""
    return _OTHER_COSTS.search(_TITLE.sub("", plain_characters(purpose[:_MAX_READ]))) is not None


def _standards(text: str) -> Iterator[tuple[Decimal, str]]:
    for found in _STANDARD.finditer(text):
        money = next(value for name, value in found.groupdict().items() if name.startswith("money") and value)
        period = next(value for name, value in found.groupdict().items() if name.startswith("p") and value)
        yield Decimal(money.replace(",", "")), period


def _parts_of_year(text: str) -> Iterator[int]:
    """Numbers of months: 6 for 半年, 3 or 9 for quarters, 6 for 7-12月."""
    for found in _SPANS.finditer(text):
        if found["half"]:
            yield 6
        elif found["quarter"]:
            yield 3
        elif found["first"]:
            yield max(int(found["last"]) - int(found["first"]) + 1, 1)
        else:
            yield 9


def _amounts(text: str) -> set[Decimal]:
    """Every sum of money in yuan."""
    return {Decimal(found["number"].replace(",", "")) * _SCALES[found["scale"]] for found in _AMOUNT.finditer(text)}


def _people(text: str) -> list[Decimal]:
    """Every number of people that the table names."""
    found = []
    for match in _PEOPLE.finditer(text):
        number = Decimal(match["digits"]) if match["digits"] else read_numeral(match["words"])
        if number and number > 0:
            found.append(number)
    return found


def _people_message(
    total: Decimal, money: Decimal, period: str, months: int, heads: Decimal, people: list[Decimal]
) -> Place:
    times = f" × {months} 个月" if period == "月" else ""
    worked_out = f"预算数 {total:,.2f} 元 ÷（每人每{period} {money:f} 元{times}）＝ {_short(heads)} 人"
    if people:
        counts = "、".join(f"{count:f}" for count in dict.fromkeys(people))
        fault = f"，与表中写的 {counts} 人不符"
    elif heads != heads.to_integral_value():
        fault = "，不是整数，表中也没有写发放多少人"
    else:
        fault = "，表中却没有写发放多少人"
    return (
        "budget/total",
        f"{worked_out}{fault}。标准、人数和月数对不上预算，就判断不了要的钱是多还是少；请写明人数和月数，并核对预算数。",
    )


def _listed(plan: tuple[Decimal, ...]) -> str:
    return "、".join(f"{step:f}" for step in plan)


def _short(number: Decimal) -> str:
    return f"{number.quantize(Decimal('0.01')).normalize():f}"
