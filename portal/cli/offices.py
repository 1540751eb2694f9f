"""`flask offices`: budget units, managed by the operator of the server."""

from __future__ import annotations

from pathlib import Path

import click

from portal.cli.commands import Commands, print_reading
from portal.domain.errors import Invalid
from portal.extensions import db
from portal.formats import rosters
from portal.services.administration import office_imports as imports
from portal.services.administration import offices as services

offices = Commands("offices", help="预算单位。")


@offices.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--parent", default="", metavar="CODE", help="上级单位")
@click.option("--phone", default="", metavar="NUMBER", help="电话")
def add(code: str, name: str, parent: str, phone: str) -> None:
    """新增单位。"""
    office = services.add_office(db.session(), None, code, name, parent, phone)
    click.echo(f"已新增单位 {office.code}{office.name}。")


@offices.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="只说会改动什么，不写入")
def import_(file: Path, dry_run: bool) -> None:
    """导入单位（单位编码、单位名称、上级单位、电话）：整份导入，或什么都不导入。"""
    if file.stat().st_size > rosters.MAX_BYTES:
        raise Invalid(f"{file}：文件超过 {rosters.MAX_BYTES // 1024 // 1024} MB，不读取。")
    session = db.session()
    reading = imports.read(session, None, rosters.read(file.name, file.read_bytes()))
    print_reading(reading)
    plan = imports.plan(session, reading.rows)
    if dry_run:
        click.echo(f"没有写入。会新增 {len(plan.new)} 个单位，修改 {len(plan.changed)} 个。")
        return
    done = imports.import_offices(session, None, reading.rows)
    named = f"，改了 {done.named} 张草稿里的单位名称" if done.named else ""
    click.echo(f"已导入：新增 {done.added} 个单位，修改 {done.changed} 个{named}。")
