"""`flask offices`: budget units, managed by the operator of the server."""

from __future__ import annotations

from pathlib import Path

import click

from portal.cli.commands import Commands
from portal.domain.errors import Invalid
from portal.extensions import db
from portal.formats import office_list
from portal.services.administration import offices as services

MAX_BYTES = 5 * 1024 * 1024

offices = Commands("offices", help="预算单位。")


@offices.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--parent", default="", metavar="CODE", help="上级单位")
def add(code: str, name: str, parent: str) -> None:
    """新增单位。"""
    office = services.add_office(db.session(), None, code, name, parent)
    click.echo(f"已新增单位 {office.code}{office.name}。")


@offices.command("import")
@click.argument("file", type=click.Path(path_type=Path))
def import_(file: Path) -> None:
    """从 CSV 文件新增单位：编码,名称,上级编码；全部新增，或一个也不新增。"""
    if file.stat().st_size > MAX_BYTES:
        raise Invalid(f"{file}：文件超过 {MAX_BYTES // 1024 // 1024} MB，不读取。")
    added = services.import_offices(db.session(), None, office_list.read(file.read_bytes()))
    click.echo(f"已新增 {added} 个单位。")
