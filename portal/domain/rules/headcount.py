"""W12: the amount is the standard times the people times the months, and the table states how many people.

Checked only if the money pays for people by a standard and for nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from portal.domain import forms
from portal.domain.chinese_numerals import COUNTS, read_numeral
from portal.domain.documents import ProjectDocument
from portal.domain.rules.findings import Place, YearRules
from portal.domain.rules.payments import DOCUMENT_NUMBER, TITLE
from portal.domain.rules.words import pattern
from portal.domain.target_values import plain_characters

_OTHER_COSTS = pattern("purposes", "other_costs")
_MAX_READ = 4_000
_MAX_SUMMED = 6
"""Counts of people whose sums are compared with the amount."""
_CLAUSES = re.compile(r"[;。；\n]")
_FOR_EACH = re.compile(r"(?:每(?![人月年名])[^,，。;；\d]{1,8}|各|分别)[^,，。;；\d]{0,6}$")
_PLACES = re.compile(r"(\d{1,4})(?:个(?!月)|村|社区|所|座|处|组|班|队|辆|站)", re.ASCII)
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


def people_fit_amount(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """W12. Amount ÷ standard ÷ months is a whole number of people, and the table states that number."""
    total = forms.yuan(document, "budget/total")
    text = _about_money(document)
    standards = list(dict.fromkeys(_standards(text)))
    stated = set(_MONTHS.findall(text))
    if not total or not standards or len(stated) > 1 or _pays_more(document.purpose):
        return
    months = int(*stated) if stated else _YEAR_MONTHS
    standard = _one_standard(standards, months)
    if standard is None:
        yield from _groups_fit(document, total, months)
    elif standard.per_head(months) and total >= standard.per_head(months):
        yield from _heads_fit(total, text, standard, months)


def people_named(text: str) -> list[Decimal]:
    """Every number of people that a text names as a total, as W12 reads it."""
    return _people(_plain(text))


def standards_named(text: str) -> list[tuple[Decimal, str]]:
    """Every sum of money for each person, with its period, 月 or 年."""
    return list(_standards(_plain(text)))


class _Standard(NamedTuple):
    money: Decimal
    period: str
    """月 or 年."""

    def per_head(self, months: int) -> Decimal:
        return self.money * months if self.period == "月" else self.money


def _one_standard(standards: list[_Standard], months: int) -> _Standard | None:
    """The standard, if all say the same: 300元/人·月 and 3600元/人·年."""
    first, *others = sorted(standards, key=lambda each: each.period != "月")
    return first if all(each.per_head(months) == first.per_head(months) for each in others) else None


def _heads_fit(total: Decimal, text: str, standard: _Standard, months: int) -> Iterator[Place]:
    per_head, people = standard.per_head(months), _people(text)
    heads = total / per_head
    explained = {standard.money, total, per_head}
    for count in (*people, *_counts_of_places(text)):
        explained |= {per_head * count, standard.money * count}
    if not _amounts(text) <= explained or _is_stated(heads, people, text):
        return
    if standard.period == "月" and any(total / (standard.money * part) in people for part in _parts_of_year(text)):
        return
    is_whole = heads == heads.to_integral_value()
    if is_whole and len(set(people)) > 1 and max(people) * 2 != sum(people):
        return  # counts of several groups; their sum may be written nowhere
    yield _people_message(total, standard.money, standard.period, months, heads, people)


def _is_stated(heads: Decimal, people: list[Decimal], text: str) -> bool:
    """Whether the table states the number of people, as one count, as a sum, or as so many in each place."""
    counts = people[:_MAX_SUMMED]
    if any(heads == sum(some) for size in range(1, len(counts) + 1) for some in combinations(counts, size)):
        return True
    each = {number for number, is_each in _counted(text) if is_each}
    return any(number * places == heads for number in each for places in _counts_of_places(text))


def _groups_fit(document: ProjectDocument, total: Decimal, months: int) -> Iterator[Place]:
    """Several groups of people, each with its standard: their sum is the amount."""
    purpose = _plain(document.purpose)
    groups: list[tuple[_Standard, Decimal]] = []
    for clause in _CLAUSES.split(purpose):
        standards, people = list(_standards(clause)), _people(clause)
        if len(standards) != len(people) or len(standards) > 1:
            return
        groups += zip(standards, people, strict=True)
    summed = sum((standard.per_head(months) * count for standard, count in groups), Decimal(0))
    own = {total, summed, *(standard.money for standard, _ in groups)}
    own |= {standard.per_head(months) * factor for standard, count in groups for factor in (1, count)}
    if len(groups) > 1 and summed != total and _amounts(purpose) <= own and not any(_parts_of_year(purpose)):
        told = "＋".join(
            f"{count:f} 人 × {standard.money:f} 元{f' × {months} 个月' if standard.period == '月' else ''}"
            for standard, count in groups
        )
        yield (
            "budget/total",
            f"预算数 {total:,.2f} 元，按资金用途中的标准和人数应当是 {told} ＝ {summed:,.2f} 元。"
            "标准、人数和月数对不上预算，就判断不了要的钱是多还是少；请核对人数、月数和预算数。",
        )


def _about_money(document: ProjectDocument) -> str:
    texts = [document.purpose[:_MAX_READ], document.goals[:_MAX_READ]]
    for row in document.indicators:
        texts += [row.level3[:100], row.description[:200], row.target_value[:100]]
    return _plain("\n".join(texts))


def _plain(text: str) -> str:
    """The text in plain characters, without spaces and document numbers."""
    return DOCUMENT_NUMBER.sub("", "".join(plain_characters(text[: _MAX_READ * 3]).split(" ")))


def _pays_more(purpose: str) -> bool:
    """Whether the money also pays for other costs than people times standard."""
    return _OTHER_COSTS.search(TITLE.sub("", plain_characters(purpose[:_MAX_READ]))) is not None


def _standards(text: str) -> Iterator[_Standard]:
    for found in _STANDARD.finditer(text):
        money = next(value for name, value in found.groupdict().items() if name.startswith("money") and value)
        period = next(value for name, value in found.groupdict().items() if name.startswith("p") and value)
        yield _Standard(Decimal(money.replace(",", "")), period)


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
    """Every number of people that the text names as a total, not for each of several places."""
    return [number for number, is_each in _counted(text) if not is_each]


def _counted(text: str) -> Iterator[tuple[Decimal, bool]]:
    """Numbers of people, and whether each of several places has that many: 每个社区分别配备2人."""
    for match in _PEOPLE.finditer(text):
        number = Decimal(match["digits"]) if match["digits"] else read_numeral(match["words"])
        if number and number > 0:
            yield number, _FOR_EACH.search(text, max(0, match.start() - 16), match.start()) is not None


def _counts_of_places(text: str) -> set[Decimal]:
    return {Decimal(found[1]) for found in _PLACES.finditer(text)}


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


def _short(number: Decimal) -> str:
    return f"{number.quantize(Decimal('0.01')).normalize():f}"
