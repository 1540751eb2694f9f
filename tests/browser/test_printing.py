"""Printing the edit page, where the texts stand in fields."""

from __future__ import annotations

import pytest

from tests.browser.conftest import NewPage
from tests.browser.drafting import field, own_table, saved
from tests.browser.looking import picture

LONG = "".join(f"第{n}句：为保障社区居民生活补助按时足额发放，按照文件要求核定人数和标准。" for n in range(1, 61))
CUT = """() => [...document.querySelectorAll("textarea, .printed-text")]
  .filter((part) => part.getClientRects().length && part.scrollHeight > part.clientHeight + 1)
  .map((part) => part.value ?? part.textContent)"""
PRINTED = "() => [...document.querySelectorAll('.printed-text')].map((part) => part.textContent)"


@pytest.mark.parametrize("scripts", [True, False])
def test_long_texts_are_printed_whole(new_page: NewPage, scripts: bool) -> None:
    page = new_page("drafter")
    address = own_table(page)
    field(page, "绩效目标").fill(LONG)
    page.get_by_label("第1行 绩效指标描述", exact=True).fill(LONG[:400])
    page.get_by_label("项目名称", exact=True).fill("很长的项目名称" * 6)
    saved(page)
    if scripts:
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert {LONG, LONG[:400], "很长的项目名称" * 6, "产出指标"} <= set(page.evaluate(PRINTED))
    else:
        page = new_page("drafter", java_script_enabled=False)
        page.goto(f"{address}/edit")
    page.set_viewport_size({"width": 690, "height": 980})  # A4 without margins
    page.emulate_media(media="print")
    assert page.evaluate(CUT) == []
    picture(page, f"print-edit-{scripts}")


def test_fields_come_back_after_printing(new_page: NewPage) -> None:
    page = new_page("drafter")
    own_table(page)
    page.evaluate("() => { addEventListener('beforeprint', () => (document.title = 'printing')); }")
    page.pdf()
    assert page.title() == "printing"
    assert page.evaluate(PRINTED) == []
    assert field(page, "绩效目标").is_visible()
