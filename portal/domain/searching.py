"""Searching by words: what counts as the same character, in names and codes.

Width (（ and (, ２ and 2), case, kinds of brackets, quotes and dashes make no difference, and several words may stand
in any order. How a database compares belongs in `queries.searching`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from portal.domain.invisible import without_invisible

_GROUPS = (
    "(（﹙[［〔【﹝〖",
    ")）﹚]］〕】﹞〗",
    "-－–—―‐‑−﹣─",
    '"＂“”„「」『』',
    "'＇‘’",
    "·・•‧∙",
)
_FULL_WIDTH = 0xFEE0
"""Distance of the full-width form of a character from its ASCII form."""


def _variants() -> Mapping[str, str]:
    found = {character: group for group in _GROUPS for character in group}
    for code in range(0x21, 0x7F):
        group = "".join(dict.fromkeys((chr(code).lower(), chr(code).upper())))
        group += "".join(chr(ord(character) + _FULL_WIDTH) for character in group)
        for character in group:
            found.setdefault(character, group)
    return found


_VARIANTS = _variants()
_FOLDED = str.maketrans({character: group[0] for character, group in _VARIANTS.items()})


def words(text: str) -> tuple[str, ...]:
    """The distinct words of a search, in their order."""
    return tuple(dict.fromkeys(without_invisible(text).split()))


def variants(character: str) -> str:
    """All characters that count as this one, itself included."""
    return _VARIANTS.get(character, character)


def folded(text: str) -> str:
    """The text with one character for all that count as the same; of the same length."""
    return text.translate(_FOLDED)


def finds(wanted: Iterable[str], text: str) -> bool:
    """Whether `text` contains each of the words `wanted`."""
    within = folded(text)
    return all(folded(word) in within for word in wanted)
