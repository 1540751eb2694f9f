"""催报 in the browser: choose, see who gets what, send once; the list of the day says whom to telephone."""

from __future__ import annotations

import re

from flask import Flask

from portal.domain.register import EntryRow
from portal.services.register import imports
from portal.services.session import own_account
from tests.web.signing import signed_in_client
from tests.world import OFFICE, YEAR, World


def test_reminder_is_chosen_previewed_sent_and_listed(app: Flask, world: World) -> None:
    row = EntryRow(OFFICE, "610-1301-JBN-0002", "清单项目", 100, False)
    imports.import_rows(world.session, world.actor("approver"), YEAR, [row])
    own_account.change_phone(world.session, world.actor("drafter"), "0335-5051234")
    client = signed_in_client(app, "reviewer")
    assert f'name="office" value="{OFFICE}"' in client.get(f"/notices/remind?year={YEAR}").text
    page = client.get(f"/notices/remind?year={YEAR}&office={OFFICE}&office=620001").text
    assert "清单项目" in page and "站内通知，电话 0335-5051234" in page and "有 1 个没有列入" in page

    sent = {"year": YEAR, "office": OFFICE, "message": "请于周五前送审。"}
    answer = client.post("/notices/remind", data=sent)
    assert (answer.status_code, answer.location) == (303, "/notices/daily")
    page = client.get(answer.location).text
    assert "已催报 1 个单位，通知 4 人" in page
    assert len(re.findall("0335-5051234", page)) == 1 and "清单项目" not in page

    refused = client.post("/notices/remind", data=sent | {"message": "再催。"})
    assert refused.status_code == 422 and "今天已经催过" in refused.text and 'value="再催。"' in refused.text
    assert "陈审核" not in signed_in_client(app, "other_reviewer").get("/notices/daily").text


def test_office_neither_reminds_nor_sees_the_list(app: Flask, world: World) -> None:
    client = signed_in_client(app, "head")
    assert [client.get(f"/notices/{page}").status_code for page in ("remind", "daily")] == [403, 403]
    assert client.post("/notices/remind", data={"year": YEAR, "office": OFFICE}).status_code == 403
