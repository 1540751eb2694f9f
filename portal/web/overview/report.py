"""What leaves the overview: the page in sentences (print and Word), one page on paper, Excel, a list of telephones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from flask import Blueprint, Response, request, url_for

from portal import queries
from portal.database import now
from portal.domain import overview as domain
from portal.domain.opinions import OpinionKind
from portal.domain.overview import Figures, OfficeFigures, Report, ordered, scopes
from portal.domain.permissions import Actor, Permission, offices_in_reach
from portal.domain.register import NOT_SUBMITTED, OWED, Standing
from portal.extensions import db
from portal.formats import word
from portal.formats.excel.lists import Column, write_list
from portal.formats.files import FORMATS
from portal.web.downloads import download
from portal.web.filters import announcement, moment
from portal.web.guards import account, actor, needs
from portal.web.overview import beside, matrix
from portal.web.overview.charts import course_chart
from portal.web.overview.overview import Scene, scene_of
from portal.web.rendering import render

bp = Blueprint("overview_report", __name__)

_OTHER = OpinionKind.OTHER.label
ON_A_PAGE = 34
"""Offices that fit on a sheet of paper below the sentence."""


@bp.get("/overview/<int:year>/report")
@needs(Permission.SEE_OVERVIEW)
def report(year: int) -> Response:
    scene, me = scene_of(actor(), year), actor()
    return render(
        "overview/report.html",
        layout="print",
        heading=_heading(me, scene),
        paragraphs=domain.sentences(_report(me, scene)),
        counted_at=moment(now()),
        word_url=url_for(".as_word", year=year),
        back_url=url_for("overview.overview", year=year),
    )


@bp.get("/overview/<int:year>/report.docx")
@needs(Permission.SEE_OVERVIEW)
def as_word(year: int) -> Response:
    scene, me = scene_of(actor(), year), actor()
    heading = _heading(me, scene)
    data = word.write_letter(heading, domain.sentences(_report(me, scene)), f"数字截至 {moment(now())}")
    return _file(data, heading, "docx")


@bp.get("/overview/<int:year>/print")
@needs(Permission.SEE_OVERVIEW)
def one_page(year: int) -> Response:
    scene, me = scene_of(actor(), year), actor()
    figures = scene.figures
    points = domain.course(figures.submitted_on, figures.approved_on, scene.today)
    latest, calendar = ordered(scene.offices)[:ON_A_PAGE], queries.calendar.current(db.session())
    return render(
        "overview/one_page.html",
        layout="print",
        year=scene.year,
        title=scopes.title(me),
        sentence=scene.sentence(),
        columns=[column.label for column in matrix.COLUMNS],
        rows=matrix.rows(year, latest, scene.today, with_contacts=False),
        left_out=max(len(scene.offices) - ON_A_PAGE, 0),
        sums=[matrix.number(year, figures, column) for column in matrix.COLUMNS],
        money=matrix.plain_yuan(figures.in_force_fen),
        chart=course_chart(points, figures.count(OWED), scene.year.deadline),
        hands=beside.hands(year, scene.offices, figures, calendar) if scopes.is_bureau(me) else [],
        rules=beside.rules(scene.year, figures),
        kinds=beside.kinds(year, figures),
        counted_at=moment(now()),
        back_url=url_for("overview.overview", year=year),
    )


@bp.get("/overview/<int:year>/excel")
@needs(Permission.SEE_OVERVIEW)
def as_excel(year: int) -> Response:
    scene, me = scene_of(actor(), year), actor()
    heading, counts = f"{year} 年度{scopes.title(me)}", [Column(column.label, 9) for column in matrix.COLUMNS]
    columns = [Column("单位编码", 12), Column("单位名称", 34), *counts]
    columns += [Column("现行有效（元）", 18), Column("在局最久（工作日）", 14)]
    calendar = queries.calendar.current(db.session())
    rows: list[list[str | int | Decimal]] = [
        [
            each.code,
            each.name,
            *(matrix.number(year, each.figures, column).count for column in matrix.COLUMNS),
            Decimal(each.figures.in_force_fen) / 100,
            matrix.days_waited(calendar, each.figures.at_bureau_since, scene.today),
        ]
        for each in ordered(scene.offices)
    ]
    return _file(write_list(heading, [f"数字截至 {moment(now())}"], columns, rows), heading, "xlsx")


@bp.get("/overview/<int:year>/telephones")
@needs(Permission.SEE_OVERVIEW)
def telephones(year: int) -> Response:
    """Of the ticked offices; without any, of all that have not submitted something."""
    ticked = set(request.args.getlist("office"))
    scene = scene_of(actor(), year)
    wanted = [each for each in scene.offices if (each.code in ticked if ticked else each.figures.count(NOT_SUBMITTED))]
    found = queries.overview.contacts.of_offices(db.session(), [each.code for each in ordered(wanted)])
    figures = {each.code: each.figures for each in wanted}
    return render(
        "overview/telephones.html",
        layout="print",
        year=scene.year,
        ticked=bool(ticked),
        offices=[(each, _missing(figures[each.code])) for each in found],
        counted_at=moment(now()),
        back_url=url_for("overview.overview", year=year),
    )


def _report(me: Actor, scene: Scene) -> Report:
    session, figures, deadline = db.session(), scene.figures, scene.year.deadline
    calendar = queries.calendar.current(session)
    is_known = not announcement(deadline) and not announcement(scene.today)
    return Report(
        year=scene.year.year,
        on=scene.today,
        scope=scopes.all_offices(me, len(scene.offices)),
        deadline=deadline,
        days_left=calendar.count(scene.today, deadline) if is_known else None,
        days_waiting=matrix.days_waited(calendar, figures.at_bureau_since, scene.today),
        figures=figures,
        offices=_with_short_names(scene.offices),
        rules=[(each.words, each.count) for each in beside.rules(scene.year, figures)],
        kinds=[(each.words, each.count) for each in beside.kinds(scene.year.year, figures) if each.words != _OTHER],
    )


def _with_short_names(offices: Sequence[OfficeFigures]) -> list[OfficeFigures]:
    """Without what the names of all offices begin with."""
    shared = account().common_beginning
    return [replace(each, name=each.name.removeprefix(shared)) for each in offices]


def _heading(me: Actor, scene: Scene) -> str:
    beyond = offices_in_reach(me, Permission.SEE_OVERVIEW) is not None
    scope = f"（{scopes.all_offices(me, len(scene.offices))}）" if beyond else ""
    return f"{scene.year.year}年度绩效目标申报审核情况说明{scope}"


def _missing(figures: Figures) -> str:
    """未开始 2 张、草拟 3 张、逾期 1 张; "" for an office that has submitted all."""
    parts = [(each.label, figures.count_at(each)) for each in (Standing.NOT_BEGUN, Standing.DRAFTED, Standing.RETURNED)]
    return "、".join(f"{label} {count} 张" for label, count in [*parts, ("逾期", figures.overdue)] if count)


def _file(data: bytes, name: str, format: str) -> Response:
    chosen = FORMATS[format]
    return download(data, f"{name}{chosen.ending}", chosen.media_type)
