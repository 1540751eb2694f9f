"""The page of the working calendar: known years, and a notice that is read, shown, and confirmed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from portal.database import clock_at
from portal.extensions import db
from portal.models import CalendarNotice
from tests.services.administration.notices import NOTICE
from tests.web.signing import signed_in_client
from tests.world import PEOPLE


@pytest.fixture(autouse=True)
def autumn_of_2026(app: Flask) -> Iterator[None]:
    with clock_at(datetime(2026, 11, 20, 2, tzinfo=UTC)):
        yield


def notices() -> list[str]:
    db.session().rollback()
    return [notice.paper for notice in db.session().query(CalendarNotice)]


def test_only_the_administrator_keeps_the_calendar(app: Flask) -> None:
    for username, form in PEOPLE.items():
        expected = 200 if "admin" in form.roles else 403
        assert signed_in_client(app, username).get("/calendar").status_code == expected, username


def test_notice_is_read_shown_and_confirmed(app: Flask) -> None:
    admin = signed_in_client(app, "admin")
    page = admin.get("/calendar").text
    assert "节假日安排尚未公布" in page
    assert '<option value="2027" selected>' in page
    assert "确认采用" not in page

    shown = admin.post("/calendar", data={"year": "2027", "notice": NOTICE})
    assert shown.status_code == 200
    assert "读到的 2027 年安排（国办发明电〔2026〕6号）" in shown.text
    assert notices() == []
    seen = re.search(r'name="seen" value="(\w+)"', shown.text)
    assert seen

    form = {"year": "2027", "notice": NOTICE, "seen": seen[1], "confirm": "1"}
    assert admin.post("/calendar", data=form).status_code == 303
    page = admin.get("/calendar").text
    assert notices() == ["国办发明电〔2026〕6号"]
    assert "管理员 2026-11-20 10:00 采用" in page
    assert "节假日安排尚未公布" not in page


def test_wrong_notice_is_refused_at_the_box_with_what_was_pasted(app: Flask) -> None:
    admin = signed_in_client(app, "admin")
    cut = NOTICE[: NOTICE.index("七、")]
    for confirm in ({}, {"confirm": "1", "seen": "x"}):
        refused = admin.post("/calendar", data={"year": "2027", "notice": cut, **confirm})
        assert refused.status_code == 422
        assert "通知不完整，没有读到国庆节的安排。" in refused.text
        assert "五、端午节：6月9日" in refused.text
    assert notices() == []


def test_text_changed_after_the_preview_is_shown_again_instead_of_taken(app: Flask) -> None:
    admin = signed_in_client(app, "admin")
    refused = admin.post("/calendar", data={"year": "2027", "notice": NOTICE, "seen": "x", "confirm": "1"})
    assert refused.status_code == 409
    assert "请看过新的预览再确认" in refused.text
    assert "读到的 2027 年安排" in refused.text
    assert notices() == []
