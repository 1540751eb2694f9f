"""W16: characters that are not standard. One finding for each fault and table, at its first place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from portal.domain.documents import DepartmentDocument, Document, ProjectDocument, texts
from portal.domain.quotation import quote
from portal.domain.rules.findings import Place, YearRules

_MAX_READ = 20_000


@dataclass(frozen=True, slots=True)
class _Fault:
    found: re.Pattern[str]
    mending: str


_FAULTS = (
    _Fault(re.compile("[≧⩾≽]"), "请改用标准的“≥”"),
    _Fault(re.compile("[≦⩽≼]"), "请改用标准的“≤”"),
    _Fault(re.compile(">=|=>|<=|=<"), "请改用“≥”“≤”一个字符"),
    _Fault(re.compile(r"(?<=\d)\s?(?:百分比|百分率)"), "数字后面请用“%”"),
    _Fault(re.compile("[０-９]+"), "请改用半角数字"),
    _Fault(re.compile("[\u4e00-\u9fff)）][,;?!][\u4e00-\u9fff]"), "中文里请用全角标点“，；？！”"),
)


def characters_are_standard(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """W16 for 项目绩效目标表."""
    yield from _nonstandard(document)


def department_characters(document: DepartmentDocument, _year: YearRules) -> Iterator[Place]:
    """W16 for 部门整体绩效目标."""
    yield from _nonstandard(document)


def _nonstandard(document: Document) -> Iterator[Place]:
    all_texts = texts(document)
    for fault in _FAULTS:
        places = [
            (path, found[0]) for path, words in all_texts.items() if (found := fault.found.search(words[:_MAX_READ]))
        ]
        if places:
            path, written = places[0]
            count = f"（本表共 {len(places)} 处）" if len(places) > 1 else ""
            yield path, f"{quote(written)}不是规范的写法{count}，检索和汇总时会漏掉；{fault.mending}。"
