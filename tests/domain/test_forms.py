"""Forms: what a file may say, layout, recognition, and the law that the two agree."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import documents, forms
from portal.domain.documents import Budget, Document, Indicator, ProjectDocument
from portal.domain.errors import Invalid
from portal.domain.forms import Form, FormError, notation
from portal.domain.forms.layouts import LEFTOVERS, layout
from portal.domain.forms.recognition import recognise
from portal.domain.forms.sheets import Grid, GridCell, as_grid
from tests.domain.form_documents import FORMS, in_form

EVERY_FORM = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)


def numbered(name: str, n: int) -> str:
    return f"{n:04d}"


def shown_only(form: Form, document: Document) -> Document:
    """`document` without what its form keeps outside the sheet."""
    for path in form.above_the_sheet:
        document = documents.with_value(document, path, "")
    return documents.without_ids(document)


# --- the law -------------------------------------------------------------------------------------


@EVERY_FORM
@given(data=st.data())
def test_recognising_a_layout_gives_the_document(form: Form, data: st.DataObject) -> None:
    document = data.draw(in_form(form))
    found = recognise(as_grid(layout(document)), FORMS, numbered)
    if found is None:
        assert not any(documents.texts(shown_only(form, document)).values()), "a filled form was not recognised"
        return
    assert (found.form.id, found.document, found.unplaced) == (form.id, shown_only(form, document), ())


def test_captions_of_a_file_are_known_by_the_aliases_of_the_form() -> None:
    row = Indicator(
        "aaaa", "产出指标", "数量指标", "发放人数", target_value="≥3人", weight="90", extra=(("direction", "正向"),)
    )
    document = ProjectDocument(form="sichuan-2023", project_name="工资", goals="发放工资。", indicators=(row,))
    grid = as_grid(layout(document))
    other_captions = {"权重": "指标权重", "指标方向性": "指标方向"}
    cells = tuple(replace(cell, text=other_captions.get(cell.text, cell.text)) for cell in grid.cells)
    found = recognise(replace(grid, cells=cells), FORMS, numbered)
    assert found
    (read,) = documents.rows(found.document, "indicators")
    assert isinstance(read, Indicator)
    assert (found.form.id, read.weight, read.extra, found.unplaced) == ("sichuan-2023", "90", row.extra, ())


@EVERY_FORM
@given(data=st.data())
def test_every_text_of_a_document_is_in_its_layout(form: Form, data: st.DataObject) -> None:
    document = data.draw(in_form(form))
    sheet = layout(document)
    for path, text in documents.texts(document).items():
        if text and path not in ("ordinal", *form.above_the_sheet):
            told = [piece[1] for cell in sheet.cells() for piece in cell.pieces if not isinstance(piece, str)]
            assert sheet.shows(path) or text in told, path


# --- a document and its form ---------------------------------------------------------------------

HEBEI_2017, HEBEI_2021 = forms.get("hebei-2017"), forms.get("hebei-2021")


def test_equal_neighbours_of_level_one_share_a_cell_and_of_level_two_never() -> None:
    rows = tuple(Indicator(f"row{n}", "产出指标", "质量指标", f"指标{n}") for n in range(2))
    block = layout(ProjectDocument(indicators=rows)).blocks[1]
    levels = [(cell.field, cell.rowspan) for row in block.body for cell in row.cells if cell.is_head]
    assert levels == [("indicators/level1", 2), ("indicators/level2", 1), ("indicators/level2", 1)]


def test_value_is_shown_in_parts_and_edited_in_one_cell() -> None:
    document = ProjectDocument(form="sichuan-2023", indicators=(Indicator("row1", target_value="≥95%"),))
    shown = [cell.text for cell in layout(document).blocks[1].body[0].cells if cell.part]
    edited = [cell for cell in layout(document, editing=True).blocks[1].body[0].cells if cell.text == "≥95%"]
    assert shown == ["≥", "95", "%"]
    assert [(cell.label, cell.colspan) for cell in edited] == [("指标值", 4)]


def test_text_that_the_form_does_not_show_stands_below_under_a_heading_of_its_own() -> None:
    document = ProjectDocument(form="hebei-2021", purpose="买车", extra=(("motto", "为民"),))
    last = layout(document).blocks[-1]
    assert last.heading == LEFTOVERS
    assert [[cell.text for cell in row.cells] for row in last.rows] == [["资金用途", "买车"], ["motto", "为民"]]


def test_form_that_is_not_shipped_any_more_shows_every_text_under_the_shared_captions() -> None:
    document = ProjectDocument(
        form="gone-2019", goals="目标", purpose="用途", indicators=(Indicator("row1", weight="5"),)
    )
    cells = {cell.text for cell in layout(document).cells()}
    assert {"绩效目标", "目标", "资金用途", "用途", "权重", "5"} <= cells
    assert forms.label(document, "indicators/row1/weight") == "绩效指标第1行·权重"


def test_form_that_is_not_shipped_any_more_has_a_place_for_every_text() -> None:
    document = ProjectDocument(form="gone-2019", project_name="甲", goals="目标", purpose="用途")
    blocks = layout(document).blocks
    beside = {row.cells[0].text: row.cells[-1].text for row in blocks[0].rows}
    assert (beside["项目名称"], beside["绩效目标"], beside["资金用途"]) == ("甲", "目标", "用途")
    assert LEFTOVERS not in [block.heading for block in blocks]


def test_identity_that_the_form_does_not_show_stands_above_the_sheet() -> None:
    document = ProjectDocument(form="hebei-2021", project_code="610-1", project_name="甲")
    assert [(caption.text, value.text) for caption, value in layout(document).identity] == [("项目编码", "610-1")]


def test_carrying_over_tells_what_has_no_place_and_keeps_the_rest() -> None:
    document = ProjectDocument(
        purpose="买车",
        goals="目标",
        budget=Budget("23000.00", "23000.00"),
        indicators=(Indicator("row1", basis="文件"),),
    )
    carried, left_out = forms.convert(document, HEBEI_2021)
    assert left_out == {"资金用途": "买车", "绩效指标第1行·指标值确定依据": "文件"}
    assert carried == replace(document, form="hebei-2021", purpose="", indicators=(Indicator("row1"),))


def test_carrying_over_turns_amounts_into_the_unit_of_the_form() -> None:
    document = ProjectDocument(budget=Budget("23000.00", "约两万"))
    carried, _ = forms.convert(document, forms.get("national-2021"))
    assert (carried.budget.total, carried.budget.fiscal) == ("2.3", "约两万")  # type: ignore[union-attr]
    assert forms.yuan(carried, "budget/total") == 23_000


def test_document_is_not_carried_over_into_a_form_of_another_kind() -> None:
    with pytest.raises(Invalid):
        forms.convert(ProjectDocument(), forms.get("department-2017"))


# --- files of other people -----------------------------------------------------------------------


def rows_of(text: str) -> Grid:
    """A grid of lines with `|` between cells, each one column wide."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return Grid(tuple(GridCell(r, c, 1, 1, cell) for r, line in enumerate(lines) for c, cell in enumerate(line)))


def test_captions_are_found_by_other_names_in_another_order_and_unit() -> None:
    found = recognise(
        rows_of("""
            项目支出绩效目标表
            *年度目标： | 修路 | 项目名称 | 道路维修
            年度资金总额（万元） | 2.3 | 备用 | 无
            一级指标 | 三级指标名称 | 目标值 | 得分
            产出 | 维修长度 | ≥5公里 | 10
        """),
        [HEBEI_2017],
        numbered,
    )
    assert found and isinstance(found.document, ProjectDocument)
    assert (found.document.goals, found.document.project_name) == ("修路", "道路维修")
    assert found.document.budget.total == "23000.00"
    assert found.converted == ("预算数：2.3 万元 换算为 23000.00 元",)
    assert found.document.indicators == (Indicator("0001", "产出", "", "维修长度", target_value="≥5公里"),)
    assert [cell.text for cell in found.unplaced] == ["备用", "无", "得分：10"]


def test_head_of_a_list_that_is_repeated_behind_a_page_break_is_no_row() -> None:
    head = "一级指标 | 二级指标 | 三级指标 | 指标值"
    found = recognise(rows_of(f"{head}\n产出 | 数量 | 甲 | 1\n{head}\n产出 | 数量 | 乙 | 2"), [HEBEI_2017], numbered)
    assert found and [row.level3 for row in found.document.indicators] == ["甲", "乙"]  # type: ignore[union-attr]


def test_grid_without_captions_of_a_form_is_not_recognised() -> None:
    assert recognise(rows_of("姓名 | 工资\n张三 | 3000"), FORMS, numbered) is None
    assert recognise(Grid(()), FORMS, numbered) is None


# --- form files ----------------------------------------------------------------------------------

FILE = """\
name = "表样"
kind = "project"
sheet = ["项目 | {project_name}→2", "总额 | {budget/total} | {goals}"]
indicators = "一级 {level1}⇓ | 名称 {level3} | 值 {target_value}"
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("{goals}", "{aims}", 3, "no field “aims”"),
        ("{goals}", "{indicators/level1}", 3, "belongs into the line of its list"),
        ("{goals}", "{project_code}{goals}", 3, "could not be told apart"),
        ("{goals}", "{project_name}", 3, "“project_name” stands in two cells"),
        ("项目 | {project_name}→2", "项目 | {project_name}→3", 3, "overlap"),
        ("项目 | {project_name}→2", "项目↓2 | {project_name}→2", 3, "overlap"),
        ("{goals}", "{goals}↓2", 3, "more rows than there are"),
        ("{goals}", "{goals}⇓", 3, "belongs into the line of a list"),
        ("值 {target_value}", "值 {target_value}→2", 4, "columns wide"),
        ("值 {target_value}", "值 {target_value:sign}", 4, "not shown in all parts"),
        ("值 {target_value}", "值 {target_value:size}", 4, "no part “size”"),
        ("值 {target_value}", "值", 4, "has no field"),
        ("值 {target_value}", "名称 {target_value}", 4, "names “indicators/level3” and “indicators/target_value”"),
        ("kind = ", 'sums = ["budget/total = budget/fiscal + budget/other"]\nkind = ', 2, "does not show"),
        ("kind = ", 'sums = ["budget/total"]\nkind = ', 2, "is no sum"),
        ("kind = ", 'mandatory = ["purpose"]\nkind = ', 2, "is not on the form"),
        ("kind = ", "weights = 90\nkind = ", 2, "no column of weights"),
        ("kind = ", 'unit = "美元"\nkind = ', 2, "元 or 万元"),
        ("kind = ", "colour = 1\nkind = ", 2, "unknown key"),
        ('"project"', '"office"', 2, "kind is one of"),
        ('name = "表样"', "", 1, "name of the form is missing"),
    ],
)
def test_form_file_that_is_none_is_refused_with_its_line(old: str, new: str, line: int, told: str) -> None:
    with pytest.raises(FormError) as refusal:
        notation.read("mine", FILE.replace(old, new, 1))
    assert str(refusal.value).startswith(f"forms/mine.toml, line {line}: ")
    assert told in str(refusal.value)


def test_form_file_that_is_no_toml_is_refused_with_the_place() -> None:
    with pytest.raises(FormError, match=r"forms/mine.toml: .*line 1"):
        notation.read("mine", "name = x")


def test_form_file_is_read_and_its_digest_is_that_of_the_file() -> None:
    form = notation.read("mine", FILE)
    assert form.digest == hashlib.sha256(FILE.encode()).hexdigest()
    assert form.fields == (
        *("ordinal", "project_code", "project_name", "budget/total", "goals"),
        *("indicators/level1", "indicators/level3", "indicators/target_value"),
    )


@EVERY_FORM
def test_rows_of_a_grid_follow_each_other_from_the_first(form: Form) -> None:
    cells = as_grid(layout(documents.blank(form.kind, form.id))).cells
    covered = {row for cell in cells for row in range(cell.row, cell.end_row)}
    assert covered == set(range(len(covered)))
