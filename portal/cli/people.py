"""`flask people`: lists of people, for the operator of the server, with the rights of an account."""

from __future__ import annotations

from pathlib import Path

import click

from portal.cli.commands import Commands, actor_named
from portal.domain.errors import Invalid
from portal.extensions import db
from portal.formats import rosters
from portal.services.administration import people_imports

people = Commands("people", help="人员名单。")
_SHOWN = 5


@people.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--by", required=True, metavar="USER", help="以谁的名义")
@click.option("--dry-run", is_flag=True, help="只说会改动什么，不写入")
def import_(file: Path, by: str, dry_run: bool) -> None:
    """导入人员名单（单位编码、姓名、角色、电话、分管单位）：整份导入，或什么都不导入；给出新账号的一次性密码。"""
    if file.stat().st_size > rosters.MAX_BYTES:
        raise Invalid(f"{file}：文件超过 {rosters.MAX_BYTES // 1024 // 1024} MB，不读取。")
    session, actor = db.session(), actor_named(db.session(), by)
    reading = people_imports.read(session, actor, rosters.read(file.name, file.read_bytes()))
    if reading.errors:
        first = "；".join(error.text.rstrip("。") for error in reading.errors[:_SHOWN])
        more = f"；另有 {len(reading.errors) - _SHOWN} 处" if len(reading.errors) > _SHOWN else ""
        raise Invalid(f"没有导入，{len(reading.errors)} 处错误：{first}{more}。")
    for sentence in reading.told:
        click.echo(sentence)
    plan = people_imports.plan(session, actor, reading.rows)
    if dry_run:
        click.echo(f"没有写入。会新增 {len(plan.new)} 人，修改 {len(plan.changed)} 人。")
        return
    done = people_imports.import_people(session, actor, reading.rows, seen=plan.digest)
    for user, secret in done.new:
        click.echo(f"{user.office_code or ''}\t{user.name}\t{user.username}\t{secret}")
    if done.new:
        click.echo("上面是新账号的一次性密码，只给出这一次。")
    click.echo(f"已导入：新增 {len(done.new)} 人，修改 {done.changed_count} 人。")
