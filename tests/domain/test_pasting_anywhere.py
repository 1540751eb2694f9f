"""Pasting a block wherever the focus is: what the block itself says decides on its place."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import changes, documents, forms, frameworks
from portal.domain.changes import Operation
from portal.domain.documents import Budget, DepartmentDocument, Document, Indicator, ProjectDocument, SpendingPlan
from portal.domain.errors import Invalid
from portal.domain.pasting import Block, PastePreview, paste
from tests.domain.strategies import of_kind

A = Indicator("aaaa", "产出指标", "数量指标", "甲", "甲述", "1次", "甲据")
B = Indicator("bbbb", "产出指标", "质量指标", "乙", "乙述", "2次", "乙据")
TWO = ProjectDocument(goals="目标", budget=Budget("1.00", "", ""), indicators=(A, B))
ROW = ("产出指标", "数量指标", "丙", "丙述", "3次", "丙据")
HEADER = ("一级指标", "二级指标", "三级指标", "绩效指标描述", "指标值", "指标值确定依据")
HEAD = (
    ("项目编码", "610-1301-JBN-0001", "项目名称", "垃圾清运", "", ""),
    ("预算数", "50000", "其中：财政资金", "40000", "其他资金", "10000"),
    ("绩效目标", "日产日清。", "", "", "", ""),
)


def numbered() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"new{next(numbers)}"


def pasted(path: str, *rows: tuple[str, ...], document: Document = TWO, inserts: bool = False) -> PastePreview:
    return paste(document, path, Block(rows), frameworks.get("hebei-2017"), numbered(), inserts=inserts)


def after(found: PastePreview, document: Document = TWO) -> ProjectDocument:
    changed = changes.apply(document, found.operations)
    assert isinstance(changed, ProjectDocument)
    return changed


# --- a table with its head -------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "goals", "budget/total", "indicators/aaaa/level3"])
def test_table_with_its_head_goes_to_head_and_rows_wherever_the_focus_is(path: str) -> None:
    document = after(pasted(path, *HEAD, HEADER, ROW))
    assert (document.project_code, document.project_name) == ("610-1301-JBN-0001", "垃圾清运")
    assert document.budget == Budget("50000", "40000", "10000")
    assert document.goals == "日产日清。"
    assert [row.level3 for row in document.indicators] == ["丙", "乙"]


def test_head_alone_leaves_the_rows() -> None:
    found = pasted("purpose", *HEAD)
    assert after(found).indicators == (A, B)
    assert [(cell.label, cell.old, cell.new) for cell in found.head][-1] == ("绩效目标", "目标", "日产日清。")


def test_table_is_inserted_behind_the_rows_where_so_chosen() -> None:
    found = pasted("goals", *HEAD, HEADER, ROW, inserts=True)
    assert [row.level3 for row in after(found).indicators] == ["甲", "乙", "丙"]


def test_what_finds_no_place_and_what_is_converted_is_told() -> None:
    rows = (*HEAD[:1], ("单位：万元",), ("预算数", "5", "其中：财政资金", "4", "项目负责人", "张三"), HEADER, ROW)
    found = pasted("", *rows)
    assert after(found).budget.total == "50000.00"
    assert any("预算数：5 万元 换算为 50000.00 元" in sentence for sentence in found.left_out)
    assert any("张三" in sentence for sentence in found.left_out)


# --- rows ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "goals", "budget/total", "project_name"])
def test_rows_with_their_captions_go_behind_the_last_from_any_other_cell(path: str) -> None:
    assert [row.level3 for row in after(pasted(path, HEADER, ROW)).indicators] == ["甲", "乙", "丙"]


def test_rows_are_inserted_after_the_focused_one_where_so_chosen() -> None:
    found = pasted("indicators/aaaa/level1", ROW, inserts=True)
    assert [row.level3 for row in after(found).indicators] == ["甲", "丙", "乙"]
    assert not found.is_over_rows
    over = pasted("indicators/aaaa/level1", ROW)
    assert [row.level3 for row in after(over).indicators] == ["丙", "乙"]
    assert over.is_over_rows


def test_rows_without_captions_go_behind_the_last_outside_of_every_cell() -> None:
    assert [row.level3 for row in after(pasted("", ROW)).indicators] == ["甲", "乙", "丙"]


# --- a row of amounts or percents ------------------------------------------------------------------


def test_amounts_are_spread_over_their_cells() -> None:
    found = pasted("budget/total", ("3", "2", "1"))
    assert after(found).budget == Budget("3", "2", "1")
    assert [cell.label for cell in found.head] == ["预算数", "其中：财政资金", "其他资金"]


@pytest.mark.parametrize("rows", [[("25", "50", "75", "100")], [("25",), ("50",), ("75",), ("100",)]])
def test_percents_are_spread_in_a_row_or_a_column(rows: list[tuple[str, ...]]) -> None:
    found = pasted("spending_plan/march", *rows)
    assert after(found).spending_plan == SpendingPlan("25", "50", "75", "100")


@pytest.mark.parametrize("path", ["spending_plan/march", "budget/total", "goals", ""])
def test_percents_go_below_their_captions(path: str) -> None:
    document = after(pasted(path, ("6月底", "12月底"), ("40", "100")))
    assert document.spending_plan == SpendingPlan("", "40", "", "100")
    assert document.budget == TWO.budget


def test_blank_keeps_the_amount_that_stands_there() -> None:
    assert after(pasted("budget/total", ("", "2"))).budget == Budget("1.00", "2", "")


@pytest.mark.parametrize(
    ("path", "rows", "sentence"),
    [
        ("budget/fiscal", [("1", "2", "3")], "从“其中：财政资金”起只有 2 栏"),
        ("budget/total", [("1", "2"), ("3", "4")], "一次只能粘贴一行"),
        ("goals", [("甲", "乙")], "没有认出粘贴的是哪几栏"),
        ("budget/none", [("1", "2")], "没有这一栏"),
        ("nothing", [("1", "2")], "没有认出粘贴的是哪几栏"),
    ],
)
def test_block_that_is_not_recognised_is_refused_in_words(
    path: str, rows: list[tuple[str, ...]], sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        pasted(path, *rows)


def test_department_form_needs_the_captions_or_a_row() -> None:
    department = DepartmentDocument()
    with pytest.raises(Invalid, match="没有认出粘贴的是哪几栏"):
        pasted("", ("甲", "乙"), document=department)


_cells = st.sampled_from(("", "5", "项目名称", "预算数", "绩效目标", "3月底", "产出指标", "单位：万元", *HEADER))


@given(st.lists(st.lists(_cells, max_size=6).map(tuple), max_size=6), st.booleans(), st.data())
def test_operations_follow_the_preview_and_fit_the_document(
    rows: list[tuple[str, ...]], inserts: bool, data: st.DataObject
) -> None:
    document = data.draw(of_kind(documents.Kind.PROJECT))
    path = data.draw(st.sampled_from(["", *forms.of(document).scalars]))
    try:
        found = pasted(path, *rows, document=document, inserts=inserts)
    except Invalid:
        return
    operations: list[Operation] = found.operations
    merged, applied, conflicts = changes.merge(document, document, operations)
    assert (applied, conflicts) == (operations, [])
    shown = {row.id: [cell.new for cell in row.cells] for row in found.cells}
    assert set(shown) <= {row.id for row in documents.rows(merged, "indicators")}
    new = {cell.label: cell.new for cell in found.head}
    for path in forms.of(document).scalars:
        label = forms.of(document).label(path)
        value = documents.value_at(merged, path)
        assert value == (new[label] if label in new else documents.value_at(document, path))
