"""Signing in and out over HTTP: in two tabs, with stale pages, after expiry, as another person."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.database import now
from portal.extensions import db
from portal.services.administration import people
from portal.services.session import signing_in
from tests.statement_counts import counted_queries
from tests.web.signing import sign_in, signed_in_client
from tests.world import PASSWORD, PEOPLE, World

NEW = "shui-dao-qu-cheng-8"
SIGNED_OUT = "已退出登录。"


class Browser:
    """A client that keeps CSRF tokens, with the tabs that a person left open."""

    def __init__(self, app: Flask) -> None:
        app.config["WTF_CSRF_ENABLED"] = True
        self.client: FlaskClient = app.test_client()

    def open(self, path: str) -> Tab:
        return Tab(self.client, self.client.get(path, follow_redirects=True))

    def sign_in(self, username: str) -> None:
        """In another tab."""
        self.open("/login").submit("/login", username=username, password=PASSWORD)

    def sign_out(self) -> None:
        """In another tab."""
        self.open("/handbook").submit("/logout")

    def become(self, username: str) -> None:
        """Bring the session to `username`, "" for nobody, in another tab."""
        if self.username() != username:
            if self.username():
                self.sign_out()
            if username:
                self.sign_in(username)
        assert self.username() == username

    def username(self) -> str:
        shown = re.search(r'class="bi bi-person"[^>]*></i> <a [^>]*>([^<]+)', self.client.get("/password").text)
        return next((name for name, form in PEOPLE.items() if shown and form.name == shown[1]), "")


class Tab:
    """A page as it stands on screen; submitting a form sends the tokens that the page holds."""

    def __init__(self, client: FlaskClient, answer: TestResponse) -> None:
        self.client, self.answer = client, answer

    @property
    def text(self) -> str:
        return self.answer.text

    def submit(self, path: str, **fields: str) -> Tab:
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.text)
        assert hidden, self.text
        data = dict(hidden) | fields
        return Tab(self.client, self.client.post(path, data=data, follow_redirects=True))


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


# --- the session on the server -------------------------------------------------------------------


def copied(app: Flask, client: FlaskClient) -> FlaskClient:
    """Another client with a copy of the session cookie."""
    cookie = client.get_cookie("session")
    assert cookie
    thief = app.test_client()
    thief.set_cookie("session", cookie.value)
    return thief


def test_copied_cookie_is_dead_after_signing_out(app: Flask) -> None:
    client = signed_in_client(app, "drafter")
    thief, elsewhere = copied(app, client), signed_in_client(app, "drafter")
    assert thief.get("/").status_code == 200
    assert client.post("/logout").status_code == 303
    assert thief.get("/").status_code == 401
    assert elsewhere.get("/").status_code == 200


def test_copied_cookie_is_dead_after_somebody_else_signs_in_with_the_browser(app: Flask) -> None:
    client = signed_in_client(app, "drafter")
    thief = copied(app, client)
    client.post("/login", data={"username": "head", "password": PASSWORD})
    assert (client.get("/").status_code, thief.get("/").status_code) == (200, 401)


def test_signing_out_after_the_idle_limit_ends_the_session_on_the_server_too(app: Flask) -> None:
    client = signed_in_client(app, "drafter")
    thief = copied(app, client)
    app.config["IDLE_LIMIT"] = timedelta(seconds=-1)
    assert client.post("/logout").headers["Location"] == "/login"
    app.config["IDLE_LIMIT"] = timedelta(hours=2)
    assert thief.get("/").status_code == 401


def test_session_ends_after_its_limit_however_busy(app: Flask) -> None:
    app.config["SESSION_LIMIT"] = timedelta(0)
    assert signed_in_client(app, "drafter").get("/").status_code == 401


def test_viewer_and_the_number_that_awaits_them_take_a_statement_each(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    with counted_queries() as sent:
        assert client.get("/password").status_code == 200
    assert len([statement for statement in sent if statement.startswith("SELECT")]) == 2


# --- changing the password -----------------------------------------------------------------------


def test_loser_of_two_changes_at_once_is_told_and_led_to_the_sign_in_page(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, other = signed_in_client(app, "drafter"), signed_in_client(app, "drafter")
    passwords = {"current_password": PASSWORD, "new_password": NEW, "repeated_password": NEW}
    check = signing_in.check_new_password

    def overtaken(*arguments: Any) -> None:
        monkeypatch.setattr(signing_in, "check_new_password", check)
        assert other.post("/password", data=passwords).status_code == 303
        check(*arguments)

    monkeypatch.setattr(signing_in, "check_new_password", overtaken)
    late = {"current_password": PASSWORD, "new_password": "xin-mima-2026", "repeated_password": "xin-mima-2026"}
    answer = client.post("/password", data=late, follow_redirects=True)
    assert (answer.request.path, "刚才已在别处改过，这一次没有修改" in answer.text) == ("/login", True)
    assert [sign_in(client, "drafter", password) for password in ("xin-mima-2026", NEW)] == [422, 303]


def test_wrong_current_passwords_are_slowed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    at = now()
    monkeypatch.setattr(signing_in, "now", lambda: at)
    client = signed_in_client(app, "drafter")
    wrong = {"current_password": "not the password", "new_password": NEW, "repeated_password": NEW}
    answers = [client.post("/password", data=wrong) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 429]
    assert "请在 3 秒后再试" in answers[-1].text
    assert sign_in(client, "drafter") == 429


def test_common_password_is_refused_at_its_field(app: Flask) -> None:
    common = {"current_password": PASSWORD, "new_password": "woaini1314520", "repeated_password": "woaini1314520"}
    answer = signed_in_client(app, "drafter").post("/password", data=common)
    assert answer.status_code == 422
    assert 'href="#field-new_password"' in answer.text
    assert answer.text.count("密码太常见，容易猜到") == 2


# --- two tabs ------------------------------------------------------------------------------------

STATES = ("", "drafter", "head")


@pytest.mark.parametrize("then", STATES)
@pytest.mark.parametrize("username", ["drafter", "head"])
def test_sign_in_page_left_open_signs_in_whoever_signed_in_or_out_since(
    browser: Browser, username: str, then: str
) -> None:
    tab = browser.open("/login?goal=/password")
    browser.sign_in("outsider")  # makes the token of the page stale
    browser.become(then)

    answer = tab.submit("/login", username=username, password=PASSWORD)
    assert answer.answer.status_code == (400 if then else 401)
    assert f'value="{username}"' in answer.text
    assert "登录页面已过期，这一次没有登录" in answer.text
    assert ("现在登录的是" in answer.text) is (then != "")
    assert then == "" or f"<strong>{PEOPLE[then].name}</strong>（{then}）" in answer.text

    answer = answer.submit("/login", username=username, password=PASSWORD)
    assert answer.answer.request.path == "/password"
    assert browser.username() == username


@pytest.mark.parametrize("then", STATES)
def test_page_left_open_signs_out_whoever_signed_in_or_out_since(browser: Browser, then: str) -> None:
    browser.sign_in("drafter")
    tab = browser.open("/handbook")
    browser.sign_out()
    browser.become(then)

    answer = tab.submit("/logout")
    if then:
        assert f"现在登录的是 <strong>{PEOPLE[then].name}</strong>" in answer.text
        assert browser.username() == then
        answer = answer.submit("/logout")
        assert SIGNED_OUT in answer.text
    assert answer.answer.request.path == "/login"
    assert browser.username() == ""


def test_sign_out_is_possible_twice(browser: Browser) -> None:
    browser.sign_in("drafter")
    tab = browser.open("/handbook")
    browser.sign_out()
    answer = tab.submit("/logout")
    assert (answer.answer.request.path, answer.answer.status_code) == ("/login", 200)
    assert "继续提交" not in answer.text


def test_wrong_password_leaves_the_signed_in_person_signed_in(browser: Browser) -> None:
    tab = browser.open("/login")
    browser.sign_in("drafter")
    answer = tab.submit("/login", username="head", password=PASSWORD)
    answer = answer.submit("/login", username="head", password="not the password")
    assert "用户名或密码不对。" in answer.text
    assert f"现在登录的是 <strong>{PEOPLE['drafter'].name}</strong>" in answer.text
    assert browser.username() == "drafter"


def test_sign_in_page_leads_a_signed_in_person_on(browser: Browser) -> None:
    browser.sign_in("drafter")
    assert browser.client.get("/login?goal=/tables").headers["Location"] == "/tables"
    assert browser.client.get("/login").headers["Location"] == "/"


def test_form_of_a_page_left_open_goes_on_after_its_author_signs_in_again(browser: Browser, world: World) -> None:
    table_id = world.submitted()
    browser.sign_in("reviewer")
    tab = browser.open(f"/tables/{table_id}")
    browser.sign_out()
    path, typed = f"/tables/{table_id}/opinions", {"place": "goals", "binding": "1", "text": "目标不够细化。"}

    answer = tab.submit(path, **typed)
    assert "登录已失效，你刚才填写的内容没有丢失" in answer.text
    answer = answer.submit("/login", username="reviewer", password=PASSWORD, resume=_resume(answer.text))
    assert "继续提交" in answer.text
    assert "目标不够细化。" in answer.text


def test_form_of_a_page_left_open_is_given_to_its_author_and_to_nobody_else(browser: Browser, world: World) -> None:
    table_id = world.submitted()
    browser.sign_in("reviewer")
    tab = browser.open(f"/tables/{table_id}")
    browser.become("approver")

    answer = tab.submit(f"/tables/{table_id}/opinions", place="goals", binding="1", text="目标不够细化。")
    assert "这个页面是另一位用户打开的，操作没有办理" in answer.text
    assert f"现在登录的是 <strong>{PEOPLE['approver'].name}</strong>" in answer.text
    kept = _resume(answer.text)
    answer = answer.submit("/login", username="reviewer", password=PASSWORD, resume=kept)
    assert "目标不够细化。" in answer.text
    assert browser.username() == "reviewer"


def _resume(page: str) -> str:
    found = re.search(r'<textarea[^>]* name="resume"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found, page
    return unescape(found[1])


@pytest.mark.parametrize("then", STATES)
def test_password_page_left_open_changes_nothing_and_shows_no_password(browser: Browser, then: str) -> None:
    browser.sign_in("drafter")
    tab = browser.open("/password")
    browser.sign_out()
    browser.become(then)

    answer = tab.submit("/password", current_password=PASSWORD, new_password=NEW, repeated_password=NEW)
    assert "这一次没有修改密码" in answer.text
    assert NEW not in answer.text and PASSWORD not in answer.text
    if not then:
        answer = answer.submit("/login", username="drafter", password=PASSWORD)
    assert answer.answer.request.path == "/password"


def test_password_typed_after_the_session_expired_is_not_carried_over(app: Flask) -> None:
    client = signed_in_client(app, "drafter")
    app.config["IDLE_LIMIT"] = timedelta(seconds=-1)
    data = {"current_password": PASSWORD, "new_password": NEW, "repeated_password": NEW}
    answer = client.post("/password", data=data)
    assert (answer.status_code, "这一次没有修改密码" in answer.text, NEW in answer.text) == (401, True, False)
    assert 'name="goal" value="/password"' in answer.text


def test_pages_of_a_signed_out_person_are_not_kept_for_the_back_button(app: Flask) -> None:
    client = signed_in_client(app, "drafter")
    assert client.get("/").headers["Cache-Control"] == "no-store"
    assert client.get("/login").headers["Cache-Control"] == "no-store"


def test_session_of_a_disabled_person_is_told_nothing_untrue(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    people.set_active(db.session(), None, world.actor("drafter").id, False)
    answer = client.post("/tables/new", data={"kind": "project", "_author": "1"})
    assert answer.status_code == 401
    assert "登录已失效" in answer.text
