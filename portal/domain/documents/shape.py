"""The two forms as frozen dataclasses, the names and paths of their fields, and the words of the official form."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum

MAX_ROWS = 1_000
ROW_ID = re.compile(r"[a-z0-9]{4,16}")
_ID_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class Kind(StrEnum):
    PROJECT = "project"
    DEPARTMENT = "department"

    @property
    def label(self) -> str:
        return {"project": "项目绩效目标表", "department": "部门整体绩效目标"}[self.value]


@dataclass(frozen=True, slots=True)
class Budget:
    """预算数, 其中：财政资金, 其他资金; 元, as typed."""

    total: str = ""
    fiscal: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class SpendingPlan:
    """资金支出计划（%）: cumulative percent at the end of four months, as typed."""

    march: str = ""
    june: str = ""
    october: str = ""
    december: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    id: str
    level1: str = ""
    level2: str = ""
    level3: str = ""
    description: str = ""
    target_value: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    id: str
    name: str = ""
    goal: str = ""


@dataclass(frozen=True, slots=True)
class Safeguard:
    """`body` is Markdown of the small set, see `portal.web.markdown`."""

    id: str
    title: str = ""
    body: str = ""


Row = Indicator | Duty | Safeguard


@dataclass(frozen=True, slots=True)
class ProjectDocument:
    """项目绩效目标表. `ordinal` (表序号) is given at birth, 0 = none."""

    ordinal: int = 0
    office_code: str = ""
    office_name: str = ""
    project_code: str = ""
    project_name: str = ""
    budget: Budget = field(default_factory=Budget)
    purpose: str = ""
    spending_plan: SpendingPlan = field(default_factory=SpendingPlan)
    goals: str = ""
    indicators: tuple[Indicator, ...] = ()

    @property
    def kind(self) -> Kind:
        return Kind.PROJECT


@dataclass(frozen=True, slots=True)
class DepartmentDocument:
    """部门整体绩效目标. `overall` is Markdown of the small set."""

    overall: str = ""
    duties: tuple[Duty, ...] = ()
    safeguards: tuple[Safeguard, ...] = ()

    @property
    def kind(self) -> Kind:
        return Kind.DEPARTMENT


Document = ProjectDocument | DepartmentDocument


@dataclass(frozen=True, slots=True)
class PerformanceText:
    """部门预算绩效文本: what one office hands in for one year, as one file."""

    department: DepartmentDocument | None = None
    tables: tuple[ProjectDocument, ...] = ()


ROW_LISTS: Mapping[Kind, Mapping[str, type[Row]]] = {
    Kind.PROJECT: {"indicators": Indicator},
    Kind.DEPARTMENT: {"duties": Duty, "safeguards": Safeguard},
}

GROUPS: Mapping[str, type[Budget] | type[SpendingPlan]] = {"budget": Budget, "spending_plan": SpendingPlan}

LABELS: Mapping[str, str] = {
    "ordinal": "表序号",
    "office_code": "预算单位编码",
    "office_name": "预算单位",
    "project_code": "项目编码",
    "project_name": "项目名称",
    "budget/total": "预算数",
    "budget/fiscal": "其中：财政资金",
    "budget/other": "其他资金",
    "purpose": "资金用途",
    "spending_plan/march": "3月底",
    "spending_plan/june": "6月底",
    "spending_plan/october": "10月底",
    "spending_plan/december": "12月底",
    "goals": "绩效目标",
    "indicators": "绩效指标",
    "indicators/level1": "一级指标",
    "indicators/level2": "二级指标",
    "indicators/level3": "三级指标",
    "indicators/description": "绩效指标描述",
    "indicators/target_value": "指标值",
    "indicators/basis": "指标值确定依据",
    "overall": "总体目标",
    "duties": "职责分类目标",
    "duties/name": "职责",
    "duties/goal": "绩效目标",
    "safeguards": "工作保障措施",
    "safeguards/title": "标题",
    "safeguards/body": "正文",
}
"""Words of the official form for each field, row lists and row fields without the row's id."""


def blank(kind: Kind) -> Document:
    return ProjectDocument() if kind is Kind.PROJECT else DepartmentDocument()


def new_row_id() -> str:
    """A short id, given at a row's birth and kept for ever."""
    return "".join(secrets.choice(_ID_ALPHABET) for _ in range(8))


def row_fields(row_type: type[Row]) -> tuple[str, ...]:
    """Names of the texts of a row, in the order of the form."""
    return _ROW_FIELDS[row_type]


_ROW_FIELDS: Mapping[type[Row], tuple[str, ...]] = {
    row_type: tuple(f.name for f in fields(row_type) if f.name != "id") for row_type in (Indicator, Duty, Safeguard)
}

SCALARS: Mapping[Kind, tuple[str, ...]] = {
    Kind.PROJECT: (
        "ordinal",
        "office_code",
        "office_name",
        "project_code",
        "project_name",
        "budget/total",
        "budget/fiscal",
        "budget/other",
        "purpose",
        "spending_plan/march",
        "spending_plan/june",
        "spending_plan/october",
        "spending_plan/december",
        "goals",
    ),
    Kind.DEPARTMENT: ("overall",),
}
"""Paths of the texts outside the row lists, in the order of the form."""

FIXED_AT_BIRTH = frozenset({"ordinal", "office_code", "office_name"})
"""Given by the portal when a table is made or imported; the edit form shows but does not offer them."""


def title_of_project(name: str) -> str:
    """What stands over a project's table."""
    return f"{name or '（未命名项目）'}绩效目标表"


def title(document: Document) -> str:
    """What stands over the form."""
    return title_of_project(document.project_name) if isinstance(document, ProjectDocument) else document.kind.label
