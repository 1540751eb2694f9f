"""年度情况说明: the numbers of the page in sentences, as the head of the bureau reads them out.

No sentence says what a reader of the page cannot see; texts of drafts are not among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from portal.domain.amounts import format_yuan
from portal.domain.overview.figures import Figures
from portal.domain.overview.orders import OfficeFigures, ordered
from portal.domain.register import AT_BUREAU, NOT_SUBMITTED, OVERDUE, OWED, SUBMITTED, TO_CHANGE, Standing

NAMED = 3
"""Offices, findings and kinds of opinions that are named."""


@dataclass(frozen=True, slots=True)
class Report:
    """scope: how the sentences call all offices together: 全区, 分管的 40 家单位. days_left: working days until the
    deadline, negative after it, None where the holidays are not known. days_waiting: of the oldest table at the bureau.

    rules, kinds: (words, number of tables), the commonest first.
    """

    year: int
    on: date
    scope: str
    deadline: date
    days_left: int | None
    days_waiting: int
    figures: Figures
    offices: Sequence[OfficeFigures]
    rules: Sequence[tuple[str, int]] = ()
    kinds: Sequence[tuple[str, int]] = ()


def sentences(report: Report) -> list[str]:
    """The paragraphs, in order. One says that there is no register where nothing is owed."""
    if not report.figures.count(OWED):
        return [f"截至{_day(report.on)}，{report.scope}{report.year}年度没有应报的绩效目标表。"]
    parts = (_progress, _missing, _at_bureau, _to_change, _done, _beside, _quality)
    return [paragraph for part in parts if (paragraph := "".join(part(report)))]


def _progress(report: Report) -> Iterator[str]:
    figures = report.figures
    owed, submitted, approved = figures.count(OWED), figures.count(SUBMITTED), figures.count_at(Standing.APPROVED)
    yield f"截至{_day(report.on)}，{report.scope}{report.year}年度应报绩效目标表{owed:,}张，"
    yield f"已送审{submitted:,}张，占{submitted / owed:.1%}；已批复{approved:,}张，占{approved / owed:.1%}。"
    if figures.in_force:
        adjusted = figures.count_at(Standing.IN_ADJUSTMENT)
        yield f"现行有效{figures.in_force:,}张、{format_yuan(figures.in_force_fen)}元"
        yield f"（其中调整中{adjusted:,}张、{format_yuan(figures.adjusted_fen)}元）。" if adjusted else "。"
    yield f"送审截止日为{_day(report.deadline)}"
    if report.deadline == report.on:
        yield "，就在今天。"
    elif report.days_left is None:
        yield "。"
    else:
        yield f"，还有{report.days_left}个工作日。" if report.days_left > 0 else f"，已过{-report.days_left}个工作日。"


def _missing(report: Report) -> Iterator[str]:
    figures, late = report.figures, [each for each in report.offices if each.figures.count(NOT_SUBMITTED)]
    if not late:
        yield "应报的表已全部报送。"
        return
    begun, not_begun = figures.count_at(Standing.DRAFTED), figures.count_at(Standing.NOT_BEGUN)
    yield f"{len(late):,}家单位尚有{figures.count(NOT_SUBMITTED):,}张未报，其中"
    yield "、".join(_counted((("未开始", not_begun), ("正在草拟", begun)))) + "。"
    most = sorted(ordered(late), key=lambda each: -each.figures.count(NOT_SUBMITTED))[:NAMED]
    named = "、".join(f"{each.name}（{each.figures.count(NOT_SUBMITTED):,}张）" for each in most)
    yield f"未报较多的是{named}。" if len(late) > NAMED else f"分别是{named}。" if len(late) > 1 else f"即{named}。"
    if overdue := figures.count(OVERDUE):
        offices = sum(bool(each.figures.count(OVERDUE)) for each in report.offices)
        yield f"已逾期{overdue:,}张，涉及{offices:,}家单位。"


def _at_bureau(report: Report) -> Iterator[str]:
    figures = report.figures
    if count := figures.count(AT_BUREAU):
        parts = (
            ("待审核", figures.count_at(Standing.UNDER_REVIEW)),
            ("待批复", figures.count_at(Standing.TO_APPROVE)),
        )
        yield f"在财政局办理{count:,}张，其中{'、'.join(_counted(parts))}；"
        yield f"在局最久的一张已{report.days_waiting}个工作日。" if report.days_waiting else "最早的一张是今天送来的。"


def _to_change(report: Report) -> Iterator[str]:
    figures = report.figures
    if count := figures.count(TO_CHANGE):
        yield f"退回单位修改{count:,}张"
        adjusted = figures.count_at(Standing.IN_ADJUSTMENT)
        yield f"，其中批复后调整{adjusted:,}张。" if adjusted else "。"


def _done(report: Report) -> Iterator[str]:
    owing = [each.figures for each in report.offices if each.figures.count(OWED)]
    sent = sum(not each.count(NOT_SUBMITTED) for each in owing)
    approved = sum(each.count_at(Standing.APPROVED) == each.count(OWED) for each in owing)
    if sent and len(owing) > 1:
        yield f"{len(owing):,}家单位中，已全部报送的有{sent:,}家，已全部批复的有{approved:,}家。"


def _beside(report: Report) -> Iterator[str]:
    figures = report.figures
    beside = _counted(
        (("免报", figures.count_at(Standing.EXEMPT)), ("作废", figures.count_at(Standing.VOIDED))), "不在应报之内的有："
    )
    if beside:
        yield "、".join(beside) + "。"
    if figures.unannounced:
        yield f"另有{figures.unannounced:,}张送审过的表不在应报清单里，以上各数都不包括。"


def _quality(report: Report) -> Iterator[str]:
    for lead, found in (("送审的表中，检查发现最多的是", report.rules), ("审核意见提得最多的是", report.kinds)):
        if found:
            yield f"{lead}{'、'.join(f'“{words}”（{count:,}张）' for words, count in found[:NAMED])}。"


def _counted(parts: Sequence[tuple[str, int]], lead: str = "") -> list[str]:
    """The parts of which there are any; the first with `lead` before it."""
    found = [f"{words}{count:,}张" for words, count in parts if count]
    return [f"{lead}{found[0]}", *found[1:]] if found else []


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
