"""预算单位 over HTTP: the services are tested on both databases elsewhere."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from sqlalchemy import select

from portal.domain.offices import OfficeRow
from portal.domain.register import EntryRow
from portal.extensions import db
from portal.models import Office, OfficeMerger, RegisterEntry
from portal.services.administration import office_imports
from portal.services.register import imports
from tests.databases import on_both
from tests.statement_counts import counted_queries
from tests.web.signing import signed_in_client
from tests.world import OFFICE, PEOPLE, YEAR, World

PATHS = ("/offices", "/offices/new", "/offices/610002", "/offices/610002/merge", "/offices/import")


def test_only_the_administrator_keeps_offices(app: Flask) -> None:
    for username, form in PEOPLE.items():
        client = signed_in_client(app, username)
        expected = 200 if "admin" in form.roles else 403
        assert {path: client.get(path).status_code for path in PATHS} == dict.fromkeys(PATHS, expected), username
    assert client.post("/offices/new", data={"code": "640001", "name": "某单位"}).status_code == 403
    assert db.session().get(Office, "640001") is None


def row_of(page: str, code: str) -> str:
    return page[page.index(f'<td class="code">{code}</td>') :].split("</tr>")[0]


def test_tree_shows_people_tables_and_reviewers(app: Flask, world: World) -> None:
    world.submitted()
    page = signed_in_client(app, "admin").get("/offices").text
    row = row_of(page, "610002")
    assert re.findall(r'<td class="num">(\d+)</td>', row) == ["4", "1"]
    assert "陈审核、一人多职" in row
    assert "陈审核、一人多职" in row_of(page, "61000201")  # below it
    assert "没有" in row_of(page, "610")
    assert "连下级 3 个" in page
    assert "没有上下级的单位" in page


def test_filter_shows_offices_with_the_one_above(app: Flask) -> None:
    client = signed_in_client(app, "admin")
    found = client.get("/offices?q=南关").text
    assert "620001" in found
    assert "610002" not in found
    found = client.get("/offices?q=孙审核").text
    assert "620001" in found
    below = client.get("/offices?q=61000201").text
    assert "610002 秦皇岛市山海关区古城街道办事处" in row_of(below, "61000201")


@on_both
def test_tree_of_five_hundred_offices_is_folded_and_takes_few_statements(app: Flask, world: World) -> None:
    tops = [OfficeRow(f"7{n:02}", f"第{n}主管部门") for n in range(50)]
    below = [OfficeRow(f"{top.code}{n:03}", f"第{n}单位", top.code) for top in tops for n in range(9)]
    office_imports.import_offices(world.session, None, [*tops, *below])
    client = signed_in_client(app, "admin")
    client.get("/offices")

    with counted_queries() as statements:
        page = client.get("/offices").text

    assert len([each for each in statements if each != "BEGIN"]) == 5  # the account, the tree of four
    assert page.count("<details") == 52
    assert "<details open" not in page and 'branch" open' not in page


def test_office_is_added_and_changed(app: Flask) -> None:
    client = signed_in_client(app, "admin")
    answer = client.post("/offices/new", data={"code": "610003", "name": "新街道办事处", "parent": "610"})
    assert (answer.status_code, answer.location) == (303, "/offices")
    assert "已新增单位 610003 新街道办事处" in client.get("/offices").text
    assert client.post("/offices/610003", data={"name": "更名街道办事处", "active": "0"}).status_code == 303
    office = db.session().get(Office, "610003")
    assert office
    assert (office.name, office.active, office.lineage) == ("更名街道办事处", False, "/610/610003/")


def test_office_is_moved_and_its_telephone_kept(app: Flask) -> None:
    client = signed_in_client(app, "admin")
    fields = {"name": "古城街道", "parent": "620001", "phone": "0335-5051234", "active": "1"}
    assert client.post("/offices/610002", data=fields).status_code == 303
    office = db.session().get(Office, "610002")
    assert office
    assert (office.lineage, office.phone) == ("/620001/610002/", "0335-5051234")
    assert 'value="0335-5051234"' in client.get("/offices/610002").text


def test_circle_is_told_at_the_field_and_what_was_typed_stays(app: Flask) -> None:
    fields = {"name": "新名称", "parent": "61000201", "active": "1"}
    answer = signed_in_client(app, "admin").post("/offices/610", data=fields)
    assert answer.status_code == 422
    error = answer.text[answer.text.index('id="error-parent"') :].split("</p>")[0]
    assert "上级绕成了一圈：610 → 61000201 → 610002 → 610" in error
    assert 'value="新名称"' in answer.text


def test_page_says_how_many_drafts_a_new_name_changes(app: Flask, world: World) -> None:
    world.draft()
    client = signed_in_client(app, "admin")
    assert "草拟和退回的 1 张表里的单位名称一并改为新名称" in client.get("/offices/610002").text
    fields = {"name": "古城街道", "parent": "610", "active": "1"}
    page = client.post("/offices/610002", data=fields, follow_redirects=True).text
    assert "1 张草稿里的单位名称一并改了" in page


# --- merging ---------------------------------------------------------------------------------------


def test_merger_is_explained_before_it_is_done(app: Flask, world: World) -> None:
    world.returned()
    client = signed_in_client(app, "admin")
    assert "并入以后" not in client.get("/offices/610002/merge").text
    page = client.get("/offices/610002/merge?into=620001").text
    assert "开放年度里已退回 1 张" in page
    assert "人员：王经办、周经办、李主任、一人多职" in page
    assert "它的 1 个下级单位跟着成为 620001 的下级" in page
    assert "陈审核、一人多职仍然分管 610002 原有的表" in page
    assert db.session().get(OfficeMerger, "610002") is None

    fields = {"into": "620001", "people": "move", "reason": "山编〔2027〕3号"}
    answer = client.post("/offices/610002/merge", data=fields, follow_redirects=True)

    assert "已并入 620001" in answer.text
    assert "山编〔2027〕3号" in answer.text
    assert "已并入 620001" in row_of(client.get("/offices").text, "610002")


def test_refused_merger_keeps_what_was_typed(app: Flask) -> None:
    fields = {"into": "620001", "people": "", "reason": "山编〔2027〕3号"}
    answer = signed_in_client(app, "admin").post("/offices/610002/merge", data=fields)
    assert answer.status_code == 422
    assert "请选择人员怎样办理" in answer.text
    assert "山编〔2027〕3号</textarea>" in answer.text


# --- importing -------------------------------------------------------------------------------------


def test_list_is_previewed_at_an_address_and_then_imported(app: Flask, world: World) -> None:
    world.draft()
    client = signed_in_client(app, "admin")
    pasted = "单位编码\t单位名称\t上级单位\n610002\t古城街道\t\n610003\t新街道\t610\n610\t山海关区街道管理中心\t"
    answer = client.post("/offices/import", data={"pasted": pasted})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "新增 1 个，有变化 1 个，与现有的相同 1 个" in page
    assert "草拟和退回的 1 张表的单位名称一并改" in page
    assert db.session().get(Office, "610003") is None

    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    done = client.post(answer.location, data={"seen": seen[1]}, follow_redirects=True).text
    assert "单位已导入：新增 1 个，修改 1 个；1 张草稿里的单位名称一并改了。" in done


def test_list_is_imported_by_file(app: Flask) -> None:
    data = '单位编码,单位名称,电话\n="061003","东街\n小学",5051234\n'.encode("gb18030")
    fields = {"file": (io.BytesIO(data), "单位.csv")}
    answer = signed_in_client(app, "admin").post("/offices/import", data=fields, follow_redirects=True)
    assert "东街小学" in answer.text


def test_list_with_faults_is_told_by_row_with_what_was_pasted(app: Flask) -> None:
    pasted = "单位编码\t单位名称\t上级单位\n631\t甲\t632\n632\t乙\t631"
    answer = signed_in_client(app, "admin").post("/offices/import", data={"pasted": pasted})
    assert answer.status_code == 422
    assert "第 2 行：上级绕成了一圈：631 → 632 → 631；请核对这些单位的上级。" in answer.text
    assert "632\t乙\t631</textarea>" in answer.text


def test_preview_that_is_out_of_date_is_shown_anew(app: Flask, world: World) -> None:
    client = signed_in_client(app, "admin")
    address = client.post("/offices/import", data={"pasted": "单位编码\t单位名称\n610003\t新街道"}).location
    answer = client.post(address, data={"seen": "another"})
    assert answer.status_code == 409
    assert "单位在预览之后有改动" in answer.text
    assert client.get("/offices/import/nothing").status_code == 422


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


# --- where the tree and the telephone are shown ----------------------------------------------------


def test_page_of_a_person_says_what_the_assigned_offices_cover(app: Flask, world: World) -> None:
    page = signed_in_client(app, "admin").get(f"/people/{world.actor('reviewer').id}").text
    panel = page[page.index('aria-label="分管范围"') :].split("</section>")[0]
    assert "610002 秦皇岛市山海关区古城街道办事处，连同下面的 1 个单位" in panel
    assert "61000201 古城街道综合服务中心" in panel


def test_bureau_sees_the_telephone_of_an_office_at_what_it_owes(app: Flask, world: World) -> None:
    office_imports.import_offices(world.session, None, [OfficeRow(OFFICE, "古城街道", None, "0335-5051234")])
    imports.import_rows(world.session, world.actor("approver"), YEAR, [EntryRow(OFFICE, "610-9", "经费", 1)])
    entry = world.session.scalars(select(RegisterEntry)).one()
    address = f"/register/entries/{entry.id}"
    assert "单位电话：0335-5051234" in signed_in_client(app, "reviewer").get(address).text
    assert "单位电话" not in signed_in_client(app, "drafter").get(address).text
