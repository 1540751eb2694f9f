"""预算单位 over HTTP: the services are tested on both databases elsewhere."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.extensions import db
from portal.models import Office
from tests.web.signing import signed_in_client
from tests.world import PEOPLE, World

PATHS = ("/offices", "/offices/new", "/offices/610002")


def test_only_the_administrator_keeps_offices(app: Flask) -> None:
    for username, form in PEOPLE.items():
        client = signed_in_client(app, username)
        expected = 200 if "admin" in form.roles else 403
        assert {path: client.get(path).status_code for path in PATHS} == dict.fromkeys(PATHS, expected), username
    assert client.post("/offices/new", data={"code": "640001", "name": "某单位"}).status_code == 403
    assert db.session().get(Office, "640001") is None


def test_list_shows_tables_and_reviewers_and_filters(app: Flask, world: World) -> None:
    world.submitted()
    client = signed_in_client(app, "admin")
    page = client.get("/offices").text
    row = page[page.index('<td class="code">610002</td>') :].split("</tr>")[0]
    assert '<td class="num">1</td>' in row
    assert "陈审核、一人多职" in row
    found = client.get("/offices?q=南关").text
    assert "620001" in found
    assert "610002" not in found


def test_office_is_added_and_changed(app: Flask) -> None:
    client = signed_in_client(app, "admin")
    answer = client.post("/offices/new", data={"code": "610003", "name": "新街道办事处", "parent": "610"})
    assert (answer.status_code, answer.location) == (303, "/offices")
    assert "已新增单位 610003 新街道办事处" in client.get("/offices").text
    assert client.post("/offices/610003", data={"name": "更名街道办事处", "active": "0"}).status_code == 303
    office = db.session().get(Office, "610003")
    assert office
    assert (office.name, office.active, office.lineage) == ("更名街道办事处", False, "/610/610003/")


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({"code": "61a", "name": "某单位"}, "code", "3 到 12 位数字"),
        ({"code": "610002", "name": "某单位"}, "code", "已经存在"),
        ({"code": "640001", "name": " ", "parent": "610"}, "name", "请填写单位名称"),
        ({"code": "640001", "name": "某单位", "parent": "999"}, "parent", "不存在"),
    ],
)
def test_bad_office_comes_back_as_typed(app: Flask, data: dict[str, str], field: str, sentence: str) -> None:
    answer = signed_in_client(app, "admin").post("/offices/new", data=data)
    assert answer.status_code == 422
    error = answer.text[answer.text.index(f'id="error-{field}"') :].split("</p>")[0]
    assert sentence in error
    assert f'value="{data["code"]}"' in answer.text


def test_bad_name_of_a_known_office_comes_back(app: Flask) -> None:
    answer = signed_in_client(app, "admin").post("/offices/610002", data={"name": "长" * 201, "active": "1"})
    assert answer.status_code == 422
    assert "长" * 201 in answer.text
    assert "不超过 200 字" in answer.text


def test_unknown_office_is_not_found(app: Flask) -> None:
    client = signed_in_client(app, "admin")
    assert client.get("/offices/999999").status_code == 404
    assert client.post("/offices/999999", data={"name": "某单位", "active": "1"}).status_code == 404
