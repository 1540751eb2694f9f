"""A refused form marks the field at fault for everybody: invalid, and described by its sentence."""

from __future__ import annotations

from dataclasses import replace

import lxml.html
import pytest
from flask import Flask

from portal.domain.documents import Budget
from tests.web.signing import signed_in_client
from tests.world import World, sound_project

YEAR = {
    "year": "2027",
    "framework": "national-2021",
    "project_form": "hebei-2021",
    "department_form": "department-2017",
    "code_pattern": "NNN-AAA",
    "office_code_pattern": "NNNNNN",
    "after_deadline": "late",
    "longest_due": "20",
    "recommendation": "where_assigned",
    "errors_at_approval": "reason",
    "claim_days": "5",
    "deadline": "2027-01-15",
}


def marked(page: str) -> dict[str, str]:
    """Name of each invalid control, or of the first choice in it → the text that describes it."""
    document = lxml.html.fromstring(page)
    found = {}
    for control in document.xpath('//*[@aria-invalid="true"]'):
        name = control.get("name") or control.xpath("(.//@name)[1]")[0]
        described = [document.get_element_by_id(each) for each in (control.get("aria-describedby") or "").split()]
        found[name] = " ".join(element.text_content().strip() for element in described)
    return found


@pytest.mark.parametrize(
    ("username", "place", "form", "name", "sentence"),
    [
        ("admin", "/years/new", YEAR | {"framework": "none"}, "framework", "请选择指标体系"),
        ("admin", "/years/new", YEAR | {"deadline": "明天"}, "deadline", "请填写送审截止日期"),
        ("admin", "/years/new", YEAR | {"only_warn": "E1;"}, "only_warn", "不认识的规则编号"),
        ("admin", "/offices/new", {"code": "620002", "name": "", "parent": ""}, "name", "单位名称"),
        ("admin", "/people/new", {"username": "xin", "name": "", "roles": "drafter"}, "name", "姓名"),
        ("drafter", "/password", {"current_password": "wrong"}, "current_password", "现在的密码不对"),
    ],
)
def test_refused_field_is_invalid_and_described_by_its_sentence(
    app: Flask, username: str, place: str, form: dict[str, str], name: str, sentence: str
) -> None:
    answer = signed_in_client(app, username).post(place, data=form)
    assert answer.status_code == 422
    found = marked(answer.text)
    assert list(found) == [name]
    assert sentence in found[name]


def test_untouched_forms_have_no_invalid_field(app: Flask, world: World) -> None:
    table_id = world.draft()
    for username, place in (("admin", "/years/new"), ("admin", "/people/new"), ("drafter", f"/tables/{table_id}/edit")):
        page = signed_in_client(app, username).get(place).text
        assert marked(page) == {}, place


def test_cells_with_errors_are_invalid_and_those_with_warnings_are_not(app: Flask, world: World) -> None:
    vague = replace(sound_project().indicators[1], target_value="≥95")
    document = replace(sound_project(), budget=Budget("23000.00", "22000.00", ""))
    rows = (document.indicators[0], vague, *document.indicators[2:])
    table_id = world.draft(replace(document, goals="", purpose="用于办公。", indicators=rows))
    page = signed_in_client(app, "drafter").get(f"/tables/{table_id}/edit").text
    # The year only warns of E6, and blank goals are missing until somebody tries to submit.
    assert set(marked(page)) == {"budget/total"}
    assert "W18" in page and "E6" in page
