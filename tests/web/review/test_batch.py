"""Several tables submitted at once: a result for each, whatever becomes of the others; no rights of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import queries
from portal.domain import actions
from portal.domain.documents import DepartmentDocument
from portal.models import AuditEntry, Revision
from portal.services.administration import budget_years
from portal.services.drafting import explanations
from portal.services.review import opinion_acts
from tests.databases import on_both
from tests.statement_counts import counted_queries
from tests.web.signing import signed_in_client
from tests.world import PEOPLE, YEAR, World, sound_project

HOSTILE = "<script>alert(1)</script>'\"><img src=x>"
STATEMENTS_FOR_EACH = 4
STATEMENTS_BESIDES = 7


def drafts(world: World, count: int) -> list[int]:
    return [world.draft(sound_project(n, f"610-1301-JBN-AA{n:02}", f"项目{n:02}")) for n in range(10, 10 + count)]


def confirmation(client: FlaskClient, table_ids: Sequence[int]) -> str:
    return client.get("/submit", query_string={"table": table_ids}).get_data(as_text=True)


def fields_in(page: str) -> dict[str, list[str]]:
    """What a browser would post from the confirmation, the boxes as they come."""
    found: dict[str, list[str]] = {}
    fields = r'name="(table(?=" value="\d+" checked)|digest-\d+|enclosed-\d+)" value="([^"]*)"'
    for name, value in re.findall(fields, page):
        found.setdefault(name, []).append(value)
    return found


def submit(client: FlaskClient, fields: Any) -> str:
    """The page of the results."""
    return client.post("/submit", data=fields, follow_redirects=True).get_data(as_text=True)


def results(page: str) -> dict[str, str]:
    """Name → what became of it."""
    rows = [
        re.sub(r"<[^>]+>", " ", row).split() for row in page.split("<tbody>")[1].split("</tbody>")[0].split("</tr>")
    ]
    return {row[0]: " ".join(row[1:]) for row in rows if row}


def states(world: World, table_ids: Sequence[int]) -> list[str]:
    return [world.table(table_id).state for table_id in table_ids]


def test_head_submits_what_was_confirmed_each_with_its_result(app: Flask, world: World) -> None:
    table_ids = drafts(world, 3)
    client = signed_in_client(app, "head")
    page = confirmation(client, table_ids)
    assert states(world, table_ids) == ["drafted"] * 3
    answer = client.post("/submit", data=fields_in(page), follow_redirects=True)
    assert answer.status_code == 200
    assert results(answer.get_data(as_text=True)) == dict.fromkeys(["项目10", "项目11", "项目12"], "已送审")
    assert states(world, table_ids) == ["submitted"] * 3
    assert "重新核对没有送审的" not in answer.get_data(as_text=True)


def test_confirmation_tells_what_stands_in_the_way_of_each(app: Flask, world: World) -> None:
    returned = world.returned()
    blank = world.draft(replace(sound_project(7, "610-1301-JBN-KKKK", "缺目标的项目"), goals=""))
    sound = world.draft(sound_project(8, "610-1301-JBN-LLLL", "齐全的项目"))
    page = confirmation(signed_in_client(app, "head"), [returned, blank, sound])
    assert fields_in(page)["table"] == [str(sound)]
    assert "可以送审 1 张" in page and "现在还不能送审 2 张" in page
    assert "还有 1 条“必须修改”的意见没有答复，答复后才能送审。" in page and f"/tables/{returned}/edit#opinions" in page
    assert "1 条，1 条未答复" in page
    assert re.search(r"还有 \d+ 处错误，改正后才能送审。", page) and f"/tables/{blank}/edit?check=1#at-goals" in page


def test_table_returned_and_not_changed_is_not_ticked_although_answered_as_changed(app: Flask, world: World) -> None:
    (sound,), returned = drafts(world, 1), world.returned()
    opinion_id = queries.review.opinions(
        world.session, world.actor("head"), world.table(returned), world.facts(returned, world.actor("head"))
    )[0].id
    answer = {"kind": "changed", "text": ""}
    opinion_acts.answer(world.session, world.actor("drafter"), returned, opinion_id, **answer)
    client = signed_in_client(app, "head")

    page = confirmation(client, [sound, returned])
    assert fields_in(page)["table"] == [str(sound)]
    assert "退回以来内容没有改动，却有 1 条意见答复为“已修改”；没有预先勾选，请点开核对。" in page

    world.edit(returned, "purpose", "支付预算外人员3人全年的工资。")
    page = confirmation(client, [sound, returned])
    assert fields_in(page)["table"] == [str(sound)]
    assert "有 1 条意见答复为“已修改”，但所指的地方没有改动；" in page

    world.edit(returned, "goals", "1、按月足额发放预算外人员3人的工资。")
    assert set(fields_in(confirmation(client, [sound, returned]))["table"]) == {str(returned), str(sound)}


def test_results_offer_the_next_table_that_is_ready(app: Flask, world: World) -> None:
    first, second = drafts(world, 2)
    client = signed_in_client(app, "head")
    page = submit(client, fields_in(confirmation(client, [first])))
    assert "下一张可以送审的" in page and f'href="/tables/{second}/submit"' in page
    page = submit(client, fields_in(confirmation(client, [second])))
    assert "下一张" not in page


def test_table_changed_since_the_confirmation_is_refused_for_itself_alone(app: Flask, world: World) -> None:
    first, second = drafts(world, 2)
    client = signed_in_client(app, "head")
    fields = fields_in(confirmation(client, [first, second]))
    world.edit(first, "goals", "1、确认之后改的目标。")
    page = submit(client, fields)
    assert results(page) == {
        "项目10": "没有送审 你打开页面之后表的内容有了变化；请核对最新内容后再操作。",
        "项目11": "已送审",
    }
    assert states(world, [first, second]) == ["drafted", "submitted"]
    again = re.findall(r'href="(/submit[^"]*)"', page)
    assert again == [f"/submit?table={first}"]
    client.post("/submit", data=fields_in(client.get(again[0]).get_data(as_text=True)))
    assert world.table(first).state == "submitted"


def test_what_travels_with_a_table_is_confirmed_too(app: Flask, world: World) -> None:
    (table_id,) = drafts(world, 1)
    client = signed_in_client(app, "head")
    explain = {"rule": "W1", "path": "indicators", "text": "今年先这样安排。"}
    explanations.explain(world.session, world.actor("drafter"), table_id, **explain)
    fields = fields_in(confirmation(client, [table_id]))
    explanations.explain(world.session, world.actor("drafter"), table_id, **explain | {"text": "确认之后改的说明。"})
    assert "没有送审" in results(submit(client, fields))["项目10"]
    client.post("/submit", data=fields_in(confirmation(client, [table_id])))
    assert world.table(table_id).state == "submitted"


def test_another_head_was_faster(app: Flask, world: World) -> None:
    first, second = drafts(world, 2)
    client = signed_in_client(app, "head")
    fields = fields_in(confirmation(client, [first, second]))
    world.act(first, actions.SUBMIT, "everything")
    page = submit(client, fields)
    told = results(page)
    assert (told["项目11"], told["项目10"].split("，")[0]) == (
        "已送审",
        "没有送审 这张表已由一人多职（everything）送审",
    )
    assert world.table(first).submission_count == 1


@on_both
def test_two_heads_at_one_moment_submit_each_table_once(app: Flask, world: World) -> None:
    table_ids = drafts(world, 4)
    clients = [signed_in_client(app, name) for name in ("head", "everything")]
    forms = [fields_in(confirmation(client, table_ids)) for client in clients]
    world.session.rollback()
    start = Barrier(2)

    def submit(n: int) -> dict[str, str]:
        start.wait(30)
        return results(clients[n].post("/submit", data=forms[n], follow_redirects=True).get_data(as_text=True))

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(submit, range(2)))
    won = [[told[n][name] == "已送审" for n in range(2)] for name in sorted(told[0])]
    assert [sum(each) for each in won] == [1] * 4
    sent = world.session.scalars(select(Revision.table_id).order_by(Revision.table_id)).all()
    assert list(sent) == table_ids


def test_everybody_else_submits_nothing(app: Flask, world: World) -> None:
    table_ids = [*drafts(world, 1), world.returned()]
    for username in sorted(set(PEOPLE) - {"head", "everything"}):
        client = signed_in_client(app, username)
        forged = {"table": table_ids} | {f"digest-{n}": world.table(n).digest for n in table_ids}
        page = confirmation(client, table_ids)
        assert fields_in(page) == {}, username
        client.post("/submit", data=forged)
        assert states(world, table_ids) == ["drafted", "returned"], username


@pytest.mark.parametrize("username", ["drafter", "reviewer", "approver", "admin", "auditor"])
def test_without_the_right_to_submit_there_is_no_page(app: Flask, world: World, username: str) -> None:
    client = signed_in_client(app, username)
    assert (client.get("/submit").status_code, client.post("/submit").status_code) == (403, 403)


def test_forged_ids_are_not_visible_one_by_one_and_tell_nothing(app: Flask, world: World) -> None:
    (mine,) = drafts(world, 1)
    foreign = world.draft(sound_project(3, "620-1301-JBN-GEHE", "外单位的项目"), by="outsider", office="620001")
    client = signed_in_client(app, "head")
    ids = [mine, foreign, 999_999]
    page = confirmation(client, ids)
    fields = fields_in(page) | {"table": [str(n) for n in ids], f"digest-{foreign}": [world.table(foreign).digest]}
    told = submit(client, fields)
    for shown in (page, told):
        assert "外单位" not in shown and "GEHE" not in shown
        assert shown.count("没有这张表，或者你无权查看。") == 2
    assert states(world, [mine, foreign]) == ["submitted", "drafted"]
    refused = world.session.scalars(select(AuditEntry.object_id).where(AuditEntry.act == "refusal")).all()
    assert sorted(refused) == sorted([str(foreign), "999999"])


def test_above_and_bureau_know_no_more_than_elsewhere(app: Flask, world: World) -> None:
    """Somebody who submits for one office sees another's table as the bureau does, or from above."""
    table_id = world.returned()
    world.save(table_id, replace(world.table(table_id).document, project_name="还没送审的秘密名称"))
    above = confirmation(signed_in_client(app, "above_head"), [table_id])
    assert "秘密" in above and "你没有对这张表“送审”的权限。" in above and fields_in(above) == {}
    assert "秘密" not in confirmation(signed_in_client(app, "outsider"), [table_id])


@on_both
@pytest.mark.parametrize("sent", [[], ["x"], ["-1"], ["99999999999999999999999"], ["0"], ["%00"]])
def test_ids_that_no_table_can_have_are_left_out(app: Flask, world: World, sent: list[str]) -> None:
    client = signed_in_client(app, "head")
    answers = client.get("/submit", query_string={"table": sent}), client.post("/submit", data={"table": sent})
    assert [answer.status_code for answer in answers] == [200, 422]
    assert all("没有选中任何表" in answer.get_data(as_text=True) for answer in answers)


def test_a_hundred_at_once_and_no_more(app: Flask, world: World) -> None:
    client = signed_in_client(app, "head")
    assert client.get("/submit", query_string={"table": list(range(1, 101))}).status_code == 200
    for answer in (
        client.get("/submit", query_string={"table": list(range(1, 102))}),
        client.post("/submit", data={"table": list(range(1, 102))}),
    ):
        assert answer.status_code == 422
        assert "一次最多送审 100 张表，这里选了 101 张；请分几次办理。" in answer.get_data(as_text=True)


def test_one_id_sent_twice_is_submitted_once(app: Flask, world: World) -> None:
    (table_id,) = drafts(world, 1)
    client = signed_in_client(app, "head")
    fields = fields_in(confirmation(client, [table_id, table_id])) | {"table": [str(table_id)] * 2}
    assert results(submit(client, fields)) == {"项目10": "已送审"}


def test_two_tables_with_one_code_are_both_refused(app: Flask, world: World) -> None:
    first, second = (world.draft(sound_project(n, "610-1301-JBN-SAME", f"项目{n}")) for n in (11, 12))
    digests = {f"digest-{n}": world.table(n).digest for n in (first, second)}
    client = signed_in_client(app, "head")
    told = results(submit(client, {"table": [first, second]} | digests))
    refusal = "没有送审 还有 1 处错误，改正后才能送审。 项目编码"
    assert told == {"项目11": refusal, "项目12": refusal}
    assert states(world, [first, second]) == ["drafted", "drafted"]


def test_closed_year_lets_nothing_be_chosen_or_submitted(app: Flask, world: World) -> None:
    (table_id,) = drafts(world, 1)
    client = signed_in_client(app, "head")
    fields = fields_in(confirmation(client, [table_id]))
    budget_years.close_year(world.session, None, YEAR)
    assert "送审所选" not in client.get("/?tab=drafted").get_data(as_text=True)
    assert "2020 年度已关闭" in confirmation(client, [table_id])
    assert "2020 年度已关闭" in submit(client, fields)
    assert world.table(table_id).state == "drafted"


def test_department_table_and_hostile_names_are_shown_as_text(app: Flask, world: World) -> None:
    table_ids = [
        world.draft(DepartmentDocument(overall="总体目标。")),
        world.draft(sound_project(4, "610-1301-JBN-OTTB", HOSTILE)),
    ]
    client = signed_in_client(app, "head")
    page = confirmation(client, table_ids)
    told = client.post(
        "/submit", data=fields_in(page) | {"table": [str(n) for n in table_ids]}, follow_redirects=True
    ).get_data(as_text=True)
    for shown in (page, told, client.get("/?tab=drafted").get_data(as_text=True)):
        assert "<script>alert" not in shown and "<img src=x" not in shown
    assert "部门整体绩效目标" in page


@pytest.mark.parametrize(("username", "chosen"), [("head", 2), ("drafter", 0), ("above_head", 0), ("everything", 2)])
def test_work_list_offers_only_rows_that_this_person_may_submit(
    app: Flask, world: World, username: str, chosen: int
) -> None:
    drafts(world, 2)
    page = signed_in_client(app, username).get("/?tab=drafted").get_data(as_text=True)
    assert page.count('<input type="checkbox" name="table"') == chosen
    assert ("送审所选" in page) is bool(chosen)


@pytest.mark.parametrize(("tab", "chosen"), [("drafted", 0), ("returned", 1), ("submitted", 0), ("mine", 0)])
def test_checkboxes_stand_in_the_tabs_from_which_one_submits(app: Flask, world: World, tab: str, chosen: int) -> None:
    world.returned()
    world.submitted(sound_project(2, "610-1301-JBN-AAA2", "另一项目"))
    page = signed_in_client(app, "head").get(f"/?tab={tab}").get_data(as_text=True)
    assert page.count('<input type="checkbox" name="table"') == chosen


@on_both
def test_confirmation_takes_few_statements_for_each_table(app: Flask, world: World) -> None:
    table_ids = drafts(world, 8)
    client = signed_in_client(app, "head")
    confirmation(client, table_ids[:1])
    found = []
    for count in (1, 8):
        with counted_queries() as statements:
            confirmation(client, table_ids[:count])
        found.append(len(statements))
    one, eight = found
    assert eight - one == 7 * STATEMENTS_FOR_EACH
    assert one - STATEMENTS_FOR_EACH <= STATEMENTS_BESIDES


def test_box_taken_away_on_the_confirmation_is_not_submitted(app: Flask, world: World) -> None:
    first, second = drafts(world, 2)
    client = signed_in_client(app, "head")
    fields = fields_in(confirmation(client, [first, second])) | {"table": [str(second)]}
    assert results(submit(client, fields)) == {"项目11": "已送审"}
    assert states(world, [first, second]) == ["drafted", "submitted"]
