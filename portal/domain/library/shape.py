"""The types of the library, the check of an entry, and merging the bureau's changes into the shipped entries.

Reading the shipped files belongs in `shipped`, choosing suggestions in `ranking`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.errors import Invalid
from portal.domain.quotation import quote
from portal.domain.target_values import BLANK, read

_SOME_NUMBER = "12"
"""Replaces BLANK when a value is read; valid as a day and a month too."""
_COMPARATORS = "≥≤=><"
"""A value that begins with one of these and has no number (＝人) is an incomplete quantity, not words."""
_ID = re.compile(r"[a-z][a-z0-9-]{2,59}")
_MAX_LENGTHS = {"name": 40, "description": 200, "value": 60, "basis": 120}
_WORDS = {"name": "三级指标", "description": "绩效指标描述", "value": "指标值", "basis": "指标值确定依据"}


class IndicatorKind(StrEnum):
    """What an entry measures, independent of the framework's names; in the order of the form."""

    QUANTITY = "quantity"
    QUALITY = "quality"
    TIME = "time"
    COST = "cost"
    ECONOMIC = "economic"
    SOCIAL = "social"
    ECOLOGICAL = "ecological"
    LASTING = "lasting"
    SATISFACTION = "satisfaction"

    @property
    def label(self) -> str:
        return {
            "quantity": "数量",
            "quality": "质量",
            "time": "时效",
            "cost": "成本",
            "economic": "经济效益",
            "social": "社会效益",
            "ecological": "生态效益",
            "lasting": "可持续影响",
            "satisfaction": "服务对象满意度",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Entry:
    """One indicator. category: id of a class; value: may hold BLANKs; unit: the unit within the value."""

    id: str
    category: str
    kind: IndicatorKind
    name: str
    description: str
    value: str
    unit: str
    basis: str


@dataclass(frozen=True, slots=True)
class Category:
    """One class of spending. A project that uses one of `words` belongs to it."""

    id: str
    title: str
    words: tuple[str, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Override:
    """A change by the bureau: `entry` replaces the shipped entry with its id, or is added.

    An added entry has an id that is not shipped, or none. A `retired` entry is not in the library.
    """

    entry: Entry
    retired: bool = False


def with_changes(shipped: Iterable[Entry], overrides: Iterable[Override]) -> list[Entry]:
    """The library in force: the shipped entries as corrected, in their order, then the added ones.

    A correction stays in force when a later release no longer ships its entry. Of several overrides of one id the last
    counts.
    """
    changes: dict[str, Override] = {}
    for place, override in enumerate(overrides):
        changes[override.entry.id or f"#{place}"] = override
    own = [Override(entry) for entry in shipped]
    corrected = [changes.pop(each.entry.id, each) for each in own]
    return [each.entry for each in (*corrected, *changes.values()) if not each.retired]


def unit_of(value: str) -> str:
    """The unit of a value; "" for a date and other words."""
    found = read(_filled(value)).value
    return found.unit if found else ""


def check(entry: Entry) -> None:
    """Raises Invalid, with the field at fault, for an entry that cannot be copied into a table as it is."""
    if entry.id and not _ID.fullmatch(entry.id):
        raise Invalid("编号由小写字母、数字和连字符组成。", "id")
    for field, longest in _MAX_LENGTHS.items():
        text = getattr(entry, field)
        if not text.strip():
            raise Invalid(f"没有填写{_WORDS[field]}。", field)
        if len(text) > longest:
            raise Invalid(f"{_WORDS[field]}最多 {longest} 字，这里有 {len(text)} 字。", field)
    _check_value(entry)


def _check_value(entry: Entry) -> None:
    reading = read(_filled(entry.value))
    value = reading.value
    if value is None:
        raise Invalid(f"指标值{reading.fault}。", "value")
    if value.number is None:
        complete = value.has_target and value.words[0] not in _COMPARATORS
    else:
        complete = value.comparator is not None and bool(value.unit)
    if not complete:
        raise Invalid(
            f"指标值{quote(entry.value)}不完整；请写明比较符号、数值和单位，由填报人填的数写作“{BLANK}”，例如“≥{BLANK}人”。",
            "value",
        )
    if entry.unit != value.unit:
        raise Invalid(f"计量单位{quote(entry.unit)}与指标值{quote(entry.value)}不一致。", "unit")


def _filled(value: str) -> str:
    return value.replace(BLANK, _SOME_NUMBER)
