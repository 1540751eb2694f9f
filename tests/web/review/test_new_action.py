"""Adding an action is one object and one effect: every page of a table knows it from then on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.actions import ACTIONS, Action, FieldKind, FormField, Look, Precondition, Words
from portal.domain.audit_events import AUDIT_EVENTS, event_of
from portal.domain.permissions import Permission
from portal.domain.states import State
from portal.services.review.effects import EFFECTS, Outcome
from tests.databases import in_context, new_app, on_sqlite
from tests.web.signing import signed_in_client
from tests.world import World

SHELVE = Action(
    "shelve",
    sources=frozenset({State.SUBMITTED}),
    target=State.RETURNED,
    permission=Permission.RETURN,
    preconditions=(Precondition.SAME_DIGEST, Precondition.REASON),
    words=Words("暂缓审核", "暂缓以后表回到{target}状态。", "已暂缓审核，单位可以看到理由。"),
    look=Look("secondary", "pause"),
    asks=(FormField("reason", "暂缓的理由", FieldKind.TEXT),),
)

pytestmark = on_sqlite


@pytest.fixture(autouse=True)
def shelve(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the object and the effect make of it when the modules are imported."""
    monkeypatch.setitem(ACTIONS, SHELVE.name, SHELVE)  # type: ignore[arg-type]
    monkeypatch.setitem(AUDIT_EVENTS, SHELVE.name, event_of(SHELVE))  # type: ignore[arg-type]
    monkeypatch.setitem(
        EFFECTS,  # type: ignore[arg-type]
        SHELVE.name,
        lambda session, actor, table, request: Outcome({"due_on": None}, {"reason": request.reason}),
    )


@pytest.fixture
def app(shelve: None, database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An app of its own, built when the action is there."""
    with in_context(new_app(database_url, tmp_path / "instance")) as app:
        yield app


def shelved(client: FlaskClient, world: World, table_id: int, reason: str = "等待上级文件") -> str:
    answer = client.post(
        f"/tables/{table_id}/shelve",
        data={"digest": world.table(table_id).digest, "reason": reason},
        follow_redirects=True,
    )
    return answer.get_data(as_text=True)


def test_button_stands_where_the_action_is_lawful(app: Flask, world: World) -> None:
    table_id = world.submitted()
    button = f'href="/tables/{table_id}/shelve">'
    shown = {
        name: button in signed_in_client(app, name).get(f"/tables/{table_id}").text for name in ("reviewer", "head")
    }
    assert shown == {"reviewer": True, "head": False}


def test_confirm_page_says_and_asks_what_the_object_says(app: Flask, world: World) -> None:
    page = signed_in_client(app, "reviewer").get(f"/tables/{world.submitted()}/shelve").text
    assert "暂缓以后表回到已退回状态。" in page
    assert "暂缓的理由" in page and "再次送审的期限" not in page


def test_act_is_done_told_and_stands_in_history_and_record(app: Flask, world: World) -> None:
    table_id = world.submitted()
    page = shelved(signed_in_client(app, "reviewer"), world, table_id)
    assert "已暂缓审核，单位可以看到理由。" in page
    assert world.table(table_id).state == "returned"
    history = signed_in_client(app, "head").get(f"/tables/{table_id}/history").text
    assert re.search(r'state-returned".*?<strong>暂缓审核</strong>.*?等待上级文件', history, re.DOTALL)
    log = signed_in_client(app, "auditor").get("/audit?act=shelve").text
    assert "暂缓审核</option>" in log and "<dt>理由</dt><dd>等待上级文件</dd>" in log


def test_refused_act_changes_nothing_and_shows_the_page_again(app: Flask, world: World) -> None:
    table_id = world.submitted()
    page = shelved(signed_in_client(app, "reviewer"), world, table_id, reason="")
    assert "没有暂缓审核：请写明暂缓审核的理由。" in page
    assert world.table(table_id).state == "submitted"


def test_handbook_tells_of_it(app: Flask, world: World) -> None:
    assert '<th scope="row">暂缓审核</th>' in signed_in_client(app, "drafter").get("/handbook/permissions").text


def test_action_that_nobody_knows_is_no_page(app: Flask, world: World) -> None:
    assert signed_in_client(app, "reviewer").get(f"/tables/{world.submitted()}/dance").status_code == 404
