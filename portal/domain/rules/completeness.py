"""Rules on what must not be blank (完整性).

The spending plan is left to the rule on the plan, the basis of a value to the rule on bases: each reports
its own blanks, and nothing is reported twice.
"""

from __future__ import annotations

from collections.abc import Iterator

from portal.domain.documents import (
    LABELS,
    DepartmentDocument,
    Document,
    ProjectDocument,
    Row,
    row_fields,
    rows,
    value_at,
)
from portal.domain.quotation import quote
from portal.domain.rules.blanks import is_blank
from portal.domain.rules.findings import Place, YearRules

_PROJECT_FIELDS = {
    "office_code": "审核和汇总按它归口，请填写六位编码",
    "office_name": "请填写单位全称",
    "project_code": "预算与绩效目标靠它对应，请按预算系统中的编码填写",
    "project_name": "请按预算系统中的名称填写",
    "budget/total": "没有金额就无法判断目标与资金是否相称，请以元为单位填写",
    "purpose": "请写明买什么、付给谁，以及数量、标准和时间",
    "goals": "目标是批复和评价的依据，请写明要完成什么、达到什么效果",
}
_ROW_HINTS = {
    "indicators/level1": "请按本年度指标体系选择",
    "indicators/level2": "请按本年度指标体系选择",
    "indicators/level3": "请写明衡量的对象和内容",
    "indicators/description": "请写明指标的含义或计算方法",
    "indicators/target_value": "没有指标值就无法考核，请填写",
    "duties/name": "请填写职责名称",
    "duties/goal": "请写明履行这项职责要达到什么目标",
    "safeguards/title": "请填写措施的标题",
    "safeguards/body": "请写明具体措施，没有内容的请删除",
}
"""The cells of a row that must be filled in, and how."""
_WITH_A_FORM = frozenset({"budget/total", "office_code", "project_code", "level1", "level2"})
"""A stroke in these is told by the rules on amounts, codes and levels."""


def project_is_filled_in(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """E12 for 项目绩效目标表 (completeness of content: 财预〔2015〕88号)."""
    for path, hint in _PROJECT_FIELDS.items():
        text = value_at(document, path) or ""
        if _is_missing(path, text):
            yield path, f"没有填写{LABELS[path]}{_only(text)}；{hint}。"
    if not document.indicators:
        yield (
            "indicators",
            "没有绩效指标。没有指标就无法考核目标是否完成；请至少填写产出指标和效益（效果）指标各一行。",
        )
    yield from _blank_cells(document, "indicators")


def department_is_filled_in(document: DepartmentDocument, _year: YearRules) -> Iterator[Place]:
    """E12 for 部门整体绩效目标."""
    if not document.overall.strip():
        yield "overall", "没有填写总体目标；请概括本单位全年要达到的目标。"
    if not document.duties:
        yield (
            "duties",
            "没有职责分类目标。项目的目标要由职责引出；请按本单位的职责逐项填写，至少一项。",
        )
    yield from _blank_cells(document, "duties")
    yield from _blank_cells(document, "safeguards")


def _blank_cells(document: Document, list_name: str) -> Iterator[Place]:
    for position, row in enumerate(rows(document, list_name), 1):
        place = f"{LABELS[list_name]}第{position}行"
        blank = _blank_names(row)
        if len(blank) == len(row_fields(type(row))):
            yield f"{list_name}/{row.id}", f"{place}是空行；请填写，不需要的请删除。"
            continue
        for name in blank:
            cell = f"{list_name}/{name}"
            if cell in _ROW_HINTS:
                text = getattr(row, name)
                fault = f"{place}没有填写{LABELS[cell]}{_only(text)}；{_ROW_HINTS[cell]}。"
                yield f"{list_name}/{row.id}/{name}", fault


def _blank_names(row: Row) -> list[str]:
    return [name for name in row_fields(type(row)) if _is_missing(name, getattr(row, name))]


def _is_missing(cell: str, text: str) -> bool:
    return not text.strip() if cell in _WITH_A_FORM else is_blank(text)


def _only(text: str) -> str:
    return f"（只写了{quote(text)}）" if text.strip() else ""
