"""`flask tables check` and `convert`, which work on files without a database.

Commands and their printed reports; `formats` reads and writes files, `domain.rules` checks documents.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import click

import config
from portal.cli.commands import atomic_write, one_line
from portal.domain import documents, forms
from portal.domain.documents import Kind, PerformanceText, ProjectDocument
from portal.domain.errors import Refused
from portal.domain.forms import Form
from portal.domain.rules import Finding, Severity, YearRules, check_text
from portal.formats import files, json_file
from portal.formats.files import Converter
from portal.formats.libreoffice import LibreOffice
from portal.formats.reading import Reading, Unplaced, Unreadable


@click.command("check")
@click.argument("file")
@click.option("--year", type=click.IntRange(2000, 2999), required=True, help="预算年度")
@click.option("--framework", help="指标体系，不填时按年度取")
@click.option("--form", "form_id", metavar="ID", help="项目绩效目标表的表样；不填时按文件里的栏目认")
@click.option("--sheet", default="", metavar="NAME", help="工作簿里只读这一张工作表")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@one_line()
def check(file: str, year: int, framework: str | None, form_id: str | None, sheet: str, as_json: bool) -> None:
    """检查一份绩效文本，列出问题。"""
    rules = YearRules.for_year(year, framework)
    reading = read_file(file, form_id or forms.for_year(year, Kind.PROJECT), sheet)
    if form_id:
        reading = in_form(reading, forms.get(form_id, Kind.PROJECT))
    findings = check_text(reading.text, rules)
    if as_json:
        click.echo(json.dumps(report(reading, findings), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(summary(reading, findings)))


@click.command("convert")
@click.argument("file")
@click.option("-o", "--output", "output", required=True, help="写到哪个文件，格式由扩展名决定")
@click.option("--sheet", default="", metavar="NAME", help="工作簿里只读这一张工作表")
@one_line()
def convert(file: str, output: str, sheet: str) -> None:
    """把一份绩效文本转换成另一种格式。"""
    files.format_to_write(output)
    reading = read_file(file, sheet=sheet)
    with atomic_write(Path(output)) as out:
        out.write(files.write(output, reading.text))
    for line in _unplaced_lines(reading.unplaced)[1:]:
        click.echo(line, err=True)


# --- files ---------------------------------------------------------------------------------------


def read_file(path: str, likeliest_form: str = "", sheet: str = "") -> Reading:
    """The documents in a file, or on one sheet of a workbook, as an import cleans them. Raises Unreadable, OSError.

    likeliest_form: the id of the form that wins among forms with equally many places.
    """
    if Path(path).stat().st_size > files.MAX_BYTES:
        raise Unreadable(f"{path}：文件超过 {files.MAX_BYTES // 1024 // 1024} MB，不读取。")
    try:
        reading = files.read(path, Path(path).read_bytes(), forms.likeliest(likeliest_form), sheet, _converter())
    except Refused as error:
        raise Unreadable(f"{path}：{error.message}") from error
    tables = tuple(cast(ProjectDocument, documents.with_clean_lines(table)) for table in reading.text.tables)
    return replace(reading, text=PerformanceText(reading.text.department, tables))


def _converter() -> Converter | None:
    """By LibreOffice, if it is there; these commands know no application, so they ask the environment."""
    soffice = config.soffice()
    return LibreOffice(soffice).convert if soffice else None


def in_form(reading: Reading, form: Form) -> Reading:
    """The tables converted to `form`; `converted` also tells amounts in its unit and texts without a field there."""
    tables, told = [], list(reading.converted)
    for position, table in enumerate(reading.text.tables, 1):
        carried, left_out = forms.convert(table, form)
        tables.append(cast(ProjectDocument, carried))
        told += [f"第 {position} 张表：{sentence}" for sentence in forms.amounts_converted(table, form)]
        told += [f"第 {position} 张表：表样没有“{label}”，原文 {_one_line(text)}" for label, text in left_out.items()]
    return replace(reading, text=PerformanceText(reading.text.department, tuple(tables)), converted=tuple(told))


# --- reports -------------------------------------------------------------------------------------


def report(reading: Reading, findings: Sequence[Finding]) -> dict[str, Any]:
    """What `--json` prints: documents, findings and unplaced lines."""
    return {
        **json_file.to_plain(reading.text),
        "findings": [
            {
                "rule": finding.rule,
                "severity": finding.severity,
                "table": finding.table,
                "path": finding.path,
                "message": finding.message,
            }
            for finding in findings
        ],
        "unplaced": [_unplaced(left) for left in reading.unplaced],
        "converted": list(reading.converted),
    }


def _unplaced(left: Unplaced) -> dict[str, Any]:
    where = {"place": left.place} if left.place else {"line": left.line}
    return {**where, "text": left.text}


def summary(reading: Reading, findings: Sequence[Finding]) -> list[str]:
    """The report as text: counts, then the findings of each table, then the unplaced lines."""
    text = reading.text
    rows = sum(len(table.indicators) for table in text.tables)
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    lines = [
        f"部门整体绩效目标：{'有' if text.department else '无'}；"
        f"项目绩效目标表 {len(text.tables)} 张，指标 {rows} 条。",
        f"错误 {errors} 个，提醒 {len(findings) - errors} 个；未能归位的内容 {len(reading.unplaced)} 处。",
    ]
    names = {0: "部门整体绩效目标"}
    names |= {n: f"第 {n} 张表 {_one_line(table.project_name)}" for n, table in enumerate(text.tables, 1)}
    for position, name in names.items():
        own = [finding for finding in findings if finding.table == position]
        if own:
            lines += ["", name, *(_finding_line(finding, text, position) for finding in own)]
    converted = ["", "换算和没有位置的内容", *(f"  {_one_line(told)}" for told in reading.converted)]
    return lines + (converted if reading.converted else []) + _unplaced_lines(reading.unplaced)


def _finding_line(finding: Finding, text: PerformanceText, position: int) -> str:
    document = text.tables[position - 1] if position else text.department
    place = forms.label(document, finding.path) if document else finding.path
    return f"  {finding.severity.label} {finding.rule} {place}：{_one_line(finding.message)}"


def _unplaced_lines(unplaced: Sequence[Unplaced]) -> list[str]:
    if not unplaced:
        return []
    return ["", "未能归位的内容", *(f"  {left.where}：{_one_line(left.text)}" for left in unplaced)]


def _one_line(text: str) -> str:
    return " ".join(text.split())
