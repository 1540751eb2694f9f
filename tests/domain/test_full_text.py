"""Terms of texts, the language of the search box, excerpts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.documents import DepartmentDocument, Document, Indicator, ProjectDocument
from portal.domain.errors import Invalid
from portal.domain.full_text import (
    FILTERS,
    MAX_LENGTH,
    AmountRange,
    CodeText,
    Condition,
    OfficeText,
    RuleIds,
    SearchQuery,
    StandingChoice,
    YearRange,
    excerpts,
    format_query,
    holds,
    is_exact,
    parse_query,
    rule_term,
    terms_of_text,
    terms_of_word,
    text_of,
    unknown_names,
)
from portal.domain.full_text.filters import FilterKind
from portal.domain.register import Standing
from portal.domain.searching import folded
from tests.domain import strategies

OFFICE = "610002"
DOCUMENT = ProjectDocument(
    ordinal=77,
    project_code="610-1301-JBN-OTTA",
    project_name="道路养护（一期）经费",
    purpose="按冀财资〔2017〕674号，\n用于  ５公里道路。",
    goals="推进“四风”建设",
    indicators=(Indicator("row1", "产出指标", "数量指标", "养护里程", basis="ＰＭ２．５达标"),),
)


def found(word: str, document: Document = DOCUMENT) -> bool:
    """Whether the index finds the document, and comparing the texts agrees."""
    (one,) = parse_query(word).words
    text = text_of(document, OFFICE)
    candidate = set(terms_of_word(one)) <= set(terms_of_text(text, 2026, OFFICE))
    if is_exact(one):
        assert candidate == holds(text, [one])
    return candidate and holds(text, [one])


# --- terms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word",
    [
        *(
            "道路",
            "养护里程",
            "[2017]674",
            "（一期）",
            "610-1301-jbn",
            "６１０—1301",
            "pm2.5",
            "610002",
            "5公里",
            "四风",
        ),
        *("经", "养护（一", "(一期)经费", "数量指标"),
    ],
)
def test_word_is_found_whatever_its_width_and_marks(word: str) -> None:
    assert found(word)


@pytest.mark.parametrize("word", ["路道", "号用", "2018", "77", "推", "里", "护道", "674经费", "期经费"])
def test_word_that_stands_nowhere_is_not_found(word: str) -> None:
    """Neither across two texts, nor in the ordinal; a single character in name and code only."""
    assert not found(word)


def test_longer_word_needs_the_text_to_be_compared() -> None:
    document = replace(DOCUMENT, purpose="公用 用经 经费", goals="")
    assert set(terms_of_word("公用经费")) <= set(terms_of_text(text_of(document, OFFICE), 2026, OFFICE))
    assert not found("公用经费", document)


def test_emphasis_in_a_department_table_does_not_part_a_word() -> None:
    assert found("人民代表", DepartmentDocument(overall="**人民**代表"))
    assert found("部门整体", DepartmentDocument())


@given(strategies.any_document, st.data())
def test_every_part_of_every_text_is_found(document: Document, data: st.DataObject) -> None:
    text = text_of(document, OFFICE)
    line = data.draw(st.sampled_from(text.split("\n")))
    start = data.draw(st.integers(0, len(line)))
    word = line[start : data.draw(st.integers(start, len(line)))]
    if terms_of_word(word) and len(word) > 1:
        assert set(terms_of_word(word)) <= set(terms_of_text(text, 2026, OFFICE))


def test_year_office_and_rules_are_terms_that_no_word_has() -> None:
    terms = set(terms_of_text("甲乙", 2026, OFFICE, ["W12"])) - set(terms_of_text("甲乙", 0, ""))
    assert terms == {"year2026", "unit610002", rule_term("W12")}
    assert all(len(term) > 2 for term in terms)


# --- the language --------------------------------------------------------------------------------

ANYTHING = st.text(max_size=60) | st.lists(
    st.sampled_from(
        [
            *(f"{kind.name}:" for kind in FILTERS),
            "年份：",
            '"',
            "“",
            " ",
            "古城",
            "2020",
            ">",
            "10万",
            "-",
            "退回",
            "、",
            "W12",
        ]
    ),
    max_size=12,
).map("".join)


@given(ANYTHING)
def test_query_is_read_back_as_it_was_written_or_refused_with_a_sentence(text: str) -> None:
    try:
        query = parse_query(text)
    except Invalid as error:
        refusal = error
    else:
        assert query.words or query.filters
        assert all(terms_of_word(word) for word in query.words)
        assert parse_query(format_query(query)) == query
        return
    assert refusal.path == "q"
    assert refusal.message.endswith("。")
    assert len(refusal.message) < 150


def test_words_and_filters_in_any_order() -> None:
    query = parse_query("工资 年度：2020 古城　状态: 退回 工资")
    assert query.words == ("工资", "古城")
    assert [(each.kind.name, each.value) for each in query.filters] == [("年度", "2020"), ("状态", "退回")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        *(
            ("目标1：保障运转", ("目标1:保障运转",)),
            ('"年度:2020"', ("年度:2020",)),
            ("推进“四风”建设", ("推进", "四风", "建设")),
        ),
        *(("经费 - 保障", ("经费", "保障")), ('"甲乙 丙丁"', ("甲乙 丙丁",)), ("( OR ) * AND", ("or", "and"))),
        *(("路", ("路",)), ('"经费', ("经费",)), ("x年度:2020", ("x年度:2020",))),
    ],
)
def test_what_is_no_filter_is_a_word(text: str, words: tuple[str, ...]) -> None:
    assert parse_query(text) == SearchQuery(words)


def test_words_that_look_like_a_filter_are_named() -> None:
    assert unknown_names(parse_query("状况:退回 9:00至10:00 年度:2020")) == ("状况",)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("年度:2020", YearRange(2020, 2020)),
        ("年份：２０１８－２０２０年", YearRange(2018, 2020)),
        ("状态:待审核", StandingChoice(frozenset({Standing.UNDER_REVIEW}))),
        ("状态:已退回", StandingChoice(frozenset({Standing.RETURNED, Standing.IN_ADJUSTMENT}))),
        ("状态:草拟、逾期", StandingChoice(frozenset({Standing.DRAFTED}), overdue=True)),
        ("金额:>100000", AmountRange(least=100_000_01)),
        ("金额:<=10万", AmountRange(most=100_000_00)),
        ("金额:≥1,000.50元", AmountRange(least=1_000_50)),
        ("金额:10万-20万", AmountRange(100_000_00, 200_000_00)),
        ("预算:23000.00", AmountRange(23_000_00, 23_000_00)),
        ("规则:w12", RuleIds(("W12",))),
        ("规则:人数对不上", RuleIds(("W12",))),
        ('单位:"古城 街道"', OfficeText("古城 街道")),
        ("编码:６１０－１３０１", CodeText("610-1301")),
    ],
)
def test_filter_is_read(text: str, condition: Condition) -> None:
    assert [each.condition for each in parse_query(text).filters] == [condition]


@pytest.mark.parametrize("kind", FILTERS, ids=lambda kind: kind.name)
def test_example_of_a_filter_is_one(kind: FilterKind) -> None:
    assert [each.kind for each in parse_query(kind.example).filters] == [kind]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        *(("年度:二〇二〇", "“二〇二〇”"), ("年度:2020-2018", "2018-2020"), ("年度:", "“年度:”"), ("状态:好", "“好”")),
        *(("金额:很多", "“很多”"), ("金额:>-5", "“-5”"), ("金额:20万-10万", "10万-20万"), ("规则:X99", "“x99”")),
        *(("", "没有可以查找"), ("《》 ：“”", "没有可以查找"), ("工资 5%", "“5%”"), ("9:0:0", "“9:0:0”")),
        *(("古" * (MAX_LENGTH + 1), "201"), ("古城" * 5_000, "10,000"), (" ".join(f"甲{n}" for n in range(21)), "21")),
    ],
)
def test_mistake_is_named(text: str, part: str) -> None:
    with pytest.raises(Invalid, match=part.replace("(", r"\(")) as refusal:
        parse_query(text)
    assert len(refusal.value.message) < 120


# --- excerpts ------------------------------------------------------------------------------------


def marked(document: Document, *words: str) -> list[tuple[str, str]]:
    return [
        (each.path, "".join(f"[{text}]" if is_word else text for text, is_word in each.parts))
        for each in excerpts(document, words)
    ]


def test_excerpt_marks_the_words_as_they_are_written() -> None:
    assert marked(DOCUMENT, folded("[2017]674号")) == [("purpose", "按冀财资[〔2017〕674号]， 用于  ５公里道路。")]


def test_place_with_most_words_is_shown_then_the_others() -> None:
    assert marked(DOCUMENT, "养护", "道路", "里程") == [
        ("project_name", "[道路养护]（一期）经费"),
        ("indicators/row1/level3", "[养护里程]"),
    ]


def test_excerpt_of_a_long_text_is_cut_around_the_word() -> None:
    ((path, text),) = marked(DepartmentDocument(overall="甲" * 300 + "工资" + "乙" * 300), "工资")
    assert path == "overall"
    assert text.startswith("…甲") and text.endswith("乙…") and "[工资]" in text
    assert len(text) < 100


def test_words_that_stand_nowhere_have_no_excerpt() -> None:
    assert marked(DOCUMENT, "南关") == []


@given(strategies.any_document, st.lists(st.text("甲乙丙12.% =,", min_size=1, max_size=3), min_size=1, max_size=4))
def test_excerpts_hold_every_word_that_the_document_holds(document: Document, words: list[str]) -> None:
    held = [word for word in words if any(word in line for line in text_of(document, "").split("\n"))]
    shown = folded("\n".join(text for _, text in marked(document, *held))).replace("[", "").replace("]", "")
    if len(held) <= 3:
        assert all(" ".join(word.split()) in " ".join(shown.split()) for word in held)
