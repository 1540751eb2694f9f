"""What an indicator's name tells about it, so that the library need not ask: its kind, its class, its comparator.

A guess is certain or None; what a guess says is shown to the person, who can change it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from portal.domain.library.shape import IndicatorKind
from portal.domain.library.shipped import CATEGORIES
from portal.domain.rules.characters import in_standard_characters
from portal.domain.rules.kinds import plain_name
from portal.domain.rules.value_corrections import comparator_meant
from portal.domain.target_values import BLANK, canonical, read

_SOME_NUMBER = "7"


@dataclass(frozen=True, slots=True)
class _Names:
    kind: IndicatorKind
    endings: tuple[str, ...]
    against: tuple[str, ...]


def kind_of_name(name: str) -> IndicatorKind | None:
    plain = plain_name(name)
    return next(
        (
            each.kind
            for each in _kinds()
            if plain.endswith(each.endings) and not any(word in plain for word in each.against)
        ),
        None,
    )


def category_of_name(name: str) -> str | None:
    """The id of the only class of spending with the most of its words in the name."""
    found = {category.id: sum(word in name for word in category.words) for category in CATEGORIES}
    most = max(found.values())
    best = [category for category, times in found.items() if times == most]
    return best[0] if most and len(best) == 1 else None


def completed_value(name: str, value: str) -> str:
    """The value in standard characters, with the comparator that the name tells where it has none."""
    text = in_standard_characters(value)
    reading = read(text.replace(BLANK, _SOME_NUMBER)).value
    if reading is None or BLANK in text.replace(BLANK, "", 1):
        return text
    comparator = comparator_meant(name, reading)
    if comparator is None:
        return text
    written = canonical(replace(reading, comparator=comparator))
    return written.replace(_SOME_NUMBER, BLANK, 1) if BLANK in text else written


@cache
def _kinds() -> tuple[_Names, ...]:
    plain = tomllib.loads(files("portal.domain.library").joinpath("kinds.toml").read_text("utf-8"))
    return tuple(
        _Names(IndicatorKind(each["kind"]), tuple(each["endings"]), tuple(each.get("against", ())))
        for each in plain["kinds"]
    )
