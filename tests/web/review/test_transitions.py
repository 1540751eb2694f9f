"""The page before submitting: what stands in the way, what was found, what changed since the last round, the form."""

from __future__ import annotations

import re
from dataclasses import replace

from flask import Flask

from portal import queries
from portal.domain import actions, documents
from portal.services.administration import budget_years
from portal.services.administration.budget_years import YearForm
from portal.services.review import opinion_acts
from portal.services.review.wordings import Wording
from tests.databases import on_both
from tests.statement_counts import counted_queries
from tests.web.signing import signed_in_client
from tests.world import DUE, PASSWORD, YEAR, World, sound_project

SUBMIT_PAGE_MOST = 25
NOT_CHANGED = "答“已修改”但未改"
HOSTILE = "<script>alert(1)</script>'\"><img src=x>"


def page_before(app: Flask, table_id: int, username: str = "head", action: str = "submit") -> str:
    answer = signed_in_client(app, username).get(f"/tables/{table_id}/{action}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def lines_in(page: str) -> list[str]:
    """The verdicts, and then the changes that nobody asked for, as text."""
    body = page.split('class="round"')[1].split('class="confirmed"')[0]
    lines = re.findall(r'<li class="verdict.*?</li>', body, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in lines]


def test_parts_come_in_the_order_in_which_one_decides(app: Flask, world: World) -> None:
    table_id = world.returned()
    world.edit(table_id, "purpose", "")
    page = page_before(app, table_id)
    main = page.split('<div class="with-side">')[1]
    parts = ["现在还不能送审", "退回以来的改动", "送审的内容", "打印预览", 'class="confirmed"']
    places = [main.index(part) for part in parts]
    assert places == sorted(places)
    assert "检查结果" in main


def test_obstacles_link_to_where_they_can_be_removed(app: Flask, world: World) -> None:
    table_id = world.returned()
    world.edit(table_id, "purpose", "")
    page = page_before(app, table_id)
    assert f'href="/tables/{table_id}/edit?check=1#at-purpose">资金用途</a>' in page
    assert f'href="/tables/{table_id}/edit#opinions">去答复</a>' in page


def test_first_submission_compares_with_nothing(app: Flask, world: World) -> None:
    page = page_before(app, world.draft())
    assert "以来的改动" not in page and "送审的内容" in page


def test_next_table_that_is_ready_is_offered_after_a_submission(app: Flask, world: World) -> None:
    table_id, following = world.draft(), world.draft(sound_project(2, "610-1301-JBN-NEXT", "下一个项目"))
    client = signed_in_client(app, "head")
    sent = {"digest": world.table(table_id).digest}
    answer = client.post(f"/tables/{table_id}/submit", data=sent)
    assert answer.location == f"/tables/{table_id}?next={following}"
    page = client.get(answer.location).get_data(as_text=True)
    assert f'href="/tables/{following}/submit"' in page and "下一个项目绩效目标表" in page

    answer = client.post(f"/tables/{following}/submit", data={"digest": world.table(following).digest})
    assert answer.location == f"/tables/{following}"
    assert "下一张" not in client.get(f"/tables/{table_id}?next={following}").get_data(as_text=True)


def test_changes_stand_beside_the_opinion_and_the_answer(app: Flask, world: World) -> None:
    table_id = world.submitted()
    about_goals = world.opinion(table_id, path="goals")
    world.opinion(table_id, path="indicators/bbbb", binding=False)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    document = documents.with_value(world.table(table_id).document, "goals", "1、按月发放3人工资。")
    world.save(table_id, documents.with_value(document, "indicators/bbbb/target_value", "≥98%"))
    drafter = world.actor("drafter")
    opinion_acts.answer(world.session, drafter, table_id, about_goals, kind="changed", text="已写明人数。")
    page = page_before(app, table_id)
    assert lines_in(page) == [
        "未答复 意见 2 建议修改 绩效指标第2行 意见： 目标不够细化量化。 绩效指标第2行·指标值 提高 ≥ 95% → ≥ 98%",
        "改了 意见 1 必须修改 绩效目标 意见： 目标不够细化量化。"
        " 1、按月 足额发放预算外人员工资。 2、按时缴纳预算外人员保险 。 → 1、按月 发放3人工资 。"
        " 答复： 已修改。已写明人数。",
    ]
    assert "没要求、改了 0 处" in page and "没有改动的" in page


def test_answered_changed_without_a_change_is_pointed_out(app: Flask, world: World) -> None:
    table_id = world.submitted()
    changed, kept, whole = (world.opinion(table_id, path=path) for path in ("goals", "purpose", ""))
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    for opinion, kind in ((changed, "changed"), (kept, "kept"), (whole, "changed")):
        opinion_acts.answer(world.session, world.actor("drafter"), table_id, opinion, kind=kind, text="说明")
    page = page_before(app, table_id)
    assert [" ".join(line.split()[:4]) for line in lines_in(page)] == [
        f"{NOT_CHANGED} 意见 1 必须修改",
        f"{NOT_CHANGED} 意见 3 必须修改",
        "保留，有理由 意见 2 必须修改",
    ]
    assert "没要求、改了 0 处" in page


def raised_in_round_one_and_answered_in_round_two(world: World) -> tuple[int, int]:
    """Id of the table, submitted a second time, and of an opinion on the goals that was answered by a change."""
    table_id = world.submitted()
    opinion = world.opinion(table_id, path="goals")
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    world.edit(table_id, "goals", "1、按月发放3人工资。")
    opinion_acts.answer(world.session, world.actor("drafter"), table_id, opinion, kind="changed", text="已写明人数。")
    world.act(table_id, actions.SUBMIT, "head")
    return table_id, opinion


def test_change_of_an_earlier_round_counts_for_an_opinion_that_is_still_open(app: Flask, world: World) -> None:
    table_id, _ = raised_in_round_one_and_answered_in_round_two(world)
    world.opinion(table_id, path="purpose", binding=False)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    page = page_before(app, table_id)
    assert "没要求、改了 0 处" in page
    assert NOT_CHANGED not in page


def test_opinion_raised_again_needs_a_change_since_it_was_raised_again(app: Flask, world: World) -> None:
    table_id, opinion = raised_in_round_one_and_answered_in_round_two(world)
    opinion_acts.raise_again(world.session, world.actor("reviewer"), table_id, opinion, text="还差月份。")
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    drafter = world.actor("drafter")
    opinion_acts.answer(world.session, drafter, table_id, opinion, kind="changed", text="已写明月份。")
    assert NOT_CHANGED in page_before(app, table_id)
    assert page_before(app, table_id, "drafter", "edit").count(NOT_CHANGED) == 2  # in the cell and in the list
    checked = signed_in_client(app, "drafter").post(f"/tables/{table_id}/checks").text
    assert checked.count(NOT_CHANGED) == 2
    world.edit(table_id, "goals", "1、每月10日前发放3人工资。")
    checked = signed_in_client(app, "drafter").post(f"/tables/{table_id}/checks").text
    assert NOT_CHANGED not in checked and f'id="notes-verdict-{opinion}"' in checked
    assert NOT_CHANGED not in page_before(app, table_id)


def test_deleted_row_is_shown_with_the_opinion_on_its_cell(app: Flask, world: World) -> None:
    table_id = world.submitted()
    world.opinion(table_id, path="indicators/bbbb/level3")
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    document = world.table(table_id).document
    rows = [row for row in documents.rows(document, "indicators") if row.id != "bbbb"]
    world.save(table_id, documents.with_rows(document, "indicators", rows))
    (told,) = lines_in(page_before(app, table_id))
    assert told.startswith("未答复 意见 1 必须修改 绩效指标（原第2行，该行已删除）·三级指标")
    assert "指标删除" in told


def test_refused_submission_shows_the_page_again_with_its_reason_once(app: Flask, world: World) -> None:
    table_id = world.returned()
    digest = world.table(table_id).digest
    answer = signed_in_client(app, "head").post(f"/tables/{table_id}/submit", data={"digest": digest})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert page.count("还有 1 条“必须修改”的意见没有答复，答复后才能送审。") == 1
    stale = signed_in_client(app, "head").post(f"/tables/{table_id}/submit", data={"digest": "0" * 64})
    assert "没有送审：你打开页面之后表的内容有了变化" in stale.get_data(as_text=True)


def test_other_moves_keep_their_pages(app: Flask, world: World) -> None:
    table_id = world.submitted()
    for username, action in (("reviewer", "return"), ("approver", "approve"), ("head", "withdraw")):
        page = page_before(app, table_id, username, action)
        assert "以来的改动" not in page and "打印预览" not in page
    assert "退回要附至少一条意见" in page_before(app, table_id, "reviewer", "return")
    assert "/edit" not in page_before(app, table_id, "reviewer", "return")


def test_hostile_words_are_shown_as_text(app: Flask, world: World) -> None:
    table_id = world.submitted()
    opinion = opinion_acts.raise_opinion(
        world.session, world.actor("reviewer"), table_id, Wording(True, HOSTILE), path="goals"
    )
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    world.save(table_id, replace(world.table(table_id).document, goals=HOSTILE))
    opinion_acts.answer(world.session, world.actor("drafter"), table_id, opinion.id, kind="kept", text=HOSTILE)
    for page in (page_before(app, table_id), page_before(app, table_id, action="edit")):
        assert "<script>alert" not in page and "<img src=x" not in page


@on_both
def test_page_before_submitting_takes_its_queries_however_many_opinions(app: Flask, world: World) -> None:
    counts = []
    for n, opinions in ((1, 1), (2, 15)):
        table_id = world.submitted(sound_project(n, f"610-1301-JBN-AAA{n}", f"项目{n}"))
        for _ in range(opinions):
            world.opinion(table_id, path="goals")
        world.act(table_id, actions.RETURN, "reviewer", due=DUE)
        client = signed_in_client(app, "head")
        with counted_queries() as statements:
            client.get(f"/tables/{table_id}/submit")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= SUBMIT_PAGE_MOST


def test_next_table_is_offered_only_where_the_address_names_it(app: Flask, world: World) -> None:
    ready, here = world.draft(), world.submitted(sound_project(2, "610-1301-JBN-0002", "第二项目"))
    client = signed_in_client(app, "head")
    for address, is_offered in ((f"?next={ready}", True), ("", False), ("?next=0", False), ("?next=x", False)):
        assert ("下一张" in client.get(f"/tables/{here}{address}").text) is is_offered, address


def test_approval_asks_for_the_password_again_and_never_sends_it_back(app: Flask, world: World) -> None:
    year = queries.administration.years.year(world.session, YEAR)
    demanding = replace(YearForm.of(year), recommendation="always", password_at_approval=True)
    table_id = world.submitted()
    assert 'type="password"' not in page_before(app, table_id, "approver", "approve")
    budget_years.change_year(world.session, None, YEAR, demanding)
    assert "还没有审核人建议批复" in page_before(app, table_id, "approver", "approve")
    sent = {"digest": world.table(table_id).digest}
    every = sent | {"dimensions": ["complete", "relevant", "fitting", "feasible"]}
    assert signed_in_client(app, "reviewer").post(f"/tables/{table_id}/recommend", data=every).status_code == 303
    page = page_before(app, table_id, "approver", "approve")
    assert 'type="password"' in page and "陈审核" in page

    client = signed_in_client(app, "approver")
    refused = client.post(f"/tables/{table_id}/approve", data=sent | {"password": "not-my-password"})
    assert (refused.status_code, "密码不对" in refused.text) == (422, True)
    assert "not-my-password" not in refused.text
    assert client.post(f"/tables/{table_id}/approve", data=sent | {"password": PASSWORD}).status_code == 303
    assert "审核结论" in signed_in_client(app, "head").get(f"/tables/{table_id}").text


def test_refused_recommendation_keeps_what_was_ticked_and_typed(app: Flask, world: World) -> None:
    table_id = world.submitted()
    sent = {"digest": world.table(table_id).digest, "dimensions": ["complete", "fitting"], "note": "金额已核对。"}
    refused = signed_in_client(app, "reviewer").post(f"/tables/{table_id}/recommend", data=sent)
    assert (refused.status_code, "四维还差相关性、可行性" in refused.text, "金额已核对。" in refused.text) == (
        422,
        True,
        True,
    )
    assert refused.text.count(" checked>") == 2 + 1  # and the weight of a new opinion
