"""The differences between two texts, for people to read. Differences between documents belong in `differences`.

The algorithm is Myers' (An O(ND) Difference Algorithm, 1986) with a limit on its work, so that no pair of texts is
slow: texts that differ in too many words are compared by sentence, and texts that differ in too many sentences are
shown whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_WORDS = re.compile(r"[0-9A-Za-z.%]+|\s+|.", re.DOTALL)
_SENTENCES = re.compile(r"[^。；;！？\n]*[。；;！？\n]|[^。；;！？\n]+")

_MAX_EDITS = 128
_MAX_STEPS = 400_000
"""Limit of tokens × edits, which bounds the running time."""

_MIN_RUN = 3
"""A shorter run of equal characters between two changes counts as part of one change."""

Segment = tuple[str, str]
"""(equal | delete | insert, text)"""


def segments(before: str, after: str) -> tuple[Segment, ...]:
    """The segments that turn `before` into `after`; numbers are not split."""
    found = _edits(_WORDS.findall(before), _WORDS.findall(after))
    if found is None:
        sentences = _edits(_SENTENCES.findall(before), _SENTENCES.findall(after))
        changes = [("delete", before), ("insert", after)] if sentences is None else list(_joined(sentences))
        found = list(_within(changes))
    return tuple(_joined(_without_short_runs(list(_joined(found)))))


def _within(changes: Sequence[Segment]) -> Iterator[Segment]:
    """Compare each deleted sentence with the inserted one behind it by words, if they differ in few."""
    n = 0
    while n < len(changes):
        op, text = changes[n]
        following = changes[n + 1] if n + 1 < len(changes) else ("", "")
        if op == "delete" and following[0] == "insert":
            inner = _edits(_WORDS.findall(text), _WORDS.findall(following[1]))
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
    """Join neighbours; within a change everything deleted comes before everything inserted."""
    deleted: list[str] = []
    inserted: list[str] = []
    equal: list[str] = []
    for op, text in found:
        if op == "equal":
            yield from _change(deleted, inserted)
            deleted, inserted = [], []
            equal.append(text)
            continue
        if equal:
            yield "equal", "".join(equal)
            equal = []
        (deleted if op == "delete" else inserted).append(text)
    yield from _change(deleted, inserted)
    if equal:
        yield "equal", "".join(equal)


def _change(deleted: Sequence[str], inserted: Sequence[str]) -> Iterator[Segment]:
    if deleted:
        yield "delete", "".join(deleted)
    if inserted:
        yield "insert", "".join(inserted)


def _edits(a: Sequence[str], b: Sequence[str]) -> list[Segment] | None:
    """The shortest edits from `a` to `b`, token by token; None if they need too much work."""
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    middle = _shortest(a[start : len(a) - end], b[start : len(b) - end])
    if middle is None:
        return None
    return [
        *(("equal", token) for token in a[:start]),
        *middle,
        *(("equal", token) for token in a[len(a) - end :]),
    ]


def _shortest(a: Sequence[str], b: Sequence[str]) -> list[Segment] | None:
    if not a or not b:
        return [*(("delete", token) for token in a), *(("insert", token) for token in b)]
    most = min(_MAX_EDITS, _MAX_STEPS // (len(a) + len(b)))
    furthest, trail = {1: 0}, []
    for edits in range(most + 1):
        trail.append(dict(furthest))
        for k in range(-edits, edits + 1, 2):
            x = furthest[k + 1] if _is_insertion(furthest, k, edits) else furthest[k - 1] + 1
            y = x - k
            while x < len(a) and y < len(b) and a[x] == b[y]:
                x, y = x + 1, y + 1
            furthest[k] = x
            if x >= len(a) and y >= len(b):
                return _traced(a, b, trail)
    return None


def _is_insertion(furthest: dict[int, int], k: int, edits: int) -> bool:
    """Whether the path to diagonal `k` comes from the diagonal above it."""
    return k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])


def _traced(a: Sequence[str], b: Sequence[str], trail: Sequence[dict[int, int]]) -> list[Segment]:
    """Follow the path back from the end. trail: the furthest x by diagonal before each number of edits."""
    found: list[Segment] = []
    x, y = len(a), len(b)
    for edits, furthest in reversed(list(enumerate(trail))):
        k = x - y
        is_insertion = _is_insertion(furthest, k, edits)
        before = furthest[k + 1 if is_insertion else k - 1] if edits else 0
        stop = before if is_insertion else before + 1
        while x > (stop if edits else 0) and y > 0:
            x, y = x - 1, y - 1
            found.append(("equal", a[x]))
        if edits and is_insertion:
            y -= 1
            found.append(("insert", b[y]))
        elif edits:
            x -= 1
            found.append(("delete", a[x]))
    return found[::-1]
