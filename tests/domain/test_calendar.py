"""Working days: the shipped years, counting, and reading the State Council's notice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import calendar
from portal.domain.calendar import Calendar, read_notice, shipped, shipped_years
from portal.domain.errors import Invalid

CALENDAR = Calendar(shipped(year) for year in shipped_years())
NOTICE = """国务院办公厅关于２０２６年
部分节假日安排的通知
国办发明电〔2025〕7号

各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。
国务院办公厅
2025年11月4日
"""
DATES = st.dates(date(2023, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(("year", "working_days"), [(2024, 251), (2025, 248), (2026, 248)])
def test_shipped_year_has_the_working_days_that_were_announced(year: int, working_days: int) -> None:
    assert CALENDAR.count(date(year - 1, 12, 31), date(year, 12, 31)) == working_days
    assert all(day.on.weekday() >= 5 for day in shipped(year).days if not day.is_off)


def test_year_without_a_notice_is_provisional_and_has_the_statutory_days() -> None:
    assert [year for year in shipped_years() if shipped(year).is_provisional] == [2027]
    assert sum(day.is_off for day in shipped(2027).days) == 13
    assert not CALENDAR.is_announced(date(2027, 3, 1))
    assert not CALENDAR.is_announced(date(2031, 3, 1))
    assert CALENDAR.is_announced(date(2026, 3, 1))


@pytest.mark.parametrize(
    ("on", "is_working"),
    [
        ("2026-02-14", True),  # a Saturday on which offices work
        ("2026-02-16", False),  # a Monday off
        ("2026-02-24", True),
        ("2026-02-22", False),  # a Sunday within the days off
        ("2031-05-01", True),  # nobody knows yet
        ("2031-05-03", False),
    ],
)
def test_days_are_worked_as_arranged(on: str, is_working: bool) -> None:
    assert CALENDAR.is_working_day(date.fromisoformat(on)) is is_working


@given(first=DATES, length=st.integers(0, 120))
def test_count_is_that_of_the_days_one_by_one(first: date, length: int) -> None:
    days = [first + timedelta(n) for n in range(1, length + 1)]
    last = first + timedelta(length)
    counted = sum(CALENDAR.is_working_day(day) for day in days)
    assert CALENDAR.count(first, last) == counted
    assert CALENDAR.count(last, first) == -counted
    assert CALENDAR.late(first, last) == counted
    assert CALENDAR.late(last, first) == 0


@given(start=DATES, working_days=st.integers(1, 40))
def test_added_working_days_end_on_a_working_day_and_count_back(start: date, working_days: int) -> None:
    end = CALENDAR.add(start, working_days)
    assert CALENDAR.is_working_day(end)
    assert CALENDAR.count(start, end) == working_days


def test_next_working_day_of_a_working_day_is_itself() -> None:
    assert CALENDAR.next_working_day(date(2026, 2, 14)) == date(2026, 2, 14)
    assert CALENDAR.next_working_day(date(2026, 2, 15)) == date(2026, 2, 24)
    for count in (0, -1, 4_001):
        with pytest.raises(ValueError, match="working days"):
            CALENDAR.add(date(2026, 2, 14), count)


# --- the notice ----------------------------------------------------------------------------------


def test_notice_is_read_as_it_was_published() -> None:
    assert read_notice(NOTICE, 2026) == shipped(2026)


def test_notice_in_other_marks_and_joined_holidays_is_read() -> None:
    words = (
        "国务院办公厅关于2025年部分节假日安排的通知 国办发明电[2024]12号 "
        "一、元旦:1月1日(周三)放假1天，不调休。二、春节:1月28日(农历除夕、周二)至2月4日(农历正月初七、周二)放假调休，共8天。"
        "1月26日(周日)、2月8日(周六)上班。三、清明节:4月4日(周五)至6日(周日)放假，共3天。"
        "四、劳动节:5月1日(周四)至5日(周一)放假调休，共5天。4月27日(周日)上班。"
        "五、端午节:5月31日(周六)至6月2日(周一)放假，共3天。"
        "六、国庆节、中秋节:10月1日(周三)至8日(周三)放假调休，共8天。9月28日(星期天)、10月11日(星期六)上班。"
    )
    assert read_notice(words, 2025) == shipped(2025)


def test_new_year_may_begin_in_december() -> None:
    words = NOTICE.replace("1月1日（周四）至3日（周六）放假调休，共3天", "2025年12月31日至2026年1月1日放假调休，共2天")
    found = read_notice(words, 2026)
    assert found.days[0] == calendar.Day(date(2025, 12, 31), "元旦", True)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("２０２６年", "2025年", "这是 2025 年的通知，这里要的是 2026 年的。"),
        ("部分节假日", "防汛", "这不是《国务院办公厅关于某年部分节假日安排的通知》，请粘贴通知全文。"),
        ("〔2025〕7号", "", "没有读到文号（国办发明电〔年份〕几号），请把通知连同文号一起粘贴。"),
        ("七、国庆节：", "七、", "通知不完整，没有读到国庆节的安排。"),
        ("共9天", "共8天", "春节写的是共 8 天，按起止日期是 9 天。"),
        ("1月4日（周日）", "1月4日（周六）", "元旦的日期“1月4日（周六）”是星期日，与所写的不同。"),
        ("5月9日（周六）", "5月8日", "劳动节调休上班的 5月8日 不是周末。"),
        ("5月9日（周六）", "5月3日", "5月3日既放假又上班（劳动节、劳动节）。"),
        ("9月25日（周五）至27日（周日）", "10月7日至9日", "10月7日安排了两次（中秋节、国庆节）。"),
        ("4月4日（周六）至6日", "4月31日至6日", "清明节的日期“4月31日”不存在。"),
        ("4月4日（周六）", "2024年4月4日", "清明节的日期“2024年4月4日”不在 2026 年。"),
        ("4月4日（周六）至6日（周一）", "4月6日至4日", "清明节放假的起止日期不对：2026-04-06 至 2026-04-04。"),
        ("4月4日（周六）至6日（周一）放假", "4日放假", "清明节的日期“4日”没有写月份。"),
        ("6月19日（周五）至21日（周日）放假，共3天", "另行通知", "端午节没有写明哪天放假。"),
        ("5月9日（周六）上班", "5月9日（周六）补课", "劳动节的安排里，这一句没有读懂：“5月9日（周六）补课”。"),
        (
            NOTICE[NOTICE.index("、10月10日") :],
            "、10月10日（周",
            "国庆节的安排不完整，读到“9月20日（周日）、10月10日（周”为止。",
        ),
    ],
)
def test_notice_that_is_not_understood_whole_is_refused_by_what_is_wrong(old: str, new: str, told: str) -> None:
    assert old in NOTICE
    with pytest.raises(Invalid) as refusal:
        read_notice(NOTICE.replace(old, new), 2026)
    assert refusal.value.message == told


def test_text_of_any_length_is_refused_or_read() -> None:
    with pytest.raises(Invalid, match="超过 5000 个字"):
        read_notice(NOTICE * 20, 2026)


@given(text=st.text(max_size=200), cut=st.integers(0, len(NOTICE)))
def test_notice_with_anything_put_in_is_refused_in_one_sentence_or_read(text: str, cut: int) -> None:
    assert outcome(NOTICE[:cut] + text + NOTICE[cut:]).endswith(("。", "2026"))


def outcome(text: str) -> str:
    try:
        return str(read_notice(text, 2026).year)
    except Invalid as refusal:
        return refusal.message
