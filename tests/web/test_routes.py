"""Every route once on PostgreSQL, called by a person who may: each answers, and a new route cannot be forgotten.

What the answers show is tested on SQLite, beside this file. A new route gets a line in the walk of its area below.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import count
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal.database import clock_at, local_today
from portal.domain import documents
from portal.domain.conclusions import Dimension
from portal.models import Opinion, StandIn
from tests.databases import DATA, on_postgresql
from tests.domain.files import PDF
from tests.formats.layout_files import WRITERS, drawing
from tests.formats.workbook_files import Clerk
from tests.services.administration.notices import NOTICE
from tests.web.forms import fields_of
from tests.web.signing import client_of, signed_in_client
from tests.world import DUE, OFFICE, PASSWORD, YEAR, World, sound_project

CHOICE = re.compile(r"<any\(([^)]*)\):(\w+)>")
"""The part of a rule that lists the names it takes, as the rule of the actions does."""


def routes(app: Flask) -> set[str]:
    """Such as "GET /tables/<int:table_id>"; a rule with a choice is one route for each of its names."""
    return {
        f"{method} {spelled}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        for spelled in _spelled_out(rule.rule)
    }


def _spelled_out(rule: str) -> list[str]:
    choice = CHOICE.search(rule)
    return [rule.replace(choice[0], name.strip('" ')) for name in choice[1].split(",")] if choice else [rule]


class Walk:
    """Requests of several people; `reached` holds the routes that answered."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app = app
        self.world = world
        self.reached: set[str] = set()
        self._clients = {"": client_of(app)}
        self._numbers = count(1)

    def get(self, by: str, path: str, /, **query: str | int) -> TestResponse:
        return self._open("GET", by, path, query_string=query)

    def post(self, by: str, path: str, /, **fields: Any) -> TestResponse:
        return self._open("POST", by, path, data=fields)

    def send(self, by: str, path: str, table_id: int, /, **body: Any) -> TestResponse:
        """JSON, as the scripts of the edit page send it."""
        known = {"author": self.world.actor(by).id, "version": self.world.table(table_id).version}
        return self._open("POST", by, path, json=known | body)

    def act(self, by: str, table_id: int, action: str, **particulars: str) -> None:
        """Ask for the confirmation of an action, then confirm it."""
        self.get(by, f"/tables/{table_id}/{action}")
        self.post(by, f"/tables/{table_id}/{action}", digest=self.world.table(table_id).digest, **particulars)

    def propose(self, table_id: int) -> int:
        """A draft opinion that proposes other goals, by the form."""
        digest = self.world.table(table_id).digest
        texts = {"text": "不够细化量化。", "proposed": "1、每月10日前发放3人工资。"}
        self.post("reviewer", f"/tables/{table_id}/opinions", path="goals", binding="1", digest=digest, **texts)
        return self.world.session.scalars(select(func.max(Opinion.id))).one() or 0

    def draft(self) -> int:
        number = next(self._numbers)
        return self.world.draft(sound_project(number, f"610-1301-JBN-{number:04d}", f"第{number}号工作经费"))

    def _open(self, method: str, by: str, path: str, **request: Any) -> TestResponse:
        rule, parts = self.app.url_map.bind("localhost").match(path, method, return_rule=True)
        answer = self._client(by).open(path, method=method, **request)
        text = answer.get_data()  # to its end: some answers are read from the database as they are sent
        answer.close()
        assert answer.status_code < 400, f"{method} {path} by {by}: {answer.status}\n{text.decode(errors='replace')}"
        self.reached.add(f"{method} " + CHOICE.sub(lambda choice: str(parts[choice[2]]), rule.rule))
        return answer

    def _client(self, username: str) -> FlaskClient:
        if username not in self._clients:
            self._clients[username] = signed_in_client(self.app, username)
        return self._clients[username]


@on_postgresql
def test_every_route_answers_on_postgresql(app: Flask, world: World) -> None:
    walk = Walk(app, world)
    bureau = (reviewing, treatments, office_as_unit, register, overview)
    for area in (drafting, beginning, *bureau, taking_out, administration, library, record, session):
        area(walk)
    forgotten = "\n".join(sorted(routes(app) - walk.reached))
    assert not forgotten, f"add a line for each of these routes to the walk of its area:\n{forgotten}"


def drafting(walk: Walk) -> None:
    table_id = walk.draft()
    table = f"/tables/{table_id}"
    walk.get("drafter", f"{table}/edit")
    opened = walk.world.opened(table_id)
    typed = documents.with_value(opened.document, "goals", "1、每月10日前发放工资。")
    walk.post("drafter", f"{table}/edit", **fields_of(typed, opened.version))
    walk.get("drafter", "/list.xlsx")
    walk.get("drafter", "/tables/list.xlsx")
    walk.get("drafter", f"{table}/hand-up")
    walk.post("drafter", f"{table}/hand-up", note="请看第一条目标。")
    walk.get("head", f"{table}/hand-back")
    walk.post("head", f"{table}/hand-back", note="人数与编制数不符。")
    walk.post("drafter", f"{table}/checks")
    walk.get("drafter", f"{table}/explanations", rule="W16", path="goals")
    walk.post("drafter", f"{table}/explanations", rule="W16", path="goals", text="文件原文如此。")
    walk.get("drafter", f"{table}/suggestions", typed="居民")
    walk.get("drafter", f"{table}/library")
    walk.post("drafter", f"{table}/library", name="运行维护车辆数")

    change = {"op": "set", "path": "purpose", "base": sound_project().purpose, "new": "支付3人全年工资。"}
    walk.send("drafter", f"{table}/presence", table_id)
    walk.send("drafter", f"{table}/changes", table_id, operations=[change])
    walk.send("drafter", f"{table}/undo", table_id)
    walk.send("drafter", f"{table}/redo", table_id)
    walk.send("drafter", f"{table}/changes", table_id, operations=[{"op": "move", "id": "dddd", "after": ""}])
    walk.send("drafter", f"{table}/sort", table_id)
    walk.send("drafter", f"{table}/paste", table_id, path="indicators/aaaa/level3", text="发放人数\t发放的人数")
    walk.send("drafter", f"{table}/leave", table_id)

    for number, by_script in enumerate((False, True)):
        goals = walk.world.opened(table_id).document.goals  # type: ignore[union-attr]
        change = {"op": "set", "path": "goals", "base": goals, "new": f"{number}、每月１０日前发放工资。"}
        walk.send("drafter", f"{table}/changes", table_id, operations=[change])
        version = walk.world.table(table_id).version
        if by_script:
            walk.send("drafter", f"{table}/correct", table_id, rule="W16", path="goals")
        else:
            walk.get("drafter", f"{table}/corrections")
            walk.post("drafter", f"{table}/corrections", version=version)
    change |= {"base": walk.world.opened(table_id).document.goals, "new": "按月１２次发放工资。"}  # type: ignore[union-attr]
    walk.send("drafter", f"{table}/changes", table_id, operations=[change])
    walk.post("drafter", f"{table}/checks")
    walk.get("drafter", "/corrections")
    version = walk.world.table(table_id).version
    walk.get(
        "drafter", walk.post("drafter", "/corrections", **{"table": table_id, f"version-{table_id}": version}).location
    )

    walk.get("drafter", f"{table}/steps")
    walk.post("drafter", f"{table}/steps/{walk.world.table(table_id).version}/undo")
    walk.post("drafter", f"{table}/steps/2/return")

    walk.post("drafter", f"{table}/attachments", files=(BytesIO(PDF), "合同.pdf"))
    attachment = f"{table}/attachments/{hashlib.sha256(PDF).hexdigest()}"
    walk.get("drafter", attachment)
    walk.get("drafter", f"{attachment}/remove")
    walk.post("drafter", f"{attachment}/remove")
    walk.get("drafter", f"{table}/discard")
    walk.post("drafter", f"{table}/discard")
    walk.get("drafter", "/recycle-bin")
    walk.post("drafter", f"/recycle-bin/{table.rpartition('/')[2]}/restore")


def beginning(walk: Walk) -> None:
    walk.get("drafter", "/tables/order", year=YEAR)
    walk.post("drafter", "/tables/order", year=YEAR, **{f"number-{walk.draft()}": 77})
    walk.get("drafter", "/tables/new")
    walk.post("drafter", "/tables/new", kind="department", year=YEAR)
    copied = walk.post("drafter", "/tables/new/from", source=walk.draft(), year=YEAR, way="copy").location
    copy_id = int(copied.split("/")[-2])
    walk.send("drafter", f"/tables/{copy_id}/confirm", copy_id, paths="goals", is_right=True)
    real = (BytesIO((DATA / "gucheng-2020.txt").read_bytes()), "gucheng-2020.txt")
    preview = walk.post("drafter", "/tables/new/file", file=real, year=YEAR).location
    walk.get("drafter", f"{preview}/1")
    foreign = (BytesIO(WRITERS["html"](drawing("09"))), "a.html")
    walk.post("drafter", walk.post("drafter", "/tables/new/file", file=foreign, year=YEAR).location + "/captions")
    seen = re.search(r'name="seen" value="(\w+)"', walk.get("drafter", preview).text)
    assert seen
    walk.post("drafter", preview, **{"seen": seen[1], "import": ["1", "2"]})
    walk.post("drafter", f"{preview}/undo")
    walk.app.config["SOFFICE"] = "soffice"
    later = walk.post("drafter", "/tables/new/file", file=(BytesIO(rb"{\rtf1}"), "a.rtf"), year=YEAR).location
    walk.get("drafter", later)
    walk.post("drafter", f"{later}/cancel")
    returning(walk)


def returning(walk: Walk) -> None:
    clerk = Clerk.opens(walk.get("drafter", f"/tables/{walk.draft()}/export/xlsx").data)
    clerk.writes("支付预算外人员3人全年工资。", "支付5人工资。")
    book = (BytesIO(clerk.saves()), "a.xlsx")
    page = walk.post("drafter", "/tables/new/file", file=book, year=YEAR).location
    shown = re.search(r'name="shown" value="(\w+)"', walk.get("drafter", page).text)
    assert shown
    walk.post("drafter", page, shown=shown[1])
    walk.post("drafter", f"{page}/undo")


def reviewing(walk: Walk) -> None:
    table_id = walk.draft()
    table = f"/tables/{table_id}"
    walk.act("head", table_id, "submit")
    walk.act("head", table_id, "withdraw")
    walk.get("head", "/submit", table=table_id)
    digest = walk.world.table(table_id).digest
    walk.get("head", walk.post("head", "/submit", **{"table": table_id, f"digest-{table_id}": digest}).location)

    walk.get("reviewer", f"{table}/composer", at="goals")
    walk.get("reviewer", "/decide/claim", table=table_id)
    walk.get("reviewer", "/decide/claim/news", table=table_id)
    result = walk.post("reviewer", "/decide/claim", table=table_id).location
    walk.get("reviewer", result)
    walk.post("reviewer", result)
    walk.post("reviewer", f"{table}/release")
    walk.post("reviewer", f"{table}/claim")
    walk.post("reviewer", f"{table}/release")
    walk.post("reviewer", f"{table}/notes", text="电话问过单位。")
    walk.post("reviewer", f"{table}/opinions/{walk.world.opinion(table_id)}/discard")
    opinion = f"{table}/opinions/{(draft := walk.propose(table_id))}"
    walk.post("reviewer", f"{opinion}/revise", binding="1", text="改一处。", digest=digest, proposed="1、改后的目标。")
    walk.act("reviewer", table_id, "return", due=DUE.isoformat(), drafts=str(draft))

    walk.get("drafter", table)
    walk.post("drafter", f"{opinion}/adopt")
    walk.post("drafter", f"{opinion}/answer", answer="kept", text="依据文件。")
    walk.act("head", table_id, "submit")
    walk.post("reviewer", f"{opinion}/again", text="仍要量化。")
    walk.act("reviewer", table_id, "return", due=DUE.isoformat())
    walk.post("drafter", f"{opinion}/answer", answer="changed", text="")
    walk.act("head", table_id, "submit")
    walk.post("reviewer", f"{table}/opinions/ticked", opinion=str(draft))
    walk.post("reviewer", f"{opinion}/again", text="仍要量化。")
    walk.act("reviewer", table_id, "return", due=DUE.isoformat())
    walk.post("drafter", f"{opinion}/answer", answer="changed", text="")
    walk.act("head", table_id, "submit")
    walk.post("reviewer", f"{opinion}/accept")
    recommendation = {"digest": walk.world.table(table_id).digest, "dimensions": [each.value for each in Dimension]}
    walk.post("reviewer", f"{table}/recommend", **recommendation)
    walk.post("approver", f"{table}/take-over", claimant=walk.world.actor("reviewer").id)
    walk.post("approver", f"{table}/recommend/retract")
    walk.act("approver", table_id, "approve")
    walk.get("head", f"{table}/adjustment")
    walk.post("head", f"{table}/adjustment", reason="预算要调减。")
    walk.post("approver", f"{table}/adjustment/1/decline", answer="年中再调。")
    walk.act("approver", table_id, "reopen", due=DUE.isoformat(), reason="预算调整。")
    walk.get("head", f"{table}/extension")
    walk.post("head", f"{table}/extension", reason="合同还没有签。")
    walk.get("approver", f"/extensions/{YEAR}")
    walk.post("approver", f"/extensions/{YEAR}", office="620001", due="2100-01-04", reason="系统停机。")
    walk.post("approver", f"/extensions/{YEAR}/1", decision="decline", answer="年底前必须批复。")
    accept_all(walk)
    walk.get("reviewer", f"{table}/history")
    walk.get("auditor", f"{table}/editing")
    walk.get("auditor", f"{table}/editing.xlsx")
    walk.get("auditor", f"{table}/editing.jsonl")
    walk.get("reviewer", f"{table}/standing")
    walk.get("reviewer", f"{table}/compare")


def accept_all(walk: Walk) -> None:
    table_id = walk.draft()
    walk.act("head", table_id, "submit")
    draft = walk.propose(table_id)
    walk.act("reviewer", table_id, "return", due=DUE.isoformat(), drafts=str(draft))
    page = walk.get("head", f"/tables/{table_id}/accept-all").text
    walk.post("head", f"/tables/{table_id}/accept-all", digest=page.split('name="digest" value="')[1][:64])


def treatments(walk: Walk) -> None:
    document = replace(sound_project(97, "610-1301-JBN-T097", "有提醒的项目"), purpose="支付工资。")
    table_id = walk.world.submitted(document)
    finding = {"rule": "W18", "path": "purpose"}
    walk.get("reviewer", f"/tables/{table_id}/findings/dismiss", **finding)
    walk.post("reviewer", f"/tables/{table_id}/findings/dismiss", reason="已电话核实。", **finding)
    walk.get("reviewer", f"/tables/{table_id}/phrases", kind="other", rule="W18")
    walk.get("reviewer", f"/tables/{table_id}/last-year")
    walk.get("approver", f"/treatments/{YEAR}")
    walk.get("approver", f"/treatments/{YEAR}/W18")
    walk.post("reviewer", f"/tables/{table_id}/findings/restore", **finding)


def office_as_unit(walk: Walk) -> None:
    walk.get("reviewer", f"/offices/{OFFICE}/{YEAR}")


def taking_out(walk: Walk) -> None:
    walk.draft()
    walk.get("drafter", "/search", q="工资 年度:2020 状态:草拟、逾期 金额:>1 单位:古城 编码:610 名称:经费")
    walk.get("drafter", "/search/export/xlsx", q="工资")
    for of in (f"/tables/{walk.draft()}", f"/offices/{OFFICE}/{YEAR}"):
        walk.get("drafter", f"{of}/print")
        walk.get("drafter", f"{of}/export/text")


def overview(walk: Walk) -> None:
    overview = f"/overview/{YEAR}"
    walk.get("approver", "/overview")
    walk.get("approver", overview)
    walk.get("approver", f"{overview}/{OFFICE}")
    walk.get("approver", f"{overview}/report")
    walk.get("approver", f"{overview}/report.docx")
    walk.get("approver", f"{overview}/print")
    walk.get("approver", f"{overview}/excel")
    walk.get("approver", f"{overview}/telephones")


def register(walk: Walk) -> None:
    register = f"/register/{YEAR}"
    pasted = f"单位编码\t项目编码\t项目名称\t金额\n{OFFICE}\t610-1301-JBN-QD01\t清单项目\t100"
    walk.get("approver", "/register")
    walk.get("approver", f"{register}/import")
    preview = walk.post("approver", f"{register}/import", pasted=pasted).location
    seen = re.search('name="seen" value="([^"]*)"', walk.get("approver", preview).text)
    assert seen
    walk.post("approver", preview, seen=seen[1])
    walk.get("approver", f"{register}/new")
    fields = {"office": OFFICE, "code": "610-1301-JBN-QD02", "name": "登记的项目", "amount": "200"}
    entry = walk.post("approver", f"{register}/new", **fields).location
    walk.get("approver", entry)
    walk.get("approver", f"{entry}/change")
    walk.post("approver", f"{entry}/change", **fields | {"amount": "300"})
    walk.post("approver", f"{entry}/exempt", reason="并入其他项目。")
    walk.post("approver", f"{entry}/end-exemption")
    walk.post("drafter", f"{entry}/start")

    walk.get("approver", "/notices/remind", year=YEAR)
    walk.post("approver", "/notices/remind", year=YEAR, office=OFFICE)
    walk.get("approver", "/notices/daily")
    free = walk.post("approver", f"{register}/new", **fields | {"code": "610-1301-JBN-QD03"}).location
    table_id = walk.draft()
    walk.act("head", table_id, "submit")
    walk.get("approver", register, tab="unannounced")
    walk.get("approver", f"/register/tables/{table_id}/merge")
    walk.post("approver", f"/register/tables/{table_id}/merge", entry=free.rpartition("/")[2])
    walk.post("approver", f"{free}/unmerge")
    added = walk.post("approver", f"/register/tables/{table_id}/register").location
    walk.get("approver", f"{added}/remove")
    walk.post("approver", f"{added}/remove")

    walk.act("head", table_id, "withdraw")
    walk.get("head", f"/tables/{table_id}/void")
    walk.post("head", f"/tables/{table_id}/void", reason="项目取消。")
    walk.get("outsider", f"{register}/none")
    walk.post("outsider", f"{register}/none")
    walk.get("approver", register, tab="no_projects")
    walk.post("outsider", f"{register}/none/retract")


def administration(walk: Walk) -> None:
    walk.get("admin", "/offices")
    walk.get("admin", "/offices/new")
    walk.post("admin", "/offices/new", code="630001", name="新设街道办事处")
    walk.get("admin", "/offices/630001")
    walk.post("admin", "/offices/630001", name="新设街道办事处筹备组", active="1")
    walk.get("admin", "/offices/import")
    preview = walk.post("admin", "/offices/import", pasted="单位编码\t单位名称\n630002\t又一个单位").location
    walk.post("admin", preview, seen=re.findall(r'name="seen" value="(\w+)"', walk.get("admin", preview).text)[0])
    walk.get("admin", "/offices/630002/merge", into="620001")
    walk.post("admin", "/offices/630002/merge", into="620001", reason="撤并", people="move")

    walk.get("admin", "/account")
    walk.post("admin", "/account", phone="0335-5051234")
    walk.get("admin", "/people")
    people = {"pasted": "单位编码\t姓名\t角色\n610002\t名单上的\t经办人\n"}
    walk.get("admin", "/people/import")
    preview = walk.post("admin", "/people/import", **people).location
    seen = re.search('name="seen" value="([^"]*)"', walk.get("admin", preview).text)
    assert seen
    walk.get("admin", walk.post("admin", preview, seen=seen[1]).location)
    walk.get("admin", "/portfolios")
    walk.post("admin", "/portfolios", shown="")
    walk.get("admin", "/people/new")
    walk.post("admin", "/people/new", username="newcomer", name="新来的", roles="drafter", office="630001")
    newcomer = f"/people/{walk.world.actor('newcomer').id}"
    walk.get("admin", newcomer)
    walk.post("admin", newcomer, name="新来的经办", roles="drafter", office="630001")
    walk.post("admin", f"{newcomer}/enable")
    handover = f"/people/{walk.world.actor('other_reviewer').id}/handover"
    walk.get("admin", handover)
    walk.post("admin", handover, offices_to=walk.world.actor("reviewer").id)
    walk.get("admin", f"{newcomer}/disable")
    walk.post("admin", f"{newcomer}/disable")
    walk.post("admin", f"{newcomer}/enable")
    walk.get("admin", f"{newcomer}/password")
    walk.get("admin", walk.post("admin", f"{newcomer}/password").location)

    year = {"framework": "national-2021", "project_form": "hebei-2021", "department_form": "department-2017"}
    year |= {"deadline": "2026-12-31", "code_pattern": r"\d{3}-[A-Z]{3}", "office_code_pattern": "NNNNNN"}
    year |= {"after_deadline": "late", "longest_due": "20", "claim_days": "5"}
    year |= {"recommendation": "never", "errors_at_approval": "reason"}
    walk.get("admin", "/calendar")
    with clock_at(datetime(2026, 11, 20, 2, tzinfo=UTC)):
        walk.post("admin", "/calendar", year="2027", notice=NOTICE)
    walk.get("admin", "/years")
    walk.get("admin", "/years/new")
    walk.post("admin", "/years/new", year="2027", **year)
    walk.get("admin", "/years/2027")
    walk.post("admin", "/years/2027", **year | {"deadline": "2027-01-15"})
    walk.post("admin", "/years/2027/open", open="1")


def library(walk: Walk) -> None:
    entry = {"category": "vehicle", "kind": "quantity", "description": "车辆数", "value": "≥__辆", "basis": "台账"}
    shipped = "/library/entries/vehicle-kept"
    walk.get("reviewer", "/library")
    walk.get("reviewer", "/library/new")
    walk.post("reviewer", "/library/new", name="新能源车辆数", **entry)
    seen = re.search('name="seen" value="([^"]*)"', walk.get("reviewer", shipped).text)
    assert seen
    walk.post("reviewer", shipped, name="改过的车辆数", seen=seen[1], **entry)
    walk.post("reviewer", f"{shipped}/put-back")
    walk.post("reviewer", f"{shipped}/retire")
    walk.post("reviewer", f"{shipped}/restore")


def record(walk: Walk) -> None:
    walk.get("auditor", "/audit")
    walk.get("auditor", "/history")
    walk.get("auditor", "/history/1")
    walk.get("auditor", "/history.xlsx")
    walk.get("auditor", "/history.jsonl")
    walk.get("auditor", "/audit/verify")
    walk.get("auditor", walk.post("auditor", "/audit/export").location)


def session(walk: Walk) -> None:
    """Last: whoever changes the password or signs out is signed out."""
    walk.get("", "/static/portal.css")
    walk.get("", "/login")
    walk.post("", "/login", username="outsider", password=PASSWORD)
    walk.get("outsider", "/")
    walk.get("outsider", "/awaiting")
    walk.get("outsider", "/notices")
    walk.post("outsider", "/notices/read", through="1")
    walk.get("outsider", "/notices/settings")
    walk.post("outsider", "/notices/settings", told_of="work")
    walk.get("admin", "/notices/mail")
    walk.get("outsider", "/tables")
    walk.get("outsider", "/handbook/")
    walk.get("outsider", "/handbook/quick-start")
    walk.get("outsider", "/handbook/import.png")
    walk.get("outsider", "/password")
    today = str(local_today())
    appointed = {
        "stand_in": str(walk.world.actor("outsider").id),
        "starts_on": today,
        "ends_on": today,
        "reason": "培训",
    }
    walk.get("head", "/stand-ins")
    walk.post("head", "/stand-ins", **appointed)
    stand_in = walk.world.session.scalars(select(StandIn.id)).one()
    walk.post("outsider", "/capacity", capacity=str(stand_in))
    walk.post("outsider", f"/stand-ins/{stand_in}/end")
    new = {"new_password": "xin-mima-2020", "repeated_password": "xin-mima-2020"}
    walk.post("outsider", "/password", current_password=PASSWORD, **new)
    walk.get("head", "/logout")
    walk.post("head", "/logout")
