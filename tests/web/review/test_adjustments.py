"""申请调整 on the web: asking, the queue, granting by reopening, declining, refusals at their place."""

from __future__ import annotations

from flask import Flask

from portal.domain import actions
from tests.web.signing import signed_in_client
from tests.world import DUE, World

REASON = "人数<减>少。"
ESCAPED = "人数&lt;减&gt;少。"


def test_adjustment_is_asked_for_and_the_table_reopened(app: Flask, world: World) -> None:
    table_id = world.approved()
    table = f"/tables/{table_id}"
    head, approver = signed_in_client(app, "head"), signed_in_client(app, "approver")
    assert f'href="{table}/adjustment"' in head.get(table).text
    assert f'href="{table}/adjustment"' not in approver.get(table).text
    refused = head.post(f"{table}/adjustment", data={"reason": " "})
    assert (refused.status_code, "请写明为什么需要调整" in refused.text) == (422, True)
    assert "申请调整 <span" not in approver.get("/").text
    told = head.post(f"{table}/adjustment", data={"reason": REASON}, follow_redirects=True).text
    assert ("等待答复" in told, ESCAPED in told, "不同意的理由" in told) == (True, True, False)

    queue = approver.get("/").text
    assert 'mark=asked"' in queue and "1 张" in queue
    marked = approver.get("/?tab=approved&mark=asked").text
    assert '<span class="tag tag-warning">申请调整</span>' in marked
    page = approver.get(table).text
    assert (f'href="{table}/reopen"' in page, ESCAPED in page, "不同意的理由" in page) == (True, True, True)
    assert f"单位申请调整：{ESCAPED}" in approver.get(f"{table}/reopen").text
    fields = {"due": str(DUE), "reason": "同意。", "digest": world.table(table_id).digest, "enclosed": ""}
    assert approver.post(f"{table}/reopen", data=fields).status_code == 303

    reopened = head.get(table).text
    assert ("已退回调整" in reopened, "现行有效的是第 1 次送审的版本" in reopened) == (True, True)
    assert "compare?old=1&amp;new=0" in reopened


def test_reason_that_the_approver_emptied_is_not_filled_in_again(app: Flask, world: World) -> None:
    table_id = world.approved()
    signed_in_client(app, "head").post(f"/tables/{table_id}/adjustment", data={"reason": REASON})
    refused = signed_in_client(app, "approver").post(f"/tables/{table_id}/reopen", data={"due": str(DUE), "reason": ""})
    assert (refused.status_code, "请写明退回调整的理由" in refused.text) == (422, True)
    assert "单位申请调整" not in refused.text


def test_office_reads_why_the_adjustment_was_declined(app: Flask, world: World) -> None:
    table = f"/tables/{world.approved()}"
    head, approver = signed_in_client(app, "head"), signed_in_client(app, "approver")
    head.post(f"{table}/adjustment", data={"reason": REASON})
    refused = approver.post(f"{table}/adjustment/1/decline", data={"answer": " "})
    assert (refused.status_code, "请写明为什么不同意调整。" in refused.text) == (422, True)
    approver.post(f"{table}/adjustment/1/decline", data={"answer": "年中<再>调。"})
    assert "年中&lt;再&gt;调。" in head.get(table).text
    late = approver.post(f"{table}/adjustment/1/decline", data={"answer": "还是不行。"})
    assert (late.status_code, "已由刘批复答复" in late.text) == (409, True)
    assert approver.post(f"{table}/adjustment/7/decline", data={"answer": "不行。"}).status_code == 404
    history = head.get(f"{table}/history").text
    assert ("申请调整" in history, "不同意调整" in history) == (True, True)


def test_second_request_is_told_of_the_first_with_what_was_typed(app: Flask, world: World) -> None:
    table = f"/tables/{world.approved()}"
    head = signed_in_client(app, "head")
    head.post(f"{table}/adjustment", data={"reason": REASON})
    again = head.post(f"{table}/adjustment", data={"reason": "再问一次。"})
    assert (again.status_code, "还没有答复" in again.text, "再问一次。" in again.text) == (422, True, True)


def test_comparison_begins_with_the_revision_in_force(app: Flask, world: World) -> None:
    table_id = world.approved()
    world.act(table_id, actions.REOPEN, "approver", due=DUE, reason="调整。")
    for goals in ("1、第一次调整。", "1、第二次调整。"):
        world.edit(table_id, "goals", goals)
        world.act(table_id, actions.SUBMIT, "head")
        if goals.startswith("1、第一次"):
            world.act(table_id, actions.WITHDRAW, "head")
    page = signed_in_client(app, "approver").get(f"/tables/{table_id}/compare").text
    assert page.count("，现行有效") == 4  # in both choices, over its column and in the caption
    assert '<option value="1" selected>' in page and '<option value="3" selected>' in page
    table = signed_in_client(app, "approver").get(f"/tables/{table_id}").text
    assert "compare?old=1&amp;new=3" in table


def test_every_list_says_that_the_approved_revision_is_in_force_meanwhile(app: Flask, world: World) -> None:
    table_id = world.approved()
    head, approver = signed_in_client(app, "head"), signed_in_client(app, "approver")
    addresses = ((head, "/"), (head, "/tables"), (approver, "/tables"), (approver, "/?tab=adjustment"))
    assert not any(">现行有效</span>" in client.get(address).text for client, address in addresses)
    world.act(table_id, actions.REOPEN, "approver", due=DUE, reason="调整。")
    for client, address in addresses:
        assert ">现行有效</span>" in client.get(address).text, address
    assert "调整中，现行有效的是第 1 次送审的版本" in head.get(f"/tables/{table_id}/print").text
    assert "调整中，这一版现行有效" in approver.get(f"/tables/{table_id}/print").text
