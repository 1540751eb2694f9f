"""Parser of the Markdown subset of the department form: emphasis, lists, links. Text without marks stays unchanged.

The look of paragraphs is not here but in `writer` and `styles`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Bounded repetitions: a text that consists of marks takes no longer than any other text.
_INLINE = re.compile(
    r"\\(?P<escaped>[\\*_\[\]()#+\-.!])"
    r"|(?P<strong>\*\*|__)(?=\S)(?P<bold>[^\n]{1,500}?)(?<=\S)(?P=strong)"
    # Not 540*12*15: a product is not emphasis.
    r"|(?<![0-9A-Za-z])(?P<star>\*)(?=[^\s0-9])(?P<slanted>[^*\n]{1,500}?)(?<=\S)\*"
    r"|(?<![^\W_])(?P<low>_)(?=\S)(?P<under>[^_\n]{1,500}?)(?<=\S)_(?![^\W_])"
    r"|\[(?P<shown>[^\[\]\n]{1,300})\]\((?P<address>[^()\s]{1,1000})\)"
)
_ITEM = re.compile(r" {0,3}[-*+] +(?=\S)")


@dataclass(frozen=True, slots=True)
class Span:
    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A line of the text. is_item: it started with a list mark."""

    spans: tuple[Span, ...]
    is_item: bool = False


def blocks(text: str) -> Iterator[Block]:
    """Yield the lines of the text, without blank lines, which only separate paragraphs."""
    for line in text.split("\n"):
        if not line.strip():
            continue
        item = _ITEM.match(line)
        yield Block(tuple(_spans(line[item.end() :] if item else line)), item is not None)


def _spans(text: str, bold: bool = False, italic: bool = False) -> Iterator[Span]:
    start = 0
    for found in _INLINE.finditer(text):
        if found.start() > start:
            yield Span(text[start : found.start()], bold, italic)
        start = found.end()
        if found["escaped"]:
            yield Span(found["escaped"], bold, italic)
        elif found["bold"]:
            yield from _spans(found["bold"], True, italic)
        elif found["slanted"] or found["under"]:
            yield from _spans(found["slanted"] or found["under"], bold, True)
        else:
            yield Span(f"{found['shown']}（{found['address']}）", bold, italic)
    if start < len(text):
        yield Span(text[start:], bold, italic)
