"""`flask backup` and `flask restore`, for SQLite only; PostgreSQL has its own tools.

`portal.cli.copies` makes and verifies copies of a database; `portal.cli.archives` packs and unpacks backup files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import delete, select
from sqlalchemy.exc import DatabaseError

from portal.cli import archives, copies
from portal.cli.commands import beside, one_line
from portal.domain import audit_events
from portal.domain.audit_events import About
from portal.domain.chain import Verification
from portal.domain.errors import Invalid
from portal.extensions import db
from portal.models import User, UserSession
from portal.services.record import audit
from portal.services.transaction import write
from portal.storage import AttachmentStore, Condition

_path = click.Path(path_type=Path)


class _Command(click.Command):
    """A top-level command that fails with one line, as the commands of a group do."""

    def invoke(self, ctx: click.Context) -> Any:
        with one_line():
            return super().invoke(ctx)


@click.command("backup", cls=_Command)
@click.argument("file", type=_path)
@with_appcontext
def backup(file: Path) -> None:
    """备份数据库和附件，服务不必停；备份经过核验才写成。"""
    database = _database()
    if file.is_dir() or (file.exists() and database.exists() and file.samefile(database)):
        raise Invalid(f"{file}：请写明备份到哪个文件。")
    if not database.exists():
        raise Invalid("还没有数据库可以备份。")
    store = _store()
    with _temporary_beside(file) as fresh, _temporary_beside(fresh) as copied:
        session = db.session()
        with write(session):
            audit.record(session, None, audit_events.BACKUP, _database_object(), file=file.name)
        copies.copy(database, copied)
        verified, named = copies.prove(copied, store)
        left_out = archives.pack(fresh, copied, store, named)
        _sync_to_disk(fresh)
        fresh.replace(file)
    click.echo(f"已备份到 {file}，附件文件 {len(named) - len(left_out)} 个。{_summary(verified)}")
    _warn_missing(left_out)


@click.command("restore", cls=_Command)
@click.argument("file", type=_path)
@click.option("--force", is_flag=True, help="现在的数据库里已有账号时也恢复")
@with_appcontext
def restore(file: Path, force: bool) -> None:
    """用备份换下现在的数据库，并放回附件；换下的数据库留在旁边。须先停止服务。"""
    database = _database()
    if not file.is_file():
        raise Invalid(f"{file}：没有这个文件。")
    if database.exists() and file.samefile(database):
        raise Invalid(f"{file} 就是现在的数据库，不是备份。")
    if not force and _has_accounts(database):
        raise Invalid("现在的数据库里已有账号；确要用备份替换，请加 --force（换下的数据库会留在旁边）。")
    store = _store()
    with _temporary_beside(database) as fresh:
        if archives.is_plain_database(file):
            copies.copy(file, fresh)
        else:
            # Attachments unpacked before verification are harmless: unreferenced files are removed by a sweep.
            archives.unpack(file, fresh, store)
        verified, named = copies.prove(fresh, store)
        options = db.engine.get_execution_options()
        with copies.writing_session(fresh, options) as session, write(session):
            session.execute(delete(UserSession))  # else sessions that ended since the backup would live again
            head = _anchor(verified)
            anchor = audit.record(session, None, audit_events.RESTORE, _database_object(), file=file.name, head=head)
        _sync_to_disk(fresh, database)
        aside = _put_in_place(fresh, database)
    click.echo(f"已从 {file} 恢复。备份的{_summary(verified)}")
    click.echo(f"恢复后的链头 {anchor}。" + (f"换下的数据库在 {aside}。" if aside else ""))
    _warn_missing([digest for digest in named if store.condition(digest) is not Condition.SOUND])


def _database() -> Path:
    """The file of the configured database. Raises Invalid unless it is a SQLite file."""
    if db.engine.dialect.name != "sqlite":
        raise Invalid("数据库是 PostgreSQL，请用它自己的 pg_dump 备份、pg_restore 恢复。")
    name = db.engine.url.database
    if not name or name == ":memory:":
        raise Invalid("数据库不在文件里，无法备份和恢复。")
    return Path(name)


def _has_accounts(database: Path) -> bool:
    if not database.exists():
        return False
    try:
        with db.engine.connect() as connection:
            return connection.scalar(select(User.id).limit(1)) is not None
    except DatabaseError:
        return False  # no tables yet, or not a database: no data can be lost
    finally:
        db.engine.dispose()


@contextmanager
def _temporary_beside(path: Path) -> Iterator[Path]:
    """An empty temporary file in the folder of `path`, with mode 0600; removed on exit if it still exists."""
    fresh = beside(path)
    fresh.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh.touch(mode=0o600)
    try:
        yield fresh
    finally:
        copies.remove(fresh)


def _put_in_place(fresh: Path, database: Path) -> Path | None:
    """Move `fresh` to `database`. Returns the path where the old database is kept, if there was one."""
    aside = None
    if database.exists():
        db.session.remove()
        db.engine.dispose()
        copies.close_for_others(database)
        aside = _unused_name(database.with_name(f"{database.name}.before-restore"))
        os.link(database, aside)
        aside.chmod(0o600)
        for ending in ("-wal", "-shm"):  # present only where the database could not be opened
            log = database.with_name(database.name + ending)
            if log.exists():
                log.rename(aside.with_name(aside.name + ending))
    fresh.replace(database)
    return aside


def _unused_name(path: Path) -> Path:
    number = 1
    found = path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.name}-{number}")
    return found


def _sync_to_disk(path: Path, like: Path | None = None) -> None:
    """Set mode 0600 and the owner of `like`, and fsync, so that the file is on disk before its rename."""
    path.chmod(0o600)
    if like and like.exists():
        before = like.stat()
        with suppress(PermissionError):  # only root may chown, so that the service can open the file
            os.chown(path, before.st_uid, before.st_gid)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _store() -> AttachmentStore:
    store: AttachmentStore = current_app.extensions["attachments"]
    return store


def _warn_missing(digests: Sequence[str]) -> None:
    """Missing files of drafts only: a missing file of a revision has already failed the verification."""
    if digests:
        click.echo(f"注意：草稿的 {len(digests)} 个附件没有文件或文件已损坏，请让单位重新添加。", err=True)


def _database_object() -> audit.AuditObject:
    return audit.AuditObject(About.SYSTEM, "database", "数据库")


def _anchor(verified: Verification) -> str:
    return f"{verified.head_number}:{verified.head_hash}"


def _summary(verified: Verification) -> str:
    return f"完整性和审计记录核验无误，共 {verified.entries} 条，链头 {_anchor(verified)}。"
