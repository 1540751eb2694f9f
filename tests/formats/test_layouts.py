"""Tables in the layouts of other districts: every head and every row, from Word, Excel and a web page."""

from __future__ import annotations

import json

import pytest

from portal.domain import forms
from portal.formats import files, stored_pieces
from portal.formats.assembling import assemble
from portal.formats.reading import Unreadable
from tests.formats.layout_files import WRITERS, drawing
from tests.formats.layout_truth import LAYOUTS, seen, whole

EVERY_FORMAT = pytest.mark.parametrize("format", WRITERS)


@EVERY_FORMAT
@pytest.mark.parametrize("name", LAYOUTS)
def test_layout_is_read_with_its_head_and_its_rows(name: str, format: str) -> None:
    found = files.read(f"a.{format}", WRITERS[format](drawing(name)))
    assert [seen(table) for table in found.text.tables] == LAYOUTS[name]


@pytest.mark.parametrize("name", LAYOUTS)
def test_layout_is_read_whatever_form_the_year_has(name: str) -> None:
    data = WRITERS["xlsx"](drawing(name))
    for id in forms.available():
        found = files.read("a.xlsx", data, forms.likeliest(id))
        assert [seen(table) for table in found.text.tables] == LAYOUTS[name], id


@EVERY_FORMAT
@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("22-self-evaluation", "项目支出绩效自评表"),
        ("22-monitoring", "2024年项目支出绩效运行监控表"),
        ("22-wages", "2024年1月工资发放表"),
    ],
)
def test_other_table_is_refused_by_its_name(name: str, title: str, format: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        files.read(f"a.{format}", WRITERS[format](drawing(name)))
    assert refusal.value.message == f"这是《{title}》，不是绩效目标表。"


def test_self_evaluation_without_a_title_is_known_by_its_captions() -> None:
    untitled = drawing("22-self-evaluation").partition("\n")[2]
    with pytest.raises(Unreadable) as refusal:
        files.read("a.xlsx", WRITERS["xlsx"](untitled))
    assert refusal.value.message == "这是《绩效自评表》，不是绩效目标表。"


def test_other_table_beside_target_tables_is_left_out_by_its_name() -> None:
    found = files.read("a.xlsx", WRITERS["xlsx"](drawing("10"), drawing("22-self")))
    assert [table.project_name for table in found.text.tables] == ["水库除险加固"]
    assert "《项目支出绩效自评表》不是绩效目标表，没有读入。" in [left.text for left in found.unplaced]


def test_overall_goal_of_an_office_is_read_and_its_indicators_are_told() -> None:
    found = files.read("a.docx", WRITERS["docx"](drawing("03")))
    assert found.text.department and found.text.department.overall == "全年各项工作落实到位"
    assert found.converted == ("部门整体绩效目标：部门整体绩效目标的表样没有绩效指标，1 行没有读入。",)
    assert "一级指标：产出指标" in [left.text for left in found.unplaced]


# --- what is said about a table ------------------------------------------------------------------


def told(name: str) -> tuple[list[str], list[str]]:
    found = files.read("a.xlsx", WRITERS["xlsx"](drawing(name)))
    return list(found.converted), [left.text for left in found.unplaced]


def test_long_term_list_beside_and_above_is_told() -> None:
    assert "第 1 张表：表里另有中长期（实施期）的绩效指标，只读入了年度指标。" in told("17")[0]
    assert told("13")[0] == ["第 1 张表：中长期（实施期）的绩效指标有 1 行，没有读入，只读入了年度指标。"]


@pytest.mark.parametrize("name", LAYOUTS)
def test_file_is_read_again_from_what_was_kept_of_it(name: str) -> None:
    found = files.read("a.docx", WRITERS["docx"](drawing(name)))
    kept = json.loads(json.dumps(stored_pieces.to_plain(found.source)))
    assert assemble(stored_pieces.from_plain(kept), ()) == found


def test_amount_in_another_unit_is_told_as_turned() -> None:
    assert told("09")[0] == ["第 1 张表：预算数：12 万元 换算为 120000.00 元"]


@pytest.mark.parametrize(
    ("amount", "expected", "sentences"),
    [
        ("12.5万元", "125000", ["第 1 张表：预算数：12.5 万元 换算为 125000.00 元"]),
        ("125,000.00元", "125000", []),
        ("约12万元", None, []),
    ],
)
def test_unit_behind_an_amount_counts_for_it(amount: str, expected: str | None, sentences: list[str]) -> None:
    source = drawing("09").replace("单位:万元→5\n", "").replace("预算数 | 12", f"预算数 | {amount}")
    found = files.read("a.html", WRITERS["html"](source), forms.likeliest("hebei-2017"))
    assert (whole(forms.yuan(found.text.tables[0], "budget/total")), list(found.converted)) == (expected, sentences)


def test_number_of_days_is_told_as_date() -> None:
    assert told("07")[0] == ["第 1 张表：“完工时间”的指标值：序列数 ≤44,561 换算为日期 ≤2021年12月31日"]


def test_template_rows_notes_and_signatures_are_told() -> None:
    assert "第 1 张表：没有三级指标名称的空白行（模板残留）没有读入。" in told("21")[0]
    assert {"≧ %", "公里"} <= set(told("21")[1])
    assert "注：1.各级财政部门参照执行。" in told("10")[1]
    assert told("02")[1] == ["联系人：张三", "联系电话：0335-1234567"]


def test_what_has_no_place_is_told_with_its_caption_and_its_cell() -> None:
    found = files.read("a.xlsx", WRITERS["xlsx"](drawing("08")))
    left = {each.text: each.where for each in found.unplaced}
    assert left["项目概况：养护村道"] == "工作表“Sheet1”C8"


def test_subtotal_is_no_project() -> None:
    assert told("06")[1] == ["合计", "350000.00"]


def test_month_that_the_form_does_not_have_is_told_and_not_taken_for_another() -> None:
    found = files.read("a.xlsx", WRITERS["xlsx"](drawing("01")))
    (table,) = found.text.tables
    plan = table.spending_plan
    assert (plan.march, plan.june, plan.october, plan.december) == ("25", "50", "", "100")
    assert (table.office_code, table.office_name) == ("610002", "古城街道办事处")
    assert [left.text for left in found.unplaced] == ["9月底：75"]


def test_table_within_a_cell_of_a_page_is_part_of_the_form() -> None:
    lines = drawing("10").split("\n")
    inner = WRITERS["html"]("年度资金总额： | 80\n其中：财政拨款 | 80").decode()
    inner = inner[inner.index("<table>") : inner.index("</body>")]
    outer = WRITERS["html"]("\n".join([*lines[:4], "项目资金（万元）→2 | @→7", *lines[7:]])).decode()
    found = files.read("a.html", outer.replace("@", inner).encode())
    assert [seen(table) for table in found.text.tables] == LAYOUTS["10-anhui-county"]


def test_deleted_text_of_a_page_is_no_text() -> None:
    page = WRITERS["html"](drawing("10")).replace("水库除险加固".encode(), "<del>旧名</del>水库除险加固".encode())
    assert [seen(table) for table in files.read("a.html", page).text.tables] == LAYOUTS["10-anhui-county"]
