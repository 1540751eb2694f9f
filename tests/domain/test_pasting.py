"""Placing a copied block: which column is which field, over which rows, what stays out, and what is shown before."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import changes, documents, forms, frameworks
from portal.domain.changes import Insert, Set
from portal.domain.documents import (
    MAX_ROWS,
    MAX_TEXT,
    ROW_LISTS,
    DepartmentDocument,
    Document,
    Duty,
    Indicator,
    Kind,
    ProjectDocument,
    Safeguard,
)
from portal.domain.errors import Invalid
from portal.domain.pasting import Block, Mark, PastePreview, place
from tests.domain.strategies import of_kind

FRAMEWORK = frameworks.get("hebei-2017")
A = Indicator("aaaa", "产出指标", "数量指标", "甲", "甲述", "1次", "甲据")
B = Indicator("bbbb", "产出指标", "质量指标", "乙", "乙述", "2次", "乙据")
TWO = ProjectDocument(goals="目标", indicators=(A, B))
HEADER = ("一级指标", "二级指标", "三级指标", "绩效指标描述", "指标值", "指标值确定依据")


def numbered() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"new{next(numbers)}"


def pasted(
    *rows: tuple[str, ...], at: str = "", field: str = "level1", document: Document = TWO, list_name: str = "indicators"
) -> PastePreview:
    return place(document, list_name, at, field, Block(rows), FRAMEWORK, numbered())


def texts(found: PastePreview) -> list[tuple[str, ...]]:
    """What the previewed rows will hold."""
    return [tuple(cell.new for cell in row.cells) for row in found.cells]


def levels(found: PastePreview) -> list[tuple[str, ...]]:
    return [row[:2] for row in texts(found)]


# --- rows ----------------------------------------------------------------------------------------


def test_block_goes_over_the_rows_from_the_focused_cell_on_and_behind_them() -> None:
    found = pasted(("90%", "文一"), ("80%", "文二"), at="bbbb", field="target_value")
    assert found.operations == [
        Insert("indicators", "new1", "bbbb"),
        Set("indicators/bbbb/target_value", "2次", "90%"),
        Set("indicators/bbbb/basis", "乙据", "文一"),
        Set("indicators/new1/target_value", "", "80%"),
        Set("indicators/new1/basis", "", "文二"),
    ]
    assert [(row.id, row.label) for row in found.cells] == [("bbbb", "第2行"), ("new1", "新增")]
    assert found.left_out == []


def test_preview_shows_whole_rows_with_what_happens_to_each_cell() -> None:
    document = ProjectDocument(indicators=(Indicator("aaaa", level3="甲", description="旧"),))
    (row,) = pasted(("甲", "新", "90%"), at="aaaa", field="level3", document=document).cells
    assert [(cell.label, cell.old, cell.new, cell.kind) for cell in row.cells] == [
        ("一级指标", "", "", Mark.SAME),
        ("二级指标", "", "", Mark.SAME),
        ("三级指标", "甲", "甲", Mark.SAME),
        ("绩效指标描述", "旧", "新", Mark.CHANGED),
        ("指标值", "", "90%", Mark.ADDED),
        ("指标值确定依据", "", "", Mark.SAME),
    ]


def test_no_row_named_is_behind_the_last() -> None:
    assert pasted(("丙",), field="level3").operations == [
        Insert("indicators", "new1", "bbbb"),
        Set("indicators/new1/level3", "", "丙"),
    ]


def test_form_without_rows_gets_its_first() -> None:
    found = pasted(("丙",), ("丁",), field="level3", document=ProjectDocument())
    assert found.operations[:2] == [Insert("indicators", "new1", ""), Insert("indicators", "new2", "new1")]


def test_blank_rows_are_skipped() -> None:
    found = pasted(("",), ("丙",), (), ("丁",), at="aaaa", field="level3")
    assert [row[2] for row in texts(found)] == ["丙", "丁"]


def test_row_that_lies_wholly_under_merged_cells_is_filled_like_the_one_above() -> None:
    block = Block((("丙", "述"), ("丙", "述")), below=frozenset({(1, 0), (1, 1)}))
    found = place(TWO, "indicators", "aaaa", "level3", block, FRAMEWORK, numbered())
    assert [row[2:4] for row in texts(found)] == [("丙", "述"), ("丙", "述")]


def test_row_with_nothing_but_what_a_merged_cell_repeats_is_blank() -> None:
    block = Block((("产出指标", "丙"), ("产出指标", "")), below=frozenset({(1, 0)}))
    assert len(place(TWO, "indicators", "", "level2", block, FRAMEWORK, numbered()).cells) == 1


def test_blank_cell_leaves_the_text_that_stands_there_and_says_so() -> None:
    found = pasted(("丙", "", ""), at="aaaa", field="level3")
    assert texts(found) == [("产出指标", "数量指标", "丙", "甲述", "1次", "甲据")]
    assert found.left_out == ["有 2 个空白单元格，没有覆盖表中原有的文字。"]


def test_block_that_changes_nothing_is_no_operation() -> None:
    found = pasted(("产出", "数量", "甲"), at="aaaa")
    assert (found.operations, found.left_out) == ([], [])
    assert {cell.kind for row in found.cells for cell in row.cells} == {Mark.SAME}


@pytest.mark.parametrize("rows", [(), (("",),), (("", ""), ("", "")), (HEADER,)])
def test_block_without_texts_to_place_is_no_operation(rows: tuple[tuple[str, ...], ...]) -> None:
    found = pasted(*rows, at="aaaa")
    assert (found.operations, found.cells) == ([], [])


# --- columns -------------------------------------------------------------------------------------


def test_header_row_decides_on_the_columns_whatever_is_focused() -> None:
    found = pasted(("目标值", " 三级\n指标：", "指标内容"), ("90%", "丙", "丙述"), field="basis")
    assert texts(found) == [("", "", "丙", "丙述", "90%", "")]
    assert found.left_out == ["标题行用来对应栏目，没有作为内容粘贴。"]


def test_columns_without_a_field_and_rows_above_the_header_are_left_out_and_named() -> None:
    found = pasted(
        ("区里的表", ""),
        ("序号", "三级指标", "指标值（必填）", "评分标准", "", "备注"),
        ("1", "丙", "90%", "十分", "附", ""),
        ("序号", "三级指标", "指标值（必填）", "评分标准", "", "备注"),
        ("2", "丁", "80%", "十分", "附", ""),
    )
    assert texts(found) == [("", "", "丙", "", "90%", ""), ("", "", "丁", "", "80%", "")]
    assert found.left_out == [
        "标题行用来对应栏目，没有作为内容粘贴。",
        "标题行以上的 1 行没有粘贴。",
        "“序号”一列没有对应的栏目，没有粘贴。",
        "“评分标准”一列没有对应的栏目，没有粘贴。",
        "第 5 列没有标题，没有粘贴。",
    ]


def test_row_with_texts_in_unknown_columns_alone_is_skipped() -> None:
    assert pasted(("备注", "三级指标", "指标值"), ("附", "", "")).cells == []


def test_one_known_name_makes_no_header() -> None:
    assert texts(pasted(("指标值", "丙"), field="target_value")) == [("", "", "", "", "指标值", "丙")]


def test_second_column_with_one_name_is_left_out() -> None:
    found = pasted(("三级指标", "指标值", "指标值"), ("丙", "1", "2"))
    assert texts(found) == [("", "", "丙", "", "1", "")]
    assert found.left_out[1:] == ["“指标值”一列没有对应的栏目，没有粘贴。"]


def test_columns_beyond_the_last_are_left_out_and_counted() -> None:
    found = pasted(("90%", "文", "多", "", "余", ""), field="target_value")
    assert texts(found) == [("", "", "", "", "90%", "文")]
    assert found.left_out == ["右边超出表格的 2 列没有粘贴。"]


@pytest.mark.parametrize("ordinals", [("1", "2"), ("5.", "6."), ("（1）", "（2）"), ("3、", "")])
def test_leading_ordinals_are_left_out_where_the_block_is_too_wide(ordinals: tuple[str, str]) -> None:
    found = pasted(*((ordinal, "90%", "文") for ordinal in ordinals), field="target_value")
    assert [row[4:] for row in texts(found)] == [("90%", "文")] * 2
    assert found.left_out == ["最左边的序号列没有粘贴。"]


@pytest.mark.parametrize("numbers", [("1", "3"), ("1", "甲"), ("10%", "11%"), ("", "")])
def test_leading_numbers_that_count_no_rows_are_content(numbers: tuple[str, str]) -> None:
    found = pasted(*((number, "文", "多") for number in numbers), field="target_value")
    assert [row[4] for row in texts(found)] == list(numbers)


def test_ordinals_are_content_where_there_is_room() -> None:
    assert texts(pasted(("1", "文"), field="target_value")) == [("", "", "", "", "1", "文")]


def test_columns_of_a_fine_grid_that_are_covered_throughout_are_none() -> None:
    block = Block(
        (("产出", "", "数量", "丙"), ("", "", "质量", "丁"), ("", "", "", "")),
        beside=frozenset({(0, 1), (1, 1)}),
    )
    found = place(TWO, "indicators", "", "level1", block, FRAMEWORK, numbered())
    assert [row[:3] for row in texts(found)] == [("产出指标", "数量指标", "丙"), ("产出指标", "质量指标", "丁")]


# --- levels --------------------------------------------------------------------------------------


def test_blank_level_means_as_above_and_a_new_level1_begins_a_new_level2() -> None:
    found = pasted(("产出", "数量", "丙"), ("", "", "丁"), ("", "质量", "戊"), ("满意度", "", "己"))
    assert levels(found) == [
        ("产出指标", "数量指标"),
        ("产出指标", "数量指标"),
        ("产出指标", "质量指标"),
        ("满意度指标", ""),
    ]


def test_blank_levels_fill_from_above_over_rows_that_have_others() -> None:
    document = ProjectDocument(indicators=(A, Indicator("cccc", "满意度指标", "服务对象满意度指标", "丙")))
    found = pasted(("产出", "质量"), ("", ""), ("", "时效"), at="aaaa", document=document)
    assert levels(found) == [("产出指标", "质量指标"), ("产出指标", "时效指标")]


def test_blank_level_of_which_the_block_has_none_above_stays_as_it_is() -> None:
    found = pasted(("", "质量", "丙"), ("满意度", "", "丁"), at="aaaa")
    assert levels(found) == [("产出指标", "质量指标"), ("满意度指标", "质量指标")]


def test_level2_alone_is_filled_from_above() -> None:
    assert [row[1] for row in texts(pasted(("质量", "丙"), ("", "丁"), field="level2"))] == ["质量指标", "质量指标"]


@pytest.mark.parametrize(
    ("level1", "level2", "named"),
    [
        ("产\n出", "时效", ("产出指标", "时效指标")),
        ("产出指标", "时效指标 ", ("产出指标", "时效指标")),
        ("效果", "社会 效益", ("效果指标", "社会效益指标")),
        ("产出", "社会效益", ("产出指标", "社会效益指标")),
        ("效益", "社会效益", ("效益", "社会效益指标")),
        ("其他", "别的\n一类", ("其他", "别的\n一类")),
    ],
)
def test_levels_are_written_in_the_frameworks_own_form(level1: str, level2: str, named: tuple[str, str]) -> None:
    assert levels(pasted((level1, level2, "丙"))) == [named]


def test_levels_stay_as_they_are_without_a_framework() -> None:
    found = place(TWO, "indicators", "", "level1", Block((("产出", "数量"),)), None, numbered())
    assert levels(found) == [("产出", "数量")]


# --- the department's form -----------------------------------------------------------------------

DEPARTMENT = DepartmentDocument("总体", (Duty("dddd", "城管", "干净"),), (Safeguard("ssss", "组织", "领导"),))


def test_duties_are_placed_by_their_headers() -> None:
    found = pasted(
        ("序号", "职责", "绩效目标"),
        *(("1", "民政", "到位"), ("2", "社保", "")),
        at="dddd",
        document=DEPARTMENT,
        list_name="duties",
        field="goal",
    )
    assert texts(found) == [("民政", "到位"), ("社保", "")]
    assert changes.apply(DEPARTMENT, found.operations) == DepartmentDocument(
        "总体", (Duty("dddd", "民政", "到位"), Duty("new1", "社保")), DEPARTMENT.safeguards
    )


def test_safeguards_are_placed_from_the_focused_column_on() -> None:
    found = pasted(("甲\n乙",), at="ssss", document=DEPARTMENT, list_name="safeguards", field="body")
    assert found.operations == [Set("safeguards/ssss/body", "领导", "甲\n乙")]


# --- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("list_name", "row_id", "field"),
    [("indicators", "gone", "level1"), ("indicators", "aaaa", "goal"), ("duties", "", "name"), ("goals", "", "")],
)
def test_place_that_is_none_is_refused(list_name: str, row_id: str, field: str) -> None:
    with pytest.raises(Invalid):
        pasted(("丙",), at=row_id, list_name=list_name, field=field)


def test_more_rows_than_a_form_takes_are_refused() -> None:
    document = DepartmentDocument(
        duties=tuple(Duty(f"duty{n}") for n in range(MAX_ROWS - 1)), safeguards=(Safeguard("ssss"),)
    )
    assert len(pasted(("甲",), at="ssss", document=document, list_name="safeguards", field="title").cells) == 1
    with pytest.raises(Invalid, match="最多 1000 行，粘贴以后会有 1001 行。"):
        pasted(("甲",), ("乙",), at="ssss", document=document, list_name="safeguards", field="title")


def test_text_too_long_for_a_cell_is_refused() -> None:
    with pytest.raises(Invalid, match="一栏最多"):
        pasted(("字" * (MAX_TEXT + 1),))


# --- preview and operations ----------------------------------------------------------------------

_cells = st.one_of(
    st.sampled_from(("", "产出", "产\n出", "数量", "满意度指标", "1", "2", *HEADER)), st.text(max_size=3)
)


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    rows = draw(st.lists(st.lists(_cells, max_size=8).map(tuple), max_size=8))
    places = st.frozensets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=6)
    return Block(tuple(rows), draw(places), draw(places))


@given(st.data(), st.sampled_from(Kind).flatmap(of_kind), blocks())
def test_operations_give_exactly_what_the_preview_shows(data: st.DataObject, document: Document, block: Block) -> None:
    list_name = data.draw(st.sampled_from(sorted(ROW_LISTS[document.kind])))
    fields = [f.partition("/")[2] for f in forms.of(document).fields if f.startswith(f"{list_name}/")]
    before = documents.rows(document, list_name)
    row_id = data.draw(st.sampled_from(["", *(row.id for row in before)]))
    found = place(document, list_name, row_id, data.draw(st.sampled_from(fields)), block, FRAMEWORK, numbered())
    after = changes.apply(document, found.operations)
    shown = {row.id: tuple(cell.new for cell in row.cells) for row in found.cells}
    old = {row.id: tuple(getattr(row, name) for name in fields) for row in before}
    assert {
        row.id: tuple(getattr(row, name) for name in fields) for row in documents.rows(after, list_name)
    } == old | shown
    assert {row.id: tuple(cell.old for cell in row.cells) for row in found.cells} == {
        row_id: old.get(row_id, ("",) * len(fields)) for row_id in shown
    }
    assert documents.with_rows(after, list_name, before) == document
    assert changes.merge(document, document, found.operations) == (after, found.operations, [])


@given(st.sampled_from(Kind).flatmap(of_kind), blocks())
def test_no_text_is_ever_blanked(document: Document, block: Block) -> None:
    for list_name in ROW_LISTS[document.kind]:
        first = next((row.id for row in documents.rows(document, list_name)), "")
        field = documents.row_fields(ROW_LISTS[document.kind][list_name])[0]
        found = place(document, list_name, first, field, block, FRAMEWORK, numbered())
        assert not any(isinstance(operation, Set) and not operation.new for operation in found.operations)


# --- the block -----------------------------------------------------------------------------------


def test_row_is_blank_without_a_text_of_its_own() -> None:
    block = Block((("甲", "1"), ("甲", ""), ("", "")), below=frozenset({(1, 0)}))
    assert [block.is_blank(row) for row in range(3)] == [False, True, True]


@pytest.mark.parametrize(
    ("beside", "below"), [(set(), {(1, 0), (1, 1), (1, 2)}), ({(1, 1), (1, 2)}, {(1, 0)}), ({(1, 1)}, {(1, 0), (1, 2)})]
)
def test_row_wholly_under_merged_cells_is_not_blank(beside: set[tuple[int, int]], below: set[tuple[int, int]]) -> None:
    block = Block((("甲", "乙", "丙"), ("甲", "", "丙")), frozenset(beside), frozenset(below))
    assert not block.is_blank(1)


def test_cell_beyond_a_short_row_is_blank_and_a_repeated_text_is_not_its_own() -> None:
    block = Block((("甲", "乙"), ("甲",)), below=frozenset({(1, 0)}))
    assert (block.width, block.text(1, 0), block.own_text(1, 0), block.text(1, 1)) == (2, "甲", "", "")
    assert (block.own_text(0, 0), Block().width) == ("甲", 0)
