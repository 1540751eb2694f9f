"""The text of a document as it is searched, and its terms: each two neighbouring letters, figures or characters.

Chinese has no spaces, and word segmentation misses names; a word of two characters is exactly one term. A longer word
may stand in none of the texts that have all its terms, so these are compared again (`holds`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from portal.domain import documents, markup
from portal.domain.documents import MARKED, Document, ProjectDocument, field_of
from portal.domain.invisible import without_invisible
from portal.domain.searching import folded

_RUN = re.compile(r"[^\W_]+")
_NAMES = ("project_name", "project_code")
_NOT_SEARCHED = frozenset({"ordinal"})


def shown_texts(document: Document) -> Iterator[tuple[str, str]]:
    """(path, text) of every text that is searched and not blank, as it is shown; name and code first."""
    if isinstance(document, ProjectDocument):
        found = {path: getattr(document, path) for path in _NAMES} | documents.texts(document)
    else:
        found = {"": document.kind.label} | {
            path: markup.plain(text) if field_of(document.kind, path) in MARKED else text
            for path, text in documents.texts(document).items()
        }
    for path, text in found.items():
        if path not in _NOT_SEARCHED and (shown := without_invisible(text)):
            yield path, shown


def text_of(document: Document, office_code: str) -> str:
    """What `holds` and `terms_of_text` read: name and code on the first line, then every other text. Folded."""
    parts = dict(shown_texts(document))
    names = " ".join(" ".join(parts.pop(path, "").split()) for path in (*_NAMES, ""))
    return folded("\n".join((names, office_code, *parts.values())))


def terms_of_text(text: str, year: int, office_code: str, rules: Iterable[str] = ()) -> list[str]:
    """The distinct terms of a text (`text_of`) of a table, in a stable order. rules: ids of its findings.

    All terms but those of two characters begin with what they are, so that none is mistaken for another.
    """
    found = {pair for run in _RUN.findall(text) for pair in _pairs(run)}
    found |= {_name_term(character) for run in _RUN.findall(text.partition("\n")[0]) for character in run}
    found |= {year_term(year), unit_term(office_code), *map(rule_term, rules)}
    return sorted(found)


def terms_of_word(word: str) -> tuple[str, ...]:
    """The terms of every text that holds the folded `word`; of one character, of every name and code that holds it.

    None where no two letters, figures or characters of the word are neighbours: no index finds it.
    """
    if len(word) == 1:
        return tuple(_name_term(character) for run in _RUN.findall(word) for character in run)
    return tuple(dict.fromkeys(pair for run in _RUN.findall(word) for pair in _pairs(run)))


def is_exact(word: str) -> bool:
    """Whether the terms of the word are found in no other text than those that hold it."""
    return len(word) == 1 or (len(word) == 2 and len(terms_of_word(word)) == 1)


def holds(text: str, words: Iterable[str]) -> bool:
    """Whether a text (`text_of`) holds each of the folded `words`; one of a single character in name or code."""
    names = text.partition("\n")[0]
    return all(word in (names if len(word) == 1 else text) for word in words)


def year_term(year: int) -> str:
    return f"year{year}"


def unit_term(office_code: str) -> str:
    return f"unit{''.join(_RUN.findall(folded(office_code)))}"


def rule_term(rule: str) -> str:
    return f"rule{rule.lower()}"


def _pairs(run: str) -> Iterator[str]:
    return map("".join, pairwise(run))


def _name_term(character: str) -> str:
    return f"name{character}"
