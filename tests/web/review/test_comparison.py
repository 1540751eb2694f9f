"""The comparison of versions: which versions each side chooses from, which two are shown first, what differs."""

from __future__ import annotations

import re

import lxml.html
import pytest
from flask import Flask
from sqlalchemy import select

from portal.domain import actions
from portal.models import Opinion
from portal.services.review import opinion_acts
from tests.web.signing import signed_in_client
from tests.world import World


def shown(app: Flask, who: str, table_id: int, query: str = "") -> dict[str, list[str]]:
    """Choices, the chosen old and new version, and the label and kind of each change."""
    page = lxml.html.fromstring(signed_in_client(app, who).get(f"/tables/{table_id}/compare{query}").text)
    return {
        "choices": [
            re.sub(r"（.*", "", each.text_content().strip()) for each in page.xpath("//select[@name='new']/option")
        ],
        "chosen": [page.xpath(f"string(//select[@name='{name}']/option[@selected]/@value)") for name in ("old", "new")],
        "changes": [
            " ".join(" ".join(row.xpath("string(th)").split() + row.xpath("string(td[1])").split()).split())
            for row in page.xpath("//table[@class='compare']/tbody/tr")
        ],
    }


@pytest.fixture
def table_id(world: World) -> int:
    """A table submitted twice, whose goals changed in between; its budget changed since."""
    table_id = world.returned()
    world.edit(table_id, "goals", "1、每月10日前发放3人工资。")
    opinion = world.session.scalars(select(Opinion.id)).one()
    opinion_acts.answer(world.session, world.actor("drafter"), table_id, opinion, kind="changed", text="已量化")
    world.act(table_id, actions.SUBMIT, "head")
    world.act(table_id, actions.WITHDRAW, "head")
    world.edit(table_id, "purpose", "支付预算外人员4人全年工资。")
    return table_id


def test_office_compares_its_draft_with_the_latest_submission_first(app: Flask, table_id: int) -> None:
    found = shown(app, "drafter", table_id)
    assert found["choices"] == ["现在的草稿", "第 2 次送审", "第 1 次送审"]
    assert found["chosen"] == ["2", "0"]
    assert found["changes"] == ["资金用途 修改"]


def test_bureau_compares_submissions_only(app: Flask, table_id: int) -> None:
    found = shown(app, "reviewer", table_id)
    assert found["choices"] == ["第 2 次送审", "第 1 次送审"]
    assert found["chosen"] == ["1", "2"]
    assert found["changes"] == ["绩效目标 修改"]
    assert shown(app, "reviewer", table_id, "?new=0&old=1") == found


def test_versions_that_are_asked_for_are_compared(app: Flask, table_id: int) -> None:
    found = shown(app, "drafter", table_id, "?old=1&new=0")
    assert (found["chosen"], found["changes"]) == (["1", "0"], ["资金用途 修改", "绩效目标 修改"])
    assert shown(app, "drafter", table_id, "?old=1&new=1")["changes"] == []
    for nonsense in ("?old=9&new=9", "?old=x", "?new="):
        assert shown(app, "drafter", table_id, nonsense)["chosen"] == ["2", "0"]


def test_table_in_the_hands_of_the_bureau_has_no_draft_to_compare(app: Flask, world: World, table_id: int) -> None:
    world.act(table_id, actions.SUBMIT, "head")
    assert shown(app, "drafter", table_id)["choices"] == ["第 3 次送审", "第 2 次送审", "第 1 次送审"]
    assert shown(app, "drafter", table_id)["chosen"] == ["2", "3"]


def test_one_version_is_compared_with_nothing(app: Flask, world: World) -> None:
    table_id = world.submitted()
    assert "还没有两个版本可以对照" in signed_in_client(app, "reviewer").get(f"/tables/{table_id}/compare").text
