"""Rules on mandatory fields (完整性). The form says which fields are mandatory, and the words for them.

The rules on the spending plan and on bases report their own blanks, so that nothing is reported twice.
"""

from __future__ import annotations

from collections.abc import Iterator

from portal.domain import forms
from portal.domain.documents import DepartmentDocument, Document, ProjectDocument, row_text, rows, value_at
from portal.domain.forms import Form
from portal.domain.quotation import quote
from portal.domain.rules import indicators, money
from portal.domain.rules.blanks import is_blank
from portal.domain.rules.findings import Correction, Place, YearRules

_REPORTED_ELSEWHERE = (
    "budget/",
    "office_code",
    "project_code",
    "indicators/level1",
    "indicators/level2",
    "indicators/weight",
)
"""Other rules report a stroke in these: those on amounts, codes, levels and weights."""


def project_is_filled_in(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """E12 for 项目绩效目标表 (completeness of content: 财预〔2015〕88号)."""
    return _blank_fields(document)


def department_is_filled_in(document: DepartmentDocument, _year: YearRules) -> Iterator[Place]:
    """E12 for 部门整体绩效目标."""
    return _blank_fields(document)


def correct_blank(document: Document, path: str, year: YearRules) -> Correction | None:
    """The sum of the funds; the level 1 that the year's framework has above the row's level 2."""
    if path.endswith("/level1"):
        return indicators.correct_blank_level1(document, path, year)
    return money.correct_blank_sum(document, path, year)


def _blank_fields(document: Document) -> Iterator[Place]:
    form = forms.of(document)
    for field in form.mandatory:
        if field in form.lists:
            if not rows(document, field):
                yield field, f"没有{form.label(field)}。{form.hint(field)}。"
        elif field in form.scalars:
            text = value_at(document, field) or ""
            if _is_missing(field, text):
                yield field, f"没有填写{form.label(field)}{_quoted_stroke(text)}；{form.hint(field)}。"
    for list_name in form.lists:
        yield from _blank_cells(document, form, list_name)


def _blank_cells(document: Document, form: Form, list_name: str) -> Iterator[Place]:
    names = {field.partition("/")[2]: field for field in form.fields if field.startswith(f"{list_name}/")}
    for position, row in enumerate(rows(document, list_name), 1):
        blank = [name for name, field in names.items() if _is_missing(field, row_text(row, name))]
        place = f"{form.label(list_name)}第{position}行"
        if len(blank) == len(names):
            yield f"{list_name}/{row.id}", f"{place}是空行；请填写，不需要的请删除。"
            continue
        for name in blank:
            field = names[name]
            if field in form.mandatory:
                missing = form.label(field) + _quoted_stroke(row_text(row, name))
                yield f"{list_name}/{row.id}/{name}", f"{place}没有填写{missing}；{form.hint(field)}。"


def _is_missing(field: str, text: str) -> bool:
    return not text.strip() if field.startswith(_REPORTED_ELSEWHERE) else is_blank(text)


def _quoted_stroke(text: str) -> str:
    return f"（只写了{quote(text)}）" if text.strip() else ""
