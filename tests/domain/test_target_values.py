"""指标值: every form seen in real tables, what cannot be read, and that writing and reading agree."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.domain.target_values import (
    Comparator,
    Grade,
    Reading,
    Scale,
    TargetValue,
    canonical,
    gaps,
    in_words,
    overlaps,
    read,
)

SEED_SCALE = "≧90%为优；80%-90%为良；70%-80%为中；70%以下为差。"
SEED_SCALE_IN_LINES = "≧90%为优秀\n90%-80%为良好\n80%-70%为中\n70%以下为差"


def value(text: str) -> TargetValue:
    found = read(text).value
    assert found is not None, read(text).fault
    return found


# --- targets -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "written"),
    [
        # the real document
        ("100%", "100%"),
        ("100百分比", "100%"),
        ("540元/人·月", "540元/人·月"),
        # seen elsewhere
        ("=100.00(%)", "＝100%"),
        ("≥90.00(%)", "≥90%"),
        ("985米", "985米"),
        ("≤10次", "≤10次"),
        ("280次", "280次"),
        ("合理", "合理"),
        ("可控", "可控"),
        ("提高", "提高"),
        ("及时", "及时"),
        ("健全", "健全"),
        # one character for one meaning
        ("≧90％", "≥90%"),
        ("≦10次", "≤10次"),
        (">=90%", "≥90%"),
        ("＜＝５天", "≤5天"),
        ("＞３次", "＞3次"),
        ("≥1,200 人", "≥1200人"),
        ("≥ 0.50 公顷", "≥0.5公顷"),
        # words for comparators; 以上, 以下, 以内 include the number
        ("不低于90%", "≥90%"),
        ("不少于3次", "≥3次"),
        ("至少3次", "≥3次"),
        ("达到95%以上", "≥95%"),
        ("95%及以上", "≥95%"),
        ("10个以上（含10个）", "≥10个"),
        ("不超过10次", "≤10次"),
        ("不高于5%", "≤5%"),
        ("5个工作日以内", "≤5个工作日"),
        ("控制在3%以内", "≤3%"),
        ("70%以下", "≤70%"),
        ("大于5公里", "＞5公里"),
        ("低于2%", "＜2%"),
        ("超过90%以上", "＞90%"),
        ("≥180起", "≥180起"),
        # numerals
        ("百分之九十", "90%"),
        ("百分之九十五以上", "≥95%"),
        ("不少于三次", "≥3次"),
        ("一百二十万人次", "1200000人次"),
        ("≥九十", "≥90"),
        ("十五人", "15人"),
        # units
        ("≥10万平方米", "≥10万平方米"),
        ("≤1个百分点", "≤1个百分点"),
        ("每人每月540元", "540元/人·月"),
        ("每月不少于1次", "≥1次/月"),
        ("5眼", "5眼"),
        # ranges and what stands behind
        ("3-5次", "3～5次"),
        ("3次-5次", "3～5次"),
        ("3次-5", "3～5次"),
        ("=3-5次", "3～5次"),
        ("80%～90%", "80～90%"),
        ("≥80%且≤90%", "80～90%"),
        ("100%完成", "100%完成"),
        ("5个工作日内办结", "≤5个工作日办结"),
        # words, though they begin with a numeral or hold a date
        ("一次办结", "一次办结"),
        ("十分满意", "十分满意"),
        ("零事故", "零事故"),
        ("千方百计", "千方百计"),
        ("11月30日前", "11月30日前"),
        ("2020年12月底前完成", "2020年12月底前完成"),
        ("每季度第一个月20日前", "每季度第一个月20日前"),
        ("较上年增长≥5%", "较上年增长≥5%"),
        ("地表水Ⅲ类", "地表水Ⅲ类"),
        ("优秀", "优秀"),
        ("二级", "二级"),
        ("≥1:1.2", "≥1:1.2"),
        ("7×24小时", "7×24小时"),
        ("满意度100%", "100%"),
        ("工资发放率≥95%", "≥95%"),
        ("合格率达100%", "100%"),
        ("满意度较上年提高", "满意度较上年提高"),
        ("每半年不少于1次", "≥1次/半年"),
        ("日均≥200人次", "≥200人次/日"),
        ("人均2次以上", "≥2次/人"),
        ("平均≤15天", "≤15天"),
        ("每月100%", "100%"),
        ("百分之百", "100%"),
        ("百分百", "100%"),
        ("不低于九成", "≥90%"),
        ("≥九成五", "≥95%"),
        ("成套设备3台", "成套设备3台"),
        ("9台（套）以上", "≥9台(套)"),
        ("2h内", "≤2h"),
        ("1倍以上", "≥1倍"),
        ("≥20㎥", "≥20㎥"),
        ("1次性验收合格", "1次性验收合格"),
        ("达到20年一遇", "达到20年一遇"),
        ("5A级", "5A级"),
        ("不高于1∶20", "不高于1:20"),
        # whether the bound is in
        ("5万元以下（不含5万元）", "＜5万元"),
        ("大于95%（含95%）", "≥95%"),
        ("≥100平方米（含公摊）", "≥100平方米(含公摊)"),
        ("≤10个工作日（不含5日公示期）", "≤10个工作日(不含5日公示期)"),
        ("≥12次（含3次夜间巡查）", "≥12次(含3次夜间巡查)"),
        ("失业率控制在4.5%以内", "≤4.5%"),
        ("满意度：≥90%", "≥90%"),
        ("成活率九成以上", "≥90%"),
        ("≤850元/生·年", "≤850元/生·年"),
        ("近3年平均水平", "近3年平均水平"),
        ("12.31前", "12.31前"),
        ("≤15/10万", "≤15/10万"),
        ("500AED", "500AED"),
        # two bounds and tolerances
        (">90%且<95%", "90～95%"),
        ("大于等于90%小于100%", "90～100%"),
        ("90%≤满意度≤100%", "90～100%"),
        ("100%≥满意度≥90%", "90～100%"),
        ("3次以上5次以下", "3～5次"),
        ("100%±2%", "98～102%"),
        ("426亩±5%", "404.7～447.3亩"),
        ("95±3分", "92～98分"),
        ("0.0001亩±1%", "0.000099～0.000101亩"),
        # what stands in brackets, or the day behind a target, is no second target
        ("≤30分钟（7×24小时）", "≤30分钟(7×24小时)"),
        ("≥144次（12个社区，每个每月1次）", "≥144次(12个社区,每个每月1次)"),
        ("≥90分（满分100）", "≥90分(满分100)"),
        ("≥95%（2019年为92%）", "≥95%(2019年为92%)"),
        ("＝100%（2020年底前）", "＝100%(2020年底前)"),
        ("12月底前达到100%", "12月底前达到100%"),
        ("2020年12月底前完成3处", "2020年12月底前完成3处"),
        # a note on scoring is no second target
        ("≥85%（≥85%得满分，每低1个百分点扣1分）", "≥85%(≥85%得满分,每低1个百分点扣1分)"),
    ],
)
def test_forms_and_their_canonical_writing(text: str, written: str) -> None:
    assert canonical(value(text)) == written
    assert read(written).value == value(text)


def test_parts_of_a_target() -> None:
    assert value("≥90.00(%)") == TargetValue(Comparator.AT_LEAST, Decimal(90), None, "%")
    assert value("540元/人·月") == TargetValue(None, Decimal(540), None, "元/人·月")
    assert value("3-5次") == TargetValue(Comparator.WITHIN, Decimal(3), Decimal(5), "次")
    assert value("合理") == TargetValue(Comparator.WORDS, words="合理")
    assert not value(SEED_SCALE).has_target


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("≥", "“≥”没有数值也没有文字"),
        ("。；", "“。；”里没有可以读的内容"),
        ("≥90%以内", "“≥90%以内”的比较方向前后矛盾"),
        ("＝90%以上", "“＝90%以上”的比较方向前后矛盾"),
        ("=90%以下", "“=90%以下”的比较方向前后矛盾"),
        ("=90%以内", "“=90%以内”的比较方向前后矛盾"),
        ("≥90%以下", "“≥90%以下”的比较方向前后矛盾"),
        ("＞3次以内", "“＞3次以内”的比较方向前后矛盾"),
        ("＜3次以上", "“＜3次以上”的比较方向前后矛盾"),
        ("3次-5人", "“3次-5人”里不止一个数，分不清以哪个为准"),
        ("100人，覆盖5个社区", "“100人，覆盖5个社区”里不止一个数，分不清以哪个为准"),
        ("0.00001亩±1%", "“0.00001亩±1%”里不止一个数，分不清以哪个为准"),
        ("约50人", "“约50人”是约数，完成没有完成说不清"),
        ("≤9台（套）以上", "“≤9台（套）以上”的比较方向前后矛盾"),
        ("5-3次", "“5-3次”的起止颠倒了，应当从小到大"),
        ("好" * 601, f"“{'好' * 30}…”有 601 字，指标值应当是一个数或一句话"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, fault: str) -> None:
    assert read(text) == Reading(fault=fault)
    assert in_words(read(text)) == f"无法读出：{fault}"


@pytest.mark.parametrize("blank", ["", " ", "\n\u3000"])
def test_blank_is_neither_value_nor_fault(blank: str) -> None:
    assert read(blank) == Reading()
    assert in_words(read(blank)) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("≧90%", "读作：≥ 90 %"),
        ("≥90%（≥90%为优；≥80%且＜90%为良；≥60%且＜80%为中；＜60%为差）", "读作：≥ 90 %；另附四档评分标准"),
        (SEED_SCALE, "读作：四档评分标准，没有目标值"),
        ("100百分比", "读作：100 %，没有写比较符号"),
        ("＝540元/人·月", "读作：＝ 540 元/人·月"),
        ("3-5次", "读作：3 至 5 次"),
        ("5日内办结", "读作：≤ 5 日 办结"),
        ("验收合格", "读作：定性，“验收合格”"),
    ],
)
def test_reading_in_words(text: str, words: str) -> None:
    assert in_words(read(text)) == words


# --- scales --------------------------------------------------------------------------------------


def scale(text: str) -> Scale:
    found = value(text).scale
    assert found is not None
    return found


def test_scales_of_the_real_document() -> None:
    one, other = scale(SEED_SCALE), scale(SEED_SCALE_IN_LINES)
    assert [grade.name for grade in one.grades] == ["优", "良", "中", "差"]
    assert [grade.name for grade in other.grades] == ["优秀", "良好", "中", "差"]
    bounds = [(g.low, g.low_in, g.high, g.high_in) for g in one.grades]
    assert bounds == [(g.low, g.low_in, g.high, g.high_in) for g in other.grades]
    assert bounds[1] == (80, True, 90, True)
    assert overlaps(one) == overlaps(other) == ["70%", "80%", "90%"]
    assert gaps(one) == gaps(other) == []


@pytest.mark.parametrize(
    "text",
    [
        "≥90%为优；≥80%且＜90%为良；＜80%为差",
        "90%以上为优，80%（含）-90%（不含）为良，80%（不含）以下为差",
        "优：≥90%；良：80%≤x<90%；差：<80%",
        "优秀（≥90%），良好（≥80%且＜90%），较差（＜80%）",
        "[90%,100%]为优；[80%,90%)为良；[0%,80%)为差",
        "90-100分为优，80-89分为良，60-79分为合格，59分以下为不合格",
        "≤3天为优；>3天且≤5天为良；>5天为差",
        "≥81分为优；≤80分为差",
        "100%为优；≥90%且<100%为良；<90%为差",
        "≥90%为优；≥60%且＜90%为良；60%以下为差，不含60%",
    ],
)
def test_sound_scales(text: str) -> None:
    assert (overlaps(scale(text)), gaps(scale(text))) == ([], [])


@pytest.mark.parametrize(
    ("text", "twice", "never"),
    [
        ("≥90%为优；80%-95%为良；＜80%为差", ["90%至95%"], []),
        ("＞90%为优；＜90%为差", [], ["90%"]),
        ("≥90%为优；＜80%为差", [], ["80%至90%"]),
        ("≥81%为优；＜80%为差", [], ["80%至81%"]),
        ("≥81分为优；＜80分为差", [], ["80分至81分"]),
        ("＞81分为优；≤80分为差", [], ["80分至81分"]),
        ("≥80.5分为优；≤80分为差", [], ["80分至80.5分"]),
        ("≥82分为优；≤80分为差", [], ["80分至82分"]),
        ("≥90%为优；≥80%且＜90%为良", [], ["80%以下"]),
        ("80%-89%为优；＜80%为差", [], ["89%以上"]),
        ("90%以上为优；90%以下为差", ["90%"], []),
        ("90%以下为优；80%以下为差", ["80%以下"], []),
        ("一等：90%以上，二等：80%-90%，三等：80%以下", ["80%", "90%"], []),
    ],
)
def test_scales_that_overlap_or_leave_gaps(text: str, twice: list[str], never: list[str]) -> None:
    assert (overlaps(scale(text)), gaps(scale(text))) == (twice, never)


@pytest.mark.parametrize("text", ["≥95%合格", "优秀率≥30%", "评为优", "中等以上", "90%以上", "良好", "优良天数≥300天"])
def test_one_grade_is_no_scale(text: str) -> None:
    assert value(text).scale is None


# --- writing and reading agree -------------------------------------------------------------------

NUMBERS = st.decimals(min_value=0, max_value=10**9, places=2)
UNITS = st.sampled_from(
    [
        "%",
        "‰",
        "个",
        "人次",
        "元/人·月",
        "万平方米",
        "个工作日",
        "次/年",
        "户",
        "起",
        "公里",
        "吨",
        "个百分点",
        "场次",
        "微克/立方米",
        "",
    ]
)
ONE_BOUND = st.sampled_from(
    [Comparator.AT_LEAST, Comparator.MORE, Comparator.EQUAL, Comparator.LESS, Comparator.AT_MOST, None]
)
WORDS = st.sampled_from(
    ["验收合格", "11月30日前", "制度健全", "一次通过", "零投诉", "达到国家Ⅱ级标准", "较上年提高5%", "提高"]
)
NAMES = st.sampled_from(["优", "优秀", "良好", "中", "合格", "不合格", "一般", "较差", "差"])


@st.composite
def grades(draw: st.DrawFn) -> Grade:
    low, high = sorted((draw(NUMBERS), draw(NUMBERS)))
    shape = draw(st.sampled_from(["low", "high", "both", "one"]))
    name, inside, within = draw(NAMES), draw(st.booleans()), draw(st.booleans())
    if shape == "low":
        return Grade(name, low, inside)
    if shape == "high":
        return Grade(name, high=high, high_in=within)
    return (
        Grade(name, low, True, low, True) if shape == "one" or low == high else Grade(name, low, inside, high, within)
    )


SCALES = st.none() | st.builds(
    Scale, st.lists(grades(), min_size=2, max_size=5).map(tuple), st.sampled_from(["%", "分", "天", ""])
)
TARGETS = st.one_of(
    st.builds(TargetValue, ONE_BOUND, NUMBERS, st.none(), UNITS, scale=SCALES),
    st.builds(
        lambda pair, unit, scale: TargetValue(Comparator.WITHIN, min(pair), max(pair), unit, scale=scale),
        st.tuples(NUMBERS, NUMBERS),
        UNITS,
        SCALES,
    ),
    st.builds(lambda words, scale: TargetValue(Comparator.WORDS, words=words, scale=scale), WORDS, SCALES),
    st.builds(lambda scale: TargetValue(scale=scale), SCALES.filter(lambda scale: scale is not None)),
)


@given(TARGETS)
def test_reading_what_was_written_gives_the_value(written: TargetValue) -> None:
    assert read(canonical(written)) == Reading(written)


ALPHABET = (
    "0123456789９.,-~%％(（）)≥≧≤＞<＝以上下内不超过低于少高至每人月年元次/·百分比之九十一百万"
    "为优良中差；;，\n 个起到含达目标扣:级"
)


@settings(max_examples=300)
@example("≥90%起起")
@example("1个(人)")
@example("90以上")
@example("不低于-5%以上")
@given(st.text(ALPHABET, max_size=24) | st.text(max_size=24))
def test_canonical_writing_of_whatever_can_be_read_is_read_alike(text: str) -> None:
    found = read(text).value
    if found is not None and canonical(found):
        again = read(canonical(found)).value
        assert again == found


@settings(max_examples=100)
@given(st.text(ALPHABET, min_size=20, max_size=40), st.integers(1, 30))
def test_long_nonsense_is_read_or_refused(text: str, times: int) -> None:
    reading = read(text * times)
    assert in_words(reading) or not text.strip()
    if reading.value and reading.value.scale:
        overlaps(reading.value.scale)
        gaps(reading.value.scale)
