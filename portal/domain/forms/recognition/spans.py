"""Merged cells of a table that has lost them: rows of texts, as a spreadsheet or Word copies them with tabs.

A spreadsheet leaves blank the positions that a merged cell covers; Word writes a cell merged across columns once, so
that its rows have different lengths. The captions of the list say which.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from portal.domain.forms import captions, shipped
from portal.domain.forms.recognition.index import Vocabulary, vocabulary

_LEVELS = 2
"""The head of the list has at least so many captions of levels and names."""


@dataclass(frozen=True, slots=True)
class Span:
    """A text and the positions that it covers."""

    text: str
    column: int
    colspan: int = 1
    rowspan: int = 1


def with_spans(rows: Sequence[Sequence[str]]) -> list[list[Span]]:
    """The texts of each row, captions with the blank positions that they cover beside and below them."""
    words = vocabulary(shipped.likeliest())
    lines = [list(row) for row in rows]
    heads = [n for n, row in enumerate(lines) if _is_list_head(words, row)]
    for n, end in pairwise([*heads, len(lines)]):
        _make_room(words, lines, n, end)
    return [list(_spans(words, lines, heads, n)) for n in range(len(lines))]


def _is_list_head(words: Vocabulary, row: Sequence[str]) -> bool:
    keys = {captions.key_without_unit(text) for text in row if text}
    levels = set().union(*(words.lists["indicators"][f"indicators/level{n}"] for n in (1, 2, 3)))
    return len(keys & words.columns) > 1 and len(keys & levels) >= _LEVELS


def _is_captions(words: Vocabulary, row: Sequence[str]) -> bool:
    """Whether a row has nothing but captions, two at least."""
    own = [text for text in row if text.strip()]
    return len(own) > 1 and all(
        words.is_caption(text) or captions.key_without_unit(text) in _parts() or _runs_down(text) for text in own
    )


def _runs_down(text: str) -> bool:
    """Whether a caption stands beside a whole list (绩效指标, 年度绩效指标)."""
    return "绩效指标" in captions.key_without_unit(text)


def _parts() -> frozenset[str]:
    return frozenset().union(*(captions.words("parts", name) for name in ("sign", "number", "unit")))


def _has_second_head(words: Vocabulary, lines: Sequence[Sequence[str]], n: int) -> bool:
    """Whether the row below the captions of a list divides some of them."""
    below = [text for text in lines[n + 1] if text.strip()] if n + 1 < len(lines) else []
    return bool(below) and all(
        words.is_caption(text) or captions.key_without_unit(text) in _parts() or _names_year(text) for text in below
    )


def _names_year(text: str) -> bool:
    return captions.key_without_unit(text) in captions.words("other", "column")


def _make_room(words: Vocabulary, lines: list[list[str]], n: int, end: int) -> None:
    """Widen the caption of several columns in the head of a list that Word wrote, by the cells that its rows have more.

    It is the caption above the second row of captions, or above the signs.
    """
    head = lines[n]
    body = [row for row in lines[n + 1 : end] if sum(map(bool, row)) > _LEVELS]
    more = (max({len(row) for row in body}, key=[len(row) for row in body].count) - len(head)) if body else 0
    if more < 1 or "" in head[1:]:
        return
    if _has_second_head(words, lines, n):
        at = next((column for column, text in enumerate(lines[n + 1]) if text), len(head) - 1)
    else:
        values = words.lists["indicators"]["indicators/target_value"]
        at = next((c for c, text in enumerate(head) if captions.key_without_unit(text) in values), len(head) - 1)
    lines[n] = [*head[: at + 1], *[""] * more, *head[at + 1 :]]


def _spans(words: Vocabulary, lines: Sequence[Sequence[str]], heads: Sequence[int], n: int) -> Iterator[Span]:
    row = lines[n]
    is_head = _is_captions(words, row)
    divides = is_head and n in heads and _has_second_head(words, lines, n)
    for column, text in enumerate(row):
        if not text.strip():
            continue
        end = column + 1
        while is_head and end < len(row) and not row[end].strip():
            end += 1
        height = 1
        if divides and not any(text.strip() for text in lines[n + 1][column:end]):
            height = 2
        elif n in heads and _runs_down(text):
            end, height = column + 1, _depth(lines, heads, n, column)
        yield Span(text, column, end - column, height)


def _depth(lines: Sequence[Sequence[str]], heads: Sequence[int], n: int, column: int) -> int:
    """The rows beside which a caption in front of a list runs down."""
    end = n + 1
    while end < len(lines) and end not in heads and any(lines[end]) and not any(lines[end][column : column + 1]):
        end += 1
    return end - n
