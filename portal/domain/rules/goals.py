"""Rules on the text of 绩效目标 and its lines.

Similarity with other tables and with last year belongs in `copies`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from portal.domain.chinese_numerals import BELOW_HUNDRED, BELOW_THOUSAND, ONE_TO_NINE
from portal.domain.documents import ProjectDocument
from portal.domain.quotation import quote
from portal.domain.rules.findings import Place, YearRules

_COUNT = rf"(?:\d{{1,3}}|[{BELOW_THOUSAND}]{{1,4}})"
_NUMBERING = re.compile(
    rf"{_COUNT}[、)）]"
    # 1.5万元 is no numbering, 1.2020年 is.
    rf"|{_COUNT}[.．](?!\d|$)|{_COUNT}[.．](?=(?:19|20)\d\d年)"
    rf"|[(（\[［【〔]{_COUNT}[)）\]］】〕]、?"
    rf"|目标{_COUNT}[:：、.．]"
    r"|[\u2460-\u249b\u24ea-\u24ff\u2776-\u2793\u3220-\u3229\u3280-\u3289][、.．]?"
    rf"|第[{BELOW_HUNDRED}][,，、：:]|[{BELOW_HUNDRED}]是"
    r"|[A-Ha-h][、.．](?![A-Za-z\d])|[\u2160-\u216b][、.．]"
    r"|[•·●○■□◆◇▪★☆]"
)
_WITHIN_LINE = re.compile(
    rf"(?<=[。；;])(?={_COUNT}[、.．](?!\d)|目标{_COUNT}[:：、]|第[{ONE_TO_NINE}][,，、]|[{BELOW_HUNDRED}]是)"
)
"""Between goals on one line; （1） and ① are parts of one goal."""
_DEPTH = 3
"""Maximum nesting of numberings, as in 1、（1）①; what is deeper is no numbering."""
_CLOSING = "。；;，,、.．！!：:…"
_MAX_LISTED = 3
"""Repetitions listed one by one; a text pasted thirty times needs no thirty sentences."""


def goal_lines_differ(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """E8. No goal is repeated; numbering, white space and closing punctuation are ignored.

    A goal is a line, or one of several numbered goals within a line.
    """
    goals, counted = document.goals.split("\n"), "行"
    within = [goal for line in goals for goal in _WITHIN_LINE.split(line) if goal.strip()]
    if len(within) > len(goals):
        goals, counted = within, "条"
    positions: defaultdict[str, list[int]] = defaultdict(list)
    for position, goal in enumerate(goals, 1):
        positions[_comparable(goal)].append(position)
    repeated = [found for words, found in positions.items() if words and len(found) > 1]
    if not repeated:
        return
    told = "；".join(_repetition(found, goals, counted) for found in repeated[:_MAX_LISTED])
    more = f"；另有 {len(repeated) - _MAX_LISTED} 处" if len(repeated) > _MAX_LISTED else ""
    yield (
        "goals",
        f"{told}{more}。同一目标写两次无法分别考核；请合并，或改写成不同的目标。",
    )


def _repetition(found: list[int], goals: list[str], counted: str) -> str:
    first, *later = found
    numbers = "、".join(str(position) for position in later[:_MAX_LISTED])
    more = f"等 {len(later)} {counted}" if len(later) > _MAX_LISTED else counted
    return f"绩效目标第{numbers}{more}与第{first}{counted}相同：{quote(unnumbered(goals[later[0] - 1]))}"


def _comparable(line: str) -> str:
    """The line in the form used for comparison."""
    return unnumbered("".join(line.split())).rstrip(_CLOSING)


def unnumbered(line: str) -> str:
    line = line.strip()
    for _ in range(_DEPTH):
        numbering = _NUMBERING.match(line)
        if numbering is None:
            break
        line = line[numbering.end() :].lstrip()
    return line
