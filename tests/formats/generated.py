"""Hypothesis strategies for documents, with the texts that a file form finds hardest."""

from __future__ import annotations

from hypothesis import strategies as st

from portal.domain.documents import (
    Budget,
    DepartmentDocument,
    Duty,
    Indicator,
    PerformanceText,
    ProjectDocument,
    Safeguard,
    SpendingPlan,
    clean_text,
)

TRAPS = (
    *("", " ", "　", "  行首空格", "　　全角空格", "<b>网页</b> &amp;", "**标记**", "- 一项", "[链](https://a.b/c)"),
    *("一、总体绩效目标", "总体目标", "二、分项绩效目标", "职责分类目标", "三、工作保障措施", "工作保障措施"),
    *("第一部分", "第二部分", "部门整体绩效目标", "预算项目绩效目标", "审计记录：第 1 号 ab"),
    *("一、甲", "二、乙", "三、", "四、丁", "（二）乙", "2、乙", "绩效目标：丙", "绩效目标"),
    *("1、完成绩效目标表", "绩效目标表", "第2表戊绩效目标表", "甲绩效目标表 TC 1、甲绩效目标表 \\f C \\l 1"),
    *("项目编码", "项目名称", "单位：元", "预算数", "一级指标", "产出指标", "时效指标", "其他资金", "12月底"),
    *("\u2060", "\u2060二、乙", "\u2060\u2060第二部分", "\u2060项目编码", "=1+1", "23000.00", "2.3万", "≧90%为优"),
    *("610002古城", "610-2", "1", "１２、", "十二、", "a TC b \\f C \\l 1", "\ufeff", "\u2028", "é", "e\u0301", "①"),
)
_line = st.one_of(st.sampled_from(TRAPS), st.text(max_size=8), st.text("一二1、：　 \u2060a表", max_size=8))
texts = st.lists(_line, max_size=4).map("\n".join).map(clean_text)
_ordinals = st.one_of(st.just(0), st.integers(0, 9_999))
_codes = st.one_of(st.just("610002"), st.text("0123456789", max_size=14), texts)


def _rows(row: st.SearchStrategy[tuple[str, ...]], kind: type, size: int = 4) -> st.SearchStrategy[tuple]:  # type: ignore[type-arg]
    return st.lists(row, max_size=size).map(
        lambda found: tuple(kind(f"{kind.__name__[0].lower()}{n:04d}", *values) for n, values in enumerate(found, 1))
    )


_levels = st.one_of(st.sampled_from(("", "产出指标", "效果指标", "质量指标")), texts)
indicators = _rows(st.tuples(_levels, _levels, texts, texts, texts, texts), Indicator)
projects = st.builds(
    ProjectDocument,
    ordinal=_ordinals,
    office_code=_codes,
    office_name=texts,
    project_code=texts,
    project_name=texts,
    budget=st.builds(Budget, texts, texts, texts),
    purpose=texts,
    spending_plan=st.builds(SpendingPlan, texts, texts, texts, texts),
    goals=texts,
    indicators=indicators,
)
departments = st.builds(
    DepartmentDocument,
    overall=texts,
    duties=_rows(st.tuples(texts, texts), Duty),
    safeguards=_rows(st.tuples(texts, texts), Safeguard),
)
performance_texts = st.builds(
    PerformanceText,
    department=st.one_of(st.none(), departments),
    tables=st.lists(projects, max_size=3).map(tuple),
).filter(lambda text: text.department is not None or bool(text.tables))
