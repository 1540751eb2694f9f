"""What makes a project table poor, what a reviewer says about it, and what the office answers.

A flaw replaces one text of a sound table; correcting it brings the sound text back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.demo.words import Theme
from portal.domain import documents
from portal.domain.documents import ProjectDocument

# Rows of the indicators that `words` writes.
COST, QUANTITY, VISITS, QUALITY, TIME, EFFECT, LASTING, SATISFACTION = range(8)
_NO_ROW = -1


@dataclass(frozen=True, slots=True)
class Flaw:
    """field: of the document, or of the indicator at `row`. text, opinion: may hold {thing}, {work} and {people}."""

    field: str
    text: str
    opinion: str
    answer: str
    binding: bool = True
    row: int = _NO_ROW

    def path(self, document: ProjectDocument) -> str:
        return self.field if self.row == _NO_ROW else f"indicators/{document.indicators[self.row].id}/{self.field}"

    def spoil(self, document: ProjectDocument, theme: Theme) -> ProjectDocument:
        changed = documents.with_value(document, self.path(document), self._about(self.text, theme))
        assert isinstance(changed, ProjectDocument)
        return changed

    def said(self, theme: Theme) -> str:
        return self._about(self.opinion, theme)

    @staticmethod
    def _about(text: str, theme: Theme) -> str:
        return text.format(thing=theme.thing, work=theme.work, people=theme.people)


FLAWS = (
    Flaw(
        "goals",
        "1、按要求完成{thing}{work}各项工作任务。\n2、保障{thing}{work}工作正常开展。",
        "不够细化量化：没有写明{thing}{work}的数量、标准和完成时间，年底无法核对。",
        "已按任务数量和完成时间改写。",
    ),
    Flaw(
        "purpose",
        "用于{thing}{work}等相关支出。",
        "资金用途没有测算过程，请写明数量、单价和合计，并与预算数核对。",
        "已补充数量、单价和测算过程。",
    ),
    Flaw(
        "level3",
        "及时率",
        "“及时率”没有说明是什么事情及时，建议写明{thing}{work}的完成时间。",
        "已改为任务完成时间。",
        row=TIME,
    ),
    Flaw(
        "target_value",
        "＝100%",
        "指标与指标值不匹配：{people}满意度定为100%实际上做不到，请按往年问卷结果确定。",
        "已按上年问卷调查的结果调整。",
        row=SATISFACTION,
    ),
    Flaw(
        "basis",
        "财政统一安排",
        "“财政统一安排”不是确定依据，请写文件、标准、合同或历史数据。",
        "已补充文件依据。",
        binding=False,
        row=QUANTITY,
    ),
    Flaw(
        "level3",
        "{thing}{work}工作开展率",
        "一级指标类型错误：开展工作是产出，不是效益，请另设能反映效果的指标。",
        "已改为反映效果的指标。",
        row=EFFECT,
    ),
    Flaw(
        "description",
        "提高{people}满意度",
        "指标描述与指标名称说的不是一件事，请写明怎样计算。",
        "已改写指标描述。",
        binding=False,
        row=QUALITY,
    ),
    Flaw(
        "level3",
        "促进{thing}{work}长期有序",
        "这是口号，不是衡量的尺度，建议删去或改为可以核对的指标。",
        "已改为长效管理机制。",
        binding=False,
        row=LASTING,
    ),
)
"""Warnings of the rules or of a reviewer, which do not keep a table from being submitted."""

UNFINISHED = (
    Flaw("goals", "", "", ""),
    Flaw("purpose", "", "", ""),
    Flaw("basis", "", "", "", row=EFFECT),
    Flaw("budget/fiscal", "1000.00", "", ""),
    Flaw("spending_plan/october", "5.00", "", ""),
    Flaw("target_value", "提高", "", "", row=EFFECT),
)
"""Errors, as drafts have them on which nobody has worked to the end."""

GENERAL = (
    ("", False, "与项目相关性不够：指标请围绕{thing}{work}的任务来设，不要照搬往年的表。"),
    ("goals", True, "请把全年任务分解到上半年和下半年，便于执行监控。"),
    ("budget/total", False, "预算数与资金用途中的合计请再核对一遍。"),
    ("indicators", True, "建议增加产出指标：请补充{thing}{work}的覆盖范围。"),
)
"""(path, binding, opinion): what a reviewer says about any table."""
ANSWER = "已按意见核对并修改。"
KEPT = "本单位没有这方面的统计数据，今年先保留原文，明年补充。"


def spoiled(document: ProjectDocument, theme: Theme, flaws: Iterable[Flaw]) -> ProjectDocument:
    for flaw in flaws:
        document = flaw.spoil(document, theme)
    return document
