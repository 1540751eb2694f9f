"""Writes a target value: in canonical form, and in words for the line below its field."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from portal.domain.chinese_numerals import to_chinese
from portal.domain.documents import Document, ProjectDocument
from portal.domain.quotation import quote
from portal.domain.target_values.reading import read
from portal.domain.target_values.shape import Comparator, Grade, Reading, Scale, TargetValue

_MAX_WORDS = 30
_MAX_CHINESE_COUNT = 10


def canonical(value: TargetValue) -> str:
    """The canonical text of this value: ``≥90%``, ``3～5次``, ``≥90%；≥90%为优；＜90%为差``, ``通过验收``."""
    return "；".join(part for part in (_target(value), _scale(value.scale)) if part)


def in_words(reading: Reading) -> str:
    """How the portal reads the typed text, in Chinese; "" for a blank value."""
    value = reading.value
    if value is None:
        return f"无法读出：{reading.fault}" if reading.fault else ""
    scale = f"{_count(len(value.scale.grades))}档评分标准" if value.scale else ""
    if not value.has_target:
        return f"读作：{scale}，没有目标值"
    return f"读作：{_target_in_words(value)}{f'；另附{scale}' if scale else ''}"


def readings(document: Document) -> dict[str, str]:
    """Path of each target value that is not blank → how the portal reads it. Never raises."""
    if not isinstance(document, ProjectDocument):
        return {}
    all_words = {f"indicators/{row.id}/target_value": in_words(read(row.target_value)) for row in document.indicators}
    return {path: words for path, words in all_words.items() if words}


def _target(value: TargetValue) -> str:
    if value.number is None:
        return value.words
    number = _plain(value.number)
    if value.upper is not None:
        number = f"{number}{Comparator.WITHIN}{_plain(value.upper)}"
    elif value.comparator:
        number = f"{value.comparator}{number}"
    written = f"{number}{value.unit}{value.words}"
    if value.words and read(written).value != replace(value, scale=None):
        return f"{number}{value.unit}，{value.words}"  # `read` would take the words for a unit or a direction
    return written


def _target_in_words(value: TargetValue) -> str:
    if value.number is None:
        return f"定性，{quote(value.words)}"
    number = _plain(value.number)
    if value.upper is not None:
        number = f"{number} 至 {_plain(value.upper)}"
    elif value.comparator:
        number = f"{value.comparator} {number}"
    words = value.words if len(value.words) <= _MAX_WORDS else f"{value.words[:_MAX_WORDS]}…"
    told = " ".join(part for part in (number, value.unit, words) if part)
    return told if value.comparator else f"{told}，没有写比较符号"


def _scale(scale: Scale | None) -> str:
    return "；".join(f"{_range(grade, scale.unit)}为{grade.name}" for grade in scale.grades) if scale else ""


def _range(grade: Grade, unit: str) -> str:
    if grade.low is not None and grade.low == grade.high:
        return f"{_plain(grade.low)}{unit}"
    low = f"{'≥' if grade.low_in else '＞'}{_plain(grade.low)}{unit}" if grade.low is not None else ""
    high = f"{'≤' if grade.high_in else '＜'}{_plain(grade.high)}{unit}" if grade.high is not None else ""
    return "且".join(bound for bound in (low, high) if bound)


def _plain(number: Decimal) -> str:
    """Without trailing zeros and without an exponent."""
    return f"{number.normalize():f}"


def _count(number: int) -> str:
    return to_chinese(number) if number <= _MAX_CHINESE_COUNT else str(number)
