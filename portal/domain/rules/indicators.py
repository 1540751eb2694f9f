"""Rules on the rows of 绩效指标: levels, required kinds, names.

Target values and bases have modules of their own; blank cells belong in `completeness`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from portal.domain.changes import Set
from portal.domain.documents import Document, Indicator, ProjectDocument, value_at
from portal.domain.frameworks import Framework, bare
from portal.domain.quotation import quote
from portal.domain.rules.findings import Correction, Place, YearRules
from portal.domain.rules.kinds import (
    EFFECT_NAMES,
    OUTPUT,
    SATISFACTION,
    Kind,
    level1_meant,
    only_parent,
    parent,
    rows_of,
)
from portal.domain.target_values import plain_characters

_NUMBERED = re.compile(r"^(?:\d{1,2}[.、](?!\d)|\(\d{1,2}\))")
_UNIT = re.compile(r"\((?P<unit>%|‰|人|户|次|元|万元|个|件)\)$")


def levels_in_framework(document: ProjectDocument, year: YearRules) -> Iterator[Place]:
    """E4. Level 1 and level 2 are in the year's framework, and level 2 stands under its level 1."""
    for position, row in enumerate(document.indicators, 1):
        if not row.level1.strip():
            continue
        level1 = year.framework.find_level1(row.level1)
        if level1 is None:
            yield f"indicators/{row.id}/level1", _level1_message(position, row, year.framework)
        elif row.level2.strip() and year.framework.find_level2(level1, row.level2) is None:
            yield f"indicators/{row.id}/level2", _level2_message(position, row, level1, year.framework)


def correct_levels(document: Document, path: str, year: YearRules) -> Correction | None:
    """E4. The year's own name of 效益 or 效果; the level 1 of a level 2, which is certain only where it replaces none.

    Any other level is the drafter's choice.
    """
    row_path, _, name = path.rpartition("/")
    level1, level2 = (value_at(document, f"{row_path}/{each}") or "" for each in ("level1", "level2"))
    if name == "level1" and bare(level1) in EFFECT_NAMES:
        return Correction((Set(path, level1, year.framework.effect_level),))
    if name == "level1" and (above := only_parent(level1, year.framework)):
        down = [] if level2.strip() else [Set(f"{row_path}/level2", level2, level1.strip())]
        return Correction((Set(path, level1, above), *down), is_certain=bool(down))
    if name == "level2" and (above := only_parent(level2, year.framework)):
        return Correction((Set(f"{row_path}/level1", level1, above),), is_certain=False)
    return None


def correct_blank_level1(document: Document, path: str, year: YearRules) -> Correction | None:
    """E12. The level 1 that the framework has above the row's level 2."""
    typed = value_at(document, path) or ""
    above = only_parent(value_at(document, f"{path.removesuffix('1')}2") or "", year.framework)
    return Correction((Set(path, typed, above),)) if above and not typed.strip() else None


def needed_kinds_present(document: ProjectDocument, year: YearRules) -> Iterator[Place]:
    """E5. At least one 产出 and one 效益/效果 indicator; 满意度 if the framework requires it.

    If no level 1 is filled in, E12 reports it.
    """
    if not any(row.level1.strip() for row in document.indicators):
        return
    framework = year.framework
    wanted = [OUTPUT, framework.effect_level]
    if framework.satisfaction_required:
        wanted.append(SATISFACTION)
    present = {level1_meant(row.level1, framework) for row in document.indicators}
    if missing := [level1 for level1 in wanted if level1 not in present]:
        yield (
            "indicators",
            f"绩效指标中缺少{'、'.join(missing)}。只有各类指标齐全，才能从做了什么、有何成效"
            f"{'、对象是否满意' if framework.satisfaction_required else ''}来衡量这笔钱；请至少各补一行。",
        )


def level3_names_differ(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """E7. No two indicators share a level-3 name, ignoring white space, numbering, unit and closing punctuation."""
    seen: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for position, row in enumerate(document.indicators, 1):
        name, unit = _name_and_unit(row.level3)
        same = [first for first, other in seen[name] if not unit or not other or unit == other]
        if name:
            seen[name].append((position, unit))
        if same:
            yield (
                f"indicators/{row.id}/level3",
                f"第{position}行的三级指标{quote(row.level3)}与第{same[0]}行重名。"
                "重名的指标在监控和评价时分不清是哪一个；请合并，或写明各自衡量的对象。",
            )


def _name_and_unit(level3: str) -> tuple[str, str]:
    """1.报酬发放及时率（%）。 → 报酬发放及时率 and %; the name 3.15宣传活动次数 has no numbering."""
    plain = _NUMBERED.sub("", plain_characters("".join(level3.split())).rstrip("。.;,、:"))
    unit = _UNIT.search(plain)
    return (plain[: unit.start()], unit["unit"]) if unit else (plain, "")


def quantity_present(document: ProjectDocument, year: YearRules) -> Iterator[Place]:
    """W1. At least one 数量指标; if there is no output row, E5 reports it."""
    rows = list(rows_of(document, year.framework, Kind.OUTPUT, Kind.COST))
    outputs = [row for _, row in rows if bare(row.level1) == bare(OUTPUT)]
    if (
        outputs
        and not any(bare(row.level2) == "数量" for row in outputs)
        and all(row.level2.strip() for row in outputs)
    ):
        yield (
            "indicators",
            "产出指标中没有数量指标。不写明做多少，就看不出这笔钱办多少事，也无法与预算对照；"
            "请补一行数量指标，例如发放多少人、服务多少户、完成多少处。",
        )


def cost_present(document: ProjectDocument, year: YearRules) -> Iterator[Place]:
    """W2. At least one 成本指标, as level 2 or, from 2021 on, as level 1."""
    if not any(row.level1.strip() and row.level2.strip() for row in document.indicators):
        return
    if next(rows_of(document, year.framework, Kind.COST), None) is None:
        yield (
            "indicators",
            "绩效指标中没有成本指标。没有成本标准，就判断不了目标与资金是否相称；"
            "请补一行成本指标，写明单位标准或总额上限，例如人均补贴标准“＝540元/人·月”。",
        )


def _level1_message(position: int, row: Indicator, framework: Framework) -> str:
    meant = level1_meant(row.level1, framework)
    if meant and bare(row.level1) not in EFFECT_NAMES:
        how = f"它是“{meant}”下的二级指标，请把一级指标改为“{meant}”"
    elif meant:
        how = f"本年度的表式称为“{meant}”，请改用这一名称"
    else:
        how = f"请改选：{'、'.join(framework.levels)}"
    return f"第{position}行的一级指标{quote(row.level1)}不在本年度的指标体系中，汇总和评价时归不了类；{how}。"


def _level2_message(position: int, row: Indicator, level1: str, framework: Framework) -> str:
    choices = "、".join(framework.levels[level1])
    own = framework.find_level1(row.level2)
    if above := parent(row.level2, framework):
        fault = f"属于“{above}”，不属于“{level1}”"
        how = f"请把一级指标改为“{above}”，或改选二级指标：{choices}"
    elif own:
        fault = "在本年度的指标体系中是一级指标"
        how = f"请把它填在一级指标一栏并选其下的二级指标：{'、'.join(framework.levels[own])}"
    else:
        fault = f"不在本年度指标体系的“{level1}”之下"
        how = f"请改选：{choices}"
    return f"第{position}行的二级指标{quote(row.level2)}{fault}，汇总和评价时归不了类；{how}。"
