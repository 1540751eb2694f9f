"""`flask tables`: import and export of tables, rebuilding of indexes; `tables_files` adds check and convert."""

from __future__ import annotations

import json
from pathlib import Path

import click

from portal import queries
from portal.cli import tables_files
from portal.cli.commands import Commands, actor_named, atomic_write
from portal.domain import forms
from portal.domain.errors import Invalid
from portal.domain.rules import check_text
from portal.extensions import db
from portal.formats import files
from portal.services.files import exports, imports
from portal.services.files.imports import ImportResult
from portal.services.library import full_text_fill, known_indicators, known_sentences

EXPORT_FORMATS = ("text", "docx", "xlsx", "pdf", "json")

tables = Commands("tables", help="绩效目标表：导入、检查、转换、导出。")
# Added without an application context: these two commands need neither configuration nor database.
tables.add_command(tables_files.check)
tables.add_command(tables_files.convert)

_office = click.option("--office", required=True, metavar="CODE", help="预算单位编码")
_year = click.option("--year", type=click.IntRange(2000, 2100), required=True, help="预算年度")


@tables.command("import")
@click.argument("file")
@_office
@_year
@click.option("--by", required=True, metavar="USER", help="以谁的身份导入")
@click.option("--replace", "replace_drafts", is_flag=True, help="已有的草稿以文件内容替换")
@click.option("--sheet", default="", metavar="NAME", help="工作簿里只读这一张工作表")
@click.option("--dry-run", is_flag=True, help="只试一遍，不写入")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def import_(
    file: str, office: str, year: int, by: str, replace_drafts: bool, sheet: str, dry_run: bool, as_json: bool
) -> None:
    """把一份绩效文本导入一个单位的一个年度：整份导入，或什么都不导入。"""
    session = db.session()
    actor = actor_named(session, by)
    form_id = queries.administration.years.open_year(session, year).project_form
    reading = tables_files.in_form(tables_files.read_file(file, form_id, sheet), forms.get(form_id))
    imported = imports.import_text(
        session, actor, reading.text, office, year, replace_drafts=replace_drafts, dry_run=dry_run
    )
    rules = queries.tables.year_rules(queries.administration.years.open_year(session, year))
    findings = check_text(reading.text, rules)
    if as_json:
        report = tables_files.report(reading, findings) | imported.counts
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join([_tally(imported, dry_run), *tables_files.summary(reading, findings)]))


def _tally(imported: ImportResult, dry_run: bool) -> str:
    counts = "新建 {created} 张，替换 {replaced} 张，未变 {unchanged} 张".format(**imported.counts)
    return f"试导入，没有写入：将{counts}。" if dry_run else f"已导入：{counts}。"


@tables.command("export")
@_office
@_year
@click.option("--format", "format_", type=click.Choice(EXPORT_FORMATS), required=True, help="文件格式")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="FILE", help="写到哪个文件")
@click.option("--by", metavar="USER", help="以谁的身份导出；不填时是操作员，所见与单位自己相同")
def export(office: str, year: int, format_: str, output: Path, by: str | None) -> None:
    """导出一个单位一个年度的绩效文本。"""
    if format_ not in files.WRITERS:
        raise Invalid(f"这个版本还不能导出 {format_}；可以导出 {'、'.join(files.WRITERS)}。")
    session = db.session()
    actor = actor_named(session, by) if by else None
    with atomic_write(output) as file:
        taken = exports.export_office(session, actor, office, year, format=format_)
        file.write(files.write(format_, taken.text, taken.imprint))
    click.echo(f"已导出：{taken.title}。审计记录 {taken.anchor}")


@tables.command("index")
def index() -> None:
    """重建索引：各表最近一次送审的语句，供比对雷同文字；已批复的指标，供填报时建议；各表的文字，供查找。"""
    sent, approved = known_sentences.rebuild(db.session()), known_indicators.rebuild(db.session())
    searched = full_text_fill.rebuild(db.session())
    click.echo(f"已编入 {sent} 张表的语句，{approved} 张表的指标，{searched} 张表的文字。")
