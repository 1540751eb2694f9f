"""预算年度 over HTTP."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask

from portal.domain import frameworks
from portal.domain.rules import RULES, Severity
from portal.extensions import db
from portal.models import BudgetYear
from tests.web.signing import signed_in_client
from tests.world import PEOPLE, World

FORM = {
    "year": "2027",
    "framework": "national-2021",
    "project_form": "hebei-2021",
    "department_form": "department-2017",
    "office_code_pattern": "NNNNNN",
    "after_deadline": "late",
    "longest_due": "20",
    "recommendation": "where_assigned",
    "errors_at_approval": "reason",
    "claim_days": "5",
    "deadline": "2026-12-31",
    "code_pattern": r"\d{3}-[A-Z]{3}",
    "only_warn": ["E5", "E12"],
}


def stored(year: int) -> BudgetYear | None:
    db.session().rollback()
    return db.session().get(BudgetYear, year, populate_existing=True)


def test_only_the_administrator_keeps_years(app: Flask) -> None:
    paths = ("/years", "/years/new", "/years/2020")
    for username, form in PEOPLE.items():
        client = signed_in_client(app, username)
        expected = 200 if "admin" in form.roles else 403
        assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, expected), username
    assert client.post("/years/2020/open", data={"open": "0"}).status_code == 403


def test_year_is_opened_changed_closed_and_opened_again(app: Flask) -> None:
    admin = signed_in_client(app, "admin")
    page = admin.get("/years/new").text
    assert all(frameworks.get(name).title in page for name in frameworks.available())
    assert all(f"{rule.id}　{rule.title}" in page for rule in RULES)

    assert admin.post("/years/new", data=FORM | {"year": " 2027 "}).status_code == 303
    year = stored(2027)
    assert year
    assert (year.framework, year.deadline, year.only_warn, year.is_open) == (
        "national-2021",
        date(2026, 12, 31),
        "E5 E12",
        True,
    )
    assert admin.post("/years/2027", data=FORM | {"deadline": "2027-01-15", "only_warn": []}).status_code == 303
    assert admin.post("/years/2027/open", data={"open": "0"}).status_code == 303
    year = stored(2027)
    assert year
    assert (year.deadline, year.only_warn, year.is_open) == (date(2027, 1, 15), "", False)
    assert admin.post("/years/2027/open", data={"open": "1"}).status_code == 303
    year = stored(2027)
    assert year
    assert (year.deadline, year.is_open) == (date(2027, 1, 15), True)


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"year": "2020"}, "year", "2020 年度已经存在"),
        ({"year": "二〇二七"}, "year", "年度应在 2000 到 2100 之间"),
        ({"framework": "none"}, "framework", "请选择指标体系"),
        ({"deadline": "明天"}, "deadline", "请填写送审截止日期"),
        ({"code_pattern": "["}, "code_pattern", "不是有效的正则表达式"),
        ({"code_pattern": r"(\d)\1"}, "code_pattern", "不能用反向引用"),
        ({"only_warn": ["E1; x"]}, "only_warn", "不认识的规则编号"),
    ],
)
def test_bad_year_comes_back_as_typed(
    app: Flask, change: dict[str, str | list[str]], field: str, sentence: str
) -> None:
    form = FORM | change
    answer = signed_in_client(app, "admin").post("/years/new", data=form)
    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2
    assert f'id="error-{field}"' in answer.text
    assert f'value="{form["year"]}"' in answer.text
    assert f'value="{form["code_pattern"]}"' in answer.text
    assert stored(2027) is None


def test_framework_is_fixed_once_there_are_tables(app: Flask, world: World) -> None:
    admin = signed_in_client(app, "admin")
    assert '<select class="form-select" id="field-framework"' in admin.get("/years/2020").text
    world.draft()
    page = admin.get("/years/2020").text
    assert "这一年度已有 1 张绩效目标表，指标体系不能再更换。" in page
    assert 'id="field-framework"' not in page
    answer = admin.post("/years/2020", data=FORM)
    assert answer.status_code == 422
    assert "不能更换指标体系" in answer.text


def test_rules_chosen_for_a_year_are_shown_as_chosen(app: Flask) -> None:
    page = signed_in_client(app, "admin").get("/years/2020").text
    assert set(re.findall(r'name="only_warn" value="(\w+)" checked', page)) == {"E6", "E9", "E10"}
    warnings = {rule.id for rule in RULES if rule.severity is Severity.WARNING}
    assert set(re.findall(r'name="off" value="(\w+)"', page)) == warnings


def test_unknown_year_is_not_found(app: Flask) -> None:
    admin = signed_in_client(app, "admin")
    assert admin.get("/years/1999").status_code == 404
    assert admin.get(f"/years/{10**30}").status_code == 404
    assert admin.post("/years/1999", data=FORM).status_code == 404
    assert admin.post("/years/1999/open", data={"open": "1"}).status_code == 404


def test_code_pattern_may_be_typed_as_a_mask_and_is_shown_as_one(app: Flask) -> None:
    admin = signed_in_client(app, "admin")
    answer = admin.post("/years/new", data=FORM | {"code_pattern": " NNN-AAX "}, follow_redirects=True)
    year = stored(2027)
    assert year
    assert year.code_pattern == r"\d{3}-[A-Z]{2}[0-9A-Z]"
    assert "项目编码例如 123-AB1。" in answer.text
    assert '<td class="code pattern">NNN-AAX</td>' in answer.text
    page = admin.get("/years/2027").text
    assert 'value="NNN-AAX"' in page
    assert "项目编码例如 123-AB1。</p>" in page
    refused = admin.post("/years/new", data=FORM | {"year": "", "code_pattern": "AANN"})
    assert refused.status_code == 422
    assert "项目编码例如 AB12。</p>" in refused.text


def test_pattern_left_as_shown_stays_as_stored(app: Flask) -> None:
    admin = signed_in_client(app, "admin")
    anchored = r"^\d{3}-\d{4}-[A-Z]{3}-[0-9A-Z]{4}$"
    year = stored(2020)
    assert year
    assert year.code_pattern == anchored
    form = FORM | {"framework": year.framework, "code_pattern": "NNN-NNNN-AAA-XXXX"}
    assert admin.post("/years/2020", data=form).status_code == 303
    year = stored(2020)
    assert year
    assert year.code_pattern == anchored


def test_stored_pattern_that_cannot_be_used_hinders_no_page(app: Flask, world: World) -> None:
    table = world.draft()
    year = world.session.get_one(BudgetYear, 2020)
    year.code_pattern = r"(\d)\1(?=x)"
    world.session.commit()
    admin = signed_in_client(app, "admin")
    assert 'class="code pattern">(' in admin.get("/years").text
    assert 'value="(' in admin.get("/years/2020").text
    assert admin.post("/years/2020/open", data={"open": "1"}).status_code == 303
    drafter = signed_in_client(app, "drafter")
    assert drafter.get(f"/tables/{table}").status_code == 200
    assert drafter.get("/handbook/rules").status_code == 200
    assert "未能检查这张表" in drafter.post(f"/tables/{table}/checks").text
