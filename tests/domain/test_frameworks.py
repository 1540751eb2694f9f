"""The shipped frameworks, how their levels are found and which year uses which."""

from __future__ import annotations

import re

import pytest

from portal.domain import frameworks
from portal.domain.documents import Indicator, ProjectDocument
from portal.domain.errors import Invalid
from portal.domain.row_order import sorted_by_level

SHIPPED = ("hebei-2017", "national-2015", "national-2021")


def test_shipped_frameworks() -> None:
    assert frameworks.available() == SHIPPED


def test_levels_of_each_framework() -> None:
    effects = ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标")
    satisfaction = ("服务对象满意度指标",)
    assert {name: dict(frameworks.get(name).levels) for name in SHIPPED} == {
        "hebei-2017": {
            "产出指标": ("数量指标", "质量指标", "时效指标", "成本指标"),
            "效果指标": effects,
            "满意度指标": satisfaction,
        },
        "national-2015": {
            "产出指标": ("数量指标", "质量指标", "时效指标", "成本指标"),
            "效益指标": effects,
            "满意度指标": satisfaction,
        },
        "national-2021": {
            "成本指标": ("经济成本指标", "社会成本指标", "生态环境成本指标"),
            "产出指标": ("数量指标", "质量指标", "时效指标"),
            "效益指标": effects,
            "满意度指标": satisfaction,
        },
    }


def test_order_of_level1_is_that_of_the_form() -> None:
    assert tuple(frameworks.get("national-2021").levels) == ("成本指标", "产出指标", "效益指标", "满意度指标")


@pytest.mark.parametrize("name", SHIPPED)
def test_framework_is_whole(name: str) -> None:
    framework = frameworks.get(name)
    assert framework.name == name
    assert framework.effect_level in framework.levels
    assert re.fullmatch(framework.code_pattern, "610-1301-JBN-3Y43")
    assert hash(framework) == hash(frameworks.get(name))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("产出指标", "产出指标"),
        ("产出", "产出指标"),
        (" 产出 指标\u3000", "产出指标"),
        ("效果", "效果指标"),
        ("效益指标", None),
        ("时效指标", None),
        ("指标", None),
        ("", None),
    ],
)
def test_level1_is_found_in_the_forms_own_words(text: str, found: str | None) -> None:
    assert frameworks.get("hebei-2017").find_level1(text) == found


@pytest.mark.parametrize(
    ("level1", "text", "found"),
    [
        ("产出指标", "时效", "时效指标"),
        ("产出", "时效指标\n", "时效指标"),
        ("满意度", "服务对象满意度", "服务对象满意度指标"),
        ("产出指标", "经济效益指标", None),
        ("产出指标", "", None),
        ("效益指标", "经济效益指标", None),
    ],
)
def test_level2_is_found_under_its_level1(level1: str, text: str, found: str | None) -> None:
    assert frameworks.get("hebei-2017").find_level2(level1, text) == found


def test_lasting_influence_stays_accepted_in_2021() -> None:
    assert frameworks.get("national-2021").find_level2("效益", "可持续影响") == "可持续影响指标"


@pytest.mark.parametrize("name", ["", "years", "hebei-2018", "../frameworks/hebei-2017", "hebei-2017.toml"])
def test_unknown_framework_is_refused(name: str) -> None:
    with pytest.raises(Invalid, match="可用的有：hebei-2017、national-2015、national-2021。"):
        frameworks.get(name)


@pytest.mark.parametrize(
    ("year", "name"),
    [
        (2017, "hebei-2017"),
        (2020, "hebei-2017"),
        (2023, "hebei-2017"),
        (2024, "national-2021"),
        (2099, "national-2021"),
    ],
)
def test_framework_of_a_year(year: int, name: str) -> None:
    assert frameworks.for_year(year) == name


def test_rows_are_sorted_by_the_levels_of_the_framework_and_equal_ones_stay_in_their_order() -> None:
    levels = {
        "a": ("满意度指标", "服务对象满意度指标"),
        "b": ("", "成本指标"),  # its level 1 is known from its level 2
        "c": ("效果", "社会效益指标"),  # under the other name of the effects
        "d": ("别的指标", ""),
        "e": ("产出指标", ""),
        "f": ("产出指标", "数量"),
        "g": ("产出指标", "数量指标"),
        "h": ("", ""),
    }
    rows = tuple(Indicator(id, *names) for id, names in levels.items())
    found = sorted_by_level(ProjectDocument(indicators=rows), frameworks.get("national-2015"))
    assert "".join(row.id for row in found.indicators) == "fgbecadh"
    assert {row.id: row for row in found.indicators} == {row.id: row for row in rows}
