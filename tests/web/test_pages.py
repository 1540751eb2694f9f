"""Every page of every table for every person: the right answer, nothing that leaks, few queries, the right headers."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import queries
from portal.domain import actions, documents
from portal.domain.actions import ACTIONS, is_lawful
from portal.domain.permissions import Permission, may
from portal.formats import files
from portal.models import Opinion
from portal.services.review import claims, opinion_acts
from portal.services.review.wordings import Wording
from tests.databases import on_both
from tests.statement_counts import MOST_QUERIES, counted_queries
from tests.web.signing import signed_in_client
from tests.world import DUE, OFFICE, PEOPLE, YEAR, World, sound_project

LEAVING = ("/print", "/export/text", "/export/json")
PLACES = ("", "/history", "/compare", *LEAVING)


def one_in_each_state(world: World) -> dict[str, int]:
    tables = {"returned": world.returned()}
    for n, (state, bring) in enumerate(
        (("drafted", world.draft), ("submitted", world.submitted), ("approved", world.approved)), 2
    ):
        tables[state] = bring(sound_project(n, f"610-1301-JBN-AAA{n}", f"项目{n}"))
    return tables


def test_pages_answer_every_person_as_the_two_tables_say(app: Flask, world: World) -> None:
    tables = one_in_each_state(world)
    for username in PEOPLE:
        client = signed_in_client(app, username)
        me = world.actor(username)
        for table_id in tables.values():
            facts = world.facts(table_id, me)
            sees = may(me, Permission.SEE, facts)
            answers = {place: client.get(f"/tables/{table_id}{place}").status_code for place in PLACES}
            has_text = may(me, Permission.SEE_WORKING_COPY, facts) or facts.submitted_once
            leaving = 200 if sees and has_text else 404
            assert answers == {
                place: leaving if place.startswith(("/print", "/export")) else (200 if sees else 404)
                for place in PLACES
            }, (username, facts)
            edit = client.get(f"/tables/{table_id}/edit").status_code
            assert edit == (404 if not sees else 200 if may(me, Permission.EDIT, facts) else 403)


def test_actions_answer_every_person_as_the_specification_says(app: Flask, world: World) -> None:
    tables = one_in_each_state(world)
    for username in PEOPLE:
        client = signed_in_client(app, username)
        me = world.actor(username)
        for table_id in tables.values():
            facts = world.facts(table_id, me)
            for action in ACTIONS.values():
                asked = client.get(f"/tables/{table_id}/{action.name}").status_code
                if action is actions.WITHDRAW and asked == 200:
                    continue  # demands nothing that a forged form could lack: it would succeed
                refused = client.post(f"/tables/{table_id}/{action.name}", data={"digest": "0" * 64}).status_code
                if not may(me, Permission.SEE, facts):
                    expected = (404, 404)
                elif not may(me, action.permission, facts):
                    expected = (403, 403)
                elif not is_lawful(me, action, facts):
                    expected = (409, 409)
                else:
                    # Lawful, but with a digest that is not the table's, or without what its preconditions need.
                    expected = (200, 422 if action is actions.REOPEN else 409)
                assert (asked, refused) == expected, (username, facts.state, action)
    assert {state: world.table(table_id).state for state, table_id in tables.items()} == {s: s for s in tables}


def test_every_move_succeeds_over_http(app: Flask, world: World) -> None:
    table_id = world.draft()
    head, reviewer, approver, drafter = (signed_in_client(app, n) for n in ("head", "reviewer", "approver", "drafter"))

    def digest() -> str:
        return world.table(table_id).digest

    def post(client: object, place: str, **data: str) -> str:
        answer = client.post(f"/tables/{table_id}/{place}", data=data)  # type: ignore[attr-defined]
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return world.table(table_id).state

    assert post(head, "submit", digest=digest()) == "submitted"
    assert post(head, "withdraw") == "drafted"
    assert post(head, "submit", digest=digest()) == "submitted"
    assert post(reviewer, "claim") == "submitted"
    assert post(reviewer, "opinions", path="goals", binding="1", text="不够细化量化") == "submitted"
    draft = str(world.session.scalars(select(Opinion.id)).one())
    assert post(reviewer, "return", digest=digest(), due=DUE.isoformat(), reason="", drafts=draft) == "returned"
    opinion = reviewer.get(f"/tables/{table_id}").get_data(as_text=True).split('id="opinion-')[1].split('"')[0]
    assert post(drafter, f"opinions/{opinion}/answer", answer="kept", text="依据文件") == "returned"
    assert post(head, "submit", digest=digest()) == "submitted"
    assert post(reviewer, f"opinions/{opinion}/again", text="仍要量化") == "submitted"
    assert post(reviewer, "return", digest=digest(), due=DUE.isoformat()) == "returned"
    assert post(drafter, f"opinions/{opinion}/answer", answer="changed", text="") == "returned"
    assert post(head, "submit", digest=digest()) == "submitted"
    assert post(approver, f"opinions/{opinion}/accept") == "submitted"
    assert post(approver, "approve", digest=digest()) == "approved"
    assert post(approver, "reopen", due=DUE.isoformat(), reason="预算调整") == "returned"


@on_both
def test_bureau_never_sees_what_the_office_is_changing(app: Flask, world: World) -> None:
    table_id = world.returned()
    changed = replace(
        documents.with_value(world.table(table_id).document, "goals", "还没送审的秘密目标"),
        project_name="还没送审的秘密名称",
        project_code="610-1301-JBN-MIMI",
    )
    world.save(table_id, changed)
    for username in ("reviewer", "approver", "auditor"):
        client = signed_in_client(app, username)
        places = [f"/tables/{table_id}{place}" for place in PLACES]
        for place in [*places, "/", "/tables", "/?tab=returned", "/tables?q=秘密", "/tables?state=returned"]:
            page = client.get(place).get_data(as_text=True)
            shown = page.replace('value="秘密"', "")
            assert "秘密" not in shown and "MIMI" not in shown, (username, place)
    assert "秘密" in signed_in_client(app, "drafter").get(f"/tables/{table_id}").get_data(as_text=True)


def test_office_never_sees_draft_opinions_nor_the_claim(app: Flask, world: World) -> None:
    table_id = world.submitted()
    claims.claim(world.session, world.actor("reviewer"), table_id)
    opinion_acts.raise_opinion(
        world.session, world.actor("reviewer"), table_id, Wording(True, "尚未提出的底稿"), path="goals"
    )
    for username in ("drafter", "head", "above_head"):
        client = signed_in_client(app, username)
        for place in PLACES:
            page = client.get(f"/tables/{table_id}{place}").get_data(as_text=True)
            assert "底稿" not in page and "陈审核" not in page
    assert "尚未提出的底稿" in signed_in_client(app, "approver").get(f"/tables/{table_id}").get_data(as_text=True)


@on_both
@pytest.mark.parametrize(
    ("username", "place", "most"),
    [
        ("drafter", "/", 9),
        ("reviewer", "/", 9),
        ("approver", "/", 10),
        ("auditor", "/", 7),
        ("reviewer", "/tables", 6),
        ("approver", "/tables?q=项目&state=submitted", 6),
        ("auditor", "/audit", 6),
        ("drafter", "/register/2020", 10),
        ("reviewer", "/register/2020?tab=under_review", 10),
        ("approver", "/register/2020?tab=unannounced", 10),
    ],
)
def test_lists_take_few_queries_however_many_rows(
    app: Flask, world: World, username: str, place: str, most: int
) -> None:
    one_in_each_state(world)
    client = signed_in_client(app, username)
    with counted_queries() as few:
        assert client.get(place).status_code == 200
    for n in range(10, 16):
        world.submitted(sound_project(n, f"610-1301-JBN-BB{n}", f"又一项目{n}"))
    with counted_queries() as many:
        assert client.get(place).status_code == 200
    assert len(many) == len(few) <= most, "\n".join(many)


@on_both
def test_no_page_of_a_table_takes_more_than_its_queries(app: Flask, world: World) -> None:
    tables = one_in_each_state(world)
    for username in ("drafter", "head", "reviewer", "approver", "auditor"):
        client = signed_in_client(app, username)
        for table_id in tables.values():
            for place in (*PLACES, "/edit", "/submit", "/return", "/approve"):
                with counted_queries() as statements:
                    client.get(f"/tables/{table_id}{place}")
                assert len(statements) <= MOST_QUERIES, (username, place, statements)


def test_format_that_can_only_be_read_is_refused_before_the_record(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(files.FORMATS, "scroll", files.Format("scroll", (".scr",), "text/plain", "卷轴"))
    monkeypatch.setitem(files.READERS, "scroll", files.READERS["text"])
    table_id = world.submitted()
    client = signed_in_client(app, "head")
    before = queries.record.head(world.session)
    world.session.rollback()
    for place in (f"/tables/{table_id}/export/scroll", f"/offices/{OFFICE}/{YEAR}/export/scroll"):
        assert client.get(place).status_code == 404
    assert queries.record.head(world.session) == before


def test_fragment_is_the_inside_of_the_page_for_partial_requests_only(app: Flask, world: World) -> None:
    world.draft()
    client = signed_in_client(app, "drafter")
    whole = client.get("/tables")
    partial = client.get("/tables", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    boosted = client.get("/tables", headers={"HX-Request": "true", "HX-Request-Type": "full", "HX-Boosted": "true"})
    restored = client.get("/tables", headers={"HX-Request-Type": "partial", "HX-History-Restore-Request": "true"})
    assert "<!doctype html>" not in partial.get_data(as_text=True)
    assert partial.get_data(as_text=True).strip() in whole.get_data(as_text=True)
    # A token tells the second in which it was made.
    pages = {re.sub(r'name="csrf_token" value="[^"]+"', "", each.text) for each in (boosted, whole, restored)}
    assert len(pages) == 1
    assert {"HX-Request-Type", "HX-History-Restore-Request"} <= set(whole.vary)


def test_signed_out_people_see_nothing_but_the_sign_in_form(app: Flask, world: World) -> None:
    table_id = world.submitted()
    client = app.test_client()
    for place in ("/", "/tables", f"/tables/{table_id}", "/audit", "/people", "/handbook/"):
        answer = client.get(place)
        assert answer.status_code == 401
        assert "办事处工作经费" not in answer.get_data(as_text=True)


def test_session_ends_when_idle_and_when_the_password_changes(app: Flask, world: World) -> None:
    first, second = signed_in_client(app, "drafter"), signed_in_client(app, "drafter")
    passwords = {"new_password": "xin-mima-2020", "repeated_password": "xin-mima-2020"}
    answer = first.post("/password", data={"current_password": "jiaoshi-2020-cs"} | passwords)
    assert answer.status_code == 303
    assert (first.get("/").status_code, second.get("/").status_code) == (401, 401)
    other = signed_in_client(app, "head")
    app.config["IDLE_LIMIT"] = timedelta(seconds=-1)
    assert other.get("/").status_code == 401


def test_broken_page_tells_no_stack_trace(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in_client(app, "drafter")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr("portal.queries.lists.counts", lambda *_: 1 / 0)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.get_data(as_text=True)
    assert "系统出了错" in answer.get_data(as_text=True)


@on_both
@pytest.mark.parametrize(
    "place",
    [
        "/tables/99999999999999999999999",
        "/tables?q=%00",
        "/tables?office=%00",
        "/tables?year=99999999999999999999999",
        "/?year=99999999999999999999999",
        "/tables?after=610002.99999999999999999999999.1",
        "/tables/1/compare?old=99999999999999999999999",
        "/offices/%00/2020/print",
        "/offices/610002/99999999999999999999999/print",
        "/tables?state=nonsense&after=nonsense",
    ],
)
def test_forged_addresses_get_a_page_and_never_a_500(app: Flask, world: World, place: str) -> None:
    world.submitted()
    for username in ("head", "approver"):
        assert signed_in_client(app, username).get(place).status_code in (200, 404)
