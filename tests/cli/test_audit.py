"""`flask audit`: what verify finds, here and on an export."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from portal import create_app, queries
from portal.extensions import db
from tests.cli.conftest import Run, one_line
from tests.databases import on_sqlite, settings
from tests.world import World


def tamper(statement: str) -> None:
    """Change the log as somebody with the database in their hands could."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER audit_entries_refuse_update"))
            connection.execute(text("DROP TRIGGER audit_entries_refuse_delete"))
        else:
            connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
        connection.execute(text(statement))


def test_verify_is_ok_and_tells_the_head(world: World, run: Run) -> None:
    world.approved()
    number, digits = queries.record.head(world.session)
    result = run("audit", "verify", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "ok": True,
        "entries": number,
        "head": {"number": number, "hash": digits},
        "anchors": [],
        "problems": [],
    }
    assert "没有对照留存的链头" in run("audit", "verify").stdout


def test_verify_holds_the_log_against_anchors(world: World, run: Run) -> None:
    number, digits = queries.record.head(world.session)
    good = run("audit", "verify", "--expect", f"{number}:{digits}", "--expect", f"{number}:{digits[:16]}")
    assert good.exit_code == 0
    assert "已与留存的 2 个链头对照" in good.stdout
    for anchors in ([f"{number}:{'0' * 64}", f"{number}:{digits}"], [f"{number + 1}:{digits}"]):
        options = [word for anchor in anchors for word in ("--expect", anchor)]
        result = run("audit", "verify", "--json", *options)
        assert result.exit_code == 1
        report = json.loads(result.stdout)
        assert report["anchors"] == anchors
        assert len(report["problems"]) == 1


@on_sqlite
@pytest.mark.parametrize("anchor", ["", "3", "3:abc", "x:0123456789abcdef", ":0123456789abcdef"])
def test_anchor_that_is_none_is_one_line(run: Run, anchor: str) -> None:
    assert "不是链头" in one_line(run("audit", "verify", "--expect", anchor))


def test_verify_finds_and_locates_what_was_changed(world: World, run: Run) -> None:
    tamper("UPDATE audit_entries SET actor = '别人' WHERE number = 3")
    result = run("audit", "verify", "--json")
    assert result.exit_code == 1
    problems = json.loads(result.stdout)["problems"]
    assert [problem["number"] for problem in problems] == [3, None]
    assert "触发器" in problems[1]["message"]


def test_verify_finds_that_the_tail_was_cut(world: World, run: Run) -> None:
    number, _ = queries.record.head(world.session)
    tamper(f"DELETE FROM audit_entries WHERE number = {number}")
    assert run("audit", "verify").exit_code == 1


@pytest.fixture
def exported(world: World, run: Run, tmp_path: Path) -> Path:
    world.submitted()
    path = tmp_path / "log.jsonl"
    result = run("audit", "export", "-o", path)
    assert result.exit_code == 0, result.output
    return path


def test_export_holds_its_own_entry_and_prints_the_head(world: World, run: Run, exported: Path) -> None:
    number, digits = queries.record.head(world.session)
    entries = [json.loads(line) for line in exported.read_text("utf-8").splitlines()]
    assert [entry["number"] for entry in entries] == list(range(1, number + 1))
    assert (entries[-1]["act"], entries[-1]["actor_id"], entries[-1]["hash"]) == ("export_log", None, digits)
    result = run("audit", "verify", "--file", exported, "--json", "--expect", f"{number}:{digits}")
    assert (result.exit_code, json.loads(result.stdout)["entries"]) == (0, number)


def test_export_verifies_without_a_database(exported: Path, tmp_path: Path) -> None:
    app = create_app(settings("sqlite:////nonexistent/portal.db", tmp_path / "elsewhere"))
    assert app.test_cli_runner().invoke(args=["audit", "verify", "--file", str(exported)]).exit_code == 0


@on_sqlite
@pytest.mark.parametrize(
    "damage",
    [
        b"\xff\xfe",
        b"{",
        b"[]",
        b'{"number": 3}',
        b"",
        b"[" * 100_000,
        b'{"number": ' + b"9" * 5_000 + b"}",
    ],
    ids=["no UTF-8", "cut", "no object", "fields missing", "blank", "too deep", "too long a number"],
)
def test_damaged_line_is_named(run: Run, exported: Path, damage: bytes) -> None:
    lines = exported.read_bytes().splitlines()
    lines[2] = damage
    exported.write_bytes(b"\n".join(lines))
    result = run("audit", "verify", "--file", exported, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["problems"][0]["message"] == "文件第 3 行不是一条完整的审计记录。"


def test_changed_line_is_located(run: Run, exported: Path) -> None:
    exported.write_text(exported.read_text("utf-8").replace("王经办", "李经办", 1), "utf-8")
    result = run("audit", "verify", "--file", exported, "--json")
    assert result.exit_code == 1
    assert len(json.loads(result.stdout)["problems"]) == 1


def test_empty_or_missing_export_is_not_ok(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert run("audit", "verify", "--file", tmp_path / "empty").exit_code == 1
    assert "没有这个文件" in one_line(run("audit", "verify", "--file", tmp_path / "missing"))


def test_export_that_cannot_be_written_leaves_nothing(world: World, run: Run, tmp_path: Path) -> None:
    head = queries.record.head(world.session)
    assert one_line(run("audit", "export", "-o", tmp_path / "nowhere" / "log"))
    assert queries.record.head(world.session) == head


@on_sqlite
@pytest.mark.parametrize("added", ['"note": "", ', '"actor": "别人", ', '"at": "2020-01-01T00:00:00.000000+00:00", '])
def test_line_with_an_added_or_doubled_key_is_located(run: Run, exported: Path, added: str) -> None:
    lines = exported.read_text("utf-8").splitlines()
    lines[2] = "{" + added + lines[2].removeprefix("{")
    exported.write_text("\n".join(lines), "utf-8")
    result = run("audit", "verify", "--file", exported, "--json")
    assert result.exit_code == 1
    told = {"number": 3, "message": "文件第 3 行不是一条完整的审计记录。"}
    assert json.loads(result.stdout)["problems"][0] == told
