"""One project as a Word table in the shape of the official form, with its merged cells.

A row is told by the bounds of its cells in twips from the left; grid and spans follow from all rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from portal.domain.forms.captions import label as _lab
from portal.domain.documents import Indicator, ProjectDocument, row_fields
from portal.formats.word.elements import Element, element, paragraph, run
from portal.formats.word.styles import TEXT_WIDTH

CAPTION, TEXT, NARROW = "CellCaption", "Cell", "NarrowCaption"
_LABEL_END = 1_300
_COLUMNS = (0, _LABEL_END, 2_700, 4_300, 6_368, 8_068, TEXT_WIDTH)
"""Bounds of the six columns of the indicator rows."""
_BUDGET = (0, _LABEL_END, 2_200, 3_650, 5_220, 6_670, 7_820, TEXT_WIDTH)
_PROJECT = (0, _LABEL_END, 3_650, 5_220, TEXT_WIDTH)
_PLAN = (0, _LABEL_END, 3_384, 5_469, 7_553, TEXT_WIDTH)
_WHOLE = (0, _LABEL_END, TEXT_WIDTH)
_MARGIN = 80


@dataclass(frozen=True, slots=True)
class FormCell:
    text: str = ""
    style: str = CAPTION
    merge: str = ""
    """`restart` begins a cell that goes on in the rows below, `continue` is such a part."""


@dataclass(frozen=True, slots=True)
class FormRow:
    bounds: Sequence[int]
    cells: Sequence[FormCell] = field(default_factory=tuple)


def project_table(document: ProjectDocument) -> Element:
    rows = form_rows(document)
    grid = sorted({bound for row in rows for bound in row.bounds})
    columns = [element("w:gridCol", w=right - left) for left, right in pairwise(grid)]
    made = element("w:tbl", _properties(), element("w:tblGrid", *columns))
    place = {bound: n for n, bound in enumerate(grid)}
    made.extend(_row(row, place, is_first=n == 0) for n, row in enumerate(rows))
    return made


def form_rows(document: ProjectDocument) -> list[FormRow]:
    """The rows of the form from top to bottom."""
    budget, plan = document.budget, document.spending_plan
    months = (plan.march, plan.june, plan.october, plan.december)
    return [
        FormRow(
            _PROJECT,
            (
                *(FormCell("项目编码"), FormCell(document.project_code)),
                *(FormCell("项目名称"), FormCell(document.project_name)),
            ),
        ),
        FormRow(
            _BUDGET,
            (
                FormCell("预算规模及资金用途", merge="restart"),
                *(FormCell("预算数"), FormCell(budget.total)),
                *(FormCell("其中：财政资金"), FormCell(budget.fiscal)),
                *(FormCell("其他资金"), FormCell(budget.other)),
            ),
        ),
        FormRow(_WHOLE, (FormCell(merge="continue"), FormCell(document.purpose, TEXT))),
        FormRow(
            _PLAN,
            (
                FormCell("资金支出计划（%）", NARROW, "restart"),
                *(FormCell(_lab(f"spending_plan/{month}")) for month in plan.__slots__),
            ),
        ),
        FormRow(_PLAN, (FormCell(merge="continue"), *(FormCell(value) for value in months))),
        FormRow(_WHOLE, (FormCell("绩效目标"), FormCell(document.goals, TEXT))),
        FormRow(_COLUMNS, tuple(FormCell(_lab(f"indicators/{name}")) for name in row_fields(Indicator))),
        *_indicator_rows(document.indicators),
    ]


def _indicator_rows(rows: Sequence[Indicator]) -> list[FormRow]:
    """Equal neighbours of level 1 are one cell, of level 2 never."""
    made = []
    for n, row in enumerate(rows):
        goes_on = n > 0 and rows[n - 1].level1 == row.level1
        begins = n + 1 < len(rows) and rows[n + 1].level1 == row.level1
        merge = "continue" if goes_on else "restart" if begins else ""
        cells = (
            FormCell("" if goes_on else row.level1, merge=merge),
            FormCell(row.level2),
            *(FormCell(text, TEXT) for text in (row.level3, row.description, row.target_value, row.basis)),
        )
        made.append(FormRow(_COLUMNS, cells))
    return made


# --- WordprocessingML ----------------------------------------------------------------------------


def _properties() -> Element:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = [element(f"w:{side}", val="single", sz=4, space=0, color="000000") for side in sides]
    margins = [
        element(f"w:{side}", w=width, type="dxa")
        for side, width in (("top", 40), ("left", _MARGIN), ("bottom", 40), ("right", _MARGIN))
    ]
    return element(
        "w:tblPr",
        element("w:tblW", w=TEXT_WIDTH, type="dxa"),
        element("w:jc", val="center"),
        element("w:tblBorders", *borders),
        element("w:tblLayout", type="fixed"),
        element("w:tblCellMar", *margins),
    )


def _row(row: FormRow, place: dict[int, int], is_first: bool) -> Element:
    """Rows do not split; the first, with code and name, stands again on every page the table takes.

    Word repeats rows from the top of a table only, so the heads of the indicator columns cannot be repeated.
    """
    properties = element("w:trPr", element("w:cantSplit"), element("w:trHeight", val=400, hRule="atLeast"))
    if is_first:
        properties.append(element("w:tblHeader"))
    made = element("w:tr", properties)
    for cell, left, right in zip(row.cells, row.bounds, row.bounds[1:], strict=False):
        made.append(_cell(cell, right - left, place[right] - place[left]))
    return made


def _cell(cell: FormCell, width: int, span: int) -> Element:
    properties = element("w:tcPr", element("w:tcW", w=width, type="dxa"))
    if span > 1:
        properties.append(element("w:gridSpan", val=span))
    if cell.merge:
        properties.append(element("w:vMerge", val=cell.merge))
    properties.append(element("w:vAlign", val="center"))
    content = [run(cell.text)] if cell.text else []
    return element("w:tc", properties, paragraph(cell.style, *content))
