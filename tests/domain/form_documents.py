"""Hypothesis strategies for documents of every form, built from the form itself, so that they include every field."""

from __future__ import annotations

from hypothesis import strategies as st

from portal.domain import documents, forms
from portal.domain.documents import ROW_LISTS, Document, clean_text
from portal.domain.forms import Form

FORMS = [forms.get(id) for id in forms.available()]
CAPTIONS = sorted({form.label(field) for form in FORMS for field in form.fields})
TRAPS = (
    *("", " ", "　", "  行首空格", "　　全角空格", "<b>网页</b> &amp;", "**标记**", "- 一项", "[链](https://a.b/c)"),
    *(
        "1、甲",
        "（二）乙",
        "绩效目标表",
        "甲绩效目标表",
        "=1+1",
        "23000.00",
        "2.3万",
        "≧90%为优",
        "[610]局",
        "\ufeff",
        "①",
    ),
    *(
        "≥95%",
        "＝100%",
        "定性",
        "≤3次",
        "合理",
        "12",
        "610002古城",
        "单位：元",
        "单位：万元",
        "绩效指标",
        "é",
        "e\u0301",
    ),
)
_line = st.one_of(st.sampled_from(TRAPS), st.sampled_from(CAPTIONS), st.text(max_size=6))
texts = st.lists(_line, max_size=3).map("\n".join).map(clean_text)
one_line = st.one_of(_line, st.text("0123456789.", max_size=8)).map(lambda text: clean_text(text.replace("\n", " ")))


def text_of(field: str) -> st.SearchStrategy[str]:
    if field == "ordinal":
        return st.integers(0, 99).map(str)
    if field == "office_code":
        return st.one_of(st.just(""), st.from_regex(r"\A[0-9]{6,12}\Z"))
    return one_line if field in documents.ONE_LINE else texts


@st.composite
def in_form(draw: st.DrawFn, form: Form, most_rows: int = 4) -> Document:
    """Draw a document with a text for every field that the form shows."""
    document = documents.blank(form.kind, form.id)
    for path in form.scalars:
        document = documents.with_value(document, path, draw(text_of(path)))
    for name in form.lists:
        fields = [field.partition("/")[2] for field in form.fields if field.startswith(f"{name}/")]
        rows = [ROW_LISTS[form.kind][name](id=f"{name[0]}{n:04d}") for n in range(draw(st.integers(0, most_rows)))]
        for field in fields:
            rows = [documents.with_row_text(row, field, draw(text_of(f"{name}/{field}"))) for row in rows]
        document = documents.with_rows(document, name, rows)
    return document


any_form_document = st.sampled_from(FORMS).flatmap(in_form)
