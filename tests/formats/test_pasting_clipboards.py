"""From what programs put on the clipboard to rows of a form: reading and placing together."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from portal.domain import changes, frameworks
from portal.domain.documents import Indicator, ProjectDocument
from portal.domain.pasting import PastePreview, place
from portal.formats import clipboard

DATA = Path(__file__).parents[1] / "data" / "clipboard"


def pasted(name: str) -> tuple[PastePreview, ProjectDocument]:
    block = clipboard.read((DATA / f"{name}.html").read_text("utf-8"), "")
    numbers = count(1)
    document = ProjectDocument()
    framework = frameworks.get("hebei-2017")
    found = place(document, "indicators", "", "level1", block, framework, lambda: f"new{next(numbers)}")
    after = changes.apply(document, found.operations)
    assert isinstance(after, ProjectDocument)
    return found, after


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        (
            "excel",
            [
                (
                    *("产出指标", "数量指标", "清运生活垃圾次数", "全年清运辖区12个社区\n每日一次"),
                    *(">=365 次", "冀财资[2017]674号"),
                ),
                ("产出指标", "质量指标", "清运合格率"),
            ],
        ),
        (
            "wps",
            [
                ("产出指标", "数量指标", "巡查次数", "巡查河道\n每周一次", "52", "年度工作计划"),
                ("产出指标", "数量指标", "清淤长度", "清淤&疏通", "≥3公里", "年度工作计划"),
                ("产出指标", "时效指标", "按期完成率", "", "100%"),
            ],
        ),
        (
            "word",
            [
                (
                    *("产出指标", "时效指标", "工资按月发放及时率"),
                    *("1、  按时发放预算外人员工资，缴纳保险\n\n2、每月10日前\n完成", "100%"),
                ),
                ("产出指标", "质量指标", "足额率", "", "≥95%"),
            ],
        ),
        (
            "word-form",
            [
                ("产出指标", "时效指标", "及时率", "及时发放工资", "100%", "冀财资[2017]674号"),
                ("产出指标", "质量指标", "足额率", "足额发放工资", "100%", "冀财资[2017]674号"),
                (
                    *("满意度指标", "服务对象满意度指标", "满意率"),
                    *("职工对工资发放的满意程度", "≥95%", "问卷调查"),
                ),
            ],
        ),
    ],
)
def test_copied_indicators_become_rows(name: str, rows: list[tuple[str, ...]]) -> None:
    _, after = pasted(name)
    assert after.indicators == tuple(Indicator(f"new{n}", *row) for n, row in enumerate(rows, 1))


def test_what_a_form_holds_above_its_indicators_is_left_out_and_said() -> None:
    found, _ = pasted("word-form")
    assert found.left_out == ["标题行用来对应栏目，没有作为内容粘贴。", "标题行以上的 4 行没有粘贴。"]
