"""Helpers shared by commands: error reporting, the acting person, what was read of a list, atomic writes of files.

This module defines no command.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NoReturn

import click
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal import queries
from portal.domain.errors import Invalid, Refused
from portal.domain.permissions import Actor
from portal.domain.rosters import Reading

_SHOWN = 5
"""Errors of a list that are named."""


class Commands(AppGroup):
    """A group whose commands run in the application context and fail with one line and exit 1."""

    def invoke(self, ctx: click.Context) -> Any:
        with one_line():
            return super().invoke(ctx)


@contextmanager
def one_line() -> Iterator[None]:
    """Turns expected errors into one line on stderr and exit 1."""
    try:
        yield
    except Refused as refusal:
        fail(refusal.message)
    except DBAPIError as error:
        words = " ".join(str(error.orig).split())[:200]
        fail(f"数据库无法使用（{words}）；如果还没有建立，请先运行 flask db upgrade。")
    except BrokenPipeError:
        raise  # the reader closed the pipe; click exits without a message
    except OSError as error:
        fail(f"{error.filename or '文件'}：{_reason(error)}")


def fail(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    raise SystemExit(1)


def _reason(error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return "没有这个文件或目录。"
        case IsADirectoryError():
            return "这是一个目录，不是文件。"
        case PermissionError():
            return "没有权限。"
    return f"读写失败（{error.strerror or error}）。"


def actor_named(session: Session, username: str) -> Actor:
    """The actor for `--by`, with the rights of that account. Raises Invalid."""
    found = queries.session.account_named(session, username)
    if found is None:
        raise Invalid(f"没有名为“{username[:40]}”的账号，或者账号已停用。")
    return found.actor


def print_reading(reading: Reading[Any]) -> None:
    """What is to be checked in a list that was read. Raises Invalid for a list with errors, naming the first."""
    if reading.errors:
        first = "；".join(error.text.rstrip("。") for error in reading.errors[:_SHOWN])
        more = f"；另有 {len(reading.errors) - _SHOWN} 处" if len(reading.errors) > _SHOWN else ""
        raise Invalid(f"没有导入，{len(reading.errors)} 处错误：{first}{more}。")
    for sentence in reading.told:
        click.echo(sentence)


@contextmanager
def atomic_write(path: Path) -> Iterator[IO[bytes]]:
    """Atomic write: the file appears at `path` only if the block succeeds. Raises OSError."""
    if path.is_dir():
        raise OSError(errno.EISDIR, "", str(path))
    fresh = beside(path)
    try:
        with fresh.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        fresh.unlink(missing_ok=True)


def beside(path: Path) -> Path:
    """A temporary name in the same folder, for writing before the rename to `path`."""
    return path.with_name(f".{path.name}.{os.getpid()}")
