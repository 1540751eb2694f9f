"""PAGES: the pages that are measured, each with its aims. A new page is one more line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench.shapes import DISTRICT, PROVINCE, YEAR
from bench.subjects import APPROVER, HEAD, REVIEWER, Subject, Subjects
from portal.domain.queue import QueueSort, QueueTab

STATEMENTS = 36
"""Most of a page or an act; a submission has the most, which freezes the text, indexes it and tells the reviewers."""


@dataclass(frozen=True, slots=True)
class MeasuredPage:
    """viewer: see `Subjects.username`. paths: got in turn. p50: most milliseconds, by the name of the shape.

    statements: most for one page. is_crowded: measured with many clients at once too, beside the bare page.
    """

    what: str
    viewer: str
    paths: Callable[[Subjects], Sequence[str]]
    p50: Mapping[str, float] = field(default_factory=dict)
    statements: int = STATEMENTS
    is_crowded: bool = False


_QUEUE = {DISTRICT.name: 12.0, PROVINCE.name: 40.0}
_OVERVIEW = {DISTRICT.name: 60.0, PROVINCE.name: 250.0}
_QUEUE_PATH = f"/?tab={QueueTab.TO_REVIEW.value}&year={YEAR}"

_SEARCHES = {DISTRICT.name: 20.0, PROVINCE.name: 30.0}
_SEARCH = f"/search?{urlencode({'q': '慰问'})}"
_FROM_QUEUE = urlencode({"queue": _QUEUE_PATH.partition("?")[2], "place": 3})


def _everywhere(most: float) -> dict[str, float]:
    return {"1,000": most, "10,000": most, DISTRICT.name: most, PROVINCE.name: most}


def _sorted_queue(sort: QueueSort) -> MeasuredPage:
    path = f"{_QUEUE_PATH}&sort=-{sort.value}"
    return MeasuredPage(f"queue, reviewer, by {sort.value}", REVIEWER, lambda _: [path], _QUEUE, statements=12)


def _tables(subjects: Sequence[Subject], rest: str = "") -> list[str]:
    return [f"/tables/{subject.id}{rest}" for subject in subjects]


PAGES = (
    MeasuredPage("queue, reviewer", REVIEWER, lambda _: [_QUEUE_PATH], _QUEUE, statements=12, is_crowded=True),
    *(_sorted_queue(sort) for sort in QueueSort if sort is not QueueSort.FIRST),
    MeasuredPage("queue, reviewer, deep", REVIEWER, lambda subjects: [subjects.deep[REVIEWER]], _QUEUE),
    MeasuredPage("queue, reviewer, all years", REVIEWER, lambda _: ["/"]),
    MeasuredPage("queue, approver", APPROVER, lambda _: ["/"], is_crowded=True),
    MeasuredPage("queue, approver, deep", APPROVER, lambda subjects: [subjects.deep[APPROVER]]),
    MeasuredPage(
        "desk, 30 rows, 20 opinions",
        REVIEWER,
        lambda subjects: _tables(subjects.discussed, f"?{_FROM_QUEUE}"),
        _everywhere(25.0),
        statements=15,
        is_crowded=True,
    ),
    MeasuredPage("desk, second round", REVIEWER, lambda subjects: _tables(subjects.shown, f"?{_FROM_QUEUE}")),
    MeasuredPage("overview, approver", APPROVER, lambda _: [f"/overview/{YEAR}"], _OVERVIEW, statements=12),
    MeasuredPage("overview, reviewer", REVIEWER, lambda _: [f"/overview/{YEAR}"], _OVERVIEW, statements=12),
    MeasuredPage("register, reviewer, overdue", REVIEWER, lambda _: [f"/register/{YEAR}?tab=overdue"]),
    MeasuredPage("comparison", REVIEWER, lambda subjects: _tables(subjects.discussed, "/compare")),
    MeasuredPage("inbox, reviewer", REVIEWER, lambda _: ["/notices"], _everywhere(10.0), statements=5),
    MeasuredPage("inbox, head", HEAD, lambda _: ["/notices?tab=all"], _everywhere(10.0), statements=5),
    MeasuredPage("table page", HEAD, lambda subjects: _tables(subjects.of_head), _everywhere(10.0), is_crowded=True),
    MeasuredPage("search of two characters, approver", APPROVER, lambda _: [_SEARCH], _SEARCHES),
    MeasuredPage("search of two characters, reviewer", REVIEWER, lambda _: [_SEARCH], _SEARCHES),
)
