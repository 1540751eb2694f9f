"""Rules on the identity of a project: its code, its unit's code, its name.

Missing codes and names belong in `completeness`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator

from portal.domain import code_patterns
from portal.domain.changes import Set
from portal.domain.code_patterns import LONGEST_CODE, OFFICE_CODE_PATTERN
from portal.domain.documents import Document, PerformanceText, ProjectDocument, value_at
from portal.domain.quotation import quote
from portal.domain.rules.findings import Correction, Place, TablePlace, YearRules

_UNIT_GROUP = re.compile(r"(\d{3})-", re.ASCII)
_MAX_NAMED = 3
_DASHES = str.maketrans("—–−‐‑", "-----")


def codes_in_pattern(document: ProjectDocument, year: YearRules) -> Iterator[Place]:
    """E3. Project code and unit code match the year's patterns and agree, if the project code has a group."""
    code, unit = document.project_code.strip(), document.office_code.strip()
    unit_is_sound = code_patterns.fits(unit, year.office_code_pattern)
    if unit and not unit_is_sound:
        yield "office_code", _unit_message(unit, year)
    if not code:
        return
    if not code_fits(code, year):
        yield "project_code", _pattern_message(code, year)
        return
    group = _UNIT_GROUP.match(code)
    if group and unit_is_sound and group[1] != unit[:3]:
        yield (
            "project_code",
            f"项目编码{quote(code)}以 {group[1]} 开头，而预算单位编码{quote(unit)}的前三位是 {unit[:3]}。"
            "两者不一致，项目会归到别的部门；请核对项目编码。",
        )


def codes_and_names_unique(text: PerformanceText, _year: YearRules, asked: Collection[int]) -> Iterator[TablePlace]:
    """E3. No two tables of an office and year have the same project code or the same project name."""
    for path, what in (("project_code", "项目编码"), ("project_name", "项目名称")):
        for group in _same(text.tables, path):
            for number in (each for each in group if each in asked):
                words = quote(getattr(text.tables[number - 1], path))
                yield (
                    number,
                    path,
                    f"{what}{words}与{_name_others(text, group, number)}相同。"
                    f"同一单位同一年度内{what}不得重复，否则预算与绩效目标对不上；请核对，重复的表请删除或合并。",
                )


def correct_codes(document: Document, path: str, year: YearRules) -> Correction | None:
    """The code in half-width characters and upper case, where that is all it lacks."""
    if path not in ("project_code", "office_code"):
        return None
    code = value_at(document, path) or ""
    pattern = year.code_pattern if path == "project_code" else year.office_code_pattern
    mended = _mend(code)
    if len(code) > LONGEST_CODE or mended == code or not code_patterns.fits(mended, pattern):
        return None
    return Correction((Set(path, code, mended),))


def code_fits(code: str, year: YearRules) -> bool:
    """Whether a project code matches the year's pattern. Raises Invalid if a stored pattern is invalid."""
    return code_patterns.fits(code, year.code_pattern)


def _unit_message(unit: str, year: YearRules) -> str:
    if year.office_code_pattern == OFFICE_CODE_PATTERN:
        return f"预算单位编码{quote(unit)}不是六位数字。审核和汇总按它归口；请改为六位半角数字，例如 610002。"
    wanted = code_patterns.shown(year.office_code_pattern)
    return f"预算单位编码{quote(unit)}不合本年度规定的格式 {wanted}。审核和汇总按它归口；请告知系统管理员核对。"


def _pattern_message(code: str, year: YearRules) -> str:
    mask = code_patterns.mask(year.code_pattern)
    if year.code_pattern == year.framework.code_pattern:
        wanted = "应当形如 610-1301-JBN-3Y43：三位数字-四位数字-三个大写字母-四位数字或大写字母"
    elif mask:
        example = code_patterns.example(year.code_pattern)
        wanted = f"本年度规定的格式是 {mask}（{code_patterns.MASK_LEGEND}），例如 {example}"
    else:
        wanted = f"本年度规定的格式是 {year.code_pattern[:LONGEST_CODE]}"
    mended = _mend(code)
    if len(code) <= LONGEST_CODE and mended != code and code_fits(mended, year):
        how = f"请改写为 {mended}（半角、大写）"
    else:
        how = "请对照预算系统中的项目编码改正"
    return f"项目编码{quote(code)}不合规定，{wanted}。编码不对，预算与绩效目标对应不上；{how}。"


def _mend(code: str) -> str:
    """The probably intended code: half-width, upper case, without white space."""
    narrow = unicodedata.normalize("NFKC", code[:LONGEST_CODE]).translate(_DASHES).upper()
    return "".join(each for each in narrow if not each.isspace() and unicodedata.category(each) != "Cf")


def _same(tables: tuple[ProjectDocument, ...], path: str) -> list[list[int]]:
    """Positions of the tables that share a value at `path`, ignoring white space."""
    positions: defaultdict[str, list[int]] = defaultdict(list)
    for number, table in enumerate(tables, 1):
        positions["".join(getattr(table, path).split())].append(number)
    return [group for value, group in positions.items() if value and len(group) > 1]


def _name_others(text: PerformanceText, group: list[int], number: int) -> str:
    others = [text.tables[n - 1] for n in group[: _MAX_NAMED + 1] if n != number][:_MAX_NAMED]
    named = "、".join(_name(table) for table in others)
    return f"{named}等 {len(group) - 1} 张表" if len(group) - 1 > len(others) else named


def _name(table: ProjectDocument) -> str:
    ordinal = f"表{table.ordinal}" if table.ordinal else "另一张表"
    return f"{ordinal}{quote(table.project_name)}" if table.project_name.strip() else ordinal
