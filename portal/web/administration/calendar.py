"""工作日历: the known years, and a box for the State Council's notice: read, shown beside what stands, confirmed."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.calendar import CalendarYear
from portal.domain.errors import Refused, Stale
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.services.administration import calendar as service
from portal.services.administration.calendar import NoticePreview
from portal.web.form_state import FormState
from portal.web.guards import actor, needs
from portal.web.rendering import render

bp = Blueprint("calendar", __name__)


@bp.get("/calendar")
@needs(Permission.MANAGE)
def calendar() -> Response:
    return _page(FormState.of(year=str(_next_year())))


@bp.post("/calendar")
@needs(Permission.MANAGE)
def read() -> Response | AnyResponse:
    """Shows what was read; with `confirm`, takes it if it is what was shown."""
    form, text = FormState.posted(), request.form.get("notice", "")
    year = request.form.get("year", 0, type=int)
    try:
        if "confirm" in request.form:
            confirmed = service.confirm(db.session(), actor(), year, text, request.form.get("seen", ""))
            flash(f"{year} 年节假日安排已采用（{confirmed.paper}），从现在起按它计算工作日。", "success")
            return redirect(url_for(".calendar"), 303)
        return _page(form, service.preview(db.session(), actor(), year, text))
    except Stale as refusal:
        db.session().rollback()
        return _page(form.refused(refusal), service.preview(db.session(), actor(), year, text))
    except Refused as refusal:
        db.session().rollback()
        return _page(form.refused(refusal))


def _next_year() -> int:
    """The first year that can be announced and is not."""
    known = queries.calendar.years(db.session())
    waiting = (year for year in service.choices() if year not in known or known[year].calendar.is_provisional)
    return next(waiting, service.choices()[-1])


def _page(form: FormState, preview: NoticePreview | None = None) -> Response:
    known = queries.calendar.years(db.session())
    return render(
        "administration/calendar.html",
        form.status,
        form=form,
        years=sorted(known.values(), key=lambda each: -each.calendar.year),
        working_days={each.calendar.year: _working_days(each.calendar) for each in known.values()},
        choices=[(str(year), f"{year} 年") for year in service.choices()],
        preview=preview,
    )


def _working_days(year: CalendarYear) -> int:
    return queries.calendar.current(db.session()).count_of_year(year.year)
