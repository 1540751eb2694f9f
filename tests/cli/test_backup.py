"""`flask backup` and `flask restore`."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import queries
from portal.cli import archives, copies
from portal.database import now
from portal.domain import actions
from portal.extensions import db
from portal.models import AuditEntry
from portal.services.drafting import attachments
from portal.services.session import signing_in
from portal.storage import AttachmentStore, Condition
from tests.cli.conftest import Run, one_line
from tests.databases import on_postgresql, on_sqlite
from tests.domain.files import PDF, png
from tests.world import PASSWORD, World


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
    number, digits = queries.record.head(world.session)
    assert f"链头 {number}:{digits}" in result.stdout
    assert acts(world)[-1] == "backup"
    return path


@contextmanager
def inside(backup: Path) -> Iterator[Path]:
    """The database in a backup, for changing it; put back with the rest as it was."""
    path = backup.with_name("inside.db")
    members = members_of(backup)
    path.write_bytes(members.pop("portal.db"))
    yield path
    put_together(backup, {"portal.db": path.read_bytes()} | members)
    path.unlink()


def members_of(backup: Path) -> dict[str, bytes]:
    with tarfile.open(backup) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]


def put_together(path: Path, members: dict[str, bytes]) -> None:
    with tarfile.open(path, "w") as archive:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, BytesIO(data))


@on_sqlite
def test_backup_is_one_file_readable_by_its_owner_alone(saved: Path) -> None:
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]
    assert saved.stat().st_mode & 0o777 == 0o600
    with inside(saved) as path, closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("delete",)


@on_sqlite
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


@on_sqlite
@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_backup_and_restore_leave_no_file_that_others_can_read(
    world: World, run: Run, tmp_path: Path, umask: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, database = tmp_path / "new" / "backups", tmp_path / "portal.db"
    seen: dict[str, int] = {}

    def looked_at(call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any) -> Any:
            result = call(*arguments)
            for place in (tmp_path, folder):
                seen.update({path.name: path.stat().st_mode & 0o077 for path in place.glob(".*") if path.is_file()})
            return result

        return wrapped

    for module, name in ((copies, "copy"), (archives, "pack"), (archives, "unpack")):
        monkeypatch.setattr(module, name, looked_at(getattr(module, name)))
    database.chmod(0o644)
    before = os.umask(umask)
    try:
        assert run("backup", folder / "saved").exit_code == 0
        let_go(world)
        database.chmod(0o644)
        assert run("restore", folder / "saved", "--force").exit_code == 0
    finally:
        os.umask(before)
    assert len(seen) == 3 and set(seen.values()) == {0}
    kept = [*tmp_path.glob("portal.db*"), *folder.iterdir()]
    assert {path.name: path.stat().st_mode & 0o777 for path in kept} == {path.name: 0o600 for path in kept}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert not list(tmp_path.glob(".portal*"))


@on_sqlite
def test_restore_ends_sessions_that_the_backup_holds(world: World, run: Run, tmp_path: Path) -> None:
    key = signing_in.sign_in(world.session, "drafter", PASSWORD, "127.0.0.1").key
    assert run("backup", tmp_path / "saved").exit_code == 0
    signing_in.sign_out(world.session, world.actor("drafter"), key)
    let_go(world)
    assert run("restore", tmp_path / "saved", "--force").exit_code == 0
    assert queries.session.account_of_session(world.session, key, now()) is None


@on_sqlite
def test_restore_into_a_place_without_database(world: World, run: Run, saved: Path, tmp_path: Path) -> None:
    let_go(world)
    (tmp_path / "portal.db").unlink()
    assert run("restore", saved).exit_code == 0
    assert run("audit", "verify").exit_code == 0


@on_sqlite
def test_restore_waits_for_nobody_who_uses_the_database(
    world: World, run: Run, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.cli.copies.PATIENCE", 0.1)
    let_go(world)
    with closing(sqlite3.connect(tmp_path / "portal.db")) as server:
        server.execute("SELECT count(*) FROM users").fetchone()
        assert "请先停止服务" in one_line(run("restore", saved, "--force"))
    assert not list(tmp_path.glob("*before-restore*"))


@on_sqlite
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
            with inside(saved) as path, closing(sqlite3.connect(path)) as database:
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


@on_sqlite
def test_backup_refuses_to_overwrite_the_database(run: Run, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "portal.db"):
        assert "备份到哪个文件" in one_line(run("backup", path))


@on_sqlite
def test_backup_of_a_record_that_does_not_verify_is_not_written(world: World, run: Run, tmp_path: Path) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER revisions_refuse_delete")
    assert "revisions_refuse_delete" in one_line(run("backup", tmp_path / "backup.db"))
    assert not list(tmp_path.glob("*backup.db*"))


@on_postgresql
@pytest.mark.parametrize("command", ["backup", "restore"])
def test_postgresql_has_its_own_tools(app: Flask, run: Run, tmp_path: Path, command: str) -> None:
    assert "pg_dump" in one_line(run(command, tmp_path / "file"))


# --- attachments ---------------------------------------------------------------------------------


@pytest.fixture
def store(app: Flask) -> AttachmentStore:
    found: AttachmentStore = app.extensions["attachments"]
    return found


def attach(world: World, store: AttachmentStore, table_id: int, name: str, data: bytes) -> str:
    attachments.attach(world.session, world.actor("drafter"), store, table_id, name, data)
    return queries.enclosures.attachments(world.session, table_id)[-1].digest


@dataclass
class SaveResult:
    """A backup with a file that was submitted and then removed, and one of a draft."""

    path: Path
    submitted: str
    drafted: str


@pytest.fixture
def kept(world: World, run: Run, store: AttachmentStore, tmp_path: Path) -> SaveResult:
    table_id = world.draft()
    submitted = attach(world, store, table_id, "合同.pdf", PDF)
    world.act(table_id, actions.SUBMIT, "head")
    world.act(table_id, actions.WITHDRAW, "head")
    attachments.detach(world.session, world.actor("drafter"), table_id, submitted)
    drafted = attach(world, store, table_id, "照片.png", png())
    store.put(b"named by nothing")
    path = tmp_path / "backups" / "backup"
    result = run("backup", path)
    assert result.exit_code == 0, result.output
    assert "附件文件 2 个" in result.stdout
    assert result.stderr == ""
    let_go(world)
    return SaveResult(path, submitted, drafted)


@on_sqlite
def test_backup_holds_the_database_and_the_files_it_names(kept: SaveResult) -> None:
    members = members_of(kept.path)
    assert members.pop("portal.db").startswith(b"SQLite format 3")
    assert members == {f"attachments/{kept.submitted}": PDF, f"attachments/{kept.drafted}": png()}


@on_sqlite
@pytest.mark.parametrize("before", ["gone", "altered", "there"])
def test_restore_brings_attachments_back(
    world: World, run: Run, kept: SaveResult, store: AttachmentStore, tmp_path: Path, before: str
) -> None:
    match before:
        case "gone":
            shutil.rmtree(store.folder)
        case "altered":
            store.path_of(kept.submitted).write_bytes(b"altered")
    result = run("restore", kept.path, "--force")
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    assert store.condition(kept.submitted) is store.condition(kept.drafted) is Condition.SOUND
    assert store.path_of(kept.drafted).stat().st_mode & 0o777 == 0o600
    assert run("audit", "verify").exit_code == 0


@on_sqlite
@pytest.mark.parametrize("damage", ["missing", "altered", "renamed", "outside", "link", "cut", "no database"])
def test_restore_refuses_a_backup_whose_submitted_files_are_not_whole(
    world: World, run: Run, kept: SaveResult, store: AttachmentStore, tmp_path: Path, damage: str
) -> None:
    shutil.rmtree(store.folder)
    members, name = members_of(kept.path), f"attachments/{kept.submitted}"
    match damage:
        case "missing":
            del members[name]
        case "altered":
            members[name] += b"x"
        case "renamed":
            members[f"attachments/{'0' * 64}"] = members.pop(name)
        case "outside":
            members[f"../../{kept.submitted}"] = members.pop(name)
        case "no database":
            del members["portal.db"]
    put_together(kept.path, members)
    if damage == "link":
        with tarfile.open(kept.path, "a") as archive:
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(link)
    if damage == "cut":
        os.truncate(kept.path, members["portal.db"].__len__() + 1000)
    before = acts(world)
    let_go(world)
    assert one_line(run("restore", kept.path, "--force"))
    assert acts(world) == before
    assert not list(tmp_path.glob("*before-restore*")) and not list(tmp_path.glob(".*"))
    assert not list(tmp_path.rglob("passwd"))


@on_sqlite
@pytest.mark.parametrize("damage", ["missing", "altered"])
def test_draft_without_a_sound_file_is_told_and_hinders_nothing(
    world: World, run: Run, kept: SaveResult, store: AttachmentStore, damage: str
) -> None:
    if damage == "missing":
        store.path_of(kept.drafted).unlink()
    else:
        store.path_of(kept.drafted).write_bytes(b"altered")
    told = "注意：草稿的 1 个附件没有文件或文件已损坏，请让单位重新添加。\n"
    again = run("backup", kept.path)
    assert (again.exit_code, again.stderr) == (0, told)
    assert members_of(kept.path).keys() == {"portal.db", f"attachments/{kept.submitted}"}
    let_go(world)
    restored = run("restore", kept.path, "--force")
    assert (restored.exit_code, restored.stderr) == (0, told)


@on_sqlite
def test_backup_without_a_submitted_file_is_not_written(run: Run, kept: SaveResult, store: AttachmentStore) -> None:
    before = kept.path.read_bytes()
    store.path_of(kept.submitted).write_bytes(b"altered")
    assert "附件“合同.pdf”的文件被改动" in one_line(run("backup", kept.path))
    assert kept.path.read_bytes() == before


@on_sqlite
def test_plain_copy_of_an_earlier_version_is_restored(world: World, run: Run, saved: Path) -> None:
    plain = saved.with_name("plain.db")
    plain.write_bytes(members_of(saved)["portal.db"])
    let_go(world)
    result = run("restore", plain, "--force")
    assert result.exit_code == 0, result.output
    assert run("audit", "verify").exit_code == 0


def test_sweep_removes_what_nothing_names_after_a_day(world: World, run: Run, store: AttachmentStore) -> None:
    table_id = world.draft()
    removed = attach(world, store, table_id, "a.pdf", PDF)
    attachments.detach(world.session, world.actor("drafter"), table_id, removed)
    present = attach(world, store, table_id, "b.png", png())
    frozen = attach(world, store, table_id, "c.txt", b"frozen")
    world.act(table_id, actions.SUBMIT, "head")
    world.act(table_id, actions.WITHDRAW, "head")
    attachments.detach(world.session, world.actor("drafter"), table_id, frozen)
    fresh = store.put(b"just uploaded")
    left_over = store.path_of(removed).with_name(".left over")
    left_over.touch()
    for path in (*map(store.path_of, (removed, present, frozen)), left_over):
        os.utime(path, (0, 0))
    assert run("attachments", "sweep").stdout == "已删除 2 个没有引用的文件。\n"
    assert [store.has(digest) for digest in (removed, present, frozen, fresh)] == [False, True, True, True]
    assert run("attachments", "sweep").stdout == "已删除 0 个没有引用的文件。\n"


def test_verify_names_table_and_revision_of_a_file_that_is_gone_or_altered(
    world: World, run: Run, store: AttachmentStore
) -> None:
    table_id = world.draft()
    contract = attach(world, store, table_id, "合同.pdf", PDF)
    photo = attach(world, store, table_id, "照片.png", png())
    world.act(table_id, actions.SUBMIT, "head")
    assert run("audit", "verify").exit_code == 0
    number, _ = queries.record.head(world.session)
    store.path_of(contract).write_bytes(PDF + b" ")
    store.path_of(photo).unlink()
    result = run("audit", "verify", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["problems"] == [
        {"number": number, "message": f"编号 {table_id} 的表第 1 次送审的附件“合同.pdf”的文件被改动。"},
        {"number": number, "message": f"编号 {table_id} 的表第 1 次送审的附件“照片.png”的文件不见了。"},
    ]
