"""Looking writes nothing, and a form that is sent twice acts once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from portal.database import now
from portal.domain import actions
from portal.models import AuditEntry, FormPost, TargetTable
from portal.services import form_posts
from portal.services.transaction import LookingOnly
from tests.databases import DATA, on_both
from tests.domain.files import PDF
from tests.web.signing import signed_in_client
from tests.world import OFFICE, YEAR, World

NEW = {"year": str(YEAR), "kind": "project"}


def entries(world: World) -> int:
    world.session.rollback()
    return world.session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def tables(world: World) -> int:
    world.session.rollback()
    return world.session.scalar(select(func.count()).select_from(TargetTable)) or 0


# --- looking -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("HEAD", {}, 200),
        ("GET", {"Sec-Purpose": "prefetch"}, 403),
        ("GET", {"Sec-Purpose": "prefetch;prerender"}, 403),
        ("GET", {"Purpose": "prefetch"}, 403),
        ("GET", {"X-Moz": "prefetch"}, 403),
    ],
)
def test_head_and_prefetch_are_no_acts(
    app: Flask, world: World, method: str, headers: dict[str, str], status: int
) -> None:
    table_id = world.submitted()
    client = signed_in_client(app, "reviewer")
    before = entries(world)
    for address in (
        f"/tables/{table_id}/print",
        f"/tables/{table_id}/export/docx",
        f"/offices/{OFFICE}/{YEAR}/print",
        f"/offices/{OFFICE}/{YEAR}/export/text",
    ):
        answer = client.open(address, method=method, headers=headers)
        assert (answer.status_code, "办事处工作经费" in answer.text) == (status, False)
        assert answer.headers["Cache-Control"] == "no-store"
    assert entries(world) == before
    assert client.get(f"/tables/{table_id}/print").status_code == 200
    assert entries(world) == before + 1


def test_page_that_writes_is_a_fault(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    table_id = world.submitted()
    client = signed_in_client(app, "reviewer")
    monkeypatch.delattr(app.view_functions["exports.print_table"], "gives_out")
    before = entries(world)
    with pytest.raises(LookingOnly):
        client.get(f"/tables/{table_id}/print")
    assert entries(world) == before


# --- once ----------------------------------------------------------------------------------------


def test_every_form_has_a_token_of_its_own(app: Flask) -> None:
    page = signed_in_client(app, "drafter").get("/tables/new").text
    tokens = re.findall(r'name="_once" value="([^"]+)"', page)
    assert len(tokens) == page.count('method="post"') - 1  # signing out twice is the same as once
    assert len(set(tokens)) == len(tokens)


def test_same_form_twice_makes_one_table_and_gets_the_first_answer(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    first, second = (client.post("/tables/new", data=NEW | {"_once": "a"}) for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert tables(world) == 1


def test_same_token_with_other_fields_or_another_address_is_a_new_act(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    client.post("/tables/new", data=NEW | {"_once": "a"})
    client.post("/tables/new", data={"year": str(YEAR), "kind": "department", "_once": "a"})
    client.post("/tables/new?again", data=NEW | {"_once": "a"})
    client.post("/tables/new", data=NEW | {"_once": "a", "kind": ["project", "other"]})
    assert tables(world) == 4


def test_same_token_of_another_person_is_a_new_act(app: Flask, world: World) -> None:
    for username in ("drafter", "head"):
        signed_in_client(app, username).post("/tables/new", data=NEW | {"_once": "a"})
    assert tables(world) == 2


def test_other_file_under_the_same_token_is_a_new_act(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "drafter")

    def attach(content: bytes) -> None:
        file = (BytesIO(content), "依据.pdf")
        client.post(f"/tables/{table_id}/attachments", data={"files": file, "_once": "a"})

    before = entries(world)
    attach(PDF)
    attach(PDF)
    assert entries(world) == before + 1
    attach(PDF + b"\n")
    assert entries(world) == before + 2


def test_first_answer_brings_its_message_again(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "head")
    fields = {"digest": world.table(table_id).digest, "_once": "a"}
    client.post(f"/tables/{table_id}/submit", data=fields)
    answer = client.post(f"/tables/{table_id}/submit", data=fields, follow_redirects=True)
    assert answer.status_code == 200
    assert answer.text.count(actions.SUBMIT.words.done) == 1


def test_opinion_sent_twice_is_one(app: Flask, world: World) -> None:
    table_id = world.submitted()
    client = signed_in_client(app, "reviewer")
    before = entries(world)
    for _ in range(2):
        fields = {"path": "goals", "text": "请写明数量。", "binding": "1", "_once": "a"}
        assert client.post(f"/tables/{table_id}/opinions", data=fields).status_code == 303
    assert entries(world) == before + 1


def test_refused_form_may_be_sent_again(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "head")
    fields = {"digest": "0" * 64, "_once": "a"}
    assert client.post(f"/tables/{table_id}/submit", data=fields).status_code == 409
    assert client.post(f"/tables/{table_id}/submit", data=fields).status_code == 409
    assert world.session.scalar(select(func.count()).select_from(FormPost)) == 0
    world.session.rollback()


def test_result_of_several_submissions_has_an_address_and_is_the_first_one_again(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "head")
    fields = {"table": str(table_id), f"digest-{table_id}": world.table(table_id).digest, "_once": "a"}
    first, second = (client.post("/submit", data=fields) for _ in range(2))
    assert first.location == second.location
    assert "已送审 1 张" in client.get(first.location).text
    assert signed_in_client(app, "outsider").get(first.location).status_code in (403, 404)


def test_double_press_keeps_the_one_time_password(app: Flask, world: World) -> None:
    client = signed_in_client(app, "admin")
    fields = {"username": "zhang.xin", "name": "张新", "roles": "drafter", "office": OFFICE, "_once": "a"}
    first, second = (client.post("/people/new", data=fields, follow_redirects=True) for _ in range(2))
    shown = re.search(r'id="secret">([^<]+)<', first.text)
    assert shown and shown[1] in second.text
    stored = world.session.execute(select(FormPost.body, FormPost.location, FormPost.outcome, FormPost.messages)).all()
    assert shown[1] not in str(stored)
    world.session.rollback()


def test_upload_sent_twice_has_one_preview(app: Flask) -> None:
    client = signed_in_client(app, "drafter")

    def upload() -> str | None:
        file = (BytesIO((DATA / "gucheng-2020.txt").read_bytes()), "gucheng-2020.txt")
        return client.post("/tables/new/file", data={"year": str(YEAR), "file": file, "_once": "a"}).location

    assert upload() == upload()


@on_both
def test_same_form_at_the_same_moment_acts_once(app: Flask, world: World) -> None:
    clients = [signed_in_client(app, "drafter") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda client: client.post("/tables/new", data=NEW | {"_once": "a"}), clients))
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, answers[0].location)}
    assert tables(world) == 1


def test_form_sent_again_before_its_answer_is_kept_waits_for_it(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in_client(app, "drafter")
    first = client.post("/tables/new", data=NEW | {"_once": "a"})

    def set_status(status: int | None) -> None:
        world.session.execute(update(FormPost).values(status=status))
        world.session.commit()

    set_status(None)
    monkeypatch.setattr("portal.web.acts.time.sleep", lambda _: set_status(first.status_code))
    again = client.post("/tables/new", data=NEW | {"_once": "a"})
    assert (again.status_code, again.location) == (303, first.location)


def test_form_whose_server_died_before_its_answer_is_told(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    client.post("/tables/new", data=NEW | {"_once": "a"})
    world.session.execute(update(FormPost).values(status=None, at=now() - timedelta(seconds=11)))
    world.session.commit()
    answer = client.post("/tables/new", data=NEW | {"_once": "a"})
    assert (answer.status_code, "不用再次提交" in answer.text) == (409, True)
    assert tables(world) == 1


def test_answers_are_kept_for_a_week(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    client.post("/tables/new", data=NEW | {"_once": "a"})
    old = now() - form_posts.KEPT_FOR
    world.session.execute(update(FormPost).values(at=old))
    world.session.commit()
    client.post("/tables/new", data=NEW | {"_once": "b"})
    assert [post.at > old for post in world.session.scalars(select(FormPost))] == [True]
    world.session.rollback()


# --- acts that are none --------------------------------------------------------------------------


@pytest.mark.parametrize(("by", "status"), [("drafter", 204), ("head", 204), ("outsider", 404), ("reviewer", 404)])
def test_leaving_is_answered_only_to_those_who_may_edit(app: Flask, world: World, by: str, status: int) -> None:
    address = f"/tables/{world.draft()}/leave"
    assert signed_in_client(app, by).post(address).status_code == status


def test_leaving_a_table_that_was_submitted_meanwhile_is_no_error(app: Flask, world: World) -> None:
    assert signed_in_client(app, "drafter").post(f"/tables/{world.submitted()}/leave").status_code == 204
    assert signed_in_client(app, "drafter").post("/tables/9999/leave").status_code == 404


def test_explanation_of_a_rule_that_does_not_exist_is_refused(app: Flask, world: World) -> None:
    fields: dict[str, Any] = {"rule": "W999", "path": "goals", "text": "说明"}
    client = signed_in_client(app, "drafter")
    answer = client.post(f"/tables/{world.draft()}/explanations", data=fields)
    assert (answer.status_code, "表中没有这条提醒" in answer.text) == (422, True)
