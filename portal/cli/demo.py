"""`flask demo load`, which `make run` calls at every start. `portal.demo` has the data.

One outer transaction contains the transactions of the services: the demo is loaded completely or not at all, on
both databases, and a concurrent second start waits for the first and then finds the accounts.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import flask_migrate
from flask import current_app
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from portal.cli.commands import Commands
from portal.database import WRITING, missing_triggers
from portal.demo import accounts
from portal.domain.errors import Invalid
from portal.domain.permissions import Role
from portal.extensions import db
from portal.models import AuditHead, User

demo = Commands("demo", help="演示数据。")


@demo.command("load")
@click.option("--if-new", is_flag=True, help="数据库里已有账号时什么也不改，不算失败")
@click.option("--district", "office_count", type=int, metavar="OFFICES", help="另外生成一个区：预算单位的个数")
@click.option("--tables", "table_count", type=int, metavar="TABLES", help="这个区的表数；默认每个单位 50 张")
def load(if_new: bool, office_count: int | None, table_count: int | None) -> None:
    """建立或升级数据库；首次运行时载入演示数据，需要时再加上一个有许多单位的区。"""
    size = _district_size(office_count, table_count)
    with _one_at_a_time(current_app.config["INSTANCE"] / "demo.lock"):
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            if missing := missing_triggers(connection):
                raise Invalid(f"数据库缺少保护记录的触发器：{'、'.join(missing)}；请从备份恢复。")
        loaded = _load_into_empty(size)
    if not loaded and not if_new:
        raise Invalid("数据库里已有账号；演示数据只能载入空的数据库。")
    click.echo("\n".join(_greeting(loaded)))


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    path.touch(mode=0o600)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _load_into_empty(size: tuple[int, int] | None) -> bool:
    """Load the demo unless accounts exist. Returns whether it was loaded."""
    with db.engine.connect() as connection:
        if _usernames(connection):
            return False
    with db.engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        connection.execute(select(AuditHead).with_for_update())  # concurrent loads wait here for the commit
        if _usernames(connection):
            return False
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
            _tell(session, size)
    return True


def _tell(session: Session, size: tuple[int, int] | None) -> None:
    # Late imports: only the first start needs these modules.
    if size:
        from portal.demo import district

        district.tell(session, *size)
    from portal.demo import story

    accounts.add_accounts(session)
    story.perform_all(session)


def _district_size(offices: int | None, tables: int | None) -> tuple[int, int] | None:
    """(offices, tables), within what the generator has names for."""
    from portal.demo.district import MOST_OFFICES, MOST_TABLES_PER_OFFICE

    if offices is None:
        if tables is not None:
            raise Invalid("--tables 要和 --district 一起用。")
        return None
    if not 1 <= offices <= MOST_OFFICES:
        raise Invalid(f"--district 是 1 到 {MOST_OFFICES} 个单位。")
    wanted = 50 * offices if tables is None else tables
    if not offices <= wanted <= MOST_TABLES_PER_OFFICE * offices:
        raise Invalid(f"--tables 是每个单位 1 到 {MOST_TABLES_PER_OFFICE} 张，{offices} 个单位不能有 {wanted} 张。")
    return offices, wanted


def _usernames(connection: Connection) -> set[str]:
    return set(connection.execute(select(User.username)).scalars())


def _greeting(loaded: bool) -> list[str]:
    lines = [f"{current_app.config['DISTRICT']}绩效目标管理：http://{_host()}:{os.environ.get('PORT', '8000')}"]
    with db.engine.connect() as connection:
        is_demo = set(accounts.PEOPLE) <= _usernames(connection)
    if not is_demo:
        return [*lines, "数据库里已有账号，没有载入演示数据。"]
    lines += [f"{'已载入演示数据' if loaded else '演示数据'}。各账号的密码都是 {accounts.PASSWORD}"]
    return lines + [f"  {username:<9} {_described(username)}" for username in accounts.PEOPLE]


def _host() -> str:
    listen = os.environ.get("LISTEN", "127.0.0.1")
    return "127.0.0.1" if listen in ("0.0.0.0", "::", "") else listen


def _described(username: str) -> str:
    """Name, roles and offices for the greeting."""
    person = accounts.PEOPLE[username]
    names = {office.code: office.name.removeprefix("秦皇岛市山海关区") for office in accounts.OFFICES}
    roles = "、".join(Role(role).label for role in person.roles)
    where = "、".join(names[code] for code in (person.office, *person.assigned) if code)
    return f"{person.name}，{roles}" + (f"（{where}）" if where else "")
