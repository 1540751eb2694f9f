"""The sentences of a document that are worth comparing with others', normalised, with the place where they stand.

An index over frozen revisions keeps `key` of each, by its `hash_of`; `near` says whether two keys are the same but for
a few words.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from portal.domain.chinese_numerals import BELOW_HUNDRED
from portal.domain.documents import DepartmentDocument, Document, ProjectDocument
from portal.domain.rules.words import load, one_of, pattern

SHORTEST = 10
"""Characters of a key: shorter ones, such as 按时发放工资, are said by everybody."""
FEWEST_ELSEWHERE = 16
"""Characters of a key that another office can only have by copying; shorter ones both may have thought of."""
LONGEST = 300
"""Characters of a sentence; of a longer one the beginning is compared."""
_MOST = 200
"""Sentences of one document."""
_ENOUGH = 20_000
_ENDS = re.compile(r"[。；;！!？?\n]+")
_YEAR = re.compile(r"(?:19|20)\d\d(?=年)", re.ASCII)
_KEPT = re.compile(r"[^\u4e00-\u9fff0-9a-z%.]+")
_NUMBERING = re.compile(rf"^\s*(?:\(?(?:\d{{1,2}}|[{BELOW_HUNDRED}]{{1,3}})[)、.]|目标\d{{1,2}}:?|[(（]?[①-⑳])\s*")
_PARTICLES = re.compile("[的地得与和及]|以及|进一步")
_MANAGEMENT = pattern("wording", "management")
_MEANT = {word: first for first, *others in load("sentences")["synonyms"] for word in others}
_SYNONYM = re.compile(one_of(_MEANT))
_SHARE = 0.75
"""Two sentences are near where the shorter has at least this share of the longer's characters, in order."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` as typed, `key` as compared."""

    path: str
    text: str
    key: str


def sentences(document: Document) -> tuple[Sentence, ...]:
    """Goals and purpose of a project, goals of duties; descriptions of measures may be alike everywhere."""
    found: list[Sentence] = []
    for path, words in _compared(document):
        for part in _ENDS.split(words[:_ENOUGH]):
            key = key_of(part)
            if len(key) >= SHORTEST and not _MANAGEMENT.search(key):
                found.append(Sentence(path, part.strip(), key))
            if len(found) == _MOST:
                return tuple(found)
    return tuple(found)


@lru_cache(maxsize=4_096)
def key_of(text: str) -> str:
    """What is compared: one word for one meaning; without numbering, punctuation, particles and the year's number."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).lower()
    plain = _NUMBERING.sub("", plain, count=1)
    plain = _PARTICLES.sub("", _KEPT.sub("", _YEAR.sub("", plain)))
    return _SYNONYM.sub(lambda found: _MEANT[found[0]], plain)


def hash_of(key: str) -> int:
    """64 bits of its SHA-256, signed: what the index is looked up by."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big", signed=True)


def near(one: str, other: str) -> bool:
    """Whether one key becomes the other by leaving words out; digits must be the same.

    A word in place of another (古城 for 南关) makes two goals of two projects, not a copy.
    """
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(short) < _SHARE * len(long):
        return False
    in_order = LCSseq.similarity(short, long, score_cutoff=len(short))
    return in_order == len(short) and _digits(one) == _digits(other)


def nearest(key: str, others: Sequence[str]) -> str | None:
    """Of `others` the one that is near and shares most with `key`."""
    found = process.extract(
        key, others, scorer=LCSseq.normalized_similarity, processor=None, score_cutoff=_SHARE, limit=None
    )
    return next((other for other, _, _ in found if near(key, other)), None)


def letters(key: str) -> int:
    """The key's characters as a set of 64: where one's is not within the other's, the two cannot be near."""
    found = 0
    for character in key:
        found |= 1 << (ord(character) & 63)
    return found


def _compared(document: Document) -> Iterator[tuple[str, str]]:
    if isinstance(document, ProjectDocument):
        yield "goals", document.goals
        yield "purpose", document.purpose
        return
    assert isinstance(document, DepartmentDocument)
    for duty in document.duties:
        yield f"duties/{duty.id}/goal", duty.goal


def _digits(key: str) -> str:
    return "".join(character for character in key if character.isdigit())
