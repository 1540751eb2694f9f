"""An offline copy on the web: downloaded, returned through the import page, decided, taken over and taken back."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.domain import actions
from portal.domain.documents import ProjectDocument
from portal.web.files import workbook_returns
from tests.formats.workbook_files import Clerk
from tests.services.next_year import NEXT, open_next
from tests.web.signing import signed_in_client
from tests.world import OFFICE, YEAR, World, sound_project

PURPOSE = "支付预算外人员3人全年工资。"


def download(client: FlaskClient, path: str = f"/offices/{OFFICE}/{YEAR}/export/xlsx") -> bytes:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.data


def upload(client: FlaskClient, data: bytes, year: int = YEAR) -> TestResponse:
    fields = {"year": str(year), "file": (io.BytesIO(data), "离线.xlsx")}
    return client.post("/tables/new/file", data=fields, follow_redirects=True)


def take(client: FlaskClient, page: TestResponse, **choices: str) -> TestResponse:
    """Press 取回 on the page, with the radio buttons as they stand but for `choices`."""
    (shown,) = re.findall(r'name="shown" value="(\w+)"', page.text)
    ticked = dict(re.findall(r'name="(choice/[^"]+)" value="(\w+)" checked', page.text))
    return client.post(page.request.path, data=ticked | choices | {"shown": shown}, follow_redirects=True)


def changed(data: bytes, old: str, new: str) -> bytes:
    clerk = Clerk.opens(data)
    clerk.writes(old, new)
    return clerk.saves()


def project(world: World, table_id: int) -> ProjectDocument:
    document = world.table(table_id).document
    assert isinstance(document, ProjectDocument)
    return document


def words(page: TestResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


# --- downloading ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "label"), [("drafter", "下载 Excel（离线填写）"), ("reviewer", "导出Excel")])
def test_list_of_an_office_offers_the_workbook(app: Flask, world: World, who: str, label: str) -> None:
    world.submitted()
    page = signed_in_client(app, who).get("/tables", query_string={"office": OFFICE, "year": YEAR})
    assert label in words(page)
    assert f"/offices/{OFFICE}/{YEAR}/export/xlsx" in page.text


def test_page_of_a_table_offers_it_for_filling_in_while_the_office_holds_it(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "head")
    assert "下载 Excel（离线填写）" in words(client.get(f"/tables/{table_id}"))
    world.act(table_id, actions.SUBMIT, "head")
    assert "下载 Excel（离线填写）" not in words(client.get(f"/tables/{table_id}"))
    assert f"/tables/{table_id}/export/xlsx" in client.get(f"/tables/{table_id}").text


def test_downloaded_file_is_a_workbook_named_after_its_tables(app: Flask, world: World) -> None:
    table_id = world.draft()
    answer = signed_in_client(app, "drafter").get(f"/tables/{table_id}/export/xlsx")
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert "export.xlsx" in answer.headers["Content-Disposition"] and answer.data.startswith(b"PK")


# --- returning -----------------------------------------------------------------------------------


def test_upload_of_an_offline_copy_leads_to_a_page_of_its_own_that_can_be_reloaded(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "drafter")
    page = upload(client, changed(download(client), PURPOSE, "支付5人工资。"))
    assert page.request.path.startswith("/tables/new/workbook/")
    assert "只在文件里改过的 1 处，取回" in words(page) and "还没有取回" in words(page)
    assert client.get(page.request.path).text.count("<ins>") == page.text.count("<ins>") > 0
    assert project(world, table_id) == sound_project(), "looking writes nothing"


def test_taken_over_table_says_so_and_can_be_taken_back(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "drafter")
    page = upload(client, changed(download(client, f"/tables/{table_id}/export/xlsx"), PURPOSE, "支付5人工资。"))
    done = take(client, page)
    assert "已取回：改动了 1 张表" in words(done) and done.request.path == page.request.path
    assert project(world, table_id).purpose == "支付5人工资。"
    again = client.post(page.request.path, data={"shown": "x"})
    assert (again.status_code, "已经取回过" in words(again)) == (422, True)
    back = client.post(f"{page.request.path}/undo", follow_redirects=True)
    assert "已撤销这次取回" in words(back)
    assert project(world, table_id) == sound_project()
    assert client.post(f"{page.request.path}/undo").status_code == 422


@pytest.mark.parametrize(("side", "wanted"), [("now", "支付4人工资。"), ("file", "支付5人工资。")])
def test_conflict_is_decided_by_the_person_and_is_preset_to_what_stands_there(
    app: Flask, world: World, side: str, wanted: str
) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "drafter")
    data = download(client)
    world.edit(table_id, "purpose", "支付4人工资。", by="drafter2")
    world.edit(table_id, "goals", "同事的目标", by="drafter2")
    page = upload(client, changed(data, PURPOSE, "支付5人工资。"))
    assert "只在系统里改过的 1 处，保留" in words(page) and "两边都改过的 1 处" in words(page)
    assert re.findall(r'name="choice/[^"]+" value="(\w+)" checked', page.text) == ["now"]
    take(client, page, **{f"choice/{table_id}/purpose": side})
    assert project(world, table_id).purpose == wanted


def test_page_that_is_out_of_date_is_shown_again_with_what_was_chosen(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "drafter")
    data = download(client)
    world.edit(table_id, "purpose", "支付4人工资。", by="drafter2")
    page = upload(client, changed(data, PURPOSE, "支付5人工资。"))
    world.edit(table_id, "goals", "刚刚改的目标", by="drafter2")
    answer = take(client, page, **{f"choice/{table_id}/purpose": "file"})
    assert answer.status_code == 409 and "这期间系统里又有改动" in words(answer)
    assert re.findall(r'name="choice/[^"]+" value="(\w+)" checked', answer.text) == ["file"]
    assert project(world, table_id).purpose == "支付4人工资。"


def test_rows_of_each_side_are_shown_whole(app: Flask, world: World) -> None:
    world.draft()
    client = signed_in_client(app, "drafter")
    clerk = Clerk.opens(download(client))
    clerk.first.pop(clerk.row_of("居民满意度"))
    clerk.inserts("发放工资人数", ["产出指标", "数量指标", "新的指标"])
    page = words(upload(client, clerk.saves()))
    assert "新的指标" in page and "删除了这一行" in page and "居民满意度" in page


def test_tables_and_sheets_that_stay_as_they_are_are_told(app: Flask, world: World) -> None:
    first = world.draft()
    world.draft(sound_project(2, "610-1301-JBN-0002", "另一项目"))
    client = signed_in_client(app, "drafter")
    clerk = Clerk.opens(download(client))
    clerk.writes("办事处工作经费", "改了名称")
    del clerk.sheets[clerk.visible[1]]
    clerk.sheets["草稿纸"] = [["随手记"]]
    world.act(first, actions.SUBMIT, "head")
    page = words(upload(client, clerk.saves()))
    assert "不在单位手中" in page and "已经没有这张工作表" in page and "草稿纸" in page
    assert "文件里没有要取回的改动" in page


# --- refused -------------------------------------------------------------------------------------


def test_workbook_of_another_office_is_refused_on_the_start_page(app: Flask, world: World) -> None:
    world.draft()
    data = download(signed_in_client(app, "drafter"))
    answer = upload(signed_in_client(app, "outsider"), data)
    assert answer.status_code == 403 and f"是 {OFFICE} 单位下载的" in words(answer)


def test_workbook_of_another_year_is_refused_with_the_way_round(app: Flask, world: World) -> None:
    world.draft()
    open_next(world)
    client = signed_in_client(app, "drafter")
    answer = upload(client, download(client), NEXT)
    assert answer.status_code == 422 and f"是 {YEAR} 年度的" in words(answer)


def test_page_belongs_to_the_person_who_uploaded(app: Flask, world: World) -> None:
    world.draft()
    client = signed_in_client(app, "drafter")
    page = upload(client, changed(download(client), PURPOSE, "支付5人工资。"))
    colleague = signed_in_client(app, "drafter2")
    for answer in (colleague.get(page.request.path), colleague.post(page.request.path, data={"shown": "x"})):
        assert answer.status_code == 422 and "已经过期" in words(answer)


def test_workbook_with_too_much_text_is_refused(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.draft()
    client = signed_in_client(app, "drafter")
    data = download(client)
    monkeypatch.setattr(workbook_returns, "MAX_TEXT", 10)
    answer = upload(client, data)
    assert answer.status_code == 422 and "文字太多" in words(answer)
