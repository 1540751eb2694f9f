"""Rules on 指标值确定依据: is there a basis, is it a document or standard, are document numbers well-formed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.domain import forms
from portal.domain.changes import Set
from portal.domain.documents import Document, ProjectDocument, field_of
from portal.domain.quotation import quote
from portal.domain.rules.blanks import is_blank
from portal.domain.rules.findings import Correction, Place, YearRules
from portal.domain.rules.words import listed, one_of

_NO_BASIS = frozenset(listed("bases", "no_basis"))
_ONLY_ORDERED = re.compile(
    rf"(?:{one_of(listed('bases', 'whoever'))}){{0,6}}(?:{one_of(listed('bases', 'whatever'))}){{1,3}}"
)
_MAX_PHRASE = 20
_PUNCTUATION = re.compile(r"[\s。；;，,、.．:：！!“”\"()（）]+")
_NUMBER = re.compile(
    # 机关代字, the year in any brackets, 第, 序号; both gaps are bounded.
    r"(?P<body>[\u4e00-\u9fff]{1,12})(?P<space1>\s{0,2})"
    r"(?:(?P<open>[\[［【《(（〔〈<﹝{｛])\s{0,2}(?P<year>(?:19|20)\d\d)\s{0,2}(?P<close>[\]］】》)）〕〉>﹞}｝])"
    r"|(?P<bare>(?:19|20)\d\d)年?(?=[\s—\-－–]{0,2}\d{1,5}\s?号))"
    r"(?P<space2>[\s—\-－–]{0,2})(?P<ordinal>字?第?)\s?(?P<number>\d{1,5})\s?号(?![楼院线路门井泵栋幢])",
    re.ASCII,
)
_AGENCY_ENDINGS = ("字", "发", "办", "函")
"""Endings of agency codes: 山政办字2019年12号."""
_MAX_READ = 20_000
_MAX_LISTED = 3
_CODE_LENGTH = 8
_INTRODUCTIONS = re.compile(r"^.*(?:根据|依据|按照|参照|关于|印发|执行|以及|和|与|及|见|的|经)(?=[\u4e00-\u9fff])")


def basis_for_every_value(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """E11. Every target value has a basis."""
    for position, row in enumerate(document.indicators, 1):
        if not is_blank(row.target_value) and is_blank(row.basis):
            yield (
                f"indicators/{row.id}/basis",
                f"第{position}行没有填写指标值确定依据。说不出依据的指标值，高低都无从判断；"
                "请填写所依据的文件、标准、合同、计划或往年数据。",
            )


def basis_is_one(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """W19. The basis is a document, a standard, a plan or data, not 财政统一安排."""
    for position, row in enumerate(document.indicators, 1):
        if len(row.basis) <= _MAX_READ and not is_blank(row.basis) and _names_no_document(row.basis):
            yield (
                f"indicators/{row.id}/basis",
                f"第{position}行的指标值确定依据{quote(row.basis)}不是文件、标准或数据，别人无法据此核对指标值；"
                "请写明文件名称和文号、行业或支出标准、合同、工作计划，或往年的实际数据。",
            )


def _names_no_document(basis: str) -> bool:
    words = _PUNCTUATION.sub("", basis[:60])
    return words in _NO_BASIS or (len(words) <= _MAX_PHRASE and _ONLY_ORDERED.fullmatch(words) is not None)


def document_numbers_in_form(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """W14. Document numbers follow 机关代字〔年份〕序号号 (GB/T 9704). Each number is reported at its first place.

    The brackets of the year are 〔〕; the serial number has neither 第 nor leading zeros.
    """
    places: dict[str, list[str]] = {}
    written: dict[str, str] = {}
    for path, text in _texts(document):
        for found in _not_in_form(text):
            sound = _in_form(found)
            places.setdefault(sound, []).append(path)
            written.setdefault(sound, _as_written(found))
    grouped: dict[str, list[str]] = {}
    for sound, paths in places.items():
        grouped.setdefault(paths[0], []).append(sound)
    for path, numbers in grouped.items():
        column = forms.of(document).label(field_of(document.kind, path))
        told = "；".join(f"{quote(written[n])}应写作“{n}”{_also(places[n])}" for n in numbers[:_MAX_LISTED])
        yield (
            path,
            f"{column}中的文号不合规范：{told}。公文文号的年份用六角括号〔〕括起，序号不加“第”、不编虚位，"
            "写法统一才能检索和核对；请照此改写。",
        )


def correct_document_numbers(document: Document, path: str, _year: YearRules) -> Correction | None:
    """The numbers that are first written at `path`, in form, wherever they stand."""
    if not isinstance(document, ProjectDocument):
        return None
    first: dict[str, str] = {}
    mended: list[Set] = []
    for place, text in _texts(document):
        new = text
        for found in reversed(list(_not_in_form(text))):  # from the end, so that positions stay right
            sound = _in_form(found)
            start = found.end() - len(_as_written(found))
            if first.setdefault(sound, place) == path:
                new = new[:start] + sound + new[found.end() :]
        if new != text:
            mended.append(Set(place, text, new))
    return Correction(tuple(mended)) if mended else None


def _not_in_form(text: str) -> Iterator[re.Match[str]]:
    for found in _NUMBER.finditer(text[:_MAX_READ]) if "号" in text else ():
        if found["bare"] and "年" in found[0][len(found["body"]) :] and not found["body"].endswith(_AGENCY_ENDINGS):
            continue  # 2020年6号台风 is no document number
        if _in_form(found) != _as_written(found):
            yield found


def _texts(document: ProjectDocument) -> Iterator[tuple[str, str]]:
    yield "purpose", document.purpose
    yield "goals", document.goals
    for row in document.indicators:
        yield f"indicators/{row.id}/description", row.description
        yield f"indicators/{row.id}/basis", row.basis


def _body(found: re.Match[str]) -> str:
    """The agency's code without the preceding words of the sentence: 根据山民 → 山民."""
    body = _INTRODUCTIONS.sub("", found["body"])
    return body[-_CODE_LENGTH:]


def _as_written(found: re.Match[str]) -> str:
    return _body(found) + found[0][len(found["body"]) :]


def _in_form(found: re.Match[str]) -> str:
    return f"{_body(found)}〔{found['year'] or found['bare']}〕{int(found['number'])}号"


def _also(paths: list[str]) -> str:
    return f"（本表共 {len(paths)} 处）" if len(paths) > 1 else ""
