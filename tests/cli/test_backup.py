"""`flask backup` and `flask restore`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal import queries
from portal.extensions import db
from portal.models import AuditEntry
from tests.cli.conftest import Run, one_line, sqlite_only
from tests.world import World


def acts(world: World) -> list[str]:
    world.session.rollback()
    return list(world.session.scalars(select(AuditEntry.act).order_by(AuditEntry.number)))


def let_go(world: World) -> None:
    """As if the server had been stopped."""
    world.session.close()
    db.session.remove()
    db.engine.dispose()


@pytest.fixture
def saved(world: World, run: Run, tmp_path: Path) -> Path:
    """A backup with one submitted table in it."""
    world.submitted()
    path = tmp_path / "backups" / "portal-backup.db"
    result = run("backup", path)
    assert result.exit_code == 0, result.output
    number, digits = queries.audit.head(world.session)
    assert f"链头 {number}:{digits}" in result.stdout
    assert acts(world)[-1] == "backup"
    return path


@sqlite_only
def test_backup_is_one_file_readable_by_its_owner_alone(saved: Path) -> None:
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]
    assert saved.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(saved)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("delete",)


@sqlite_only
def test_restore_brings_back_what_was_and_keeps_what_is(world: World, run: Run, saved: Path, tmp_path: Path) -> None:
    before = acts(world)
    world.draft()
    let_go(world)
    assert "--force" in one_line(run("restore", saved))
    result = run("restore", saved, "--force")
    assert result.exit_code == 0, result.output
    assert acts(world) == [*before, "restore"]
    assert run("audit", "verify").exit_code == 0
    aside = tmp_path / "portal.db.before-restore"
    with closing(sqlite3.connect(aside)) as database:
        assert database.execute("SELECT count(*) FROM target_tables").fetchone() == (2,)
    let_go(world)
    again = run("restore", saved, "--force")
    assert again.exit_code == 0, again.output
    assert {path.name for path in tmp_path.glob("portal.db*")} == {
        "portal.db",
        aside.name,
        f"{aside.name}-2",
    } | {path.name for path in tmp_path.glob("portal.db-*")}


@sqlite_only
def test_restore_into_a_place_without_database(world: World, run: Run, saved: Path, tmp_path: Path) -> None:
    let_go(world)
    (tmp_path / "portal.db").unlink()
    assert run("restore", saved).exit_code == 0
    assert run("audit", "verify").exit_code == 0


@sqlite_only
def test_restore_waits_for_nobody_who_uses_the_database(
    world: World, run: Run, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.cli.copies.PATIENCE", 0.1)
    let_go(world)
    with closing(sqlite3.connect(tmp_path / "portal.db")) as server:
        server.execute("SELECT count(*) FROM users").fetchone()
        assert "请先停止服务" in one_line(run("restore", saved, "--force"))
    assert not list(tmp_path.glob("*before-restore*"))


@sqlite_only
@pytest.mark.parametrize("damage", ["no database", "empty", "without triggers", "tampered", "missing", "itself"])
def test_restore_refuses_what_is_no_sound_backup(
    world: World, run: Run, saved: Path, tmp_path: Path, damage: str
) -> None:
    before = acts(world)
    match damage:
        case "no database":
            saved.write_bytes(b"x" * 10_000)
        case "empty":
            saved.write_bytes(b"")
        case "without triggers" | "tampered":
            with closing(sqlite3.connect(saved)) as database:
                trigger = database.execute(
                    "SELECT sql FROM sqlite_master WHERE name = 'audit_entries_refuse_update'"
                ).fetchone()[0]
                database.execute("DROP TRIGGER audit_entries_refuse_update")
                if damage == "tampered":
                    database.execute("UPDATE audit_entries SET actor = '别人' WHERE number = 2")
                    database.execute(trigger)
                database.commit()
        case "missing":
            saved.unlink()
        case "itself":
            saved = tmp_path / "portal.db"
    let_go(world)
    assert one_line(run("restore", saved, "--force"))
    assert acts(world) == before
    assert not list(tmp_path.glob("*before-restore*"))
    assert not list(tmp_path.glob(".portal.db*"))


@sqlite_only
def test_backup_refuses_to_overwrite_the_database(run: Run, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "portal.db"):
        assert "备份到哪个文件" in one_line(run("backup", path))


@sqlite_only
def test_backup_of_a_record_that_does_not_verify_is_not_written(world: World, run: Run, tmp_path: Path) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER revisions_refuse_delete")
    assert "revisions_refuse_delete" in one_line(run("backup", tmp_path / "backup.db"))
    assert not list(tmp_path.glob("*backup.db*"))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("command", ["backup", "restore"])
def test_postgresql_has_its_own_tools(app: Flask, run: Run, tmp_path: Path, command: str) -> None:
    assert "pg_dump" in one_line(run(command, tmp_path / "file"))
