"""Suggestions while a 三级指标 is typed, ranked by typed text, project and row.

Callers supply the candidates from outside the library (indicators approved before).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from portal.domain.documents import Indicator
from portal.domain.frameworks import Framework, bare
from portal.domain.library.filling import filled
from portal.domain.library.levels import levels_of
from portal.domain.library.shape import Entry
from portal.domain.library.shipped import get
from portal.domain.rules.kinds import EFFECT_NAMES
from portal.domain.rules.rejected_names import is_rejected
from portal.domain.rules.words import pattern

LONGEST_TYPED = 40
"""Characters of the typed text that are compared."""
LONGEST_ABOUT = 4_000
"""Characters of the project's name, purpose and goals that are compared."""
_MAX_NAME = 100
_MAX_DESCRIPTION = 400
_HAN = re.compile("[\u4e00-\u9fff]{2,}")
_COMMON = pattern("wording", "common")
_MEASURE_WORDS = re.compile("人数|数量|次数|总额|比例|占比|标准|时间|金额|费用|实际|当年|表示|调查|问卷")
"""Words of any measure: sharing them shows no fit."""
_MIN_SHARED_PAIRS = 2
_MAX_CLOSENESS = 12
_SAME_LEVEL2 = 2


class Source(StrEnum):
    LIBRARY = "library"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A suggestion: the texts shown and copied into the row.

    category: title of the class, words: the words of the class; both empty if the class is unknown. uses: number of
    approved tables with this name; own: one of them is the office's own.
    """

    name: str
    level1: str
    level2: str
    description: str
    target_value: str
    basis: str
    source: Source
    category: str = ""
    words: tuple[str, ...] = ()
    uses: int = 0
    own: bool = False


def candidates_of(entries: Iterable[Entry], framework: Framework) -> list[Candidate]:
    """Library entries with the levels of a year's framework. Raises Invalid for an unknown class."""
    return [
        Candidate(
            entry.name,
            *levels_of(entry.kind, framework),
            entry.description,
            entry.value,
            entry.basis,
            Source.LIBRARY,
            get(entry.category).title,
            get(entry.category).words,
        )
        for entry in entries
    ]


def suggest(
    typed: str,
    candidates: Sequence[Candidate],
    about: str,
    framework: Framework,
    level1: str = "",
    level2: str = "",
    present: Collection[str] = (),
    most: int = 8,
) -> list[Candidate]:
    """At most `most` candidates, the best first; equal ones keep their order.

    `about`: the project's name, purpose and goals. `level1`, `level2`: those of the row, if chosen. `present`: the
    names in the table's other rows, which are left out. Of one name the office's own wording is taken, else the
    library's, else the most used one; the uses are added up.

    Sort order: names that the rules reject last, and never before something is typed; how the name matches the typed
    text; the 二级指标 of the row; the project's class; the 一级指标; the text shared with the project; uses.
    A blank in a value is filled where the project's texts give the number.
    """
    wanted, project = _key(typed[:LONGEST_TYPED]), _project(about[:LONGEST_ABOUT])
    matching = [
        (match, each)
        for key, each in _one_of_each_name(candidates, {_key(name) for name in present})
        if (match := _match(wanted, key)) is not None and (wanted or not _is_rejected(each, framework.name))
    ]
    fits = _fits_of_classes({each.words for each in candidates}, project)
    row = _Row.of(level1, level2, framework)
    nearness = {levels: row.nearness(*levels) for levels in {(each.level1, each.level2) for _, each in matching}}

    def order(matched: tuple[int, Candidate]) -> tuple[int, ...]:
        match, each = matched
        fit, closeness = _fit_of_text(each.name[:_MAX_NAME], each.description[:_MAX_DESCRIPTION], project)
        near, rejected = nearness[each.level1, each.level2], _is_rejected(each, framework.name)
        return rejected, match, -(near == _SAME_LEVEL2), -max(fit, fits[each.words]), -near, -closeness, -each.uses

    best = [each for _, each in sorted(matching, key=order)[: max(most, 0)]]
    return [replace(each, target_value=filled(each.target_value, each.level2, about[:LONGEST_ABOUT])) for each in best]


@lru_cache(maxsize=8_192)
def _is_rejected(each: Candidate, framework: str) -> bool:
    """Cached, because the rules look at up to a thousand approved names at every keystroke."""
    row = Indicator("", each.level1, each.level2, each.name, each.description, each.target_value, each.basis)
    return is_rejected(row, framework)


# --- what was typed ------------------------------------------------------------------------------


def _match(wanted: str, key: str) -> int | None:
    """0: begins with it, 1: contains it, 2: has its characters in order; None: no match."""
    if key.startswith(wanted):
        return 0
    if wanted in key:
        return 1
    rest = iter(key)
    return 2 if all(character in rest for character in wanted) else None


def _key(text: str) -> str:
    """A name as compared: letters and digits only."""
    return _letters(text[:_MAX_NAME])


@lru_cache(maxsize=8_192)
def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(character for character in plain if character.isalnum())


def _one_of_each_name(candidates: Iterable[Candidate], present: set[str]) -> list[tuple[str, Candidate]]:
    chosen: dict[str, Candidate] = {}
    uses: dict[str, int] = {}
    for each in candidates:
        key = _key(each.name)
        if not key or key in present:
            continue
        uses[key] = uses.get(key, 0) + each.uses
        if key not in chosen or _preference(each) > _preference(chosen[key]):
            chosen[key] = each
    return [(key, each if each.uses == uses[key] else replace(each, uses=uses[key])) for key, each in chosen.items()]


def _preference(each: Candidate) -> tuple[bool, bool, int]:
    return each.own, each.source is Source.LIBRARY, each.uses


# --- the project ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Project:
    text: str
    pairs: frozenset[str]


@lru_cache(maxsize=16)
def _project(about: str) -> _Project:
    """Cached, because every keystroke asks again: one object for one text, which other caches use as key."""
    return _Project(about, _pairs_in(about))


def _fits_of_classes(classes: Iterable[tuple[str, ...]], project: _Project) -> dict[tuple[str, ...], int]:
    """By words of a class: 2 if mentioned more than half as often as the best class, 1 if less often, 0 if never."""
    found = {words: sum(word in project.text for word in words) for words in classes}
    best = max(found.values(), default=0)
    return {words: 0 if not times else 2 if 2 * times > best else 1 for words, times in found.items()}


@lru_cache(maxsize=8_192)
def _fit_of_text(name: str, description: str, project: _Project) -> tuple[int, int]:
    """Fit, on the scale of classes, by the share of the name that the project mentions; and closeness of all text."""
    of_name, of_all = _pairs(name, description)
    shared = len(of_name & project.pairs)
    closeness = min(2 * shared + len(of_all & project.pairs), _MAX_CLOSENESS)
    if shared < _MIN_SHARED_PAIRS:
        return 0, closeness
    return 2 if 2 * shared >= len(of_name) else 1, closeness


@lru_cache(maxsize=8_192)
def _pairs(name: str, description: str) -> tuple[frozenset[str], frozenset[str]]:
    """Pairs of characters of the name, and further ones of the description."""
    of_name = _pairs_in(name)
    return of_name, _pairs_in(description) - of_name


def _pairs_in(text: str) -> frozenset[str]:
    """Pairs of adjacent characters, common words excluded."""
    words = _HAN.findall(_MEASURE_WORDS.sub(" ", _COMMON.sub(" ", text)))
    return frozenset(one + other for word in words for one, other in pairwise(word))


# --- the row -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    """The levels of the row as bare names; for effects both names in use."""

    level1: frozenset[str]
    level2: str

    @classmethod
    def of(cls, level1: str, level2: str, framework: Framework) -> _Row:
        name = bare(level1)
        effects = name in EFFECT_NAMES or name == bare(framework.effect_level)
        return cls(EFFECT_NAMES if effects else frozenset({name} - {""}), bare(level2))

    def nearness(self, level1: str, level2: str) -> int:
        """2: the same 二级指标, 1: the same 一级指标, 0: neither."""
        if self.level2 and bare(level2) == self.level2:
            return _SAME_LEVEL2
        return 1 if bare(level1) in self.level1 else 0
