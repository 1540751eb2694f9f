"""The right text of a target value that the rules object to, where it can mean only one thing."""

from __future__ import annotations

import re
from dataclasses import replace

from portal.domain.changes import Set
from portal.domain.documents import Document, Indicator, ProjectDocument, value_at
from portal.domain.rules.findings import Correction, YearRules
from portal.domain.rules.kinds import plain_name
from portal.domain.rules.values import asks_opinion, date_as_number, lacks_yuan, sign_meant
from portal.domain.target_values import Comparator, TargetValue, canonical, read, with_clear_bounds

_THE_MORE_THE_BETTER = re.compile(
    "(?:满意[度率]|知晓[度率]|合格率|完好率|达标率|准确率|及时率|按时率|办结率|完成率|覆盖率|成活率|参与[度率]|好评率|在线率|可用率|正点率|准点率)$"
)
_THE_LESS_THE_BETTER = re.compile("(?:投诉率|事故率|差错率|失业率|流失率|死亡率|逾期率|发病率)$")


def correct_comparator(document: Document, path: str, _year: YearRules) -> Correction | None:
    """W22. ＝100%, which can mean nothing else; ≥ or ≤ for a rate that is good or bad; no other number."""
    row, value = _row_and_value(document, path)
    comparator = comparator_meant(row.level3, value) if row and value else None
    if row is None or value is None or comparator is None:
        return None
    return _to(path, row, canonical(replace(value, comparator=comparator)))


def comparator_meant(level3: str, value: TargetValue) -> Comparator | None:
    """The only comparator that a number without one can have; None where it may have several, or has one."""
    if value.words or value.scale or value.number is None or value.comparator is not None:
        return None
    name, is_whole = plain_name(level3), value.number == 100 and value.unit == "%"
    if is_whole and not asks_opinion(name):
        return Comparator.EQUAL
    if value.unit == "%" and _THE_MORE_THE_BETTER.search(name) and not is_whole:
        return Comparator.AT_LEAST
    if value.unit in ("%", "‰") and _THE_LESS_THE_BETTER.search(name) and not is_whole:
        return Comparator.AT_MOST
    return None


def correct_value(document: Document, path: str, _year: YearRules) -> Correction | None:
    """E6. 30万以内 of money is ≤30万元; a date that became a number is that date; a good rate of ≥90 is ≥90%."""
    row, value = _row_and_value(document, path)
    if row is None or value is None:
        return None
    if day := date_as_number(row, value):
        return _to(path, row, f"{day}前", is_certain=False)
    if value.number is not None and lacks_yuan(row, value) and value.comparator is not None and not value.words:
        comparator = value.comparator if value.upper is not None else Comparator(sign_meant(row, value))
        return _to(path, row, canonical(replace(value, comparator=comparator, unit=f"{value.unit}元")))
    if _lacks_percent(row, value):
        return _to(path, row, canonical(replace(value, unit="%")), is_certain=False)
    return None


def _lacks_percent(row: Indicator, value: TargetValue) -> bool:
    """0.9 and 120 may mean something else."""
    if value.number is None or value.unit or value.words or value.scale:
        return False
    return 1 < value.number <= 100 and _THE_MORE_THE_BETTER.search(plain_name(row.level3)) is not None


def correct_scale(document: Document, path: str, _year: YearRules) -> Correction | None:
    """E9. ≥80%且＜90%为良 for 80%-90%为良: a bound of two grades belongs to the better one. Offered, not certain."""
    row, value = _row_and_value(document, path)
    clear = with_clear_bounds(value.scale) if value and value.scale else None
    if row is None or value is None or clear is None:
        return None
    new = canonical(replace(value, scale=clear))
    return _to(path, row, new, is_certain=False) if read(new).value == replace(value, scale=clear) else None


def _row_and_value(document: Document, path: str) -> tuple[Indicator | None, TargetValue | None]:
    if not isinstance(document, ProjectDocument) or not path.endswith("/target_value"):
        return None, None
    row = next((row for row in document.indicators if path == f"indicators/{row.id}/target_value"), None)
    return row, read(value_at(document, path) or "").value


def _to(path: str, row: Indicator, new: str, *, is_certain: bool = True) -> Correction | None:
    return Correction((Set(path, row.target_value, new),), is_certain) if new != row.target_value else None
