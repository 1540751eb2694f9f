"""Tables in the layouts of other districts: every head and every row, from Word, Excel and a web page."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import NamedTuple

import pytest

from portal.domain import forms
from portal.domain.documents import ProjectDocument
from portal.formats import files, stored_pieces
from portal.formats.assembling import assemble
from portal.formats.reading import Unreadable
from tests.formats.layout_files import WRITERS, drawing

EVERY_FORMAT = pytest.mark.parametrize("format", WRITERS)


class Expected(NamedTuple):
    """total, fiscal: in yuan. rows: levels, name and target value."""

    project_name: str
    office_name: str
    total: str | None
    fiscal: str | None
    goals: str
    rows: list[tuple[str, str, str, str]]


LAYOUTS = {
    "02-hebei-approval": [
        Expected(
            "社区环境整治",
            "古城街道办事处",
            "120000",
            "100000",
            "1、清理卫生死角\n2、改善人居环境",
            [
                ("产出指标", "数量指标", "清理卫生死角数量", "≥50处"),
                ("产出指标", "质量指标", "清理合格率", "≥95%"),
                ("满意度指标", "服务对象满意度指标", "居民满意度", "≥90%"),
            ],
        ),
    ],
    "04-entry": [
        Expected(
            "防汛物资储备",
            "",
            None,
            None,
            "储备防汛物资，保障度汛安全",
            [
                ("产出指标", "数量指标", "储备编织袋数量", "≥10000条"),
                ("产出指标", "时效指标", "完成储备时间", "≤5月"),
                ("成本指标", "经济成本指标", "项目或定额成本控制率", "=100%"),
                ("满意度指标", "服务对象满意度指标", "群众满意度", "满意"),
            ],
        ),
    ],
    "05-shanghai": [
        Expected(
            "公园设施维护",
            "区公园管理中心",
            "1000000",
            "900000",
            "更新健身器材50套",
            [
                ("产出指标", "数量指标", "更新健身器材", "=50.00(套)"),
                ("产出指标", "质量指标", "验收合格率", "=100.00(%)"),
                ("满意度指标", "服务对象满意度指标", "游客满意度", "≥90.00(%)"),
            ],
        ),
    ],
    "06-sichuan-all-projects": [
        Expected(
            "农产品检测",
            "某县农业局",
            "200000",
            None,
            "完成检测任务",
            [
                ("产出指标", "数量指标", "检测批次", "≥500批次"),
                ("满意度指标", "服务对象满意度指标", "农户满意度", "≥95%"),
                ("产出指标", "时效指标", "按时完成率", "＝100%"),
            ],
        ),
        Expected(
            "病虫害防治",
            "某县农业局",
            "150000",
            None,
            "防治面积达标",
            [
                ("产出指标", "数量指标", "防治面积", "≥3万亩"),
                ("成本指标", "经济成本指标", "亩均成本", "≤50元"),
            ],
        ),
    ],
    "07-inner-mongolia": [
        Expected(
            "牧区饮水安全",
            "水利服务中心",
            "455000",
            "455000",
            "目标1：新打机井5眼\n目标2：解决饮水困难",
            [
                ("产出指标", "数量指标", "新打机井", "=5眼"),
                ("产出指标", "时效指标", "完工时间", "≤2021年12月31日"),
                ("效益指标", "社会效益指标", "受益人口", "≥1,200人"),
            ],
        ),
    ],
    "08-chongqing": [
        Expected(
            "农村公路养护",
            "某镇人民政府",
            "300000",
            "250000",
            "养护村道40公里",
            [
                ("产出指标", "数量指标", "养护里程", "≥40公里"),
                ("产出指标", "质量指标", "养护合格率", "≥95%"),
            ],
        ),
    ],
    "09-chongqing-street": [
        Expected(
            "垃圾分类宣传",
            "某街道办事处",
            "120000",
            None,
            "提高垃圾分类知晓率",
            [
                ("", "", "宣传活动次数", "≥12次"),
                ("", "", "居民知晓率", "≥85%"),
            ],
        ),
    ],
    "10-anhui-county": [
        Expected(
            "水库除险加固",
            "水库管理所",
            "800000",
            "800000",
            "完成除险加固",
            [
                ("产出指标", "数量指标", "加固水库数量", "2座"),
                ("产出指标", "成本指标", "项目成本控制（≤**万元）", "≤80万元"),
                ("效益指标", "社会效益指标", "受益人口", "≥3000人"),
            ],
        ),
    ],
    "11-anhui-province": [
        Expected(
            "科普活动",
            "省科技馆",
            "600000",
            "500000",
            "举办科普活动",
            [
                ("产出指标", "数量指标", "活动场次", "≥20场"),
                ("产出指标", "质量指标", "活动覆盖率", "≥90%"),
            ],
        ),
    ],
    "13-hunan-2011-form": [
        Expected(
            "村级道路硬化",
            "某镇人民政府",
            "560000",
            "560000",
            "硬化道路4公里",
            [
                ("产出指标", "数量指标", "硬化里程", "4公里"),
                ("满意度指标", "社会公众或服务对象满意度指标", "村民满意度", "≥90%"),
            ],
        ),
    ],
    "15-hubei-city": [
        Expected(
            "智慧城管平台运维",
            "",
            "1000000",
            None,
            "保障平台稳定运行",
            [
                ("产出指标", "质量指标", "系统正常运行率", "≥99%"),
                ("产出指标", "时效指标", "故障响应时间", "≤2小时"),
            ],
        ),
    ],
    "16-hubei-province": [
        Expected(
            "博物馆免费开放",
            "",
            "500000",
            None,
            "提升公共文化服务",
            [
                ("产出指标", "数量指标", "接待观众", "≥100万人次"),
                ("满意度指标", "服务对象满意度指标", "观众满意度", "≥95%"),
            ],
        ),
    ],
    "17-shanxi": [
        Expected(
            "林业有害生物防治",
            "省林保中心",
            "3000000",
            "3000000",
            "年内防治30万亩",
            [
                ("产出指标", "数量指标", "年防治面积", "≥30万亩"),
                ("效益指标", "生态效益指标", "无公害防治率", "≥88%"),
            ],
        ),
    ],
    "19-guangxi": [
        Expected(
            "乡镇卫生院能力提升",
            "县卫生健康局",
            "2000000",
            "1800000",
            "改造卫生院2所",
            [
                ("产出指标", "数量指标", "改造卫生院数量", "2所"),
                ("产出指标", "质量指标", "验收合格率", "100%"),
            ],
        ),
    ],
    "20-tianjin": [
        Expected(
            "老旧小区改造",
            "区住建委本级",
            "5000000",
            "4000000",
            "改造小区3个",
            [
                ("产出指标", "数量指标", "改造小区数量", "=3个"),
                ("产出指标", "成本指标", "改造成本", "≤500万元"),
            ],
        ),
    ],
    "21-water": [
        Expected(
            "水利发展资金",
            "",
            "3400000",
            "3400000",
            "完成河道治理10公里",
            [
                ("产出指标", "数量指标", "治理河道长度", "10公里"),
                ("效益指标", "社会效益指标", "保护人口", "≥2万人"),
            ],
        ),
    ],
}


def seen(table: ProjectDocument) -> Expected:
    total, fiscal = (forms.yuan(table, f"budget/{name}") for name in ("total", "fiscal"))
    rows = [(row.level1, row.level2, row.level3, row.target_value) for row in table.indicators]
    return Expected(table.project_name, table.office_name, whole(total), whole(fiscal), table.goals, rows)


def whole(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount.quantize(Decimal(1)))


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
