"""提请送审 and 退给经办人 on the pages: what each person of the office reads, and that nobody else reads any of it."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.domain import actions
from portal.services.drafting import hand_ups
from tests.web.signing import signed_in_client
from tests.world import World

NOTE, WORD = "请看第二条目标改得对不对", "人数与编制数不符"
_WORDS = (NOTE, WORD, "提请", "退给经办人")


def test_drafter_and_head_hand_the_table_to_each_other(app: Flask, world: World) -> None:
    table_id = world.draft()
    page, drafter, head = f"/tables/{table_id}", signed_in_client(app, "drafter"), signed_in_client(app, "head")
    assert "王经办、周经办、一人多职（经办人）" in drafter.get(page).text

    assert drafter.post(f"{page}/hand-up", data={"note": NOTE}).status_code == 303
    shown = head.get(page).text
    assert f'提请送审：<span class="text">{NOTE}' in shown and f'href="{page}/hand-back"' in shown
    assert "李主任、一人多职（单位负责人）" in shown
    assert f'href="{page}/hand-up"' not in drafter.get(page).text

    world.edit(table_id, "goals", "1、每月10日前发放3人工资。")
    assert "提请后又改了 1 处（王经办" in head.get(page).text
    assert f'href="{page}/hand-up"' in drafter.get(page).text

    refused = head.post(f"{page}/hand-back", data={"note": ""})
    assert refused.status_code == 422 and "请写明退给经办人的原因" in refused.text
    assert head.post(f"{page}/hand-back", data={"note": WORD}).status_code == 303
    shown = drafter.get(page).text
    assert f'退给经办人：<span class="text">{WORD}' in shown and "王经办、周经办、一人多职（经办人）" in shown
    assert NOTE in head.get(f"{page}/history").text and WORD in head.get(f"{page}/history").text


def test_who_submits_alone_is_not_asked_to_hand_up(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "everything")
    assert "提请" not in client.get(f"/tables/{table_id}").text
    assert client.get(f"/tables/{table_id}/hand-up").status_code == 403


@pytest.mark.parametrize("by", ["reviewer", "approver", "other_reviewer", "outsider", "admin", "auditor"])
def test_nobody_outside_the_office_reads_of_hand_ups(app: Flask, world: World, by: str) -> None:
    table_id = world.draft()
    hand_ups.hand_up(world.session, world.actor("drafter"), table_id, NOTE)
    hand_ups.hand_back(world.session, world.actor("head"), table_id, WORD)
    hand_ups.hand_up(world.session, world.actor("drafter"), table_id, NOTE)
    world.act(table_id, actions.SUBMIT, "head")
    page, client = f"/tables/{table_id}", signed_in_client(app, by)
    paths = ("", "/history", "/compare", "/print", "/standing?since=1", "/export/json", "/export/text")
    lists = ("/", "/tables", "/awaiting", "/register", "/overview", "/notices", "/notices/daily")

    told = [client.get(f"{page}{path}").text for path in paths] + [client.get(path).text for path in lists]
    record = [client.get(path).text for path in ("/audit", "/history?act=all")]

    # The auditor reads in the record that it was done, and not what was said; in filters it is a choice for some.
    words = _WORDS[:2] if by == "auditor" else _WORDS
    assert [(word, text) for text in told for word in words if word in text] == []
    words = _WORDS if by in ("reviewer", "approver", "other_reviewer") else _WORDS[:2]
    assert [(word, text) for text in record for word in words if word in text] == []
