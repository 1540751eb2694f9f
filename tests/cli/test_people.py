"""`flask people import`: all or nothing, with the rights of the account, and without a trace in a dry run."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from portal.models import User
from tests.world import OFFICE, PEOPLE, World

LINES = f"单位编码,姓名,角色,电话\n{OFFICE},钱新人,经办人,0335-5051234\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "名单.csv"
    path.write_text(LINES, encoding="utf-8")
    return path


def run(app: Flask, file: Path, *more: str, by: str = "admin"):  # type: ignore[no-untyped-def]
    return app.test_cli_runner().invoke(args=["people", "import", str(file), "--by", by, *more])


def test_people_import_adds_accounts_and_gives_their_passwords(app: Flask, world: World, file: Path) -> None:
    result = run(app, file)
    assert result.exit_code == 0, result.output
    assert f"{OFFICE}\t钱新人\t{OFFICE}-01\t" in result.output
    assert world.actor(f"{OFFICE}-01").name == "钱新人"
    assert "新增 0 人，修改 0 人" in run(app, file).output


def test_people_import_dry_run_writes_nothing(app: Flask, world: World, file: Path) -> None:
    assert "没有写入。会新增 1 人，修改 0 人。" in run(app, file, "--dry-run").output
    assert world.session.query(User).count() == len(PEOPLE)


@pytest.mark.parametrize(("change", "by", "words"), [
    ("", "head", "没有管理单位、人员和年度的权限"),
    ("610009,孙,经办人,\n", "admin", "没有导入，1 处错误：第 3 行：没有编码为“610009”的单位"),
])  # fmt: skip
def test_people_import_that_cannot_be_fails_in_one_line(
    app: Flask, world: World, file: Path, change: str, by: str, words: str
) -> None:
    file.write_text(LINES + change, encoding="utf-8")
    result = run(app, file, by=by)
    assert (result.exit_code, words in result.output) == (1, True), result.output
    assert world.session.query(User).count() == len(PEOPLE)
