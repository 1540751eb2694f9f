"""Disabling and handing over through HTTP: the page shows what hangs on a person and asks to whom it goes."""

from __future__ import annotations

from flask import Flask

from portal.services.review import claims
from tests.web.signing import signed_in_client
from tests.world import PEOPLE, World


def test_pages_of_handovers_are_the_administrators(app: Flask, world: World) -> None:
    number = world.actor("reviewer").id
    for username, form in PEOPLE.items():
        client, expected = signed_in_client(app, username), 200 if "admin" in form.roles else 403
        for page in ("disable", "handover"):
            assert client.get(f"/people/{number}/{page}").status_code == expected, username
            if expected == 403:
                assert client.post(f"/people/{number}/{page}").status_code == 403


def test_disabling_shows_what_hangs_on_the_person_and_moves_it(app: Flask, world: World) -> None:
    table_id = world.submitted()
    claims.claim(world.session, world.actor("reviewer"), table_id)
    world.opinion(table_id, path="purpose", binding=False)
    number, other = world.actor("reviewer").id, world.actor("other_reviewer").id
    admin = signed_in_client(app, "admin")

    page = admin.get(f"/people/{number}/disable").text
    assert all(
        words in page for words in ("分管的 1 个单位交给", "认领的 1 张表交给", "1 条：仍归他本人", "610002 1 张")
    )
    assert '<option value="same"' in page

    nobody = {"offices_to": "0", "claims_to": "0", "reason": ""}
    refused = admin.post(f"/people/{number}/disable", data=nobody)
    assert (refused.status_code, refused.text.count("没有人接手的，请写明理由")) == (422, 2)
    moved = {"offices_to": str(other), "claims_to": "same", "reason": "调离"}
    answer = admin.post(f"/people/{number}/disable", data=moved, follow_redirects=True)
    assert "的账号已停用" in answer.text
    assert world.table(table_id).claimed_by_id == other


def test_person_with_nothing_is_disabled_by_one_button(app: Flask, world: World) -> None:
    admin, number = signed_in_client(app, "admin"), world.actor("head").id
    page = admin.get(f"/people/{number}/disable").text
    assert "他是 610002 唯一的单位负责人" not in page  # 一人多职 is a head too
    assert "没有分管单位、认领的表和草稿" in page
    assert admin.post(f"/people/{number}/disable").status_code == 303


def test_form_of_a_person_that_takes_offices_away_asks_about_claims(app: Flask, world: World) -> None:
    table_id = world.submitted()
    claims.claim(world.session, world.actor("reviewer"), table_id)
    number, approver = world.actor("reviewer").id, world.actor("approver").id
    admin, form = signed_in_client(app, "admin"), {"name": "陈审核", "roles": ["reviewer"], "assigned": ["620001"]}

    answer = admin.post(f"/people/{number}", data=form)

    assert (answer.status_code, f'name="claims_to-{number}"' in answer.text) == (422, True)
    assert 'value="620001" checked' in answer.text
    assert admin.post(f"/people/{number}", data=form | {f"claims_to-{number}": str(approver)}).status_code == 303
    assert world.table(table_id).claimed_by_id == approver
