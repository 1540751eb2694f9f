"""W16: characters that are not standard. One finding for each fault and table, at its first place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from portal.domain.changes import Set
from portal.domain.documents import DepartmentDocument, Document, ProjectDocument, texts
from portal.domain.quotation import quote
from portal.domain.rules.findings import Correction, Place, YearRules

_MAX_READ = 20_000
_STANDARD = str.maketrans(
    {**dict.fromkeys("≧⩾≽", "≥"), **dict.fromkeys("≦⩽≼", "≤"), ",": "，", ";": "；", "?": "？", "!": "！"}
    | {chr(ord("０") + digit): str(digit) for digit in range(10)}
)


@dataclass(frozen=True, slots=True)
class _Fault:
    """found: what is not standard; new: what to write instead, None for the standard characters of `table`.

    within: the beginning of the paths where it is a fault.
    """

    found: re.Pattern[str]
    mending: str
    new: str | None = None
    table: Mapping[int, str | None] = field(default_factory=lambda: _STANDARD)
    harm: str = "检索和汇总时会漏掉"
    within: str = ""

    def mend(self, text: str) -> str:
        return self.found.sub(lambda match: match[0].translate(self.table) if self.new is None else self.new, text)


_INVISIBLE = _Fault(re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"), "请删去", new="")
_FAULTS = (
    _Fault(re.compile("[≧⩾≽]"), "请改用标准的“≥”"),
    _Fault(re.compile("[≦⩽≼]"), "请改用标准的“≤”"),
    _Fault(re.compile(">=|=>"), "请改用“≥”一个字符", new="≥"),
    _Fault(re.compile("<=|=<"), "请改用“≤”一个字符", new="≤"),
    _Fault(
        re.compile(r"(?<=\d)\s?(?:百分比|百分率)"),
        "数字后面请用“%”（“百分比”多半是从别的系统导出时带出的单位名称）",
        new="%",
    ),
    _Fault(re.compile("[０-９]+"), "请改用半角数字"),
    _Fault(re.compile("(?<=[\u4e00-\u9fff)）])[,;?!](?=[\u4e00-\u9fff])"), "中文里请用全角标点“，；？！”"),
    _Fault(
        re.compile(r"^\d{1,3}(?:,\d{3})+(?:\.\d+)?$", re.ASCII),
        "请只写数字",
        table={ord(","): None},
        harm="各表的金额写法不一，复制到别的系统时会读错",
        within="budget/",
    ),
    _INVISIBLE,
)
_SUSPECT = re.compile("[≧⩾≽≦⩽≼=０-９,;?!百\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
"""A character that each fault contains: one search excludes most texts."""


def characters_are_standard(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """W16 for 项目绩效目标表."""
    yield from _nonstandard(document)


def department_characters(document: DepartmentDocument, _year: YearRules) -> Iterator[Place]:
    """W16 for 部门整体绩效目标."""
    yield from _nonstandard(document)


def correct_characters(document: Document, path: str, _year: YearRules) -> Correction | None:
    """All places of the faults that are reported at `path`."""
    suspect, mended = _suspect_texts(document), dict[str, str]()
    for fault in _FAULTS:
        places = _places(fault, suspect)
        if next(iter(places), "") == path:
            mended |= {place: fault.mend(mended.get(place, text)) for place, text in places.items()}
    return Correction(tuple(Set(place, suspect[place], text) for place, text in mended.items())) if mended else None


def in_standard_characters(text: str) -> str:
    """A text outside of a document, with every fault mended."""
    for fault in _FAULTS:
        text = fault.mend(text) if not fault.within else text
    return text


def _nonstandard(document: Document) -> Iterator[Place]:
    suspect = _suspect_texts(document)
    for fault in _FAULTS if suspect else ():
        places = _places(fault, suspect)
        for path, words in list(places.items())[:1]:
            count = f"（本表共 {len(places)} 处）" if len(places) > 1 else ""
            yield path, f"{_named(fault, words)}{count}，{fault.harm}；{fault.mending}。"


def _suspect_texts(document: Document) -> dict[str, str]:
    return {path: words for path, words in texts(document).items() if _SUSPECT.search(words, 0, _MAX_READ)}


def _places(fault: _Fault, suspect: Mapping[str, str]) -> dict[str, str]:
    """Path and text of the places with the fault, in their order."""
    return {
        path: words
        for path, words in suspect.items()
        if path.startswith(fault.within) and fault.found.search(words, 0, _MAX_READ)
    }


def _named(fault: _Fault, words: str) -> str:
    found = fault.found.search(words)
    assert found is not None
    if fault is _INVISIBLE:
        return f"{quote(fault.mend(words), 20)}里有看不见的字符（U+{ord(found[0]):04X}）"
    around = int(found[0] in ",;?!")  # a lone comma does not show where it stands
    return f"{quote(words[max(0, found.start() - around) : found.end() + around])}不是规范的写法"
