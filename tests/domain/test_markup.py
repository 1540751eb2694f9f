"""Marks in texts of the department form: what is emphasis or a link, and that every other character is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import markup
from portal.domain.markup import Span

MARKS = st.text(alphabet="*[]()-_#>1.甲 \n\\`<&", max_size=60)


def spans(line: str) -> list[Span]:
    (found,) = markup.lines(line)
    return list(found)


@pytest.mark.parametrize(
    "line",
    [
        "补贴15人*540元*12月=97200元",
        "540*12*15 和 2**3**4",
        "*强化*监督，_下划线_，__两条__",
        "3. 强化监督",
        "- 5万元",
        "* 5万元",
        "# 标题",
        "> 引用",
        "    四个空格",
        "`代码` \\*反斜线\\*",
        "***三个***，****四个****",
        "** 有空格 **",
        "**没有结束",
        "没有开始**",
        "<b>甲</b>&amp;<script>alert(1)</script>",
        "[甲](javascript:alert(1))",
        "[甲](JAVASCRIPT:alert(1))",
        "[甲](data:text/html,x)",
        "[甲](//evil.com)",
        "[甲](https://a.b/\"onclick=alert(1))",
        "[1](2) [甲]",
    ],
)  # fmt: skip
def test_plain_text_is_shown_as_typed(line: str) -> None:
    assert spans(line) == [Span(line)]


def test_emphasis_is_two_asterisks_on_both_sides() -> None:
    assert spans("甲**乙 丙**，**100万元**以上") == [
        Span("甲"),
        Span("乙 丙", is_strong=True),
        Span("，"),
        Span("100万元", is_strong=True),
        Span("以上"),
    ]


def test_emphasis_ends_on_its_line() -> None:
    assert list(markup.lines("**甲\n乙**")) == [(Span("**甲"),), (Span("乙**"),)]


def test_product_inside_emphasis_is_shown() -> None:
    assert spans("**15人*540元**") == [Span("15人*540元", is_strong=True)]


@pytest.mark.parametrize("address", ["https://a.b/c?d=1&e", "http://a.b", "mailto:a@b.cn"])
def test_link_shows_its_address(address: str) -> None:
    assert spans(f"见[通知]({address})。") == [Span("见"), Span(f"通知（{address}）", address=address), Span("。")]


@given(MARKS)
def test_every_character_is_shown_but_marks_of_emphasis(text: str) -> None:
    shown = markup.plain(text)
    assert shown.replace("*", "") == text.replace("*", "")
    assert (text.count("*") - shown.count("*")) % 4 == 0


@pytest.mark.parametrize(
    "piece", ["* ", "[", "**甲 ", "**甲** ", "[甲](https://", "> ", "- ", "1. ", "**a**1", "(", "\\", "<"]
)
def test_text_of_nothing_but_marks_has_few_spans_and_keeps_its_lines(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    found = list(markup.lines(text))
    assert len(found) == 1
    assert len(found[0]) <= text.count("**") + 1
