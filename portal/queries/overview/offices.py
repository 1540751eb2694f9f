"""The offices whose numbers an actor may see, with their names."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.overview import OfficeFigures
from portal.domain.permissions import Actor, Permission, offices_in_reach
from portal.domain.register import Standing, hears_of_recommendations
from portal.models import Office
from portal.queries.overview import cache


def of_year(session: Session, actor: Actor, year: int) -> list[OfficeFigures]:
    """By code: the offices that owe something in the year, or are exempt from it. `permissions.may(SEE_OVERVIEW)`."""
    reach = offices_in_reach(actor, Permission.SEE_OVERVIEW)
    found = {
        code: figures
        for code, figures in cache.of_year(session, year).items()
        if (reach is None or code in reach) and (figures.unannounced or any(map(figures.count_at, Standing)))
    }
    names = {code: name for code, name in session.execute(select(Office.code, Office.name))}  # noqa: C416
    told = found if hears_of_recommendations(actor) else {code: each.for_offices() for code, each in found.items()}
    return [OfficeFigures(code, names.get(code, ""), figures) for code, figures in sorted(told.items())]
