"""我的账号 over HTTP."""

from __future__ import annotations

from flask import Flask

from tests.web.signing import signed_in_client


def test_account_shows_who_one_is_and_keeps_a_wrong_telephone_as_typed(app: Flask) -> None:
    head = signed_in_client(app, "head")
    page = head.get("/account").text
    assert all(words in page for words in ("李主任", "单位负责人", "610002 秦皇岛市山海关区古城街道办事处"))
    answer = head.post("/account", data={"phone": "打传达室"})
    assert (answer.status_code, 'value="打传达室"' in answer.text) == (422, True)
    assert head.post("/account", data={"phone": "0335-5051234"}).status_code == 303
    assert 'value="0335-5051234"' in head.get("/account").text


def test_telephone_of_the_office_is_where_the_bureau_looks_for_it(app: Flask) -> None:
    head, approver = signed_in_client(app, "head"), signed_in_client(app, "approver")
    head.post("/account", data={"phone": "0335-5051234"})
    entry = {"office": "610002", "code": "610-1301-JBN-0009", "name": "新项目", "amount": "100"}
    place = approver.post("/register/2020/new", data=entry).location
    assert "李主任（负责人） 0335-5051234" in approver.get(place).text
    assert "0335-5051234" not in signed_in_client(app, "drafter").get(place).text
    admin = signed_in_client(app, "admin")
    assert all("0335-5051234" in admin.get(place).text for place in ("/people", "/offices/610002"))
