"""The two forms as frozen documents: shape, blank value, JSON, digest, addressing by path.

A document holds what somebody typed, as typed: amounts and percents are strings and are read
elsewhere (`amounts`). A *path* addresses one text in it: ``goals``, ``budget/total``,
``indicators/<row id>/level3``. What belongs here is the shape alone; no rule, no opinion on content.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from portal.domain.errors import Invalid

MAX_TEXT = 200_000
"""Characters in one cell; more is a mistake of the clipboard, not a text."""
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


# --- shape ---------------------------------------------------------------------------------------


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


def clean_text(value: str) -> str:
    """A text as documents hold it: LF, no TAB, no control characters, no white space around it.

    Everything inside stays as typed.
    """
    value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _CONTROL.sub("", value).strip()


_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


# --- JSON and digest -----------------------------------------------------------------------------


def to_json(document: Document) -> dict[str, Any]:
    """The document as plain JSON values, field names as here, row ids included."""
    plain: dict[str, Any] = {}
    for f in fields(document):
        value = getattr(document, f.name)
        if isinstance(value, tuple):
            plain[f.name] = [{g.name: getattr(row, g.name) for g in fields(row)} for row in value]
        elif isinstance(value, Budget | SpendingPlan):
            plain[f.name] = {g.name: getattr(value, g.name) for g in fields(value)}
        else:
            plain[f.name] = value
    return plain


def from_json(kind: Kind, plain: Any) -> Document:
    """The document that `plain` holds; missing fields are blank, texts are cleaned.

    Raises Invalid where the shape is not a document of this kind.
    """
    if not isinstance(plain, dict):
        raise Invalid("这不是一份绩效目标表文档。")
    values: dict[str, Any] = {}
    for path in SCALARS[kind]:
        group, _, name = path.partition("/")
        if name:
            values.setdefault(group, {})[name] = _text(_object(plain.get(group)).get(name))
        elif path == "ordinal":
            values[path] = _ordinal(plain.get(path))
        else:
            values[path] = _text(plain.get(path))
    for group, group_type in GROUPS.items():
        if group in values:
            values[group] = group_type(**values[group])
    seen: set[str] = set()
    for name, row_type in ROW_LISTS[kind].items():
        values[name] = _rows(row_type, plain.get(name), seen)
    return ProjectDocument(**values) if kind is Kind.PROJECT else DepartmentDocument(**values)


def assemble(kind: Kind, texts: Mapping[str, str], row_ids: Mapping[str, Sequence[str]]) -> Document:
    """The document made of texts by path and, for each row list, the ids of its rows in order.

    Missing texts are blank. Texts of any length are taken, so that what was typed can be shown again;
    saving refuses them. Raises Invalid for row ids that are none, or stand twice.
    """
    plain: dict[str, Any] = {}
    ids = [row_id for list_name in ROW_LISTS[kind] for row_id in row_ids.get(list_name, ())]
    if len(ids) > MAX_ROWS or len(set(ids)) != len(ids) or not all(ROW_ID.fullmatch(row_id) for row_id in ids):
        raise Invalid("表单中的行号无效或重复，请重新打开这张表。")
    for path in SCALARS[kind]:
        group, _, name = path.partition("/")
        text = clean_text(texts.get(path, ""))
        if name:
            plain.setdefault(group, {})[name] = text
        else:
            plain[path] = _ordinal(text) if path == "ordinal" else text
    for group, group_type in GROUPS.items():
        if group in plain:
            plain[group] = group_type(**plain[group])
    for list_name, row_type in ROW_LISTS[kind].items():
        plain[list_name] = tuple(
            row_type(
                id=row_id,
                **{
                    name: clean_text(texts.get(f"{list_name}/{row_id}/{name}", ""))
                    for name in row_fields(row_type)
                },
            )
            for row_id in row_ids.get(list_name, ())
        )
    return ProjectDocument(**plain) if kind is Kind.PROJECT else DepartmentDocument(**plain)


def canonical(document: Document) -> str:
    """Canonical JSON: sorted keys, no white space, blank = "", ids included. What is stored and digested."""
    return json.dumps(to_json(document), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load(kind: Kind, text: str) -> Document:
    """The document of a canonical JSON text."""
    return from_json(kind, json.loads(text))


def digest(text: str) -> str:
    """SHA-256 of a canonical JSON text in UTF-8, lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def without_ids(document: Document) -> Document:
    """The same document with rows numbered 1, 2, …: what round trips through files compare."""
    return replace(
        document,
        **{
            name: tuple(replace(row, id=f"{n:04d}") for n, row in enumerate(rows(document, name), 1))
            for name in ROW_LISTS[document.kind]
        },
    )


# --- addressing ----------------------------------------------------------------------------------


def rows(document: Document, list_name: str) -> tuple[Any, ...]:
    if list_name not in ROW_LISTS[document.kind]:
        raise Invalid(f"没有“{list_name}”这一部分。")
    return getattr(document, list_name)  # type: ignore[no-any-return]


def find_row(document: Document, list_name: str, row_id: str) -> Row | None:
    return next((row for row in rows(document, list_name) if row.id == row_id), None)


def value_at(document: Document, path: str) -> str | None:
    """The text at `path`; None where its row is gone. Raises Invalid for a path no such form has."""
    parts = path.split("/")
    if path in SCALARS[document.kind]:
        value: Any = document
        for part in parts:
            value = getattr(value, part)
        return str(value)
    if len(parts) == 3 and parts[0] in ROW_LISTS[document.kind]:
        list_name, row_id, name = parts
        if name in row_fields(ROW_LISTS[document.kind][list_name]):
            row = find_row(document, list_name, row_id)
            return None if row is None else getattr(row, name)
    raise Invalid(f"没有“{path}”这一栏。")


def with_value(document: Document, path: str, value: str) -> Document:
    """The document with the text at `path` replaced; its row must be there."""
    parts = path.split("/")
    if len(parts) == 3:
        list_name, row_id, name = parts
        changed = tuple(replace(r, **{name: value}) if r.id == row_id else r for r in rows(document, list_name))
        return replace(document, **{list_name: changed})
    if len(parts) == 2:
        group = replace(getattr(document, parts[0]), **{parts[1]: value})
        return replace(document, **{parts[0]: group})
    return replace(document, **{path: _ordinal(value) if path == "ordinal" else value})


def with_rows(document: Document, list_name: str, changed: Sequence[Row]) -> Document:
    return replace(document, **{list_name: tuple(changed)})


def texts(document: Document) -> dict[str, str]:
    """Every text of the document by its path, in the order of the form."""
    found = {path: value_at(document, path) or "" for path in SCALARS[document.kind]}
    for list_name, row_type in ROW_LISTS[document.kind].items():
        for row in rows(document, list_name):
            for name in row_fields(row_type):
                found[f"{list_name}/{row.id}/{name}"] = getattr(row, name)
    return found


def is_place(document: Document, path: str) -> bool:
    """Whether an opinion or a finding can point at `path` here: "" the whole, a field, a row or a cell."""
    if path == "" or path in SCALARS[document.kind] or path in ROW_LISTS[document.kind]:
        return True
    if path in GROUPS:
        return document.kind is Kind.PROJECT
    parts = path.split("/")
    if parts[0] not in ROW_LISTS[document.kind] or len(parts) not in (2, 3):
        return False
    if find_row(document, parts[0], parts[1]) is None:
        return False
    return len(parts) == 2 or parts[2] in row_fields(ROW_LISTS[document.kind][parts[0]])


def label(document: Document, path: str) -> str:
    """The place in words: 整表, 绩效目标, 绩效指标第2行·三级指标; also where the row is gone."""
    if path == "":
        return "整表"
    if path in LABELS:
        return LABELS[path]
    if path in GROUPS:
        return {"budget": "预算规模", "spending_plan": "资金支出计划"}[path]
    list_name, row_id, *name = path.split("/")
    if list_name not in ROW_LISTS[document.kind]:
        return path
    position = next((n for n, row in enumerate(rows(document, list_name), 1) if row.id == row_id), None)
    place = f"{LABELS[list_name]}第{position}行" if position else f"{LABELS[list_name]}（已删除的行）"
    return f"{place}·{LABELS.get(f'{list_name}/{name[0]}', name[0])}" if name else place


# --- reading plain values ------------------------------------------------------------------------


def _object(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Invalid("文档的结构不对：这里应当是一组栏目。")
    return value


def checked_text(value: str, path: str = "") -> str:
    """`value` cleaned. Raises Invalid where it is longer than MAX_TEXT; `path` names its field."""
    if len(value) > MAX_TEXT:
        raise Invalid(f"一栏最多 {MAX_TEXT} 字，这里有 {len(value)} 字。", path)
    return clean_text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Invalid("文档的结构不对：每一栏都应当是文字。")
    return checked_text(value)


def _ordinal(value: Any) -> int:
    try:
        number = int(value or 0)
    except (TypeError, ValueError):
        raise Invalid("表序号应当是整数。") from None
    if not 0 <= number <= 9_999:
        raise Invalid("表序号应当在 1 到 9999 之间。")
    return number


def _rows(row_type: type[Row], value: Any, seen: set[str]) -> tuple[Row, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Invalid("文档的结构不对：这里应当是若干行。")
    if len(value) > MAX_ROWS:
        raise Invalid(f"最多 {MAX_ROWS} 行，这里有 {len(value)} 行。")
    found: list[Row] = []
    for plain in value:
        entry = _object(plain)
        row_id = entry.get("id") or new_row_id()
        if not isinstance(row_id, str) or not ROW_ID.fullmatch(row_id) or row_id in seen:
            raise Invalid("文档的结构不对：行号无效或重复。")
        seen.add(row_id)
        found.append(row_type(id=row_id, **{name: _text(entry.get(name)) for name in row_fields(row_type)}))
    return tuple(found)
