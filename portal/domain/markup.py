"""Marks in the texts of the department form: emphasis by `**…**` and links. Every other character is shown as typed.

A text is read line by line and each line once, so no text is slow or deep. Web and Word make their own elements from
the spans and show the same characters. Numbers and dashes at the start of a line are text: they are never renumbered
or replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_EMPHASIS = re.compile(r"(?<!\*)\*\*(?!\*)")
# Bounded repetitions: a text of brackets takes no longer than any other.
_LINK = re.compile(
    r"\[(?P<shown>[^\[\]\n]{1,300})\]\((?P<address>(?:https?://|mailto:)[^\s()<>\"'\x00-\x1f]{1,1000})\)", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a line. address: the target of a link, "" elsewhere."""

    text: str
    is_strong: bool = False
    address: str = ""


def lines(text: str) -> Iterator[tuple[Span, ...]]:
    """Yield the spans of each line; a blank line has none.

    A link `[name](address)` is shown as `name（address）`, since paper has no targets.
    """
    for line in text.split("\n"):
        yield tuple(_spans(line))


def plain(text: str) -> str:
    """The characters that are shown."""
    return "\n".join("".join(span.text for span in spans) for spans in lines(text))


def _spans(line: str) -> Iterator[Span]:
    end = 0
    for start, stop, inner in _emphasised(line):
        yield from _linked(line[end:start], False)
        yield from _linked(inner, True)
        end = stop
    yield from _linked(line[end:], False)


def _emphasised(line: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, inner text) of each emphasis: two asterisks, text, two asterisks, without inner blanks.

    Asterisks between two figures are a power or a product and no mark; neither are one, three or more in a row.
    """
    opened: int | None = None
    for mark in _EMPHASIS.finditer(line):
        before, after = line[max(0, mark.start() - 1) : mark.start()], line[mark.end() : mark.end() + 1]
        if before.isdigit() and after.isdigit():
            continue
        if opened is not None and before.strip() and mark.start() > opened:
            yield opened - 2, mark.end(), line[opened : mark.start()]
            opened = None
        elif after.strip():
            opened = mark.end()


def _linked(text: str, is_strong: bool) -> Iterator[Span]:
    end = 0
    for link in _LINK.finditer(text):
        if before := text[end : link.start()]:
            yield Span(before, is_strong)
        yield Span(f"{link['shown']}（{link['address']}）", is_strong, link["address"])
        end = link.end()
    if rest := text[end:]:
        yield Span(rest, is_strong)
