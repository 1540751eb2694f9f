"""The documents as frozen dataclasses: the superset of all fields that rules know, and their paths.

The form (`portal.domain.forms`) says which of these fields a table shows, where, and under which caption. A text field
that no rule knows does not belong here: its form declares it, and `extra` holds it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum

MAX_ROWS = 1_000
ROW_ID = re.compile(r"[a-z0-9]{4,16}")
EXTRA_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
EXTRA = "extra"
_ID_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

Extra = tuple[tuple[str, str], ...]
"""Texts by name, sorted, none blank."""


class Kind(StrEnum):
    PROJECT = "project"
    DEPARTMENT = "department"

    @property
    def label(self) -> str:
        return {"project": "项目绩效目标表", "department": "部门整体绩效目标"}[self.value]


FIRST_FORMS: Mapping[Kind, str] = {Kind.PROJECT: "hebei-2017", Kind.DEPARTMENT: "department-2017"}
"""The forms of texts stored before texts named their form."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Amounts as typed, in the unit of the form.

    total: 预算数; fiscal: 财政资金; other: 其他资金; superior, local: 上级补助 and 本级安排, parts of `fiscal`.
    """

    total: str = ""
    fiscal: str = ""
    other: str = ""
    superior: str = ""
    local: str = ""


@dataclass(frozen=True, slots=True)
class SpendingPlan:
    """资金支出计划（%）: cumulative percent at the end of four months, as typed."""

    march: str = ""
    june: str = ""
    october: str = ""
    december: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of 绩效指标. weight: 权重, as typed."""

    id: str
    level1: str = ""
    level2: str = ""
    level3: str = ""
    description: str = ""
    target_value: str = ""
    basis: str = ""
    weight: str = ""
    extra: Extra = ()


@dataclass(frozen=True, slots=True)
class Duty:
    id: str
    name: str = ""
    goal: str = ""
    extra: Extra = ()


@dataclass(frozen=True, slots=True)
class Safeguard:
    """`body` may hold marks, see `portal.domain.markup`."""

    id: str
    title: str = ""
    body: str = ""
    extra: Extra = ()


Group = Budget | SpendingPlan
Row = Indicator | Duty | Safeguard


@dataclass(frozen=True, slots=True)
class ProjectDocument:
    """项目绩效目标表. `ordinal` (表序号) is assigned at creation, 0 = none. `form`: id of its form."""

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
    extra: Extra = ()
    form: str = FIRST_FORMS[Kind.PROJECT]

    @property
    def kind(self) -> Kind:
        return Kind.PROJECT


@dataclass(frozen=True, slots=True)
class DepartmentDocument:
    """部门整体绩效目标. `overall` may hold marks, see `portal.domain.markup`. `form`: id of its form."""

    overall: str = ""
    duties: tuple[Duty, ...] = ()
    safeguards: tuple[Safeguard, ...] = ()
    extra: Extra = ()
    form: str = FIRST_FORMS[Kind.DEPARTMENT]

    @property
    def kind(self) -> Kind:
        return Kind.DEPARTMENT


Document = ProjectDocument | DepartmentDocument
DOCUMENT_TYPES: Mapping[Kind, type[Document]] = {Kind.PROJECT: ProjectDocument, Kind.DEPARTMENT: DepartmentDocument}


@dataclass(frozen=True, slots=True)
class PerformanceText:
    """部门预算绩效文本: the documents of one office and year in one file."""

    department: DepartmentDocument | None = None
    tables: tuple[ProjectDocument, ...] = ()


ROW_LISTS: Mapping[Kind, Mapping[str, type[Row]]] = {
    Kind.PROJECT: {"indicators": Indicator},
    Kind.DEPARTMENT: {"duties": Duty, "safeguards": Safeguard},
}
GROUPS: Mapping[Kind, Mapping[str, type[Group]]] = {
    Kind.PROJECT: {"budget": Budget, "spending_plan": SpendingPlan},
    Kind.DEPARTMENT: {},
}


def blank(kind: Kind, form: str = "") -> Document:
    """An empty document in the form `form`; "" is the kind's first form."""
    return DOCUMENT_TYPES[kind](form=form or FIRST_FORMS[kind])


def new_row_id() -> str:
    """A short id, assigned when a row is created; it never changes."""
    return "".join(secrets.choice(_ID_ALPHABET) for _ in range(8))


def row_fields(row_type: type[Row]) -> tuple[str, ...]:
    """Names of the text fields of a row's dataclass, in its order."""
    return _ROW_FIELDS[row_type]


_NO_TEXTS = frozenset({"id", EXTRA, "form"})
_ROW_FIELDS: Mapping[type[Row], tuple[str, ...]] = {
    row_type: tuple(f.name for f in fields(row_type) if f.name not in _NO_TEXTS)
    for row_type in (Indicator, Duty, Safeguard)
}


def _scalars(kind: Kind) -> tuple[str, ...]:
    found: list[str] = []
    for f in fields(DOCUMENT_TYPES[kind]):
        if f.name in GROUPS[kind]:
            found += (f"{f.name}/{part.name}" for part in fields(GROUPS[kind][f.name]))
        elif f.name not in ROW_LISTS[kind] and f.name not in _NO_TEXTS:
            found.append(f.name)
    return tuple(found)


SCALARS: Mapping[Kind, tuple[str, ...]] = {kind: _scalars(kind) for kind in Kind}
"""Paths of the dataclasses' text fields outside the row lists, in their order."""

MARKED = frozenset({"overall", "safeguards/body"})
"""Fields with emphasis and links, see `portal.domain.markup`."""

ASSIGNED_FIELDS = frozenset({"ordinal", "office_code", "office_name"})
"""Assigned by the portal when a table is created or imported; the edit form shows them read-only."""

ONE_LINE = frozenset(
    {"ordinal", "office_code", "office_name", "project_code", "project_name", "indicators/weight"}
    | {f"{name}/{part.name}" for name, group in GROUPS[Kind.PROJECT].items() for part in fields(group)}
)
"""Fields of one line, row fields without the row's id; all others may have several lines."""


def title_of_project(name: str) -> str:
    """The title of a project's table."""
    return f"{name or '（未命名项目）'}绩效目标表"


def title(document: Document) -> str:
    """The title of a document in lists and headings."""
    return title_of_project(document.project_name) if isinstance(document, ProjectDocument) else document.kind.label
