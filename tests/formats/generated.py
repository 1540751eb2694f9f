"""Hypothesis strategies for documents of every form, with texts that are hardest for file formats.

Built from the forms and the dataclasses: every field is drawn, also those that the form does not show.
"""

from __future__ import annotations

from hypothesis import strategies as st

from portal.domain import documents
from portal.domain.documents import ROW_LISTS, SCALARS, Document, Kind, PerformanceText, clean_text, row_fields
from portal.domain.forms import Form
from tests.domain.form_documents import CAPTIONS, FORMS

TRAPS = (
    *("", " ", "　", "  行首空格", "　　全角空格", "<b>网页</b> &amp;", "**标记**", "- 一项", "[链](https://a.b/c)"),
    *("一、总体绩效目标", "总体目标", "二、分项绩效目标", "职责分类目标", "三、工作保障措施", "工作保障措施"),
    *("第一部分", "第二部分", "部门整体绩效目标", "预算项目绩效目标", "审计记录：第 1 号 ab"),
    *("一、甲", "二、乙", "三、", "四、丁", "（二）乙", "2、乙", "绩效目标：丙", "绩效目标"),
    *("1、完成绩效目标表", "绩效目标表", "第2表戊绩效目标表", "甲绩效目标表 TC 1、甲绩效目标表 \\f C \\l 1"),
    *("1、甲项目支出绩效目标申报表", "乙绩效目标申报表", "表样以外的内容", "项目代码", "绩效指标第1行·权重", "note"),
    *("项目编码", "项目名称", "单位：元", "预算数", "一级指标", "产出指标", "时效指标", "其他资金", "12月底"),
    *("\u2060", "\u2060二、乙", "\u2060\u2060第二部分", "\u2060项目编码", "=1+1", "23000.00", "2.3万", "≧90%为优"),
    *("610002古城", "610-2", "1", "１２、", "十二、", "a TC b \\f C \\l 1", "\ufeff", "\u2028", "é", "e\u0301", "①"),
    *("[610]局", "[]", "a]b", "≥95%", "定性", "0", "5\u2060项目编码", "合理", "单位：万元"),
)
UNKNOWN = "extra/note"
"""An extra text that no form declares."""
_line = st.one_of(
    st.sampled_from(TRAPS),
    st.sampled_from(CAPTIONS),
    st.text(max_size=8),
    st.text("一二1、：　 \u2060a表", max_size=8),
)
texts = st.lists(_line, max_size=4).map("\n".join).map(clean_text)
_codes = st.one_of(st.just("610002"), st.text("0123456789", max_size=14), texts)
_levels = st.one_of(st.sampled_from(("", "产出指标", "效果指标", "质量指标")), texts)
_SPECIAL = {
    "ordinal": st.one_of(st.just(0), st.integers(0, 9_999)).map(str),
    "office_code": _codes,
    "indicators/level1": _levels,
    "indicators/level2": _levels,
}


def _text_of(form: Form, field: str) -> st.SearchStrategy[str]:
    """Draw a text; a field that the form does not show is blank half of the time."""
    drawn = _SPECIAL.get(field, texts)
    return drawn if form.has(field) else st.one_of(st.just(""), drawn)


@st.composite
def documents_of(draw: st.DrawFn, form: Form) -> Document:
    """Draw a document in `form`: every field of its kind, the form's extra fields, and one that no form declares."""
    document = documents.blank(form.kind, form.id)
    for path in dict.fromkeys((*SCALARS[form.kind], *form.scalars, UNKNOWN)):
        document = documents.with_value(document, path, draw(_text_of(form, path)))
    for name, row_type in ROW_LISTS[form.kind].items():
        declared = (field.partition("/")[2] for field in form.fields if field.startswith(f"{name}/"))
        fields = tuple(dict.fromkeys((*row_fields(row_type), *declared, UNKNOWN)))
        rows = [row_type(id=f"{name[0]}{n:04d}") for n in range(1, draw(st.integers(0, 4)) + 1)]
        for field in fields:
            text = _text_of(form, f"{name}/{field}")
            rows = [documents.with_row_text(row, field, draw(text)) for row in rows]
        document = documents.with_rows(document, name, rows)
    return document


def _of_kind(kind: Kind) -> st.SearchStrategy[Document]:
    return st.sampled_from([form for form in FORMS if form.kind is kind]).flatmap(documents_of)


projects = _of_kind(Kind.PROJECT)
departments = _of_kind(Kind.DEPARTMENT)
performance_texts = st.builds(
    PerformanceText,
    department=st.one_of(st.none(), departments),
    tables=st.lists(projects, max_size=3).map(tuple),
).filter(lambda text: text.department is not None or bool(text.tables))
