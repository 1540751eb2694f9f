"""预算年度 over HTTP, on SQLite."""

from __future__ import annotations

import re
import time
from datetime import date

import pytest
from flask import Flask

from portal.domain import code_patterns, frameworks
from portal.domain.errors import Invalid
from portal.domain.rules import RULES, Severity
from portal.extensions import db
from portal.models import BudgetYear
from tests.web.signing import signed_in_client
from tests.world import PEOPLE, World

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FORM = {
    "year": "2027",
    "framework": "national-2021",
    "deadline": "2026-12-31",
    "code_pattern": r"\d{3}-[A-Z]{3}",
    "only_warn": ["E5", "E12"],
}


def stored(year: int) -> BudgetYear | None:
    db.session().rollback()
    return db.session().get(BudgetYear, year, populate_existing=True)


@on_sqlite
def test_only_the_administrator_keeps_years(app: Flask) -> None:
    paths = ("/years", "/years/new", "/years/2020")
    for username, form in PEOPLE.items():
        client = signed_in_client(app, username)
        expected = 200 if "admin" in form.roles else 403
        assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, expected), username
    assert client.post("/years/2020/open", data={"open": "0"}).status_code == 403


@on_sqlite
def test_year_is_opened_changed_closed_and_opened_again(app: Flask) -> None:
    admin = signed_in_client(app, "admin")
    page = admin.get("/years/new").text
    assert all(frameworks.get(name).title in page for name in frameworks.available())
    assert all(f"{rule.id}　{rule.title}" in page for rule in RULES)

    assert admin.post("/years/new", data=FORM).status_code == 303
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


@on_sqlite
@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"year": "2020"}, "year", "2020 年度已经存在"),
        ({"year": "二〇二七"}, "year", "年度应在 2000 到 2100 之间"),
        ({"framework": "none"}, "framework", "请选择指标体系"),
        ({"deadline": "明天"}, "deadline", "请填写送审截止日期"),
        ({"code_pattern": "["}, "code_pattern", "不是有效的正则表达式"),
        ({"code_pattern": r"(\d+)+"}, "code_pattern", "变化太多"),
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


@on_sqlite
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


@on_sqlite
def test_rules_chosen_for_a_year_are_shown_as_chosen(app: Flask) -> None:
    page = signed_in_client(app, "admin").get("/years/2020").text
    assert set(re.findall(r'name="only_warn" value="(\w+)" checked', page)) == {"E6", "E9", "E10"}
    warnings = {rule.id for rule in RULES if rule.severity is Severity.WARNING}
    assert set(re.findall(r'name="off" value="(\w+)"', page)) == warnings


@on_sqlite
def test_unknown_year_is_not_found(app: Flask) -> None:
    admin = signed_in_client(app, "admin")
    assert admin.get("/years/1999").status_code == 404
    assert admin.get(f"/years/{10**30}").status_code == 404
    assert admin.post("/years/1999", data=FORM).status_code == 404
    assert admin.post("/years/1999/open", data={"open": "1"}).status_code == 404


# --- patterns of project codes -------------------------------------------------------------------

SOUND = (
    r"^\d{3}-\d{4}-[A-Z]{3}-[0-9A-Z]{4}$",
    r"[A-Z]{2,4}\d+",
    r"(A|B|CD){2}-\d*",
    r"(?:13|32)\d{16}",
    r"[]a\]^-]+x?",
    r"[^]\\]+",
    r"\(\d{1,3}\)",
    "a{",
)
CATASTROPHIC = (
    r"(\d+)+",
    r"(a|a){40}",
    r"(a|aa)*",
    r"((a?){8}){8}",
    "a?" * 30,
    r"\d*\d*\d*\d*\d*x",
    r"([A-Z]|[A-Z0-9])+?-",
)


@pytest.mark.parametrize("pattern", [*SOUND, *(frameworks.get(name).code_pattern for name in frameworks.available())])
def test_sound_patterns_are_taken_and_are_fast(pattern: str) -> None:
    code_patterns.check(pattern)
    began = time.perf_counter()
    for code in ("1" * 64, "A" * 64, "a" * 64, "1A" * 32):
        re.fullmatch(pattern, code)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("pattern", CATASTROPHIC)
def test_patterns_with_too_many_ways_are_refused(pattern: str) -> None:
    with pytest.raises(Invalid, match="变化太多"):
        code_patterns.check(pattern)


@pytest.mark.parametrize("pattern", ["", "[", "a" * 201, "(a", "a{99999999999}", r"(a)\1", "(?=a)b", "(?P<n>a)"])
def test_what_is_no_simple_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(Invalid) as refusal:
        code_patterns.check(pattern)
    assert refusal.value.path == "code_pattern"
