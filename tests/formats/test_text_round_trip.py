"""Whatever a document holds comes back from the text form, but for the ids of its rows."""

from __future__ import annotations

from dataclasses import replace
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import documents
from portal.domain.documents import (
    Budget,
    DepartmentDocument,
    Document,
    Duty,
    Indicator,
    Kind,
    PerformanceText,
    ProjectDocument,
    without_ids,
)
from portal.domain.forms import Form, notation, shipped
from portal.formats import text
from portal.formats.reading import Reading
from tests.domain.form_documents import FORMS, in_form
from tests.formats.generated import documents_of, performance_texts

EVERY_FORM = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)


def plain(written: PerformanceText) -> list[Document]:
    found: list[Document] = [] if written.department is None else [written.department]
    return [without_ids(document) for document in [*found, *written.tables]]


def alone(document: Document) -> PerformanceText:
    if isinstance(document, DepartmentDocument):
        return PerformanceText(document)
    return PerformanceText(tables=(document,))


@given(performance_texts)
def test_every_document_comes_back(written: PerformanceText) -> None:
    reading = text.read(text.write(written))
    assert (plain(reading.text), reading.unplaced) == (plain(written), ())


@given(performance_texts)
def test_every_document_comes_back_from_below_an_anchor(written: PerformanceText) -> None:
    reading = text.read(text.write(written, "第 3 号\n3fa4"))
    assert (plain(reading.text), reading.unplaced) == (plain(written), ())


@EVERY_FORM
@given(data=st.data())
def test_document_of_every_form_comes_back(form: Form, data: st.DataObject) -> None:
    written = alone(data.draw(in_form(form)))
    reading = text.read(text.write(written))
    assert (plain(reading.text), reading.unplaced, reading.converted) == (plain(written), (), ())


@pytest.mark.parametrize("form", [form for form in FORMS if form.kind is Kind.PROJECT], ids=lambda form: form.id)
def test_blank_table_of_every_form_comes_back(form: Form) -> None:
    written = alone(documents.blank(Kind.PROJECT, form.id))
    assert text.read(text.write(written)) == Reading(written)


def test_blank_department_is_not_a_missing_one() -> None:
    project = ProjectDocument(project_name="甲")
    with_it = PerformanceText(DepartmentDocument(), (project,))
    without = PerformanceText(None, (project,))
    assert (text.read(text.write(with_it)).text, text.read(text.write(without)).text) == (with_it, without)


def test_equal_neighbours_of_level_one_are_merged_and_of_level_two_never() -> None:
    rows = (Indicator("a001", "产出指标", "质量指标", "甲"), Indicator("a002", "产出指标", "质量指标", "乙"))
    written = text.write(PerformanceText(tables=(ProjectDocument(indicators=rows),))).decode()
    assert written.split("指标值确定依据\n")[1] == (
        "\n\t产出指标\n\t质量指标\n\t甲\n\t\n\t\n\t\n\n\t\n\t质量指标\n\t乙\n\t\n\t\n\t\n\n\n"
    )


def test_line_that_reads_as_a_heading_is_written_behind_a_guard() -> None:
    written = text.write(PerformanceText(DepartmentDocument(overall="甲\n二、分项绩效目标")))
    assert "甲\n\u2060二、分项绩效目标\n" in written.decode()


# --- how other forms are written -----------------------------------------------------------------

HEBEI_2021 = ProjectDocument(
    ordinal=3,
    office_code="610002",
    office_name="古城街道",
    project_code="13030324P0001",
    project_name="办公费",
    budget=Budget("3", "2", "1", "1", "1"),
    goals="目标",
    indicators=(
        Indicator("i00010001", "产出指标", "数量指标", "印刷", target_value="≥95份"),
        Indicator("i00010002", "产出指标", "质量指标", "合格", target_value="良好"),
    ),
    extra=(("supervisor_code", "610"), ("supervisor_name", "街道")),
    form="hebei-2021",
)


def test_table_is_written_in_the_order_of_its_form() -> None:
    assert text.write(alone(HEBEI_2021)).decode() == (
        "第二部分\n预算项目绩效目标\n3、办公费项目支出绩效目标申报表\n"
        "\t项目编码\n\t13030324P0001\n\n"
        "\t项目名称\n\t办公费\n\n"
        "\t主管部门及代码\n\t[610]街道\n\t实施单位\n\t[610002]古城街道\n\n"
        "\t资金来源\n\t年度资金情况\n\n"
        "\t\n\t资金总额（元）\n\t3\n\n"
        "\t\n\t财政拨款\n\t2\n\n"
        "\t\n\t其中：上级补助\n\t1\n\t本级安排\n\t1\n\n"
        "\t\n\t其他资金\n\t1\n\n"
        "\t年度总体目标\n\t目标\n\n"
        "\t绩效指标\n\t一级指标\n\t二级指标\n\t三级指标\n\t指标值\n\t说明\n\n"
        "\t\n\t\n\t\n\t符号\n\t值\n\t计量单位\n\t\n\n"
        "\t产出指标\n\t数量指标\n\t印刷\n\t≥\n\t95\n\t份\n\t\n\n"
        "\t\n\t质量指标\n\t合格\n\t定性\n\t良好\n\t\n\t\n\n\n"
    )


def test_texts_outside_the_form_stand_below_the_rows_and_come_back() -> None:
    indicator = replace(HEBEI_2021.indicators[0], basis="依据", extra=(("note", "注"),))
    written = alone(replace(HEBEI_2021, purpose="0", indicators=(indicator,)))
    source = text.write(written)
    assert source.decode().endswith(
        "\t表样以外的内容\n\n\t资金用途\n\t0\n\n"
        "\t绩效指标第1行·指标值确定依据\n\t依据\n\n\t绩效指标第1行·note\n\t注\n\n\n"
    )
    assert text.read(source) == Reading(written)


def test_further_texts_of_the_department_stand_below_its_parts_and_come_back() -> None:
    duty = Duty("d00000001", "甲", "乙", (("note", "一\n二"),))
    written = PerformanceText(DepartmentDocument("总", (duty,), extra=(("remark", "备注"),)))
    source = text.write(written)
    assert source.decode().endswith(
        "三、工作保障措施\n\t表样以外的内容\n\n\tremark\n\t备注\n\n\t职责分类目标第1行·note\n\t一\n二\n\n"
    )
    assert text.read(source) == Reading(written)


def test_document_of_a_form_that_is_not_shipped_is_written_with_all_its_texts() -> None:
    written = text.write(alone(replace(HEBEI_2021, form="gone-2019"))).decode()
    for shown in ("\t项目编码\n\t13030324P0001\n", "\t本级安排\n\t1\n", "\tsupervisor_name\n\t街道\n", "\t≥95份\n"):
        assert shown in written


# --- a form of one's own -------------------------------------------------------------------------

OWN = """
name = "不显示编码和名称的表样"
kind = "project"
unit = "万元"
title = "{project_name}（绩效目标）"
above = "单位：万元→4"
sheet = [
  "职能↓2 | {extra/function}→3",
  "资金用途 | {budget/total} | {goals}",
]
indicators = "序号 {#} | 二级指标 {level2} | 指标内容 {level3}⇓ | 目标›值 {target_value}"
"""


@given(data=st.data())
def test_document_comes_back_from_a_form_without_identity_number_and_first_level(data: st.DataObject) -> None:
    own = notation.read("own", OWN)
    with mock.patch.object(shipped, "_all", return_value={"own": own}):
        written = alone(data.draw(documents_of(own)))
        reading = text.read(text.write(written), [own])
    assert (plain(reading.text), reading.unplaced) == (plain(written), ())
