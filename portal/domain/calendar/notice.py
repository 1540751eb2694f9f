"""Reading the text of the State Council's notice on the holidays of a year, as it is published.

Every sentence with a date must be understood: a notice that is read in part would move due dates in silence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta

from portal.domain.calendar.year import CalendarYear, Day
from portal.domain.errors import Invalid

HOLIDAYS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
FIELD = "notice"
_LONGEST = 5_000
_WEEKDAYS = "一二三四五六日"
_PAPER = re.compile(r"国办发(?:明电)?〔(\d{4})〕\d+号")
_TITLE = re.compile(r"关于(\d{4})年部分节假日安排")
_ITEM = re.compile(r"[一二三四五六七八九]、([^：。]{2,12})：")
_DATE = r"(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日(?:（[^（）]*）)?"
_PARTS = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:（([^（）]*)）)?")
_OFF = re.compile(rf"({_DATE})(?:至({_DATE}))?放假(.*)")
_WORK = re.compile(rf"({_DATE}(?:、{_DATE})*)上班")
_COUNT = re.compile(r"共(\d+)天")
_SIGNATURE = re.compile(r"国务院办公厅\d{4}年\d{1,2}月\d{1,2}日.*$")
_AS_PRINTED = str.maketrans("():[]", "（）：〔〕")


def read_notice(text: str, year: int) -> CalendarYear:
    """The calendar that the notice arranges for `year`. Raises Invalid, with what is wrong in one sentence."""
    plain = _SIGNATURE.sub("", _plain(text))
    _require_year(plain, year)
    paper = _PAPER.search(plain)
    if paper is None:
        raise Invalid("没有读到文号（国办发明电〔年份〕几号），请把通知连同文号一起粘贴。", FIELD)
    items = list(_ITEM.finditer(plain))
    missing = [name for name in HOLIDAYS if not any(name.removesuffix("节") in item[1] for item in items)]
    if missing:
        raise Invalid(f"通知不完整，没有读到{'、'.join(missing)}的安排。", FIELD)
    ends = [*(item.start() for item in items[1:]), len(plain)]
    days = [day for item, end in zip(items, ends, strict=True) for day in _days(item[1], plain[item.end() : end], year)]
    return CalendarYear(year, paper[0], _once(days))


def _plain(text: str) -> str:
    """Without white space and invisible characters, in full-width punctuation and half-width digits."""
    if len(text) > _LONGEST:
        raise Invalid(f"粘贴的文字超过 {_LONGEST} 个字，不像是节假日安排的通知。", FIELD)
    visible = (char for char in text if unicodedata.category(char)[0] not in "ZC")
    digits = "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in visible)
    return digits.translate(_AS_PRINTED)


def _require_year(plain: str, year: int) -> None:
    title = _TITLE.search(plain)
    if title is None:
        raise Invalid("这不是《国务院办公厅关于某年部分节假日安排的通知》，请粘贴通知全文。", FIELD)
    if int(title[1]) != year:
        raise Invalid(f"这是 {title[1]} 年的通知，这里要的是 {year} 年的。", FIELD)


def _days(name: str, text: str, year: int) -> Iterator[Day]:
    """The days that the item of one holiday arranges."""
    *sentences, rest = text.split("。")
    if _PARTS.search(rest):
        raise Invalid(f"{name}的安排不完整，读到“{rest[-20:]}”为止。", FIELD)
    dated = [sentence for sentence in sentences if _PARTS.search(sentence)]
    if not any(_OFF.fullmatch(sentence) for sentence in dated):
        raise Invalid(f"{name}没有写明哪天放假。", FIELD)
    for sentence in dated:
        if off := _OFF.fullmatch(sentence):
            first = _date(name, off[1], year)
            last = _date(name, off[2], year, first) if off[2] else first
            yield from _range(name, first, last, off[3])
        elif work := _WORK.fullmatch(sentence):
            for part in re.findall(_DATE, work[1]):
                yield _working(name, _date(name, part, year))
        else:
            raise Invalid(f"{name}的安排里，这一句没有读懂：“{sentence[:40]}”。", FIELD)


def _range(name: str, first: date, last: date, rest: str) -> Iterator[Day]:
    length = (last - first).days + 1
    if not 1 <= length <= 15:
        raise Invalid(f"{name}放假的起止日期不对：{first:%Y-%m-%d} 至 {last:%Y-%m-%d}。", FIELD)
    counted = _COUNT.search(rest)
    if counted and int(counted[1]) != length:
        raise Invalid(f"{name}写的是共 {counted[1]} 天，按起止日期是 {length} 天。", FIELD)
    yield from (Day(first + timedelta(n), name, True) for n in range(length))


def _working(name: str, on: date) -> Day:
    if on.weekday() < 5:
        raise Invalid(f"{name}调休上班的 {on.month}月{on.day}日 不是周末。", FIELD)
    return Day(on, name, False)


def _date(name: str, text: str, year: int, before: date | None = None) -> date:
    """A date as written in the notice for `year`; a day without a month is in that of the date before it."""
    parts = _PARTS.fullmatch(text)
    assert parts is not None
    written = f"{name}的日期“{text}”"
    if parts[2]:
        of_year, month = int(parts[1] or year), int(parts[2])
    elif before:
        of_year, month = before.year, before.month
    else:
        raise Invalid(f"{written}没有写月份。", FIELD)
    try:
        found = date(of_year, month, int(parts[3]))
    except ValueError:
        raise Invalid(f"{written}不存在。", FIELD) from None
    # The days off of New Year may begin in the last days of the year before.
    if found.year != year and (found.year, found.month) != (year - 1, 12):
        raise Invalid(f"{written}不在 {year} 年。", FIELD)
    weekday = re.search(rf"(?:周|星期)([{_WEEKDAYS}天])", parts[4] or "")
    if weekday and weekday[1].replace("天", "日") != _WEEKDAYS[found.weekday()]:
        raise Invalid(f"{written}是星期{_WEEKDAYS[found.weekday()]}，与所写的不同。", FIELD)
    return found


def _once(days: list[Day]) -> list[Day]:
    """The days in order. Raises Invalid for one that is off and on, or arranged twice."""
    found: dict[date, Day] = {}
    for day in days:
        before = found.setdefault(day.on, day)
        if before is not day:
            both = "既放假又上班" if before.is_off != day.is_off else "安排了两次"
            raise Invalid(f"{day.on.month}月{day.on.day}日{both}（{before.name}、{day.name}）。", FIELD)
    return sorted(found.values(), key=lambda day: day.on)
