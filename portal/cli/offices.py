"""`flask offices`: budget units, managed by the operator of the server."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import click

from portal.cli.commands import Commands
from portal.domain.errors import Invalid
from portal.extensions import db
from portal.services.administration import offices as services

MAX_BYTES = 5 * 1024 * 1024
ENCODINGS = ("utf-8-sig", "gb18030")

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
    added = services.import_offices(db.session(), None, _rows(file.read_bytes()))
    click.echo(f"已新增 {added} 个单位。")


def _rows(data: bytes) -> list[tuple[str, str, str]]:
    """(code, name, parent) of each line; a first line whose code has no leading digit is a heading. Raises Invalid."""
    try:
        lines = list(csv.reader(io.StringIO(_decoded(data), newline=""), strict=True))
    except csv.Error as error:
        raise Invalid(f"这不是一份完好的 CSV 文件（{error}）。") from None
    found: list[tuple[str, str, str]] = []
    for number, cells in enumerate(lines, 1):
        code, name, parent, *more = [cell.strip() for cell in cells] + [""] * max(0, 3 - len(cells))
        is_heading = number == 1 and not code[:1].isdigit()
        if is_heading or not any((code, name, parent, *more)):
            continue
        if any(more) or not code or not name:
            raise Invalid(f"第 {number} 行应为：编码,名称,上级编码（可以没有）。")
        found.append((code, name, parent))
    if not found:
        raise Invalid("文件里没有单位。")
    return found


def _decoded(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Invalid("认不出文件的文字编码；请用 UTF-8 或 GBK 保存。")
