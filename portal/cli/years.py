"""`flask years`: budget years, managed by the operator of the server."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

import click

from portal import queries
from portal.cli.commands import Commands
from portal.domain import forms, frameworks
from portal.domain.documents import Kind
from portal.domain.errors import Invalid
from portal.extensions import db
from portal.services.administration import budget_years
from portal.services.administration.budget_years import YearForm

years = Commands("years", help="预算年度。")

_year = click.argument("year", type=click.IntRange(2000, 2100))


@years.command("open")
@_year
@click.option("--framework", help="指标体系；不填时按年度取")
@click.option("--form", "project_form", metavar="ID", help="项目绩效目标表的表样，如 hebei-2021；不填时为 hebei-2017")
@click.option("--code-pattern", help="项目编码的格式，如 NNN-NNNN-AAA-XXXX，或正则表达式；不填时按指标体系取")
@click.option("--office-code-pattern", metavar="NNNNNN", help="预算单位编码的格式；不填时为六位数字")
@click.option(
    "--deadline", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="送审期限；默认上年 12 月 31 日"
)
@click.option("--only-warn", metavar="E6,E9…", help="只作提醒的错误规则")
@click.option("--off", metavar="W3,…", help="不用的提醒规则")
def open_(
    year: int,
    framework: str | None,
    project_form: str | None,
    code_pattern: str | None,
    office_code_pattern: str | None,
    deadline: datetime | None,
    only_warn: str | None,
    off: str | None,
) -> None:
    """开放新的年度，或重新开放已关闭的年度；已有年度没有提到的设置不变。"""
    session = db.session()
    known = next((found for found in queries.administration.years.all_years(session) if found.year == year), None)
    if project_form:
        forms.get(project_form, Kind.PROJECT)
    usual = YearForm.of(known) if known else _usual_form(year, framework)
    form = replace(
        usual,
        framework=framework or usual.framework,
        project_form=project_form or usual.project_form,
        code_pattern=code_pattern or usual.code_pattern,
        office_code_pattern=office_code_pattern or usual.office_code_pattern,
        deadline=deadline.date() if deadline else usual.deadline,
        only_warn=usual.only_warn if only_warn is None else _rule_ids(only_warn, "E"),
        off=usual.off if off is None else _rule_ids(off, "W"),
    )
    budget_years.open_year(session, None, year, form)
    warns = f"，{'、'.join(sorted(form.only_warn))} 只作提醒" if form.only_warn else ""
    without = f"，不用 {'、'.join(sorted(form.off))}" if form.off else ""
    told = f"表样 {form.project_form}，指标体系 {form.framework}，送审期限 {form.deadline}{warns}{without}"
    click.echo(f"{year} 年度已开放：{told}。")


@years.command("close")
@_year
def close(year: int) -> None:
    """关闭年度：单位不能再填报，财政局手中的仍可办理。"""
    budget_years.close_year(db.session(), None, year)
    click.echo(f"{year} 年度已关闭。")


def _usual_form(year: int, framework: str | None) -> YearForm:
    """Defaults of a new year; its deadline is in the year before, because a budget is due before its year begins."""
    own = frameworks.get(framework or frameworks.for_year(year))
    return YearForm(own.name, own.code_pattern, date(year - 1, 12, 31))


def _rule_ids(text: str, letter: str) -> list[str]:
    ids = [part.upper() for part in re.split(r"[\s,，、]+", text) if part]
    for rule in ids:
        if not re.fullmatch(rf"{letter}[1-9][0-9]?", rule):
            kind = "错误规则（E1、E2…）" if letter == "E" else "提醒规则（W1、W2…）"
            raise Invalid(f"“{rule[:20]}”不是{kind}的编号。")
    return ids
