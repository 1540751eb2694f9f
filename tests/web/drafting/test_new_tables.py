"""新建 over HTTP, without scripts: the four ways, what is refused and kept, files that are none of ours."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.domain import actions
from portal.domain.documents import PerformanceText
from portal.formats import json_file
from portal.models import Change, TargetTable
from portal.services.administration import budget_years
from tests.databases import DATA, on_both
from tests.services.next_year import NEXT, open_next, start
from tests.statement_counts import MOST_QUERIES, counted_queries
from tests.web.forms import fields_of
from tests.web.signing import signed_in_client
from tests.world import DUE, YEAR, World, sound_project

SECOND = sound_project(2, "610-1301-JBN-0002", "另一项目")
REAL = (DATA / "gucheng-2020.txt").read_bytes()


def text_of(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def as_file(*tables: Any) -> bytes:
    return json_file.write(PerformanceText(None, tables))


def upload(client: FlaskClient, data: bytes, name: str = "表.json", year: int = YEAR) -> TestResponse:
    """The preview, or the start page with the refusal."""
    fields = {"year": str(year), "file": (io.BytesIO(data), name)}
    return client.post("/tables/new/file", data=fields, follow_redirects=True)


def ids(world: World, year: int) -> list[int]:
    world.session.rollback()
    return list(world.session.scalars(select(TargetTable.id).where(TargetTable.year == year).order_by(TargetTable.id)))


# --- the four ways -------------------------------------------------------------------------------


def test_blank_table_begins_and_opens_for_editing(app: Flask, world: World) -> None:
    answer = signed_in_client(app, "drafter").post("/tables/new", data={"year": str(YEAR), "kind": "project"})
    (table_id,) = ids(world, YEAR)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/tables/{table_id}/edit")


def test_last_years_tables_are_offered_ticked_and_taken_over_at_once(app: Flask, world: World) -> None:
    open_next(world)
    first, second = world.draft(), world.draft(SECOND)
    start(world, first)
    client = signed_in_client(app, "drafter")
    page = text_of(client.get("/tables/new"))
    boxes = re.findall(r'name="source" value="(\d+)" id="source-\d+"([^>]*)>', page)
    assert boxes == [(str(first), " disabled"), (str(second), " checked")]
    assert "已沿用" in page
    third = world.draft(sound_project(3, "610-1301-JBN-0003", "第三项目"))
    answer = client.post("/tables/new/from", data={"year": str(NEXT), "way": "earlier", "source": [second, third]})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/?tab=drafted&year={NEXT}")
    assert len(ids(world, NEXT)) == 3
    assert "已沿用 2 张表" in text_of(client.get(answer.headers["Location"]))


def test_another_table_of_the_year_is_copied_and_opens_for_editing(app: Flask, world: World) -> None:
    source = world.draft()
    client = signed_in_client(app, "drafter")
    assert f'<option value="{source}">1、办事处工作经费绩效目标表</option>' in text_of(client.get("/tables/new"))
    answer = client.post("/tables/new/from", data={"year": str(YEAR), "way": "copy", "source": str(source)})
    copy = ids(world, YEAR)[-1]
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/tables/{copy}/edit")
    page = text_of(client.get(answer.headers["Location"]))
    assert "本表复制自本年度的" in page
    assert "沿用自《办事处工作经费绩效目标表》" in page


# --- refused -------------------------------------------------------------------------------------


def test_refused_choice_comes_back_as_it_was(app: Flask, world: World) -> None:
    open_next(world)
    first, second = world.draft(), world.draft(SECOND)
    client = signed_in_client(app, "drafter")
    start(world, first)
    fields = {"year": str(NEXT), "source_year": str(YEAR), "way": "earlier", "source": [str(first), str(second)]}
    answer = client.post("/tables/new/from", data=fields)
    assert answer.status_code == 422
    assert "以下各表已经沿用到 2021 年度：《办事处工作经费绩效目标表》。" in text_of(answer)
    assert f'id="source-{second}" checked' in text_of(answer)
    none = client.post("/tables/new/from", data={"year": str(NEXT), "way": "earlier"})
    assert none.status_code == 422
    assert "请勾选要沿用的表。" in text_of(none)
    assert f'id="source-{second}">' in text_of(none)  # unticked by hand, and still so
    kind = client.post("/tables/new", data={"year": str(NEXT)})
    assert (kind.status_code, "请选择年度和表的种类。" in text_of(kind)) == (422, True)


def test_department_table_exists_already_and_the_kind_stays_chosen(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    fields = {"year": str(YEAR), "kind": "department"}
    client.post("/tables/new", data=fields)
    answer = client.post("/tables/new", data=fields)
    assert answer.status_code == 422
    assert 'value="department" checked' in text_of(answer)


def test_outsider_is_told_that_there_is_no_such_table(app: Flask, world: World) -> None:
    open_next(world)
    source = world.approved()
    client = signed_in_client(app, "outsider")
    answer = client.post("/tables/new/from", data={"year": str(NEXT), "source": str(source)})
    assert (answer.status_code, ids(world, NEXT)) == (404, [])
    assert "办事处工作经费" not in text_of(client.get(f"/tables/new?year={NEXT}&source_year={YEAR}"))
    above = signed_in_client(app, "above_head")
    assert above.post("/tables/new/from", data={"year": str(NEXT), "source": str(source)}).status_code == 403


@pytest.mark.parametrize("username", ["reviewer", "approver", "auditor", "admin"])
def test_who_drafts_for_no_office_begins_nothing(app: Flask, world: World, username: str) -> None:
    source = world.draft()
    client = signed_in_client(app, username)
    fields = {"year": str(YEAR), "kind": "project", "source": str(source), "content": "{}"}
    answers = [client.get("/tables/new").status_code, upload(client, REAL, "a.txt").status_code]
    answers += [client.post(f"/tables/new{way}", data=fields).status_code for way in ("", "/from", "/import/a")]
    assert answers == [403] * 5
    assert "沿用上年" not in text_of(client.get("/tables"))


# --- while editing -------------------------------------------------------------------------------


def test_cells_taken_over_are_marked_until_they_are_changed(app: Flask, world: World) -> None:
    open_next(world)
    (table_id,) = start(world, world.draft())
    client = signed_in_client(app, "drafter")
    page = text_of(client.get(f"/tables/{table_id}/edit"))
    marked = len(re.findall(r'class="input[^"]* taken-over"[^>]* title="沿用上年，尚未核对"', page))
    count = re.search(r"<strong data-untouched>(\d+)</strong>", page)
    assert count and int(count[1]) == marked > 0
    assert "本表沿用 2020 年" in page
    world.edit(table_id, "goals", "1、新目标。")
    page = text_of(client.get(f"/tables/{table_id}/edit"))
    assert f"<strong data-untouched>{marked - 1}</strong>" in page
    assert re.search(r'<td class="input[^"]*taken-over"[^>]*id="at-goals"', page) is None


def test_place_is_ticked_as_right_without_scripts(app: Flask, world: World) -> None:
    open_next(world)
    (table_id,) = start(world, world.draft())
    client = signed_in_client(app, "drafter")

    def press(**button: str) -> str:
        table = world.opened(table_id)
        fields = fields_of(table.document, table.version, **button)
        return client.post(f"/tables/{table_id}/edit", data=fields, follow_redirects=True).text

    count = re.compile(r"data-untouched>(\d+)<")
    (before,) = count.findall(client.get(f"/tables/{table_id}/edit").text)
    assert count.findall(press(_confirm="goals")) == [str(int(before) - 1)]
    assert count.findall(press(_unconfirm="goals")) == [before]


def test_last_years_opinions_stand_beside_at_the_same_places(app: Flask, world: World) -> None:
    open_next(world)
    source = world.submitted()
    world.opinion(source, path="indicators/bbbb/target_value")
    world.act(source, actions.RETURN, "reviewer", due=DUE)
    (table_id,) = start(world, source)
    client = signed_in_client(app, "drafter")
    page = text_of(client.get(f"/tables/{table_id}/edit"))
    assert "上年度的审核意见" in page
    assert '<a class="place" href="#at-indicators-bbbb-target_value">' in page
    assert "目标不够细化量化。" in page


def test_drafts_of_opinions_stay_the_bureaus_in_the_next_year_too(app: Flask, world: World) -> None:
    open_next(world)
    source = world.submitted()
    world.opinion(source)
    (table_id,) = start(world, source)
    page = text_of(signed_in_client(app, "drafter").get(f"/tables/{table_id}/edit"))
    assert "上年度的审核意见" not in page
    assert "目标不够细化量化。" not in page


def test_edit_page_goes_on_where_the_source_was_discarded(app: Flask, world: World) -> None:
    open_next(world)
    source = world.draft()
    (table_id,) = start(world, source)
    client = signed_in_client(app, "drafter")
    client.post(f"/tables/{source}/discard")
    page = text_of(client.get(f"/tables/{table_id}/edit"))
    assert "本表沿用 2020 年《办事处工作经费绩效目标表》" in page


@on_both
def test_pages_ask_the_database_few_times(app: Flask, world: World) -> None:
    open_next(world)
    sources = [world.draft(sound_project(n, f"610-1301-JBN-000{n}", f"项目{n}")) for n in range(1, 7)]
    started = start(world, *sources[:3])
    client = signed_in_client(app, "drafter")
    for place in ("/tables/new", f"/tables/{started[0]}/edit"):
        with counted_queries() as statements:
            assert client.get(place).status_code == 200
        assert len(statements) <= MOST_QUERIES, (place, statements)


def test_closed_year_is_not_offered(app: Flask, world: World) -> None:
    budget_years.close_year(world.session, None, YEAR)
    client = signed_in_client(app, "drafter")
    assert "现在没有开放的预算年度，不能新建。" in text_of(client.get("/tables/new"))
    assert client.post("/tables/new", data={"year": str(YEAR), "kind": "project"}).status_code == 422
    assert world.session.scalars(select(Change.id)).all() == []
