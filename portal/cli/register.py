"""`flask register`: the register of what is owed, for the operator of the server, with the rights of an account."""

from __future__ import annotations

from pathlib import Path

import click

from portal.cli.commands import Commands, actor_named, print_reading
from portal.domain.errors import Invalid
from portal.extensions import db
from portal.formats import rosters
from portal.services.register import imports

register = Commands("register", help="应报清单。")


@register.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--year", type=int, required=True, metavar="YEAR", help="年度")
@click.option("--by", required=True, metavar="USER", help="以谁的名义")
@click.option("--remove-gone", is_flag=True, help="清单里没有的项目移出应报清单")
@click.option("--dry-run", is_flag=True, help="只说会改动什么，不写入")
def import_(file: Path, year: int, by: str, remove_gone: bool, dry_run: bool) -> None:
    """导入应报清单（单位编码、项目编码、项目名称、金额、重点）：整份导入，或什么都不导入。"""
    if file.stat().st_size > rosters.MAX_BYTES:
        raise Invalid(f"{file}：文件超过 {rosters.MAX_BYTES // 1024 // 1024} MB，不读取。")
    session, actor = db.session(), actor_named(db.session(), by)
    reading = imports.read(session, actor, year, rosters.read(file.name, file.read_bytes()))
    print_reading(reading)
    plan = imports.plan(session, actor, year, reading.rows)
    if dry_run:
        counts = f"新增 {len(plan.new)} 项，修改 {len(plan.changed)} 项，清单里没有 {len(plan.gone)} 项"
        click.echo(f"没有写入。会{counts}。")
        return
    done = imports.import_rows(session, actor, year, reading.rows, remove_gone=remove_gone)
    kept = f"，清单里没有的 {len(plan.gone)} 项保留" if plan.gone and not remove_gone else ""
    click.echo(f"已导入：新增 {done.added} 项，修改 {done.changed} 项，移出 {done.removed} 项{kept}。")
