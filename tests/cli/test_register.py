"""`flask register import`: all or nothing, with the rights of the account, and without a trace in a dry run."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from portal.models import RegisterEntry
from tests.world import OFFICE, YEAR, World

LINES = f"单位编码,项目编码,项目名称,金额（万元）\n{OFFICE},610-1301-JBN-OTTA,经费,2.3\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "清单.csv"
    path.write_text(LINES, encoding="utf-8")
    return path


def run(app: Flask, file: Path, *more: str, by: str = "approver"):  # type: ignore[no-untyped-def]
    return app.test_cli_runner().invoke(args=["register", "import", str(file), "--year", str(YEAR), "--by", by, *more])


def test_register_import_writes_and_tells_what_was_converted(app: Flask, world: World, file: Path) -> None:
    result = run(app, file)

    assert result.exit_code == 0, result.output
    assert "已换算成元" in result.output and "新增 1 项，修改 0 项，移出 0 项" in result.output
    assert world.session.query(RegisterEntry).one().amount_fen == 2_300_000


def test_register_import_dry_run_writes_nothing(app: Flask, world: World, file: Path) -> None:
    result = run(app, file, "--dry-run")

    assert result.exit_code == 0
    assert "没有写入。会新增 1 项" in result.output
    assert world.session.query(RegisterEntry).count() == 0


@pytest.mark.parametrize(
    ("line", "by", "message"),
    [
        ("999,610-2,甲,1", "approver", "没有导入，1 处错误：第 3 行：没有编码为“999”的单位。"),
        ("", "drafter", "你没有维护应报清单的权限。"),
        ("", "other_reviewer", "不是你分管的单位"),
        ("", "nobody", "没有名为“nobody”的账号"),
    ],
)
def test_register_import_fails_with_one_line(
    app: Flask, world: World, file: Path, line: str, by: str, message: str
) -> None:
    file.write_text(LINES + line, encoding="utf-8")

    result = run(app, file, by=by)

    assert result.exit_code == 1
    assert message in result.output and len(result.output.strip().splitlines()) == 1
    assert world.session.query(RegisterEntry).count() == 0
