"""The sentences of a document that are compared with other documents: normalised, with their places.

An index over frozen revisions stores the `key` of each sentence by its `hash_of`. `near` says whether two keys differ
only by a few words; it compares their cores, without the words that only colour a sentence.
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
"""Minimum characters of a key; shorter texts (按时发放工资) occur everywhere."""
FEWEST_ELSEWHERE = 16
"""Minimum characters of a key that proves a copy from another office; shorter ones may be coincidence."""
LONGEST = 300
"""Characters of a sentence that are compared."""
_MAX_SENTENCES = 200
"""Sentences of one document."""
_MAX_READ = 20_000
_ENDS = re.compile(r"[。；;！!？?\n]+")
_YEAR = re.compile(r"(?:19|20)\d\d(?=年)", re.ASCII)
_DROPPED = re.compile(r"[^\u4e00-\u9fff0-9a-z%.]+")
_NUMBERING = re.compile(rf"^\s*(?:\(?(?:\d{{1,2}}|[{BELOW_HUNDRED}]{{1,3}})[)、.]|目标\d{{1,2}}:?|[(（]?[①-⑳])\s*")
_PARTICLES = re.compile("[的地得与和及]|以及|进一步")
_MANAGEMENT = pattern("wording", "management")
_FIRST_SYNONYM = {word: first for first, *others in load("sentences")["synonyms"] for word in others}
_SYNONYM = re.compile(one_of(_FIRST_SYNONYM))
_COLOURS = pattern("sentences", "colours")
_SHORTEST_CORE = 6
_MIN_SHARE = 0.75
"""Two sentences are near if the shorter has at least this share of the longer's characters, in order."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` as typed, `key` as compared."""

    path: str
    text: str
    key: str


def sentences(document: Document) -> tuple[Sentence, ...]:
    """Goals and purpose of a project, goals of duties. Descriptions of measures may be alike everywhere."""
    return _sentences(tuple(_compared(document)))


@lru_cache(maxsize=1_024)  # the tables of some offices, whose every check compares them all
def _sentences(compared: tuple[tuple[str, str], ...]) -> tuple[Sentence, ...]:
    found: list[Sentence] = []
    for path, words in compared:
        for part in _ENDS.split(words[:_MAX_READ]):
            key = key_of(part)
            if len(key) >= SHORTEST and not _MANAGEMENT.search(key):
                found.append(Sentence(path, part.strip(), key))
            if len(found) == _MAX_SENTENCES:
                return tuple(found)
    return tuple(found)


@lru_cache(maxsize=4_096)
def key_of(text: str) -> str:
    """The text as compared: one word for all synonyms; no numbering, punctuation, particles or number of the year."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).lower()
    plain = _NUMBERING.sub("", plain)
    plain = _PARTICLES.sub("", _DROPPED.sub("", _YEAR.sub("", plain)))
    return _SYNONYM.sub(lambda found: _FIRST_SYNONYM[found[0]], plain)


def hash_of(key: str) -> int:
    """The first 64 bits of the key's SHA-256, signed: the key of the index."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big", signed=True)


@lru_cache(maxsize=4_096)
def core_of(key: str) -> str:
    """The key without the words that only colour it (持续, 有序); the key itself if little would be left."""
    core = _COLOURS.sub("", key)
    return core if len(core) >= _SHORTEST_CORE else key


def near(one: str, other: str) -> bool:
    """Whether the core of one key becomes that of the other by deleting words; digits must be the same.

    A replaced word (古城 for 南关) means two goals of two projects, not a copy.
    """
    short, long = sorted((core_of(one), core_of(other)), key=len)
    if len(short) < _MIN_SHARE * len(long):
        return False
    in_order = LCSseq.similarity(short, long, score_cutoff=len(short))
    return in_order == len(short) and _digits(one) == _digits(other)


def nearest(key: str, others: Sequence[str]) -> str | None:
    """The key among `others` that is near `key` and shares most with it."""
    found = process.extract(
        key, others, scorer=LCSseq.normalized_similarity, processor=core_of, score_cutoff=_MIN_SHARE, limit=None
    )
    return next((other for other, _, _ in found if near(key, other)), None)


@lru_cache(maxsize=4_096)
def letters(key: str) -> int:
    """The key's characters as a set of 64 bits. Two keys can be near only if one set is within the other."""
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
