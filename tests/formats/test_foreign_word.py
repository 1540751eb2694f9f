"""Word files as offices make them: divided and nested tables, controls, notes, numbers of lists, displaced borders."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portal.domain import forms
from portal.domain.documents import ProjectDocument
from portal.formats import files
from tests.formats.raw_word import document, paragraph, paragraphs, run, table

TOP = """项目支出绩效目标申报表→9
（2021年度）→9
项目名称→2 | 水库除险加固→7
主管部门→2 | 县水利局→3 | 实施单位→2 | 水库管理所→2
项目资金（万元）→2↓3 | 年度资金总额：→3 | 80→4
其中：财政拨款→3 | 80→4
其他资金→3 | 0→4
年度目标→2 | 完成除险加固→7
"""
HEAD = "绩效指标{} | 一级指标→2 | 二级指标→2 | 三级指标→2 | 指标值→2\n"
FIRST = "产出指标→2↓2 | 数量指标→2 | 加固水库数量→2 | 2座→2\n质量指标→2 | 验收合格率→2 | 100%→2\n"
SECOND = "效益指标→2 | 社会效益指标→2 | 受益人口→2 | ≥3000人→2\n满意度指标→2 | 服务对象满意度指标→2 | 满意度→2 | ≥90%→2"
ROWS = [
    ("产出指标", "数量指标", "加固水库数量", "2座"),
    ("产出指标", "质量指标", "验收合格率", "100%"),
    ("效益指标", "社会效益指标", "受益人口", "≥3000人"),
    ("满意度指标", "服务对象满意度指标", "满意度", "≥90%"),
]
WHOLE = TOP + HEAD.format("↓5") + FIRST + SECOND


def read_one(*body: str, **parts: str) -> ProjectDocument:
    (found,) = files.read("a.docx", document(*body, parts=parts)).text.tables
    return found


def rows(found: ProjectDocument) -> list[tuple[str, str, str, str]]:
    return [(row.level1, row.level2, row.level3, row.target_value) for row in found.indicators]


def is_whole(found: ProjectDocument) -> bool:
    head = (found.project_name, found.office_name, forms.yuan(found, "budget/total"), found.goals)
    return head == ("水库除险加固", "水库管理所", Decimal(800_000), "完成除险加固") and rows(found) == ROWS


# --- divided and nested tables -------------------------------------------------------------------


@pytest.mark.parametrize(
    "between",
    ["", "续表", "（续表）", "续上表", "— 2 —", "第 2 页 共 3 页", "项目支出绩效目标申报表（续）", "（2021年度）"],
)
def test_table_goes_on_below_a_line_that_only_marks_a_page(between: str) -> None:
    title, _, rest = TOP.partition("\n")
    first = rest.partition("\n")[2] + HEAD.format("↓3") + FIRST
    second = HEAD.format("↓3") + SECOND
    lines = [paragraph(text.rstrip("→9")) for text in (title, "（2021年度）")]
    assert is_whole(read_one(*lines, table(first), paragraph(between), table(second)))


def test_table_whose_head_is_repeated_in_part_is_one() -> None:
    second = "项目名称→2 | 水库除险加固→7\n" + HEAD.format("↓3") + SECOND
    assert is_whole(read_one(table(TOP + HEAD.format("↓3") + FIRST), paragraph(), table(second)))


def test_lists_in_tables_of_their_own_belong_to_the_table_above() -> None:
    long_term = HEAD.format("↓2") + "产出指标→2 | 数量指标→2 | 三年加固水库→2 | 6座→2"
    annual = HEAD.format("↓5") + FIRST + SECOND
    body = (table(TOP), paragraph("长期绩效目标表"), table(long_term), paragraph("年度绩效目标表"), table(annual))
    assert is_whole(read_one(*body))


def test_table_within_a_cell_is_part_of_the_form() -> None:
    inner = {
        "@list": HEAD.format("↓5").partition("|")[2] + FIRST + SECOND,
        "@funds": "年度资金总额： | 80\n其中：财政拨款 | 80\n其他资金 | 0",
    }
    lines = TOP.split("\n")
    outer = "\n".join([*lines[:4], "项目资金（万元）→2 | @funds→7", lines[7], "绩效指标→2 | @list→7"])
    assert is_whole(read_one(table(outer, lambda text: table(inner[text]) if text in inner else paragraphs(text))))


def test_rows_with_other_borders_than_the_head_are_read_by_order() -> None:
    moved = FIRST.replace("数量指标→2 | 加固水库数量→2", "数量指标→3 | 加固水库数量→1")
    moved += "效益指标→1 | 社会效益指标→3 | 受益人口→2 | ≥3000人→2\n"
    moved += "满意度指标→3 | 服务对象满意度指标→1 | 满意度→1 | ≥90%→3"
    assert is_whole(read_one(table(TOP + HEAD.format("↓5") + moved)))


# --- what a cell holds ---------------------------------------------------------------------------


def test_prompt_of_a_content_control_is_no_text() -> None:
    prompt = (
        f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('单击此处输入文字')}</w:sdtContent></w:sdt>"
    )
    found = files.read(
        "a.docx",
        document(table(WHOLE, lambda text: paragraph(prompt) if text == "县水利局" else paragraphs(text))),
    )
    assert is_whole(found.text.tables[0])
    assert "单击" not in str(found)


def test_deleted_cell_is_no_cell() -> None:
    gone = '<w:tc><w:tcPr><w:cellDel w:id="5"/></w:tcPr><w:p/></w:tc>'
    body = table(WHOLE).replace(
        '<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:pPr></w:pPr><w:r>', f"{gone}@", 1
    )
    body = body.replace("@", '<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:pPr></w:pPr><w:r>')
    assert is_whole(read_one(body))


def test_number_of_a_list_paragraph_is_text() -> None:
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    levels = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{}"/><w:lvlText w:val="{}"/></w:lvl>'
    for format, pattern, shown in (
        ("decimal", "%1、", "1、清淤\n2、加固"),
        ("chineseCounting", "（%1）", "（一）清淤\n（二）加固"),
        ("bullet", "l", "清淤\n加固"),
    ):
        numbering = f'<w:abstractNum w:abstractNumId="0">{levels.format(format, pattern)}</w:abstractNum>'
        numbering += '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        goals = paragraph("清淤", numbered) + paragraph("加固", numbered)
        body = table(WHOLE, lambda text, goals=goals: goals if text == "完成除险加固" else paragraphs(text))
        assert read_one(body, numbering=numbering).goals == shown


def test_comparator_of_the_symbol_font_is_text() -> None:
    at_least = '<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>'
    body = table(WHOLE, lambda text: paragraph(at_least + run(text[1:])) if text[:1] == "≥" else paragraphs(text))
    assert is_whole(read_one(body))


def test_footnote_is_told() -> None:
    note = '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
    note += f'<w:footnote w:id="2">{paragraph("不含移民资金")}</w:footnote>'
    found = files.read("a.docx", document(table(WHOLE), parts={"footnotes": note}))
    assert ("不含移民资金", "脚注") in [(left.text, left.where) for left in found.unplaced]


def test_caption_and_value_in_one_cell_are_read() -> None:
    inline = """项目名称：水库除险加固→4
主管部门：县水利局→2 | 实施单位： 水库管理所→2
项目资金（万元）↓3 | 年度资金总额：80→3
其中：财政拨款 80→3
其他资金 0→3
年度目标：完成除险加固→4
"""
    body = inline + (HEAD.format("").partition("|")[2] + FIRST + SECOND).replace("→2", "")
    assert is_whole(read_one(paragraph("项目支出绩效目标申报表"), table(body)))


def test_gap_in_a_line_above_separates_its_texts() -> None:
    lines = [paragraph(text) for text in ("1、清运绩效目标表", "610002古城街道办事处" + " " * 12 + "单位：万元")]
    found = read_one(*lines, table(TOP.replace("（万元）", "").replace("| 实施单位→2 | 水库管理所→2", "| →4") + SECOND))
    assert (found.office_code, found.office_name) == ("610002", "古城街道办事处")
    assert forms.yuan(found, "budget/total") == Decimal(800_000)


def test_blank_levels_are_filled_from_above_and_told() -> None:
    found = files.read(
        "a.docx", document(table(WHOLE.replace("产出指标→2↓2", "产出指标→2").replace("质量指标", "→2 | 质量指标")))
    )
    assert is_whole(found.text.tables[0])
    assert "第 1 张表：空白的一级、二级指标按上一行填入。" in found.converted


# --- heads ---------------------------------------------------------------------------------------


def test_blank_value_does_not_take_a_text_of_the_next_row() -> None:
    for office in ("", "项目单位"):
        found = read_one(table(WHOLE.replace("县水利局", "").replace("水库管理所", office)))
        assert (found.office_name, forms.yuan(found, "budget/total")) == (office, Decimal(800_000))


def test_value_in_the_words_of_a_caption_is_a_value() -> None:
    assert read_one(table(WHOLE.replace("完成除险加固", "年度目标"))).goals == "年度目标"
    assert read_one(table(WHOLE.replace("水库除险加固", "其他资金"))).project_name == "其他资金"


@pytest.mark.parametrize(("unit", "amount"), [("千元", "800"), ("人民币万元", "80"), ("元", "800,000.00")])
def test_amount_is_read_in_the_unit_that_the_file_names(unit: str, amount: str) -> None:
    found = read_one(table(WHOLE.replace("（万元）", f"（{unit}）").replace("| 80→4", f"| {amount}→4")))
    assert forms.yuan(found, "budget/total") == Decimal(800_000)


def test_unit_of_a_measure_is_not_that_of_the_amounts() -> None:
    source = WHOLE.replace("（万元）", "（元）").replace("| 80→4", "| 800000→4").replace("受益人口", "收益（万元）")
    assert forms.yuan(read_one(table(source)), "budget/total") == Decimal(800_000)


def test_unit_that_the_file_does_not_name_is_told() -> None:
    found = files.read("a.docx", document(table(WHOLE.replace("（万元）", ""))))
    assert found.converted == ("第 1 张表：文件没有写明金额单位，金额按表样以万元为单位读入，请核对。",)


def test_title_that_speaks_of_a_whole_is_not_of_the_whole_office() -> None:
    found = read_one(paragraph("老旧小区整体改造项目支出绩效目标表"), table(WHOLE.partition("\n")[2]))
    assert found.project_name == "水库除险加固"


def test_headings_between_the_parts_of_a_form_do_not_divide_it() -> None:
    lines = WHOLE.split("\n")
    parts = ["\n".join(lines[2:4]), "\n".join(lines[4:7]), lines[7], "\n".join(lines[8:])]
    headings = ("一、项目基本情况", "二、资金情况", "三、绩效目标", "（四）绩效指标")
    body = [piece for heading, part in zip(headings, parts, strict=True) for piece in (paragraph(heading), table(part))]
    other = [piece.replace("水库除险加固", "河道清淤") for piece in body]
    found = files.read("a.docx", document(*body, *other)).text.tables
    assert [each.project_name for each in found] == ["水库除险加固", "河道清淤"]
    assert is_whole(found[0]) and rows(found[1]) == ROWS
