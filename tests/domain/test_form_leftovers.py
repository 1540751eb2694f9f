"""What a form has no place for is told, whatever it says; and amounts are turned from one unit into another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.domain import forms
from portal.domain.documents import Budget, Indicator, ProjectDocument
from portal.domain.forms import units
from portal.domain.serialization import canonical, from_json, to_json


def test_nought_outside_the_form_is_a_text_like_any_other() -> None:
    document = ProjectDocument(budget=Budget(superior="0"))
    assert forms.left_out(forms.of(document), document) == {"budget/superior": "0"}
    assert from_json(document.kind, to_json(document)) == document


def test_extra_text_of_a_row_is_left_out_by_a_form_that_is_not_shipped() -> None:
    document = ProjectDocument(indicators=(Indicator("row1", extra=(("note", "注"),)),), form="gone-2019")
    assert forms.left_out(forms.of(document), document) == {"indicators/row1/extra/note": "注"}


def test_field_outside_the_form_moves_the_stored_text_only_where_it_is_filled_in() -> None:
    document = ProjectDocument(project_name="甲")
    assert canonical(replace(document, budget=Budget(superior=""))) == canonical(document)


@pytest.mark.parametrize(
    ("caption", "unit"),
    [
        *(("单位：万元", "万元"), ("金额单位: 元", "元"), ("资金总额（元）", "元"), ("资金情况 (单位:万 元)", "万元")),
        *(("资金总额", ""), ("元", ""), ("资金支出计划（%）", "")),
    ],
)
def test_unit_is_read_from_a_caption(caption: str, unit: str) -> None:
    assert units.named_unit(caption) == unit


def test_amounts_of_another_unit_are_turned_and_others_left_alone() -> None:
    form = forms.get("national-2021")
    turned, told = units.convert_amounts(
        form, {"budget/total": "23000.00", "budget/other": "约三万", "goals": "5"}, "元"
    )
    assert (turned, told) == ({"budget/total": "2.3"}, ("年度资金总额：23000.00 元 换算为 2.3 万元",))
    assert units.convert_amounts(form, {"budget/total": "23000.00"}, "万元") == ({}, ())
