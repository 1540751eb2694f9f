"""An answer that the office is still writing is on no page, print or file of the bureau and the auditor."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from portal.models import Opinion
from portal.services.review import opinion_acts
from tests.web.signing import signed_in_client
from tests.world import World

SECRET = "这句答复还没有送审"
PAGES = (
    "/tables/{0}",
    "/tables/{0}/history",
    "/tables/{0}/print",
    "/tables/{0}/export/text",
    "/tables/{0}/export/json",
    "/",
    "/tables",
)


@pytest.fixture
def table_id(world: World) -> int:
    table_id = world.returned()
    opinion_id = world.session.scalars(select(Opinion.id)).one()
    opinion_acts.answer(world.session, world.actor("head"), table_id, opinion_id, kind="kept", text=SECRET)
    return table_id


@pytest.mark.parametrize("who", ["reviewer", "approver", "auditor"])
def test_answer_being_written_is_on_no_page_of_the_bureau(app: Flask, table_id: int, who: str) -> None:
    client = signed_in_client(app, who)
    for page in PAGES:
        text = client.get(page.format(table_id)).text
        assert SECRET not in text, page
        assert "已答复" not in text, page


def test_answer_being_written_is_on_the_offices_page(app: Flask, table_id: int) -> None:
    assert SECRET in signed_in_client(app, "drafter").get(f"/tables/{table_id}").text
