"""Opinions on pages: kinds, places, findings that become opinions, drafts to tick, proposed changes, and notes."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from portal.domain import actions
from portal.models import Opinion
from portal.services.review import bureau_notes, opinion_acts
from tests.web.signing import signed_in_client
from tests.world import DUE, OFFICE, PEOPLE, YEAR, World, sound_project

NOTE = "电话问过单位底细"


def raise_one(app: Flask, world: World, table_id: int, **fields: str) -> int:
    """Through the form of the page, as the reviewer; the status."""
    posted = {"path": "goals", "binding": "1", "kind": "other", "text": "请改一改。"} | fields
    posted.setdefault("digest", world.table(table_id).digest)
    return signed_in_client(app, "reviewer").post(f"/tables/{table_id}/opinions", data=posted).status_code


def page_of(app: Flask, username: str, path: str) -> str:
    return signed_in_client(app, username).get(path).get_data(as_text=True)


def test_opinion_stands_at_the_caption_of_a_list_with_its_kind(app: Flask, world: World) -> None:
    table_id = world.submitted()
    assert raise_one(app, world, table_id, path="indicators", kind="add_effect") == 303
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    page = page_of(app, "drafter", f"/tables/{table_id}")
    assert "建议增加效益指标" in page
    assert 'href="#at-indicators">绩效指标</a>' in page
    assert 'id="at-indicators"' in page
    assert "请改一改。" in page_of(app, "drafter", f"/tables/{table_id}/edit")


def test_unknown_kind_is_refused_with_what_was_typed(app: Flask, world: World) -> None:
    table_id = world.submitted()
    answer = signed_in_client(app, "reviewer").post(
        f"/tables/{table_id}/opinions", data={"path": "goals", "kind": "forged", "text": "打了很多字", "binding": "0"}
    )
    assert answer.status_code == 422
    assert "请选择意见的类别" in answer.text and "打了很多字" in answer.text


def test_finding_fills_the_form(app: Flask, world: World) -> None:
    document = sound_project()
    odd = replace(document.indicators[0], level3="提高满意度和发放率")
    table_id = world.submitted(replace(document, indicators=(odd, *document.indicators[1:])))
    page = page_of(app, "reviewer", f"/tables/{table_id}")
    links = re.findall(r'href="([^"]*rule=(\w+)[^"]*)#raise">转为意见', page)
    assert links
    url, rule = links[0]
    filled = page_of(app, "reviewer", url.replace("&amp;", "&"))
    assert f'name="rule" value="{rule}"' in filled
    assert "来自检查结果" in filled
    assert "转为意见" not in page_of(app, "head", f"/tables/{table_id}")


def test_confirmation_ticks_own_drafts_and_names_those_of_colleagues(app: Flask, world: World) -> None:
    table_id = world.submitted()
    own, other = world.opinion(table_id), world.opinion(table_id, "approver")
    page = page_of(app, "reviewer", f"/tables/{table_id}/return")
    assert re.search(rf'value="{own}" checked', page)
    assert re.search(rf'value="{other}">', page)
    assert "刘批复拟写" in page


def test_forged_choice_is_refused_with_a_sentence(app: Flask, world: World) -> None:
    table_id = world.submitted()
    own = world.opinion(table_id)
    posted = {"digest": world.table(table_id).digest, "due": DUE.isoformat(), "drafts": ["99", str(own)]}
    answer = signed_in_client(app, "reviewer").post(f"/tables/{table_id}/return", data=posted)
    assert answer.status_code == 409
    assert "请核对后重新勾选" in answer.text
    assert re.search(rf'value="{own}" checked', answer.text)


def test_office_sees_proposed_changes_with_marks_and_takes_them(app: Flask, world: World) -> None:
    table_id = world.submitted()
    raise_one(app, world, table_id, proposed="1、按月足额发放预算外人员工资。")
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    (opinion_id,) = world.session.scalars(select(Opinion.id)).all()
    page = page_of(app, "drafter", f"/tables/{table_id}/edit")
    assert "代拟改法" in page and "<del>" in page
    assert f'form="adopt-{opinion_id}"' in page
    client = signed_in_client(app, "drafter")
    answer = client.post(f"/tables/{table_id}/opinions/{opinion_id}/adopt", data={"next": "edit"})
    assert (answer.status_code, answer.location) == (303, f"/tables/{table_id}/edit#opinion-{opinion_id}")
    assert world.table(table_id).document.goals == "1、按月足额发放预算外人员工资。"  # type: ignore[union-attr]


def test_new_row_is_proposed_behind_the_rows_of_its_kind(app: Flask, world: World) -> None:
    table_id = world.submitted()
    row = {"row/indicators/level1": "产出指标", "row/indicators/level3": "新指标"}
    assert raise_one(app, world, table_id, path="indicators", **row) == 303
    world.session.rollback()
    (proposed,) = world.session.scalars(select(Opinion.proposed)).all()
    assert '"after":"bbbb"' in (proposed or "")


def test_composer_of_a_row_begins_with_its_texts_and_proposes_what_was_changed(app: Flask, world: World) -> None:
    table_id = world.submitted()
    form = page_of(app, "reviewer", f"/tables/{table_id}?at=indicators/aaaa").split('id="composer"')[1]
    posted = dict(re.findall(r'name="(base/[^"]+)" value="([^"]*)"', form))
    posted |= {name.replace("base/", "edit/"): text for name, text in posted.items()}
    assert posted["edit/indicators/aaaa/level3"] == "发放工资人数"
    assert raise_one(app, world, table_id, path="indicators/aaaa", **posted) == 303
    posted["edit/indicators/aaaa/basis"] = ""
    assert raise_one(app, world, table_id, path="indicators/aaaa", **posted) == 303
    posted["base/indicators/aaaa/basis"] = "以前的依据"
    assert raise_one(app, world, table_id, path="indicators/aaaa", **posted) == 409
    world.session.rollback()
    none, blanked = world.session.scalars(select(Opinion.proposed).order_by(Opinion.id)).all()
    assert none is None and '"new":"","op":"set","path":"indicators/aaaa/basis"' in (blanked or "")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"path": "", "proposed": "整表怎么改"}, "须针对具体的一栏"),
        ({"path": "goals", "row/indicators/level3": "新指标"}, "须针对这个列表"),
        ({"path": "goals", "delete_row": "1"}, "须针对一行"),
        ({"path": "goals", "proposed": "新的目标", "digest": "0" * 64}, "原文已变"),
    ],
)
def test_proposal_that_fits_no_place_is_refused_with_what_was_typed(
    app: Flask, world: World, fields: dict[str, str], words: str
) -> None:
    table_id = world.submitted()
    posted = {"digest": world.table(table_id).digest, "text": "请改一改。", "binding": "1", "kind": "other"} | fields
    answer = signed_in_client(app, "reviewer").post(f"/tables/{table_id}/opinions", data=posted)
    assert answer.status_code in (409, 422)
    assert words in answer.text and "请改一改。" in answer.text
    assert all(text in answer.text for name, text in fields.items() if name not in ("digest", "path"))


def test_draft_is_revised_by_its_author_alone(app: Flask, world: World) -> None:
    table_id = world.submitted()
    opinion_id = world.opinion(table_id)
    assert f"/opinions/{opinion_id}/revise" in page_of(app, "reviewer", f"/tables/{table_id}")
    assert f"/opinions/{opinion_id}/revise" not in page_of(app, "approver", f"/tables/{table_id}")
    posted = {"binding": "0", "kind": "split", "text": "请拆成两项。"}
    client = signed_in_client(app, "reviewer")
    assert client.post(f"/tables/{table_id}/opinions/{opinion_id}/revise", data=posted).status_code == 303
    assert "建议拆分" in page_of(app, "approver", f"/tables/{table_id}")


def test_head_accepts_all_on_a_page_that_shows_the_changes(app: Flask, world: World) -> None:
    table_id = world.submitted()
    raise_one(app, world, table_id, proposed="1、按月足额发放预算外人员工资。")
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    assert "全部接受并送审" in page_of(app, "head", f"/tables/{table_id}")
    assert "全部接受并送审" not in page_of(app, "drafter", f"/tables/{table_id}")
    client = signed_in_client(app, "head")
    page = client.get(f"/tables/{table_id}/accept-all").text
    assert "将要作出的修改" in page and "<del>" in page
    digest = page.split('name="digest" value="')[1][:64]
    assert client.post(f"/tables/{table_id}/accept-all", data={"digest": digest}).status_code == 303
    assert "只按代拟改法改" in page_of(app, "reviewer", f"/tables/{table_id}")
    assert client.get(f"/tables/{table_id}/accept-all").status_code in (403, 409)


@pytest.mark.parametrize("username", sorted(PEOPLE))
def test_notes_reach_nobody_but_bureau_and_auditor(app: Flask, world: World, username: str) -> None:
    table_id = world.returned()
    bureau_notes.add(world.session, world.actor("reviewer"), table_id, NOTE)
    places = ("", "/edit", "/history", "/compare", "/print", "/standing", "/steps", "/submit", "/export/json")
    exports = (f"/tables/{table_id}/export/text", f"/offices/{OFFICE}/{YEAR}/export/json", "/", "/tables?q=" + NOTE)
    found = set()
    for path in (*(f"/tables/{table_id}{place}" for place in places), *exports):
        answer = signed_in_client(app, username).get(path)
        if NOTE in answer.get_data(as_text=True).replace(f'value="{NOTE}"', ""):
            found.add(path)
    sees = username in ("reviewer", "approver", "approver2", "everything", "auditor")
    assert found == ({f"/tables/{table_id}"} if sees else set())


def second_round(app: Flask, world: World) -> tuple[int, list[int]]:
    """Submitted again: the opinion on the goals was followed, that on the purpose not, and a target was lowered."""
    table_id = world.submitted()
    opinions = [world.opinion(table_id, path=path) for path in ("purpose", "goals")]
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    world.edit(table_id, "goals", "1、按月发放3人工资。")
    world.edit(table_id, "indicators/bbbb/target_value", "≥90%")
    for opinion in opinions:
        opinion_acts.answer(world.session, world.actor("drafter"), table_id, opinion, kind="changed", text="")
    world.act(table_id, actions.SUBMIT, "head")
    return table_id, opinions


def test_second_round_shows_what_became_of_each_opinion_problems_first(app: Flask, world: World) -> None:
    table_id, (purpose, goals) = second_round(app, world)
    for who in ("reviewer", "approver", "auditor", "head"):
        page = page_of(app, who, f"/tables/{table_id}")
        assert re.findall(r'<article[^>]*id="opinion-(\d+)"', page) == [str(purpose), str(goals)], who
        words = ("答“已修改”但未改", "改了", "没要求、改了 1 处", "降低", "没有改动的")
        panel = page[page.index('id="opinions"') :]
        places = [panel.index(each) for each in words]
        assert places == sorted(places), who
    first = page_of(app, "reviewer", f"/tables/{world.submitted(sound_project(2, '610-1301-JBN-ABI7', '保险费'))}")
    assert "没要求、改了" not in first


def test_cells_hold_numbers_and_the_texts_stand_beside(app: Flask, world: World) -> None:
    table_id, (purpose, goals) = second_round(app, world)
    draft = world.opinion(table_id, path="indicators")
    again = {"text": "仍未写明。"}
    signed_in_client(app, "reviewer").post(f"/tables/{table_id}/opinions/{purpose}/again", data=again)
    numbered = {
        "reviewer": [(purpose, "raised", 1), (goals, "answered", 2), (draft, "draft", 3)],
        "head": [(purpose, "answered", 1), (goals, "answered", 2)],
    }
    for who, expected in numbered.items():
        page = page_of(app, who, f"/tables/{table_id}")
        sheet = page.partition('id="opinions"')[0]
        marks = re.findall(r'opinion-mark-(\w+) [^>]*href="#opinion-(\d+)"[^>]*>意见 (\d)', sheet)
        assert [(int(id), state, int(number)) for state, id, number in marks] == expected, who
        assert sheet.count("没要求，改了") == 1
        for id, _, number in expected:
            assert f"意见 {number}" in page.split(f'id="opinion-{id}"')[1].split("</header>")[0], who


def test_answers_that_were_ticked_are_accepted_together(app: Flask, world: World) -> None:
    table_id, (purpose, goals) = second_round(app, world)
    page = page_of(app, "reviewer", f"/tables/{table_id}")
    ticks = re.findall(r'form="accept-ticked" name="opinion" value="(\d+)"( checked)?>', page)
    assert ticks == [(str(purpose), ""), (str(goals), " checked")]
    assert "accept-ticked" not in page_of(app, "auditor", f"/tables/{table_id}")

    client = signed_in_client(app, "reviewer")
    url = f"/tables/{table_id}/opinions/ticked"
    assert "请先勾选看过、要采纳的答复。" in client.post(url).text
    assert client.post(url, data={"opinion": [goals, goals]}).status_code == 303
    assert client.post(url, data={"opinion": [purpose, goals]}).status_code == 409

    world.session.expire_all()
    states = {each.id: each.state for each in world.session.scalars(select(Opinion))}
    assert states == {purpose: "answered", goals: "accepted"}
    page = page_of(app, "reviewer", f"/tables/{table_id}")
    assert "改了" in page.split(f'id="opinion-{goals}"')[1].split("</header>")[0]


def test_working_copy_does_not_leak_into_the_bureaus_page(app: Flask, world: World) -> None:
    table_id, _ = second_round(app, world)
    world.act(table_id, actions.WITHDRAW, "head")
    world.edit(table_id, "purpose", "草稿里的话")
    page = page_of(app, "reviewer", f"/tables/{table_id}")
    assert "草稿里的话" not in page and "没要求、改了" not in page
