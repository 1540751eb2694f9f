"""The language of the search box: words in any order, and filters of FILTERS. Anything may be typed into it.

`"…"` keeps blanks and colons within a word. What is no filter is a word, since texts are full of colons.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.domain.errors import Invalid
from portal.domain.full_text.filters import FILTERS, Condition, FilterKind
from portal.domain.full_text.terms import terms_of_word
from portal.domain.invisible import without_invisible
from portal.domain.quotation import quote
from portal.domain.searching import folded

MAX_LENGTH = 200
MAX_PARTS = 20
"""Words and filters together."""

_NAMED = {folded(name): kind for kind in FILTERS for name in (kind.name, *kind.aliases)}
_NAMES = "|".join(sorted(_NAMED, key=len, reverse=True))
_PART = re.compile(
    rf"""(?P<name>{_NAMES}):\s*(?:"(?P<quoted>[^"]*)"|(?P<value>[^\s"]+))?|"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+)|\""""
)
_LIKE_A_FILTER = re.compile("([\u4e00-\u9fff]{1,6}):.+")


@dataclass(frozen=True, slots=True)
class Filter:
    """value: as typed, folded."""

    kind: FilterKind
    value: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """words: folded and distinct; each has a term. At least one word or filter."""

    words: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()


def parse_query(text: str) -> SearchQuery:
    """Raises Invalid, with a sentence that names the part that cannot be understood."""
    text = without_invisible(text).strip()
    if len(text) > MAX_LENGTH:
        raise Invalid(f"查找的内容不超过 {MAX_LENGTH} 字，这里有 {len(text):,} 字；请只写几个关键的词。", "q")
    words: dict[str, None] = {}
    filters: dict[Filter, None] = {}
    for part in _PART.finditer(folded(text)):
        if part["name"]:
            filters[_filter(_NAMED[part["name"]], part["quoted"] or part["value"] or "")] = None
        else:
            words[" ".join((part["phrase"] or part["word"] or "").split())] = None
    return _checked(SearchQuery(tuple(filter(_has_letter, words)), tuple(filters)))


def format_query(query: SearchQuery) -> str:
    """The text that `parse_query` reads as `query`."""
    parts = [_quoted(word) for word in query.words]
    parts += [f"{each.kind.name}:{_quoted(each.value, in_filter=True)}" for each in query.filters]
    return " ".join(parts)


def unknown_names(query: SearchQuery) -> tuple[str, ...]:
    """What stands before the colon of words that look like a filter; they were searched as texts."""
    found = (_LIKE_A_FILTER.fullmatch(word) for word in query.words)
    return tuple(match[1] for match in found if match)


def _filter(kind: FilterKind, text: str) -> Filter:
    value = " ".join(text.split())
    if not _has_letter(value):
        raise Invalid(f"“{kind.name}:”后面要写清楚找什么，例如 {kind.example}。", "q")
    try:
        return Filter(kind, value, kind.read(value))
    except Invalid as refusal:
        raise Invalid(refusal.message, "q") from None


def _has_letter(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _quoted(text: str, *, in_filter: bool = False) -> str:
    return f'"{text}"' if " " in text or (":" in text and not in_filter) else text


def _checked(query: SearchQuery) -> SearchQuery:
    if not query.words and not query.filters:
        raise Invalid("这里没有可以查找的字；请写一两个词，例如 公用经费。", "q")
    if len(query.words) + len(query.filters) > MAX_PARTS:
        count = len(query.words) + len(query.filters)
        raise Invalid(f"一次最多查找 {MAX_PARTS} 个词，这里有 {count} 个；请只写最要紧的几个。", "q")
    for word in query.words:
        if not terms_of_word(word):
            raise Invalid(f"{quote(word)}太短；请写至少连着的两个字或数字。", "q")
    return query
