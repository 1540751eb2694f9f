"""The line with a table's situation on its pages: state, due date, whose move, links to what the viewer may do."""

from __future__ import annotations

from datetime import date

import lxml.html
import pytest
from flask import Flask
from sqlalchemy import update

from portal.domain import actions
from portal.models import TargetTable
from portal.services.administration import budget_years
from portal.services.review import claims
from tests.web.signing import signed_in_client
from tests.world import DUE, YEAR, World, sound_project


def bar(app: Flask, who: str, address: str) -> tuple[str, list[str]]:
    """Text of the line without its links, and the texts of the links."""
    (section,) = lxml.html.fromstring(signed_in_client(app, who).get(address).text).find_class("standing")
    links = [link.text_content().strip() for link in section.xpath(".//div[@class='actions']/a")]
    return " ".join(section.xpath("string(dl)").split()), links


def test_links_are_those_of_the_viewer_and_the_state(app: Flask, world: World) -> None:
    draft = world.draft()
    assert bar(app, "drafter", f"/tables/{draft}")[1] == ["编辑", "提请送审"]
    assert bar(app, "head", f"/tables/{draft}")[1] == ["编辑", "送审"]
    assert bar(app, "head", f"/tables/{draft}/edit")[1] == ["送审"]
    world.act(draft, actions.SUBMIT, "head")
    assert bar(app, "drafter", f"/tables/{draft}")[1] == []
    assert bar(app, "head", f"/tables/{draft}")[1] == ["取消送审"]
    assert bar(app, "reviewer", f"/tables/{draft}/history")[1] == ["退回"]
    assert bar(app, "approver", f"/tables/{draft}/history")[1] == ["退回", "批复"]
    assert bar(app, "auditor", f"/tables/{draft}")[1] == []


def test_closed_year_offers_no_editing(app: Flask, world: World) -> None:
    table_id = world.draft()
    budget_years.close_year(world.session, None, YEAR)
    assert "编辑" not in bar(app, "drafter", f"/tables/{table_id}")[1]


@pytest.mark.parametrize(("who", "is_told"), [("reviewer", True), ("auditor", True), ("head", False)])
def test_claimant_is_named_to_the_bureau_and_the_auditor_alone(
    app: Flask, world: World, who: str, is_told: bool
) -> None:
    table_id = world.submitted()
    claims.claim(world.session, world.actor("reviewer"), table_id)
    told = bar(app, who, f"/tables/{table_id}/history")[0]
    assert "审核中" in told
    assert ("陈审核" in told) is is_told


def test_due_date_is_that_of_the_return_or_else_of_the_year_and_tells_when_it_has_passed(
    app: Flask, world: World
) -> None:
    table_id = world.returned()
    assert f"到期 {DUE.isoformat()}（还有 5 个工作日）" in bar(app, "drafter", f"/tables/{table_id}")[0]
    world.session.execute(update(TargetTable).where(TargetTable.id == table_id).values(due_on=date(2020, 3, 5)))
    world.session.commit()
    assert "到期 2020-03-05（已逾期）" in bar(app, "drafter", f"/tables/{table_id}")[0]
    other = world.submitted(sound_project(2, "610-1301-JBN-0002", "另一项目"))
    assert "到期" not in bar(app, "drafter", f"/tables/{other}")[0]
