"""The indicator library: its entries are such as a reviewer approves, and what is suggested of them fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import frameworks
from portal.domain.documents import Indicator
from portal.domain.errors import Invalid
from portal.domain.library import (
    BLANK,
    CATEGORIES,
    ENTRIES,
    Candidate,
    Category,
    Entry,
    IndicatorKind,
    Override,
    Source,
    candidates_of,
    category_of_name,
    check,
    completed_value,
    get,
    kind_meant,
    kind_of_name,
    levels_at,
    levels_of,
    suggest,
    unit_of,
    with_changes,
)
from portal.domain.library.filling import filled
from portal.domain.library.shipped import Unsound, read_category
from portal.domain.rules import YearRules, check_table
from tests.domain.sound_documents import PROJECT

FRAMEWORKS = frameworks.available()
HEBEI = frameworks.get("hebei-2017")
NATIONAL = frameworks.get("national-2021")
LIBRARY = candidates_of(ENTRIES, NATIONAL)

VEHICLES = "公务用车运行维护费\n3辆公务用车全年燃油、保险、维修和过路费，驾驶员工资。\n1、保障公务出行。"
SUBSIDIES = "退休居委会主任补贴\n退休居委会主任15人，每人每月540元。\n1、按月足额发放退休居委会主任生活补贴。"
EVENTS = "社区文化活动经费\n全年举办文艺演出6场，购置图书500册。"


def each_class() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("category", CATEGORIES, ids=[category.id for category in CATEGORIES])


# --- the entries ---------------------------------------------------------------------------------


def test_classes_of_spending_in_their_order() -> None:
    assert [category.title for category in CATEGORIES] == [
        "工资与补贴",
        "车辆",
        "会议",
        "培训",
        "宣传",
        "工程建设",
        "采购",
        "信息化",
        "环境卫生",
        "治安（公共安全）",
        "教育",
        "卫生健康",
        "文化",
        "农业",
        "社会保障",
    ]


def test_library_is_large_enough_to_choose_from() -> None:
    assert len(ENTRIES) >= 150
    assert [category.id for category in CATEGORIES if len(category.entries) < 9] == []


def test_ids_are_unique_and_name_their_class() -> None:
    assert [id for id, times in Counter(entry.id for entry in ENTRIES).items() if times > 1] == []
    assert [entry.id for entry in ENTRIES if not entry.id.startswith(f"{entry.category}-")] == []


@each_class()
def test_names_within_a_class_are_unique(category: Category) -> None:
    assert len({entry.name for entry in category.entries}) == len(category.entries)


@each_class()
def test_a_class_offers_what_a_whole_table_needs(category: Category) -> None:
    """Economic, ecological and lasting effects are there where the class has any."""
    needed = {"quantity", "quality", "time", "cost", "social", "satisfaction"}
    assert needed - {entry.kind for entry in category.entries} == set()


@each_class()
def test_words_of_a_class_are_counted_once(category: Category) -> None:
    """A word within another of its class would count twice where the longer one stands."""
    within = [one for one in category.words for other in category.words if one != other and one in other]
    assert within == [] and len(set(category.words)) == len(category.words)


def test_units_are_those_of_the_values() -> None:
    assert [entry.id for entry in ENTRIES if entry.unit != unit_of(entry.value)] == []


@pytest.mark.parametrize("framework", FRAMEWORKS)
@each_class()
def test_no_rule_has_anything_against_an_entry(category: Category, framework: str) -> None:
    assert {entry.id: found for entry in category.entries if (found := rules_against(entry, framework))} == {}


@pytest.mark.parametrize("framework", FRAMEWORKS)
@each_class()
def test_entries_of_a_class_can_stand_in_one_table(category: Category, framework: str) -> None:
    assert rules_against_all(category.entries, framework) == set()


def test_rules_would_find_a_poor_entry() -> None:
    poor = replace(get("pay").entries[0], kind=IndicatorKind.SATISFACTION, name="满意率", value="＝100%", unit="%")
    assert rules_against(poor, "hebei-2017") == {"W3", "W10"}


def rules_against(entry: Entry, framework: str) -> set[str]:
    return rules_against_all((entry,), framework)


def rules_against_all(entries: Sequence[Entry], framework: str) -> set[str]:
    """Rules that fire at the rows of these entries, their blanks filled in, in a table that is sound without them."""
    own = frameworks.get(framework)
    rows = [
        Indicator(
            f"entry{number}",
            *levels_of(entry.kind, own),
            entry.name,
            entry.description,
            entry.value.replace(BLANK, "12"),
            entry.basis,
        )
        for number, entry in enumerate(entries)
    ]
    table = replace(PROJECT, indicators=(*PROJECT.indicators, *rows))
    found = check_table(table, YearRules.for_year(2020, framework))
    return {finding.rule for finding in found if finding.path.startswith("indicators/entry")}


# --- what an entry must satisfy ------------------------------------------------------------------

ENTRY = Entry(
    "", "vehicle", IndicatorKind.QUANTITY, "巡逻车辆数", "在用的巡逻车辆数", "≥__辆", "辆", "巡逻车辆登记台账"
)


def test_sound_entry_is_accepted() -> None:
    check(ENTRY)


@pytest.mark.parametrize(
    ("field", "text", "at"),
    [
        ("id", "Vehicle 1", "id"),
        ("name", "  ", "name"),
        ("name", "数" * 41, "name"),
        ("description", "", "description"),
        ("basis", "", "basis"),
        ("value", "", "value"),
        ("value", "＝辆", "value"),
        ("value", "12辆", "value"),
        ("value", "≥12", "value"),
        ("value", "≥__辆或__辆", "value"),
        ("value", "≥__台", "unit"),
        ("unit", "", "unit"),
    ],
)
def test_unsound_entry_is_refused_at_its_field(field: str, text: str, at: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(replace(ENTRY, **{field: text}))
    assert refused.value.path == at


@pytest.mark.parametrize(
    ("value", "unit"), [("≥95%", "%"), ("≤__元/人·月", "元/人·月"), ("__月__日前", ""), ("", ""), ("＝辆", "")]
)
def test_unit_of_a_value(value: str, unit: str) -> None:
    assert unit_of(value) == unit


def test_unknown_class_is_refused() -> None:
    with pytest.raises(Invalid, match="^没有这一支出类别；可选的有：工资与补贴、车辆、"):
        get("vehicles")


FILE = """
title = "车辆"
position = 2
words = ["车辆"]
[[entries]]
id = "vehicle-kept"
kind = "quantity"
name = "运行维护车辆数"
description = "由本项目保障运行的车辆数"
value = "＝__辆"
unit = "辆"
basis = "车辆登记台账"
"""


def test_file_of_a_class_is_read() -> None:
    entry = Entry(
        "vehicle-kept",
        "vehicle",
        IndicatorKind.QUANTITY,
        "运行维护车辆数",
        "由本项目保障运行的车辆数",
        "＝__辆",
        "辆",
        "车辆登记台账",
    )
    assert read_category("vehicle.toml", FILE) == (2, Category("vehicle", "车辆", ("车辆",), (entry,)))


@pytest.mark.parametrize(
    ("sound", "broken", "message"),
    [
        ('title = "车辆"', "title = ", "vehicle.toml: Invalid value (at line 2, column 9)"),
        ("position = 2", "", "vehicle.toml: 'position'"),
        ('id = "vehicle-kept"', "", "vehicle.toml, an entry without id: id missing or unknown"),
        ('unit = "辆"', "", "vehicle.toml, vehicle-kept: unit missing or unknown"),
        ('unit = "辆"', "unit = 1", "vehicle.toml, vehicle-kept: every field is a text"),
        ("vehicle-kept", "pay-kept", "vehicle.toml, pay-kept: the id does not begin with the class"),
        ('"quantity"', '"数量"', "vehicle.toml, vehicle-kept: '数量' is not a valid IndicatorKind"),
        ('"车辆登记台账"', '""', "vehicle.toml, vehicle-kept, basis: 没有填写指标值确定依据。"),
        ("[[entries]]", FILE[FILE.index("[[") :] + "[[entries]]", "vehicle.toml, vehicle-kept: twice"),
    ],
)
def test_unsound_file_is_refused_naming_file_and_entry(sound: str, broken: str, message: str) -> None:
    with pytest.raises(Unsound) as refused:
        read_category("vehicle.toml", FILE.replace(sound, broken))
    assert str(refused.value) == message


# --- levels --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "framework", "levels"),
    [
        ("quantity", "hebei-2017", ("产出指标", "数量指标")),
        ("cost", "hebei-2017", ("产出指标", "成本指标")),
        ("cost", "national-2015", ("产出指标", "成本指标")),
        ("cost", "national-2021", ("成本指标", "经济成本指标")),
        ("social", "hebei-2017", ("效果指标", "社会效益指标")),
        ("social", "national-2015", ("效益指标", "社会效益指标")),
        ("lasting", "national-2021", ("效益指标", "可持续影响指标")),
        ("satisfaction", "national-2021", ("满意度指标", "服务对象满意度指标")),
    ],
)
def test_levels_of_a_kind(kind: str, framework: str, levels: tuple[str, str]) -> None:
    assert levels_of(IndicatorKind(kind), frameworks.get(framework)) == levels


def test_levels_of_a_framework_that_knows_no_lasting_influence() -> None:
    without = replace(NATIONAL, levels={"效益指标": ("社会效益指标",)})
    assert levels_of(IndicatorKind.LASTING, without) == ("效益指标", "社会效益指标")
    assert levels_of(IndicatorKind.COST, without) == ("", "")


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("kind", IndicatorKind)
def test_kind_is_found_again_by_its_level(kind: IndicatorKind, framework: str) -> None:
    assert kind_meant(levels_of(kind, frameworks.get(framework))[1]) is kind


@pytest.mark.parametrize("level2", ["", "指标", "社会成本指标", "产出指标"])
def test_levels_that_no_entry_has_are_of_no_kind(level2: str) -> None:
    assert kind_meant(level2) is None


def test_blank_levels_of_a_row_are_those_above_it() -> None:
    cells = [("", ""), ("产出", "数量"), ("", ""), ("产出", ""), ("", "质量"), ("效果", ""), ("", "社会效益"), ("", "")]
    rows = [Indicator(f"row{n}", *levels) for n, levels in enumerate(cells)]
    assert [levels_at(rows, row.id) for row in rows] == [
        ("", ""),
        ("产出", "数量"),
        ("产出", "数量"),
        ("产出", "数量"),
        ("产出", "质量"),
        ("效果", ""),
        ("效果", "社会效益"),
        ("效果", "社会效益"),
    ]
    assert levels_at(rows, "gone") == ("", "")


# --- the bureau's changes ------------------------------------------------------------------------

KEPT, INSURED = get("vehicle").entries[:2]


def test_without_changes_the_library_is_the_shipped_one() -> None:
    assert with_changes(ENTRIES, []) == list(ENTRIES)


def test_correction_stands_in_the_place_of_what_it_corrects() -> None:
    corrected = replace(KEPT, value="＝3辆")
    assert with_changes([KEPT, INSURED], [Override(corrected)]) == [corrected, INSURED]


def test_retired_entry_is_gone() -> None:
    assert with_changes([KEPT, INSURED], [Override(KEPT, retired=True)]) == [INSURED]


def test_added_entries_follow_the_shipped_ones() -> None:
    one, other, named = replace(ENTRY, name="甲"), replace(ENTRY, name="乙"), replace(ENTRY, id="bureau-1")
    changes = [Override(one), Override(named), Override(other)]
    assert with_changes([KEPT], changes) == [KEPT, one, named, other]


def test_added_and_retired_entry_is_gone() -> None:
    assert with_changes([KEPT], [Override(ENTRY, retired=True)]) == [KEPT]


@pytest.mark.parametrize(("field", "longest"), [("name", 40), ("description", 200), ("basis", 120)])
def test_text_of_an_entry_may_be_as_long_as_its_column_and_no_longer(field: str, longest: int) -> None:
    check(replace(ENTRY, **{field: "字" * longest}))
    with pytest.raises(Invalid, match=f"最多 {longest} 字，这里有 {longest + 1} 字"):
        check(replace(ENTRY, **{field: "字" * (longest + 1)}))


def test_correction_outlives_the_entry_that_is_no_longer_shipped() -> None:
    corrected = replace(INSURED, value="＝3辆")
    assert with_changes([KEPT], [Override(corrected)]) == [KEPT, corrected]


def test_of_several_changes_of_one_entry_the_last_counts() -> None:
    corrected = replace(KEPT, value="＝3辆")
    assert with_changes([KEPT], [Override(KEPT, retired=True), Override(corrected)]) == [corrected]


# --- what is suggested ---------------------------------------------------------------------------


def named(name: str, source: Source = Source.LIBRARY, **fields: object) -> Candidate:
    cells = ("产出指标", "数量指标", "", "≥1个", "工作计划")
    return replace(Candidate(name, *cells, source), **fields)  # type: ignore[arg-type]


def names(found: Sequence[Candidate]) -> list[str]:
    return [each.name for each in found]


def titles(found: Sequence[Candidate]) -> list[str]:
    return [each.category for each in found]


def test_candidate_holds_what_goes_into_the_row() -> None:
    assert candidates_of([KEPT], HEBEI) == [
        Candidate(
            "运行维护车辆数",
            "产出指标",
            "数量指标",
            "由本项目保障运行的在编公务车辆数",
            "＝__辆",
            "公务用车编制核定文件、车辆登记台账",
            Source.LIBRARY,
            "车辆",
            get("vehicle").words,
        )
    ]


@pytest.mark.parametrize(
    ("about", "title"),
    [
        (VEHICLES, "车辆"),
        (SUBSIDIES, "工资与补贴"),
        (EVENTS, "文化"),
        ("老旧小区改造工程\n改造老旧小区3处，硬化道路1200米。", "工程建设"),
        ("信息系统运维\n3个系统的运维服务，更换服务器2台。", "信息化"),
        ("城区保洁经费\n道路清扫保洁、垃圾清运、公厕管护。", "环境卫生"),
        ("城乡低保资金\n向120户低保对象发放低保金，救助困难群众。", "社会保障"),
    ],
)
def test_project_gets_the_indicators_of_its_class_first(about: str, title: str) -> None:
    assert titles(suggest("", LIBRARY, about, NATIONAL)) == [title] * 8


@pytest.mark.parametrize(
    ("about", "first"),
    [(VEHICLES, "用车人员满意度"), (SUBSIDIES, "补贴对象满意度"), (EVENTS, "文化活动参加群众满意度")],
)
def test_satisfaction_is_that_of_the_fitting_people(about: str, first: str) -> None:
    assert names(suggest("满意", LIBRARY, about, NATIONAL, most=1)) == [first]


def test_class_mentioned_in_passing_comes_after_the_projects_own() -> None:
    assert titles(suggest("满意", LIBRARY, VEHICLES, NATIONAL, most=3)) == ["车辆", "工资与补贴", "工资与补贴"]


def test_row_gets_the_indicators_of_its_level_first() -> None:
    found = suggest("", LIBRARY, VEHICLES, NATIONAL, "产出指标", "时效指标", most=6)
    assert {each.level2 for each in found} == {"时效指标"}
    assert titles(found[:3]) == ["车辆"] * 3


def test_name_that_a_rule_rejects_comes_last_and_never_unasked() -> None:
    poor = [named(name, Source.APPROVED, uses=9, own=True) for name in ("及时率", "足额及时率", "加强管理")]
    poor = [replace(each, target_value="＝100%") for each in poor]
    assert names(suggest("", [*poor, named("设施数")], "", NATIONAL)) == ["设施数"]
    assert names(suggest("及时率", [*poor, named("工资发放及时率")], "", NATIONAL))[:2] == ["工资发放及时率", "及时率"]


def test_level1_alone_counts_under_either_name_of_the_effects() -> None:
    found = suggest("", candidates_of(ENTRIES, HEBEI), VEHICLES, HEBEI, "效益", most=4)
    assert [each.level1 for each in found] == ["效果指标"] * 4


def test_what_was_typed_comes_before_the_fit() -> None:
    candidates = [named("治安巡逻里程数"), named("巡防治安队数"), named("治理安全隐患数"), named("会议次数")]
    assert names(suggest("治安", candidates, "治理安全隐患数", NATIONAL)) == [
        "治安巡逻里程数",
        "巡防治安队数",
        "治理安全隐患数",
    ]


def test_typed_is_compared_without_spaces_width_and_punctuation() -> None:
    candidates = [named("“ＡＢ”类 设施数"), named("设施数")]
    assert names(suggest(" ab类、设施 ", candidates, "", NATIONAL)) == ["“ＡＢ”类 设施数"]


def test_nothing_matches_what_no_name_holds() -> None:
    assert suggest("直升机", LIBRARY, VEHICLES, NATIONAL) == []


def test_names_in_the_table_are_left_out() -> None:
    first, second = names(suggest("满意", LIBRARY, SUBSIDIES, NATIONAL, most=2))
    assert names(suggest("满意", LIBRARY, SUBSIDIES, NATIONAL, present=[f" {first}。", ""], most=1)) == [second]


def test_much_used_comes_before_little_used() -> None:
    candidates = [named("甲设施数", uses=1), named("乙设施数", uses=3), named("丙设施数", uses=2)]
    assert names(suggest("设施", candidates, "", NATIONAL)) == ["乙设施数", "丙设施数", "甲设施数"]


def test_equal_candidates_stay_in_their_order() -> None:
    candidates = [named("乙设施数"), named("甲设施数"), named("丙设施数")]
    assert names(suggest("", candidates, "", NATIONAL)) == ["乙设施数", "甲设施数", "丙设施数"]


def test_approved_before_of_the_same_matter_stands_beside_the_class() -> None:
    approved = named("退休居委会主任慰问次数", Source.APPROVED, uses=1)
    assert names(suggest("", [*LIBRARY, approved], SUBSIDIES, NATIONAL, most=1)) == ["退休居委会主任慰问次数"]


def test_of_one_name_the_offices_own_wording_is_taken() -> None:
    shipped = named("设施数")
    others = named("设施 数", Source.APPROVED, uses=5)
    own = named("设施数", Source.APPROVED, uses=2, own=True, target_value="≥7个")
    assert suggest("", [shipped, others, own], "", NATIONAL) == [replace(own, uses=7)]
    assert suggest("", [others, shipped], "", NATIONAL) == [replace(shipped, uses=5)]


def test_of_one_name_that_only_others_used_the_most_used_is_taken() -> None:
    little, much = (named("设施数", Source.APPROVED, uses=uses, basis=f"{uses}") for uses in (1, 4))
    assert suggest("", [little, much], "", NATIONAL) == [replace(much, uses=5)]


@pytest.mark.parametrize(("most", "length"), [(0, 0), (-1, 0), (3, 3)])
def test_no_more_than_asked_for(most: int, length: int) -> None:
    assert len(suggest("", LIBRARY, "", NATIONAL, most=most)) == length


def test_only_the_beginning_of_long_texts_is_looked_at() -> None:
    typed = "满" * 40
    candidates = [named(typed)]
    assert suggest(typed + "x", candidates, "", NATIONAL) == candidates
    assert titles(suggest("", LIBRARY, "无" * 4_000 + VEHICLES, NATIONAL, most=1)) == ["工资与补贴"]


TEXT = st.text(alphabet=st.sampled_from("车辆满意度及时率保险工资 ，（）_≥1aＡ\n\x00"), max_size=12)


@given(TEXT, TEXT, TEXT, TEXT, st.lists(TEXT, max_size=3), st.lists(st.builds(named, TEXT), max_size=6))
def test_any_text_gives_some_of_the_candidates_once(
    typed: str, about: str, level1: str, level2: str, present: list[str], candidates: list[Candidate]
) -> None:
    found = suggest(typed, candidates, about, NATIONAL, level1, level2, present, most=4)
    assert len(found) == len(set(found)) <= 4
    assert [each for each in found if each not in candidates] == []
    assert [each.name for each in found if each.name in present] == []
    assert found == suggest(typed, candidates, about, NATIONAL, level1, level2, present, most=4)


# --- what the name of an indicator tells ---------------------------------------------------------


def test_what_a_name_tells_is_true_of_every_shipped_entry() -> None:
    kinds = [(kind_of_name(each.name), each.kind) for each in ENTRIES]
    values = [(completed_value(each.name, each.value.lstrip("≥≤＝")), each.value) for each in ENTRIES]
    classes = [(category_of_name(each.name), each.category) for each in ENTRIES]

    told = [guess == kind for guess, kind in kinds if guess]
    assert (all(told), len(told) > 120) == (True, True)
    completed = [value == own for value, own in values if value != own.lstrip("≥≤＝")]
    assert (all(completed), len(completed) > 60) == (True, True)
    assert sum(guess == category for guess, category in classes) > 200
    assert sum(guess not in (None, category) for guess, category in classes) < 10


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("年检合格率", "95百分比", "≥95%"),
        ("年检合格率", "__%", "≥__%"),
        ("补贴发放率", "１００％", "＝100%"),
        ("学生流失率", "≦3%", "≤3%"),
        ("有责投诉率", "3%", "≤3%"),
        ("居民满意度", "100%", "100%"),
        ("道路长度", "985米", "985米"),
        ("完成时间", "__月__日前", "__月__日前"),
    ],
)
def test_value_is_completed_where_it_can_mean_one_thing(name: str, typed: str, value: str) -> None:
    assert completed_value(name, typed) == value


@pytest.mark.parametrize(
    ("value", "level2", "filled_in"),
    [
        ("≥__人", "数量指标", "≥15人"),
        ("＝__元/人·月", "成本指标", "＝540元/人·月"),
        ("≥__场", "数量指标", "≥6场"),
        ("≥__次", "数量指标", "≥__次"),  # 每月2次
        ("≥__个", "数量指标", "≥__个"),  # 12个月
        ("≥__户", "数量指标", "≥__户"),  # two numbers
        ("≥__人", "社会效益指标", "≥__人"),
        ("__月__日前", "时效指标", "__月__日前"),
        ("≥95%", "质量指标", "≥95%"),
    ],
)
def test_blank_of_a_value_is_filled_from_the_projects_own_texts(value: str, level2: str, filled_in: str) -> None:
    about = "退休居委会主任15人，每人每月540元，12个月；演出6场，每月走访2次；慰问20户，改造30户。"

    assert filled(value, level2, about) == filled_in


def test_suggestion_has_the_number_that_the_project_states() -> None:
    best = suggest("", LIBRARY, SUBSIDIES, NATIONAL)

    assert "＝540元/人·月" in [each.target_value for each in best]
