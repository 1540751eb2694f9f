"""Measures the register's import: a workbook of 500 offices with 10 projects each, its preview and its import."""

from __future__ import annotations

import time
from datetime import date
from io import BytesIO
from pathlib import Path

import xlsxwriter

from bench.generator import PASSWORD
from bench.inprocess import best, portal_on
from bench.report import Report
from bench.shapes import YEAR
from portal import queries
from portal.demo import words
from portal.domain.offices import OfficeRow
from portal.domain.rules import YearRules
from portal.extensions import db
from portal.formats import rosters
from portal.services.administration import budget_years, office_imports, people
from portal.services.administration.accounts import PersonForm
from portal.services.register import imports

OFFICES, PROJECTS = 500, 10
PREVIEW, IMPORT = 2_000, 5_000
"""Most milliseconds."""


def measure(report: Report, folder: Path) -> None:
    """The preview is the best of three; what is imported first exists then, so the import is measured once."""
    with portal_on(f"sqlite:///{folder / 'register.db'}", folder):
        _prepare()
        session, data = db.session(), _workbook()
        account = queries.session.account_named(session, "approver")
        assert account
        actor = account.actor

        def preview() -> None:
            reading = imports.read(session, actor, YEAR, rosters.read("应报清单.xlsx", data))
            assert not reading.errors, reading.errors[0]
            plan = imports.plan(session, actor, YEAR, reading.rows)
            assert len(plan.new) == OFFICES * PROJECTS

        shown = best(preview, 3)
        reading = imports.read(session, actor, YEAR, rosters.read("应报清单.xlsx", data))
        begun = time.perf_counter()
        imports.import_rows(session, actor, YEAR, reading.rows)
        imported = (time.perf_counter() - begun) * 1000
    remark = f"{OFFICES} offices, {OFFICES * PROJECTS:,} projects"
    report.add("in process", "register, preview of a workbook", shown, "ms", most=PREVIEW, remark=remark)
    report.add("in process", "register, import", imported, "ms", most=IMPORT, remark=remark)


def _codes() -> list[str]:
    return [f"{601 + n // 50}{n % 50 + 1:03d}" for n in range(OFFICES)]


def _prepare() -> None:
    session, rules = db.session(), YearRules.for_year(YEAR)
    rows = [OfficeRow(code, f"山海关区第{n}街道办事处", "") for n, code in enumerate(_codes(), 1)]
    office_imports.import_offices(session, None, rows)
    form = budget_years.YearForm(rules.framework.name, rules.code_pattern, date(2099, 12, 31))
    budget_years.open_year(session, None, YEAR, form)
    people.add_user(session, None, "approver", PersonForm("刘批复", ["approver"]), password=PASSWORD)


def _workbook() -> bytes:
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("应报清单")
        sheet.write_row(0, 0, ("单位编码", "项目编码", "项目名称", "金额（元）", "重点"))
        for n, code in enumerate(_codes()):
            for m in range(PROJECTS):
                number = n * PROJECTS + m
                row = (
                    code,
                    f"{code[:3]}-1303-JBN-{words.code_of(number)}",
                    f"第{number}项专项经费",
                    10_000 + number,
                    "",
                )
                sheet.write_row(number + 1, 0, row)
    return file.getvalue()
