"""人员 over HTTP: who may, what comes back, and that a one-time password works once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal import queries
from portal.database import now
from portal.domain.permissions import Role
from portal.extensions import db
from portal.models import User, UserRole
from portal.queries.administration.people import Person
from portal.services.administration import people as people_service
from portal.services.administration.accounts import PersonForm
from portal.web.administration import people
from tests.statement_counts import counted_queries
from tests.web.signing import client_of, sign_in, signed_in_client
from tests.world import OFFICES, PASSWORD, PEOPLE, World


def user_id(username: str) -> int:
    found = db.session().query(User.id).filter_by(username=username).scalar()
    assert found
    return int(found)


def person(username: str) -> Person:
    db.session().rollback()
    found = queries.administration.people.person(db.session(), user_id(username))
    assert found
    return found


def secret_on(answer: TestResponse) -> str:
    found = re.search(r'id="secret">([a-z0-9-]{14})<', answer.text)
    assert found, answer.text
    return found[1]


def test_only_the_administrator_keeps_people(app: Flask) -> None:
    number = user_id("head")
    paths = ("/people", "/people/new", f"/people/{number}", f"/people/{number}/password")
    for username, form in PEOPLE.items():
        client = signed_in_client(app, username)
        expected = 200 if "admin" in form.roles else 403
        assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, expected), username
    for path, data in (
        (f"/people/{number}/disable", {}),
        (f"/people/{number}/enable", {}),
        (f"/people/{number}/password", {}),
    ):
        assert client.post(path, data=data).status_code == 403
    assert person("head").user.active


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("陈审", {"reviewer"}),
        ("ABOVE_", {"above_drafter", "above_head"}),
        ("620001", {"outsider"}),
        ("审批人", {"approver", "approver2", "everything"}),
        ("没有这样的人", set()),
    ],
)
def test_list_is_filtered_by_text(app: Flask, wanted: str, expected: set[str]) -> None:
    page = signed_in_client(app, "admin").get("/people", query_string={"q": wanted}).text
    assert set(re.findall(r'<td class="code">([^<]+)</td>', page)) == expected


def test_new_person_signs_in_with_the_one_time_password_and_must_change_it(app: Flask) -> None:
    admin = signed_in_client(app, "admin")
    form = {"username": "zhang.xin", "name": "张新", "roles": ["drafter", "head"], "office": "610002"}
    answer = admin.post("/people/new", data=form, follow_redirects=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    secret = secret_on(answer)
    with admin.session_transaction() as session:
        assert secret not in str(dict(session))
    assert secret not in admin.get("/people").text

    client = client_of(app)
    assert sign_in(client, "zhang.xin", secret) == 303
    assert client.get("/tables").location == "/password"
    passwords = {"current_password": secret, "new_password": "shui-dao-qu-cheng-8", "repeated_password": ""}
    assert client.post("/password", data=passwords).status_code == 422
    passwords["repeated_password"] = "shui-dao-qu-cheng-8"
    assert client.post("/password", data=passwords).status_code == 303
    assert sign_in(client, "zhang.xin", secret) == 422
    assert sign_in(client, "zhang.xin", "shui-dao-qu-cheng-8") == 303
    assert client.get("/tables").status_code == 200


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"username": "A B"}, "username", "用户名应为"),
        ({"username": "head"}, "username", "已经存在"),
        ({"name": ""}, "name", "请填写姓名"),
        ({"roles": []}, "roles", "请至少选择一个角色"),
        ({"roles": ["king"]}, "roles", "请至少选择一个角色"),
        ({"office": ""}, "office", "要指明所在单位"),
        ({"office": "999"}, "office", "没有编码为 999 的单位"),
        ({"assigned": ["999"]}, "assigned", "没有编码为 999 的单位"),
    ],
)
def test_bad_person_comes_back_as_typed(
    app: Flask, change: dict[str, str | list[str]], field: str, sentence: str
) -> None:
    form = {"username": "zhang.xin", "name": "张新", "roles": ["drafter", "reviewer"], "office": "610002"}
    form |= {"assigned": ["620001"]} | change
    answer = signed_in_client(app, "admin").post("/people/new", data=form)
    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2  # in the summary, with a link, and at its field
    assert f'href="#field-{field}"' in answer.text
    assert f'id="field-{field}"' in answer.text
    for role in Role:
        assert (f'value="{role}" checked' in answer.text) == (role in form["roles"])
    assert ('value="620001" checked' in answer.text) == ("620001" in form["assigned"])


def test_roles_office_and_assigned_offices_are_changed(app: Flask) -> None:
    admin = signed_in_client(app, "admin")
    number = user_id("drafter2")
    page = admin.get(f"/people/{number}").text
    assert all(f'name="assigned" value="{code}"' in page for code, _, _ in OFFICES)
    form = {"name": "周审核", "roles": ["reviewer"], "office": "", "assigned": ["610002", "620001"]}
    assert admin.post(f"/people/{number}", data=form).status_code == 303
    found = person("drafter2")
    assert (found.user.name, found.user.office_code, found.roles, found.assigned) == (
        "周审核",
        None,
        {Role.REVIEWER},
        {"610002", "620001"},
    )


def test_administrator_makes_nobody_approver_of_himself(app: Flask) -> None:
    admin = signed_in_client(app, "admin")
    form = {"name": "管理员", "roles": ["admin", "approver", "auditor"]}
    answer = admin.post(f"/people/{user_id('admin')}", data=form)
    assert (answer.status_code, answer.text.count("不能给自己增加角色")) == (422, 2)
    answer = admin.post("/people/new", data=form | {"username": "newcomer"})
    assert (answer.status_code, answer.text.count("三员分立")) == (422, 2)
    assert person("admin").roles == {Role.ADMIN}


def test_combination_of_an_earlier_version_stays_and_is_warned_of(app: Flask) -> None:
    admin = signed_in_client(app, "admin")
    places = ("/people", f"/people/{user_id('auditor')}")
    assert [("分开" in admin.get(place).text) for place in places] == [False, False]
    db.session().add(UserRole(user_id=user_id("auditor"), role="approver"))
    db.session().commit()
    assert "审计员（auditor）一人担任了应当分开的职责" in admin.get("/people").text
    assert "职责没有分开" in admin.get("/people").text
    assert "这个人担任了应当分开的职责" in admin.get(places[1]).text
    answer = admin.post(places[1], data={"name": "审计员", "roles": ["auditor", "approver"]}, follow_redirects=True)
    assert "审计员 的账号已修改" in answer.text


def test_list_takes_the_same_few_statements_for_many_people(app: Flask) -> None:
    admin, found = signed_in_client(app, "admin"), []
    for turn in range(2):
        with counted_queries() as statements:
            admin.get("/people")
        found.append(len(statements))
        for n in range(20):
            people_service.add_user(
                db.session(), None, f"r{turn}{n}", PersonForm(f"审核{n}", ["reviewer"], "", ["610002"])
            )
    assert found[0] == found[1] <= 6  # session, BEGIN, roles, assignments, people, offices


def test_list_tells_one_time_passwords_that_have_expired(app: Flask) -> None:
    admin = signed_in_client(app, "admin")
    people_service.reset_password(db.session(), None, user_id("head"))
    assert "未改一次性密码" in admin.get("/people").text
    app.config["ONE_TIME_LIMIT"] = timedelta(0)
    assert "一次性密码已过期" in admin.get("/people").text


def test_own_password_is_changed_not_reset(app: Flask) -> None:
    admin = signed_in_client(app, "admin")
    number = user_id("admin")
    assert f"/people/{number}/password" not in admin.get(f"/people/{number}").text
    answer = admin.post(f"/people/{number}/password")
    assert (answer.status_code, "自己的密码在“修改密码”里改" in answer.text) == (422, True)


def test_last_administrator_stays(app: Flask) -> None:
    admin = signed_in_client(app, "admin")
    number = user_id("admin")
    answer = admin.post(f"/people/{number}", data={"name": "管理员", "roles": ["auditor"]})
    assert answer.status_code == 422
    assert "最后一个可用的系统管理员" in answer.text
    assert admin.post(f"/people/{number}/disable").status_code == 422
    assert person("admin").roles == {Role.ADMIN}
    assert person("admin").user.active


def test_disabled_person_is_out_at_once_and_may_come_back(app: Flask) -> None:
    admin, head = signed_in_client(app, "admin"), signed_in_client(app, "head")
    number = user_id("head")
    assert admin.post(f"/people/{number}/disable").status_code == 303
    assert head.get("/tables").status_code == 401
    assert sign_in(head, "head") == 422
    assert admin.post(f"/people/{number}/enable").status_code == 303
    assert sign_in(head, "head") == 303


def test_reset_acts_on_post_alone_and_ends_sessions(app: Flask, world: World) -> None:
    admin, head = signed_in_client(app, "admin"), signed_in_client(app, "head")
    path = f"/people/{user_id('head')}/password"
    assert admin.get(path).status_code == 200
    assert head.get("/tables").status_code == 200

    answer = admin.post(path, follow_redirects=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert head.get("/tables").status_code == 401
    assert sign_in(head, "head", PASSWORD) == 422
    assert sign_in(head, "head", secret_on(answer)) == 303
    assert head.get("/tables").location == "/password"
    assert secret_on(answer) not in str([e.detail for e in world.session.query(queries.record.AuditEntry)])


def test_unknown_person_is_not_found(app: Flask) -> None:
    admin = signed_in_client(app, "admin")
    assert admin.get("/people/9999").status_code == 404
    for path in (
        "/people/9999",
        "/people/9999/enable",
        "/people/9999/disable",
        "/people/9999/handover",
        "/people/9999/password",
    ):
        assert admin.post(path, data={"name": "某人", "roles": "auditor"}).status_code == 404


def test_page_of_a_one_time_password_shows_it_again_until_it_is_used_or_old(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = signed_in_client(app, "admin")
    address = admin.post(f"/people/{user_id('head')}/password").location
    secret = secret_on(admin.get(address))
    assert secret_on(admin.get(address)) == secret
    assert re.search(r"这个密码只显示到 \d\d:\d\d，", admin.get(address).text)

    with monkeypatch.context() as later:
        later.setattr(people, "now", lambda: now() + people.SHOWN_FOR)
        assert secret not in admin.get(address).text
        assert "不再显示" in admin.get(address).text
    head = client_of(app)
    assert sign_in(head, "head", secret) == 303
    chosen = "shui-dao-qu-cheng-8"
    head.post("/password", data={"current_password": secret, "new_password": chosen, "repeated_password": chosen})
    assert secret not in admin.get(address).text


def test_page_of_a_one_time_password_is_for_the_person_who_made_it(app: Flask) -> None:
    address = signed_in_client(app, "admin").post(f"/people/{user_id('head')}/password").location
    assert signed_in_client(app, "approver").get(address).status_code == 403
    assert signed_in_client(app, "admin").get(address.replace(address[-8:], "00000000")).status_code == 404
