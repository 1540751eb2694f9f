"""`flask audit`: verifying the audit log, in the database or offline on an export, and exporting it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from flask import current_app

from portal.cli.commands import Commands, atomic_write, fail
from portal.domain import chain
from portal.domain.chain import Problem, Verification
from portal.extensions import db
from portal.services.files import exports
from portal.services.record import verification

audit = Commands("audit", help="审计记录。")


@audit.command("verify")
@click.option("--expect", multiple=True, metavar="NUMBER:HASH", help="以前留存的链头，可以有多个")
@click.option(
    "--file", "export_file", type=click.Path(path_type=Path), metavar="EXPORT", help="核验导出的文件，不用数据库"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def verify(expect: tuple[str, ...], export_file: Path | None, as_json: bool) -> None:
    """核验审计记录的链条、各送审版本及其附件；有问题时以 1 退出。"""
    anchors = [_anchor(text) for text in expect]
    if export_file:
        result = verify_export(export_file, anchors)
    else:
        result = verification.verify(db.session(), anchors, current_app.extensions["attachments"])
    if as_json:
        click.echo(json.dumps(result.to_json(), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(told(result)))
    if not result.ok:
        raise SystemExit(1)


@audit.command("export")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="FILE", help="写到哪个文件")
def export(output: Path) -> None:
    """导出全部审计记录，一行一条 JSON；最后一条就是这次导出。"""
    with atomic_write(output) as file:
        taken = exports.exported_log(db.session(), exports.enter_log_export(db.session(), None))
        for line in taken.lines:
            file.write(line.encode())
    click.echo(f"已导出。链头 {taken.anchor}，请另行留存，以便日后核验。")


def _anchor(text: str) -> tuple[int, str]:
    try:
        return chain.parse_anchor(text)
    except ValueError:
        fail(f"“{text[:100]}”不是链头，应写作 编号:校验值（至少 16 位）。")


def told(result: Verification) -> list[str]:
    """The result as lines of text."""
    head = f"共 {result.entries} 条，链头 {result.head_number}:{result.head_hash}"
    with_anchors = f"已与留存的 {len(result.anchors)} 个链头对照。"
    without = "没有对照留存的链头（--expect）：末尾的记录若被截去，单看链条发现不了。"
    return [
        f"审计记录{'完好' if result.ok else '有问题'}：{head}。",
        with_anchors if result.anchors else without,
        *(f"  {problem.message}" for problem in result.problems),
    ]


# --- an export, offline --------------------------------------------------------------------------


def verify_export(path: Path, anchors: list[tuple[int, str]]) -> Verification:
    """Verify a file that `audit export` wrote; damaged lines are reported as problems."""
    damaged: list[Problem] = []
    result = chain.verify(_entries(path, damaged), anchors)
    result.problems[:0] = damaged
    if not result.entries and not damaged:
        result.problems.append(Problem(None, "文件里没有审计记录。"))
    return result


def _entries(path: Path, damaged: list[Problem]) -> Iterator[Mapping[str, Any]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            entry = _entry(line)
            if entry is None:
                damaged.append(Problem(number, f"文件第 {number} 行不是一条完整的审计记录。"))
            else:
                yield entry


def _entry(line: bytes) -> Mapping[str, Any] | None:
    """The entry of a line; None if it is damaged, lacks a key, or has one that is added or doubled."""
    try:
        plain = json.loads(line.decode(), object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError):
        return None
    return plain if chain.is_entry(plain) else None


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Raises ValueError for a doubled key: readers differ in which of the two they believe."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("doubled key")
    return found
