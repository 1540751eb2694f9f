"""分管单位 over HTTP: one form for all reviewers and offices."""

from __future__ import annotations

import re

from flask import Flask

from portal import queries
from portal.domain.permissions import Role
from portal.extensions import db
from portal.models import Assignment, Office, User, UserRole
from portal.services.review import claims
from tests.statement_counts import counted_queries
from tests.web.signing import signed_in_client
from tests.world import OFFICE, PEOPLE, World


def fields_of(page: str, **changes: set[int]) -> dict[str, str | list[str]]:
    """The fields of the form as the page shows it, with other ticks for some offices (on_CODE)."""
    form: dict[str, str | list[str]] = dict(re.findall(r'name="(base-\d+|shown)" value="([^"]*)"', page))
    for code, person in re.findall(r'name="on-(\d+)"\s+value="(\d+)"[^>]* checked', page):
        form[f"on-{code}"] = [*form.get(f"on-{code}", []), person]
    for name, people in changes.items():
        form[name.replace("on_", "on-")] = [str(person) for person in sorted(people)]
    return form


def assigned(world: World, username: str) -> frozenset[str]:
    world.session.rollback()
    found = queries.administration.people.person(world.session, world.actor(username).id)
    assert found
    return found.assigned


def test_portfolios_are_the_administrators(app: Flask) -> None:
    for username, form in PEOPLE.items():
        expected = 200 if "admin" in form.roles else 403
        assert signed_in_client(app, username).get("/portfolios").status_code == expected


def test_portfolios_are_shown_and_saved_as_one_form(app: Flask, world: World) -> None:
    admin, one, other = signed_in_client(app, "admin"), world.actor("reviewer").id, world.actor("other_reviewer").id
    page = admin.get("/portfolios").text
    assert "1 个单位没有审核人" in page
    assert "和下面的 2 个单位" in page

    answer = admin.post(
        "/portfolios", data=fields_of(page, on_610={one}, on_620001={one, other}), follow_redirects=True
    )

    assert "的分管单位已改" in answer.text
    assert (assigned(world, "reviewer"), assigned(world, "other_reviewer")) == ({"610", OFFICE, "620001"}, {"620001"})
    assert "没有审核人" not in answer.text.replace("只看没有审核人的", "")
    assert 'class="covered"' in answer.text


def test_stale_save_is_refused_with_both_and_can_be_repeated(app: Flask, world: World) -> None:
    admin, one, other = signed_in_client(app, "admin"), world.actor("reviewer").id, world.actor("other_reviewer").id
    page = admin.get("/portfolios").text
    db.session.add(Assignment(user_id=other, office_code=OFFICE))
    db.session.commit()

    answer = admin.post("/portfolios", data=fields_of(page, on_610002=set(), on_610={one}))

    assert answer.status_code == 409
    assert all(words in answer.text for words in ("同事改过 610002 的审核人", "同事已改为：一人多职、孙审核、陈审核"))
    again = fields_of(answer.text)
    assert (again.get("on-610002"), again.get("on-610")) == (None, [str(one)])
    assert admin.post("/portfolios", data=again).status_code == 303
    assert (assigned(world, "reviewer"), assigned(world, "other_reviewer")) == ({"610"}, {"620001"})


def test_offices_with_claims_ask_to_whom_the_claims_go(app: Flask, world: World) -> None:
    table_id = world.submitted()
    claims.claim(world.session, world.actor("reviewer"), table_id)
    admin, one, other = signed_in_client(app, "admin"), world.actor("reviewer").id, world.actor("other_reviewer").id
    form = fields_of(admin.get("/portfolios").text, on_610002={other})

    answer = admin.post("/portfolios", data=form)

    assert (answer.status_code, "陈审核认领的 1 张表（610002 1 张）交给" in answer.text) == (422, True)
    assert fields_of(answer.text)["on-610002"] == [str(other)]
    assert fields_of(answer.text)["base-610002"] == form["base-610002"]
    assert admin.post("/portfolios", data=form | {f"claims_to-{one}": str(other)}).status_code == 303
    assert world.table(table_id).claimed_by_id == other


def test_odd_portfolios_are_refused(app: Flask) -> None:
    admin = signed_in_client(app, "admin")
    for form in ({"shown": "x"}, {"shown": "1", "base-610002": "a"}, {"shown": "1", "base-1": "", "on-1": "1"}):
        assert admin.post("/portfolios", data=form).status_code == 422
    assert admin.get("/portfolios", query_string={"group": "%", "reviewer": "x", "page": "-3"}).status_code == 200


def test_portfolios_of_a_large_district_come_in_pages_of_few_statements(app: Flask, world: World) -> None:
    session = world.session
    session.add_all(
        Office(code=f"7{n // 100:02}{n:03}", name=f"街道办事处{n}", lineage=f"/7{n // 100:02}{n:03}/")
        for n in range(250)
    )
    people = [User(username=f"r{n:02}", name=f"审核{n}", password_hash="", stamp="") for n in range(20)]
    session.add_all(people)
    session.flush()
    session.add_all(UserRole(user_id=person.id, role=Role.REVIEWER.value) for person in people)
    session.commit()
    admin = signed_in_client(app, "admin")
    with counted_queries() as statements:
        page = admin.get("/portfolios").text
    assert len(statements) <= 5  # session, BEGIN, offices, reviewers, assignments
    assert (page.count("<tr"), len(page) < 500_000) == (101, True)
    assert "第 201 至 254 个，共 254 个单位" in admin.get("/portfolios?page=3").text
    assert admin.get("/portfolios?group=610002&without=1").text.count("<tr") <= 3
