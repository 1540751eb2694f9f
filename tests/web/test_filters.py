"""Time left, and HTML of texts with marks; which texts have marks is tested in `tests/domain/test_markup.py`."""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from portal.domain import markup
from portal.web import filters
from portal.web.filters import marked, time_left

HARD = st.text(alphabet="*[]()<>&\"'/:=甲 \njavscriptonhefm.", max_size=80)
ELEMENTS = re.compile(r'<(?:strong|/strong|/a|a href="(?:https?://|mailto:)[^"<>]*" rel="noopener noreferrer")>')


def test_emphasis_and_links_become_elements() -> None:
    assert marked("**甲 [乙](https://a.b/?c&d)**<i>\n2. 丙") == (
        '<strong>甲 </strong><strong><a href="https://a.b/?c&amp;d" rel="noopener noreferrer">'
        "乙（https://a.b/?c&amp;d）</a></strong>&lt;i&gt;\n2. 丙"
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[甲](javascript:alert(1))",
        "[甲](data:text/html,<script>)",
        '[甲](https://a.b/"onclick="alert(1))',
        "&lt;b&gt;",
    ],
)
def test_html_and_scripts_in_a_text_are_shown_as_typed(text: str) -> None:
    assert not ELEMENTS.search(marked(text))
    assert marked(text).unescape() == text
    assert "<" not in marked(text)


@given(HARD)
def test_page_has_no_other_elements_and_shows_every_character(text: str) -> None:
    without = ELEMENTS.sub("", marked(text))
    assert "<" not in without and ">" not in without
    assert markup.plain(text) == Markup(without).unescape()


@pytest.mark.parametrize(
    ("today", "due", "told"),
    [
        ("2026-09-30", "2026-09-30", "今天到期"),
        ("2026-09-30", "2026-10-08", "还有 1 个工作日"),  # the holidays do not count
        ("2026-09-30", "2026-10-12", "还有 4 个工作日"),  # a Saturday is worked
        ("2026-10-09", "2026-10-08", "已逾期 1 个工作日"),
        ("2026-10-11", "2026-10-10", "已逾期"),  # on a Sunday, no working day has passed
        ("2026-12-30", "2027-01-04", "2027 年的节假日安排尚未公布"),
        ("2026-12-30", "2020-03-05", "已逾期"),
    ],
)
def test_time_left_counts_working_days(
    app: Flask, monkeypatch: pytest.MonkeyPatch, today: str, due: str, told: str
) -> None:
    monkeypatch.setattr(filters, "local_today", lambda: date.fromisoformat(today))
    assert time_left(date.fromisoformat(due)) == told
    assert time_left(None) == ""


@pytest.mark.parametrize("shared", ["", "秦皇岛市山海关区"])
def test_short_office_is_without_what_all_names_share(monkeypatch: pytest.MonkeyPatch, shared: str) -> None:
    monkeypatch.setattr(filters, "account", lambda: SimpleNamespace(common_beginning=shared))
    kept = "" if shared else "秦皇岛市山海关区"
    assert filters.short_office("610002 秦皇岛市山海关区古城街道") == f"610002 {kept}古城街道"
