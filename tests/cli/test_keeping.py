"""`flask users`, `offices` and `years`: what the operator of the server keeps."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from portal import queries
from portal.domain.errors import Invalid
from portal.models import AuditEntry, BudgetYear, Office, UserRole
from portal.services.session import signing_in
from tests.cli.conftest import Run, one_line
from tests.databases import on_sqlite
from tests.world import OFFICE, World


def last_entry(world: World) -> AuditEntry:
    world.session.rollback()
    return world.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()


def test_life_of_an_account(world: World, run: Run) -> None:
    added = run("users", "add", "zhou", "--name", "周芳", "--role", "drafter", "--role", "head", "--office", OFFICE)
    assert added.exit_code == 0, added.output
    password = added.stdout.strip().rpartition("：")[2]
    account = signing_in.sign_in(world.session, "zhou", password, "127.0.0.1")
    assert account.user.must_change_password
    assert world.actor("zhou").office == OFFICE

    changed = run("users", "roles", "zhou", "--role", "reviewer", "--office", "", "--assigned", OFFICE)
    assert changed.stdout == f"zhou\t周芳\t业务科室审核人\t\t\t分管 {OFFICE}\n"
    assert (last_entry(world).act, last_entry(world).actor_id) == ("change_user", None)
    assert run("users", "roles", "zhou", "--role", "reviewer", "--role", "approver").exit_code == 0
    assert world.actor("zhou").offices_assigned == {OFFICE, "61000201"}

    assert "已停用" in run("users", "disable", "zhou").stdout
    assert queries.session.account_named(world.session, "zhou") is None
    assert "已停用" in run("users", "list").stdout
    assert "已停用" not in run("users", "enable", "zhou").stdout

    fresh = run("users", "reset-password", "zhou").stdout.strip().rpartition("：")[2]
    with pytest.raises(Invalid):
        signing_in.sign_in(world.session, "zhou", password, "127.0.0.1")
    assert signing_in.sign_in(world.session, "zhou", fresh, "127.0.0.1").actor.name == "周芳"


@on_sqlite
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "head", "--name", "某", "--role", "auditor"), "用户名 head 已经存在"),
        (("add", "x y", "--name", "某", "--role", "auditor"), "用户名应为"),
        (("add", "neu", "--name", "某", "--role", "drafter"), "要指明所在单位"),
        (("add", "neu", "--name", "某", "--role", "drafter", "--office", "999"), "没有编码为 999 的单位"),
        (("roles", "nobody", "--role", "admin"), "没有名为“nobody”的账号"),
        (("roles", "admin", "--role", "auditor"), "最后一个可用的系统管理员"),
        (("roles", "reviewer", "--role", "reviewer", "--role", "admin"), "三员分立"),
        (("add", "neu", "--name", "某", "--role", "admin", "--role", "auditor"), "三员分立"),
        (("disable", "admin"), "最后一个可用的系统管理员"),
        (("enable", "nobody"), "没有名为“nobody”的账号"),
        (("reset-password", "nobody"), "没有名为“nobody”的账号"),
    ],
)
def test_users_refused_in_one_line(world: World, run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    head = queries.record.head(world.session)
    assert sentence in one_line(run("users", *arguments))
    assert queries.record.head(world.session) == head


@on_sqlite
def test_users_warns_of_duties_that_should_be_separate(world: World, run: Run) -> None:
    assert run("users", "list").stderr == ""
    world.session.add(UserRole(user_id=world.actor("auditor").id, role="approver"))
    world.session.commit()
    for command in (("list",), ("enable", "auditor"), ("roles", "auditor", "--role", "auditor", "--role", "approver")):
        warned = run("users", *command)
        assert (warned.exit_code, "auditor 一人担任了应当分开的职责" in warned.stderr) == (0, True)


def test_offices_add(world: World, run: Run) -> None:
    assert run("offices", "add", "610009", "船厂路街道办事处", "--parent", "610").exit_code == 0
    office = world.session.get(Office, "610009")
    assert office is not None
    assert office.lineage == "/610/610009/"
    assert "已经存在" in one_line(run("offices", "add", "610009", "再来一次"))


@on_sqlite
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
@pytest.mark.parametrize("heading", ["", "编码,名称,上级编码\r\n"])
def test_offices_import_reads_what_offices_write(
    world: World, run: Run, tmp_path: Path, encoding: str, heading: str
) -> None:
    path = tmp_path / "offices.csv"
    path.write_bytes(f'{heading}61000901,"下级,甲",610009\r\n610009,船厂路街道,\r\n\r\n'.encode(encoding))
    result = run("offices", "import", path)
    assert result.stdout == "已导入：新增 2 个单位，修改 0 个。\n", result.output
    office = world.session.get(Office, "61000901")
    assert office is not None
    assert (office.name, office.lineage) == ("下级,甲", "/610009/61000901/")


@on_sqlite
def test_offices_import_undoes_what_a_spreadsheet_did_to_the_list(world: World, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "offices.csv"
    path.write_text(
        '2020年预算单位一览表,,\n单位编码,单位名称,上级\n="061",街道\u200b中心,\n\'061009,"船厂路街道\n办事处",061\n',
        "utf-8-sig",
    )
    assert run("offices", "import", path).stdout == "已导入：新增 2 个单位，修改 0 个。\n"
    office = world.session.get(Office, "061009")
    assert office is not None
    assert (office.name, office.lineage) == ("船厂路街道办事处", "/061/061009/")


@on_sqlite
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件是空的"),
        ("编码,名称\n".encode(), "没有单位"),
        (b"610009\n", "没有找到表头"),
        (b"610009,a,,b\n", "电话只写号码"),
        (b"610009,\n", "第 1 行：没有单位名称"),
        (b"610009,a\n610010,b,999\n", "第 2 行：上级单位：没有编码为“999”的单位"),
        (b"610009,a\n610009,b\n", "第 2 行：单位编码 610009 与第 1 行重复"),
        (b"610009,a,610010\n610010,b,610009\n", "上级绕成了一圈：610009 → 610010 → 610009"),
        (b'610009,"a\n', "不是一份完好的 CSV"),
        (b"\x00\xff\x81", "文字编码"),
        (b"610009,a\n61,b\n", "第 2 行：单位编码“61”不足 3 位：多半是表格软件把编码当作数，去掉了开头的 0"),
        (b"0610,a\n610009,b,0610\n", "第 2 行：单位编码“610009”与上级单位“0610”对不上"),
        (b"0630,a\n0630009,b,630\n", "第 2 行：上级单位：单位编码“630”在系统或清单里是“0630”"),
        ("编码,名称\n\n610009,a\n表,b\n".encode(), "第 4 行：单位编码应为 3 到 12 位数字，而不是“表”"),
        (f"{'编码' * 20},名称\n610009,街".encode()[:-1] + b"\xff\n", "文件第 2 行第 8 个字符损坏"),
    ],
)
def test_offices_import_all_or_none(world: World, run: Run, tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "offices.csv"
    path.write_bytes(content)
    assert sentence in one_line(run("offices", "import", path))
    assert world.session.get(Office, "610009") is None


def test_years_open_close_and_open_again_keeping_their_settings(world: World, run: Run) -> None:
    assert run("years", "open", "2024", "--only-warn", "e6，E9", "--off", "W3").exit_code == 0
    assert run("years", "close", "2024").exit_code == 0
    assert "没有 2031 年度" in one_line(run("years", "close", "2031"))
    result = run("years", "open", "2024", "--deadline", "2023-11-15")
    assert result.stdout == (
        "2024 年度已开放：表样 hebei-2017，指标体系 national-2021，送审期限 2023-11-15，E6、E9 只作提醒，不用 W3。\n"
    )
    world.session.rollback()
    year = world.session.get(BudgetYear, 2024, populate_existing=True)
    assert year is not None
    assert (year.is_open, year.deadline, year.only_warn, year.off) == (True, date(2023, 11, 15), "E6 E9", "W3")


def test_new_year_takes_framework_and_deadline_from_its_number(world: World, run: Run) -> None:
    assert run("years", "open", "2022").exit_code == 0
    year = world.session.get(BudgetYear, 2022)
    assert year is not None
    assert (year.framework, year.deadline) == ("hebei-2017", date(2021, 12, 31))


@on_sqlite
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--framework", "none"), "没有名为“none”的指标体系"),
        (("--form", "none"), "没有名为“none”的表样"),
        (("--form", "department-2017"), "没有名为“department-2017”的表样"),
        (("--code-pattern", "("), "不是有效的正则表达式"),
        (("--only-warn", "W3"), "不是错误规则"),
        (("--off", "E3"), "不是提醒规则"),
    ],
)
def test_years_open_refused_in_one_line(run: Run, options: tuple[str, ...], sentence: str) -> None:
    assert sentence in one_line(run("years", "open", "2025", *options))
