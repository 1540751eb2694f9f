"""The differences between two texts, for people to read. Differences between documents belong in `differences`.

The edits follow a longest common subsequence, found bit-parallel (Hyyrö, Bit-Parallel LCS-length Computation Revisited,
2004): one integer holds a row of the matrix, so that texts of 2,000 characters take some milliseconds whatever they
are. Texts too long for that are compared by sentence; with too many sentences they are shown whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

_WORDS = re.compile(r"[0-9A-Za-z.%]+|\s+|.", re.DOTALL)
_SENTENCES = re.compile(r"[^。；;！？\n]*[。；;！？\n]|[^。；;！？\n]+")

_MAX_CELLS = 40_000_000
"""Limit of the matrix, tokens × tokens, which bounds time and memory: about 6,000 characters against 6,000."""

_MIN_RUN = 3
"""A shorter run of equal characters between two changes counts as part of one change."""

_MAX_CELLS_OF_EXCERPT = 1_000_000
_AROUND = 20
"""Count of characters of equal text that an excerpt shows beside a change."""

Segment = tuple[str, str]
"""(equal | delete | insert, text)"""


def segments(before: str, after: str) -> tuple[Segment, ...]:
    """The segments that turn `before` into `after`; numbers are not split."""
    found = _edits(_WORDS.findall(before), _WORDS.findall(after), _MAX_CELLS)
    if found is None:
        sentences = _edits(_SENTENCES.findall(before), _SENTENCES.findall(after), _MAX_CELLS)
        changes = [("delete", before), ("insert", after)] if sentences is None else list(_joined(sentences))
        found = list(_within(changes, len(before) + len(after)))
    return tuple(_joined(_without_short_runs(list(_joined(found)))))


def excerpt(before: str, after: str) -> tuple[Segment, ...]:
    """As `segments`, with no more of the equal text than shows where the changes are; for lists of many changes."""
    found = _edits(_WORDS.findall(before), _WORDS.findall(after), _MAX_CELLS_OF_EXCERPT)
    changes = [("delete", before), ("insert", after)] if found is None else found
    shown = list(_joined(_without_short_runs(list(_joined(changes)))))
    last = len(shown) - 1
    return tuple(
        (op, _shortened(text, n == 0, n == last) if op == "equal" else text) for n, (op, text) in enumerate(shown)
    )


def _shortened(text: str, is_first: bool, is_last: bool) -> str:
    """The ends of an equal text that are beside changes."""
    begin, end = "" if is_first else text[:_AROUND], "" if is_last else text[-_AROUND:]
    return text if len(text) <= len(begin) + len(end) + 1 else f"{begin}…{end}"


def _within(changes: Sequence[Segment], whole: int) -> Iterator[Segment]:
    """Compare each deleted sentence with the inserted one behind it by words, within its share of the limit.

    whole: the length of both texts.
    """
    n = 0
    while n < len(changes):
        op, text = changes[n]
        following = changes[n + 1] if n + 1 < len(changes) else ("", "")
        if op == "delete" and following[0] == "insert":
            share = _MAX_CELLS * (len(text) + len(following[1])) // whole
            inner = _edits(_WORDS.findall(text), _WORDS.findall(following[1]), share)
            yield from inner or (changes[n], following)
            n += 2
        else:
            yield changes[n]
            n += 1


def _without_short_runs(found: Sequence[Segment]) -> Iterator[Segment]:
    for n, (op, text) in enumerate(found):
        if op == "equal" and len(text) < _MIN_RUN and 0 < n < len(found) - 1:
            yield "delete", text
            yield "insert", text
        else:
            yield op, text


def _joined(found: Iterable[Segment]) -> Iterator[Segment]:
    """Join neighbours without blank ones; within a change everything deleted comes before everything inserted."""
    for is_equal, run in groupby((each for each in found if each[1]), lambda each: each[0] == "equal"):
        if is_equal:
            yield "equal", "".join(text for _, text in run)
            continue
        parts: dict[str, list[str]] = {"delete": [], "insert": []}
        for op, text in run:
            parts[op].append(text)
        yield from ((op, "".join(texts)) for op, texts in parts.items() if texts)


def _edits(a: Sequence[str], b: Sequence[str], most: int) -> list[Segment] | None:
    """The fewest edits from `a` to `b`, token by token; None if their matrix would have more than `most` cells."""
    start, shorter = 0, min(len(a), len(b))
    while start < shorter and a[start] == b[start]:
        start += 1
    end = 0
    while end < shorter - start and a[-1 - end] == b[-1 - end]:
        end += 1
    inner_a, inner_b = a[start : len(a) - end], b[start : len(b) - end]
    if len(inner_a) * len(inner_b) > most:
        return None
    return [("equal", "".join(a[:start])), *_traced(inner_a, inner_b), ("equal", "".join(a[len(a) - end :]))]


def _matrix(a: Sequence[str], b: Sequence[str]) -> list[int]:
    """For each token of `b` a row of bits by tokens of `a`.

    Bit i of row j is 0 where the longest common subsequence of a[: i + 1] and b[: j + 1] is longer than that of
    a[:i] and b[: j + 1].
    """
    positions: dict[str, int] = {}
    for n, token in enumerate(a):
        positions[token] = positions.get(token, 0) | 1 << n
    all_bits = (1 << len(a)) - 1
    row, rows = all_bits, []
    for token in b:
        matching = row & positions.get(token, 0)
        row = (row + matching | row - matching) & all_bits
        rows.append(row)
    return rows


def _traced(a: Sequence[str], b: Sequence[str]) -> list[Segment]:
    """Follow a longest common subsequence back from the end; equal tokens pair at once, which keeps runs together."""
    rows, found = _matrix(a, b), list[Segment]()
    x, y = len(a), len(b)
    while x and y:
        if a[x - 1] == b[y - 1]:
            x, y = x - 1, y - 1
            found.append(("equal", a[x]))
        elif rows[y - 1] >> (x - 1) & 1:
            x -= 1
            found.append(("delete", a[x]))
        else:
            y -= 1
            found.append(("insert", b[y]))
    return [("delete", "".join(a[:x])), ("insert", "".join(b[:y])), *reversed(found)]
