"""Answering where an opinion stands: on the edit page, with scripts and without, by those who may, and nothing lost."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain import actions, documents
from portal.domain.documents import DepartmentDocument, Duty, Safeguard
from portal.models import Opinion
from portal.services.review import opinion_acts
from tests.databases import on_both
from tests.statement_counts import counted_queries
from tests.web.signing import signed_in_client
from tests.world import DUE, World

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
HOSTILE = "<script>alert(1)</script>'\"><img src=x>"
EDIT_PAGE_MOST = 25


def returned_with(world: World, *opinions: tuple[str, bool], document: documents.Document | None = None) -> list[int]:
    """A returned table with opinions at these paths, (path, binding); the table's id and then theirs."""
    table_id = world.submitted(document)
    ids = [world.opinion(table_id, path=path, binding=binding) for path, binding in opinions]
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    return [table_id, *ids]


def page_of(client: FlaskClient, table_id: int) -> str:
    return client.get(f"/tables/{table_id}/edit").get_data(as_text=True)


def post(client: FlaskClient, table_id: int, opinion: int, partial: bool = False, **fields: str):  # type: ignore[no-untyped-def]
    return client.post(
        f"/tables/{table_id}/opinions/{opinion}/answer",
        data={"next": "edit"} | fields,
        headers=PARTIAL if partial else {},
    )


def state_of(world: World, opinion: int) -> tuple[str, str | None]:
    world.session.rollback()
    found = world.session.get(Opinion, opinion, populate_existing=True)
    assert found
    return found.state, found.answer


def cell_with(page: str, opinion: int) -> str:
    """The id of the nearest place before the opinion."""
    return re.findall(r'id="(at-[^"]*)"', page.split(f'id="opinion-{opinion}"')[0])[-1]


@pytest.mark.parametrize(
    ("path", "cell"),
    [
        ("", "at-"),
        ("office_name", "at-"),
        ("project_code", "at-project_code"),
        ("budget", "at-budget"),
        ("budget/other", "at-budget-other"),
        ("purpose", "at-purpose"),
        ("spending_plan", "at-spending_plan"),
        ("spending_plan/march", "at-spending_plan-march"),
        ("goals", "at-goals"),
        ("indicators/bbbb", "at-indicators-bbbb-level3"),
        ("indicators/bbbb/level1", "at-indicators-bbbb-level1"),
        ("indicators/bbbb/level2", "at-indicators-bbbb-level2"),
        ("indicators/bbbb/basis", "at-indicators-bbbb-basis"),
    ],
)
def test_opinion_stands_once_in_its_cell_with_a_form_outside_the_big_one(
    app: Flask, world: World, path: str, cell: str
) -> None:
    table_id, opinion = returned_with(world, (path, True))
    page = page_of(signed_in_client(app, "drafter"), table_id)
    assert (page.count(f'id="opinion-{opinion}"'), cell_with(page, opinion)) == (1, cell)
    assert page.count("目标不够细化量化。") == 1
    big_form = page.split(f'action="/tables/{table_id}/edit"')[1].split("</form>")[0]
    assert (f'form="answer-{opinion}"' in big_form, f'id="answer-{opinion}"' in big_form) == (True, False)
    assert page.split(f'action="/tables/{table_id}/edit"')[0].count(f'<form id="answer-{opinion}"') == 1


def test_opinions_on_the_department_form_stand_at_their_places(app: Flask, world: World) -> None:
    document = DepartmentDocument("总体目标。", (Duty("aaaa", "职责", "目标"),), (Safeguard("bbbb", "措施", "内容"),))
    places = ("overall", "duties", "duties/aaaa", "safeguards/bbbb/body")
    table_id, *opinions = returned_with(world, *((path, True) for path in places), document=document)
    page = page_of(signed_in_client(app, "drafter"), table_id)
    assert [cell_with(page, opinion) for opinion in opinions] == [
        "at-overall",
        "at-duties",
        "at-duties-aaaa-name",
        "at-safeguards-bbbb-body",
    ]


def test_opinion_names_the_present_row_and_the_former_one(app: Flask, world: World) -> None:
    table_id, opinion = returned_with(world, ("indicators/bbbb/level3", True))
    document = world.table(table_id).document
    first, *others = documents.rows(document, "indicators")
    inserted = replace(first, id="eeee", level3="新增的一行")
    world.save(table_id, documents.with_rows(document, "indicators", [first, inserted, *others]))

    label = "绩效指标（原第2行，现第3行）·三级指标"
    edit = page_of(signed_in_client(app, "drafter"), table_id)
    assert f'aria-label="对{label}的意见"' in edit
    assert f'<a href="#opinion-{opinion}" data-place="indicators/bbbb/level3">{label}</a>' in edit
    shown = signed_in_client(app, "head").get(f"/tables/{table_id}").get_data(as_text=True)
    assert f'<a class="place" href="#at-indicators-bbbb-level3">{label}</a>' in shown
    # The bureau still sees the submitted revision, where the row stands where it stood.
    assert label not in signed_in_client(app, "reviewer").get(f"/tables/{table_id}").get_data(as_text=True)


def test_opinion_on_a_deleted_row_is_answered_in_the_panel(app: Flask, world: World) -> None:
    table_id, opinion = returned_with(world, ("indicators/bbbb/level3", True))
    document = world.table(table_id).document
    kept = [row for row in documents.rows(document, "indicators") if row.id != "bbbb"]
    world.save(table_id, documents.with_rows(document, "indicators", kept))
    client = signed_in_client(app, "drafter")
    page = page_of(client, table_id)
    assert f'id="opinion-{opinion}"' in page.split('aria-label="审核意见"')[1]
    assert "绩效指标（原第2行，该行已删除）·三级指标" in page
    assert post(client, table_id, opinion, answer="changed", text="已删除这一行。").status_code == 303
    assert state_of(world, opinion) == ("answered", "changed")


def test_head_of_the_page_counts_and_leads_to_the_next_without_an_answer(app: Flask, world: World) -> None:
    table_id, first, second, third = returned_with(world, ("indicators/bbbb", False), ("goals", True), ("", True))
    client = signed_in_client(app, "drafter")
    page = page_of(client, table_id)
    assert "退回意见 3 条，其中必须修改 2 条；还有 3 条未答复。" in page
    assert re.findall(r'href="#reply-(\d+)"', page) == [str(third)]
    assert re.findall(r'href="#opinion-(\d+)"', page) == [str(third), str(second), str(first)]
    post(client, table_id, third, answer="changed", text="")
    page = page_of(client, table_id)
    assert "还有 2 条未答复。" in page
    assert re.findall(r'href="#reply-(\d+)"', page) == [str(second)]
    for opinion in (first, second):
        post(client, table_id, opinion, answer="changed", text="")
    assert "退回意见 3 条，其中必须修改 2 条；全部已答复。" in page_of(client, table_id)


def test_without_scripts_an_answer_leads_back_to_its_opinion_on_the_edit_page(app: Flask, world: World) -> None:
    table_id, opinion = returned_with(world, ("goals", True))
    client = signed_in_client(app, "drafter")
    answer = post(client, table_id, opinion, answer="kept", text=HOSTILE)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/tables/{table_id}/edit#opinion-{opinion}")
    page = page_of(client, table_id)
    assert "修改答复" in page and "保留原文，因为：" in page
    assert "<script>alert" not in page and "<img src=x" not in page


@pytest.mark.parametrize("somewhere", ["", "table", "https://example.org/", "//example.org", "/tables/new"])
def test_any_other_next_leads_to_the_page_of_the_table(app: Flask, world: World, somewhere: str) -> None:
    table_id, opinion = returned_with(world, ("goals", True))
    answer = post(signed_in_client(app, "drafter"), table_id, opinion, answer="changed", next=somewhere)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/tables/{table_id}#opinion-{opinion}")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"answer": "kept", "text": " "}, "保留原文要写明理由。"),
        ({"answer": "", "text": "打好的理由"}, "请选择“已修改”或“保留原文”。"),
        ({"answer": "kept", "text": "长" * 200_001}, "一栏最多 200000 字，这里有 200001 字。"),
    ],
)
@pytest.mark.parametrize("partial", [True, False])
def test_refused_answer_comes_back_where_it_was_typed(
    app: Flask, world: World, fields: dict[str, str], message: str, partial: bool
) -> None:
    table_id, opinion, other = returned_with(world, ("goals", True), ("purpose", True))
    answer = post(signed_in_client(app, "drafter"), table_id, opinion, partial, **fields)
    page = answer.get_data(as_text=True)
    mine = page.split(f'id="opinion-{opinion}"')[1].split("</details>")[0]
    assert answer.status_code == 422
    assert message in mine and fields["text"] in mine and "<details open>" in mine
    assert f'aria-invalid="true" aria-describedby="refused-{opinion}"' in mine and f'id="refused-{opinion}"' in mine
    assert page.count("aria-invalid") == 1
    assert state_of(world, opinion) == ("raised", None)
    assert (f'id="opinion-{other}"' in page) is not partial


def test_with_htmx_an_answer_brings_its_own_opinion_and_the_counts_only(app: Flask, world: World) -> None:
    table_id, opinion, other = returned_with(world, ("goals", True), ("purpose", False))
    answer = post(signed_in_client(app, "drafter"), table_id, opinion, True, answer="changed", text="已补充人数。")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert (f'id="opinion-{opinion}"' in page, f'id="opinion-{other}"' in page) == (True, False)
    assert "已修改。已补充人数。" in page and "还有 1 条未答复。" in page
    assert re.findall(r'<hx-partial hx-target="([^"]+)"', page) == ["#answers-due", "#answers-list", "#answer-trouble"]
    assert 'name="goals"' not in page and "<html" not in page


def test_submitted_meanwhile_the_typed_answer_comes_back_with_the_news(app: Flask, world: World) -> None:
    table_id, opinion = returned_with(world, ("goals", False))
    client = signed_in_client(app, "drafter")
    world.act(table_id, actions.SUBMIT, "head")
    answer = post(client, table_id, opinion, True, answer="kept", text="来不及送到的理由")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "已由李主任（head）送审" in page and "来不及送到的理由" in page
    assert post(client, table_id, opinion, answer="kept", text="来不及送到的理由").status_code == 409
    assert state_of(world, opinion) == ("raised", None)


@pytest.mark.parametrize("partial", [True, False])
def test_others_cannot_answer(app: Flask, world: World, partial: bool) -> None:
    table_id, opinion = returned_with(world, ("goals", True))
    expected = {
        "outsider": 404,
        "admin": 404,
        "other_reviewer": 404,
        "above_head": 403,
        "reviewer": 403,
        "auditor": 403,
    }
    found = {
        name: post(signed_in_client(app, name), table_id, opinion, partial, answer="changed").status_code
        for name in expected
    }
    assert found == expected
    assert state_of(world, opinion) == ("raised", None)


def test_opinion_of_another_table_is_not_found(app: Flask, world: World) -> None:
    table_id, opinion = returned_with(world, ("goals", True))
    other = world.draft(replace(world.table(table_id).document, ordinal=2, project_code="", project_name="别的"))
    client = signed_in_client(app, "drafter")
    assert post(client, other, opinion, True, answer="changed").status_code == 404
    assert state_of(world, opinion) == ("raised", None)


def test_second_round_shows_the_latest_words_and_where_to_read_the_earlier(app: Flask, world: World) -> None:
    table_id, opinion = returned_with(world, ("goals", True))
    opinion_acts.answer(world.session, world.actor("drafter"), table_id, opinion, kind="kept", text="第一次的理由")
    world.act(table_id, actions.SUBMIT, "head")
    opinion_acts.raise_again(world.session, world.actor("reviewer"), table_id, opinion, text="理由不充分，仍要量化")
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    mine = (
        page_of(signed_in_client(app, "drafter"), table_id).split(f'id="opinion-{opinion}"')[1].split("</details>")[0]
    )
    assert "理由不充分，仍要量化" in mine and "第一次的理由" not in mine and "未答复" in mine
    assert f'href="/tables/{table_id}#opinion-{opinion}"' in mine


def test_drafts_and_accepted_opinions_are_not_asked_for(app: Flask, world: World) -> None:
    table_id, opinion = returned_with(world, ("goals", True))
    opinion_acts.answer(world.session, world.actor("drafter"), table_id, opinion, kind="changed", text="")
    world.act(table_id, actions.SUBMIT, "head")
    opinion_acts.accept(world.session, world.actor("reviewer"), table_id, opinion)
    world.opinion(table_id, path="purpose")
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    page = page_of(signed_in_client(app, "drafter"), table_id)
    assert "退回意见 1 条，其中必须修改 1 条；还有 1 条未答复。" in page
    assert f'id="opinion-{opinion}"' not in page


def test_edit_page_of_a_never_returned_draft_counts_nothing(app: Flask, world: World) -> None:
    page = page_of(signed_in_client(app, "drafter"), world.draft())
    assert "退回意见" not in page and "没有需要答复的意见。" in page


@on_both
def test_edit_page_takes_as_many_queries_with_twenty_opinions_as_with_one(app: Flask, world: World) -> None:
    table_id = world.returned()
    client = signed_in_client(app, "drafter")
    with counted_queries() as few:
        page_of(client, table_id)
    opinion_acts.answer(world.session, world.actor("drafter"), table_id, 1, kind="changed", text="")
    world.act(table_id, actions.SUBMIT, "head")
    for _ in range(20):
        world.opinion(table_id, path="indicators/aaaa/level3")
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    with counted_queries() as many:
        page_of(client, table_id)
    assert len(many) == len(few) <= EDIT_PAGE_MOST


@pytest.mark.parametrize(
    ("path", "is_named"),
    [("", True), ("budget", True), ("office_name", True), ("indicators/bbbb", True), ("goals", False)],
)
def test_opinion_names_its_place_where_no_single_cell_shows_it(
    app: Flask, world: World, path: str, is_named: bool
) -> None:
    table_id, _ = returned_with(world, (path, True))
    page = page_of(signed_in_client(app, "drafter"), table_id)
    assert (f'<strong data-place="{path}">' in page) is is_named
