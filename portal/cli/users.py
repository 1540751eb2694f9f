"""`flask users`: accounts, managed by the operator of the server."""

from __future__ import annotations

from collections.abc import Iterable

import click
from flask import current_app
from sqlalchemy.orm import Session

from portal import queries
from portal.cli.commands import Commands
from portal.domain.documents import clean_line
from portal.domain.errors import Invalid
from portal.domain.permissions import Role
from portal.extensions import db
from portal.queries.administration.people import Person
from portal.services.administration import people
from portal.services.administration.accounts import PersonForm
from portal.services.administration.authority import separates_duties

users = Commands("users", help="人员账号。")

_roles = click.option(
    "--role",
    "roles",
    type=click.Choice([role.value for role in Role]),
    multiple=True,
    required=True,
    help="角色，可以有多个",
)
_ASSIGNED = "审核人分管的单位，可以有多个"


@users.command("add")
@click.argument("username")
@click.option("--name", required=True, help="姓名")
@_roles
@click.option("--office", default="", metavar="CODE", help="所在单位")
@click.option("--assigned", multiple=True, metavar="CODE", help=_ASSIGNED)
@click.option("--phone", default="", help="电话")
def add(username: str, name: str, roles: tuple[str, ...], office: str, assigned: tuple[str, ...], phone: str) -> None:
    """新增账号，给出一次性密码。"""
    form = PersonForm(name, roles, office, assigned, phone)
    user, password = people.add_user(db.session(), None, username, form)
    click.echo(f"已新增 {user.name}（{user.username}）。{_one_time(password)}")


@users.command("roles")
@click.argument("username")
@_roles
@click.option("--office", metavar="CODE", help="所在单位；不填则不变，填空则没有")
@click.option("--assigned", multiple=True, metavar="CODE", help=f"{_ASSIGNED}；不填则不变，填空则没有")
def roles(username: str, roles: tuple[str, ...], office: str | None, assigned: tuple[str, ...]) -> None:
    """重新规定一个账号的角色、单位和分管单位。"""
    session = db.session()
    person = _person(session, username)
    form = PersonForm(
        person.user.name,
        roles,
        (person.user.office_code or "") if office is None else office,
        [code for code in assigned if code] if assigned else person.assigned,
        person.user.phone,
    )
    people.change_user(session, None, person.user.id, form)
    _tell(session, [_person(session, username)])


@users.command("disable")
@click.argument("username")
def disable(username: str) -> None:
    """停用账号，结束他的认领；做过的事仍记在其名下。"""
    _set_active(username, False)


@users.command("enable")
@click.argument("username")
def enable(username: str) -> None:
    """重新启用账号。"""
    _set_active(username, True)


@users.command("reset-password")
@click.argument("username")
def reset_password(username: str) -> None:
    """给出新的一次性密码，原密码作废。"""
    session = db.session()
    person = _person(session, username)
    password = people.reset_password(session, None, person.user.id)
    click.echo(f"{person.user.name}（{person.user.username}）的{_one_time(password)}")


@users.command("list")
def list_() -> None:
    """列出全部账号。"""
    session = db.session()
    _tell(session, queries.administration.people.people(session))


def _one_time(password: str) -> str:
    hours = round(current_app.config["ONE_TIME_LIMIT"].total_seconds() / 3600)
    return f"一次性密码（{hours} 小时内有效）：{password}"


def _set_active(username: str, active: bool) -> None:
    session = db.session()
    people.set_active(session, None, _person(session, username).user.id, active)
    _tell(session, [_person(session, username)])


def _person(session: Session, username: str) -> Person:
    """The account, also a disabled one. Raises Invalid."""
    wanted = clean_line(username).lower()
    found = next(
        (person for person in queries.administration.people.people(session) if person.user.username == wanted), None
    )
    if found is None:
        raise Invalid(f"没有名为“{username[:40]}”的账号。")
    return found


def _tell(session: Session, found: Iterable[Person]) -> None:
    """One line for each person, and a warning on stderr for each whose duties should be separate."""
    for person in found:
        click.echo(_line(person))
        if person.mixes_duties and separates_duties(session):
            click.echo(
                f"注意：{person.user.username} 一人担任了应当分开的职责（三员分立），请改由不同的人担任。", err=True
            )


def _line(person: Person) -> str:
    labels = "、".join(role.label for role in Role if role in person.roles)
    parts = [
        person.user.username,
        person.user.name,
        labels,
        f"{person.user.office_code or ''}{person.office_name}",
        person.user.phone,
        f"分管 {'、'.join(sorted(person.assigned))}" if person.assigned else "",
        "" if person.user.active else "已停用",
    ]
    return "\t".join(parts).rstrip("\t")
