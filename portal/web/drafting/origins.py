"""The origin of a carried-over table on the edit page: untouched fields, and opinions on the source table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from portal import queries
from portal.domain.documents import Document
from portal.domain.errors import NotVisible
from portal.extensions import db
from portal.models import Origin
from portal.web.review import notes
from portal.web.review.notes import OpinionView
from portal.web.table_page import TablePage


@dataclass(frozen=True, slots=True)
class OriginView:
    """told: hint in untouched cells. url is "" and opinions is empty where the viewer cannot see the source.

    left_out: (label, text) of the source's fields that the form of this table does not have.
    """

    title: str
    year: int
    is_earlier: bool
    told: str
    url: str
    opinions: Sequence[OpinionView]
    left_out: Sequence[tuple[str, str]]


def origin_context(loaded: TablePage, document: Document) -> dict[str, Any]:
    """Context of the edit page: `origin`, None where the table has no source; `untouched`, the paths still to be
    checked, and `untouched_rows`, their rows; `confirmed`, the paths found right.
    """
    session, table = db.session(), loaded.table
    origin = queries.drafting.origins.of_table(session, table.id)
    if origin is None:
        return {"origin": None, "untouched": (), "untouched_rows": (), "confirmed": ()}
    view = _view(loaded, origin, document)
    places = queries.drafting.origins.carried_over_places(session, table, document)
    rows = {path.rpartition("/")[0] for path in places.to_check if path.count("/") > 1}
    return {"origin": view, "untouched": places.to_check, "untouched_rows": rows, "confirmed": places.confirmed}


def _view(loaded: TablePage, origin: Origin, document: Document) -> OriginView:
    year = loaded.table.year
    return OriginView(
        title=origin.source_title,
        year=origin.source_year,
        is_earlier=origin.source_year < year,
        told="沿用上年，尚未核对"
        if origin.source_year == loaded.table.year - 1
        else f"沿用自《{origin.source_title}》",
        left_out=tuple(json.loads(origin.left_out).items()),
        **_source(loaded, origin.source_id, document),
    )


def _source(loaded: TablePage, source_id: int, document: Document) -> dict[str, Any]:
    """URL and opinions as far as the viewer may see them. Rows keep their ids, so the paths are valid here too."""
    session = db.session()
    try:
        source, facts = queries.tables.table_with_facts(session, loaded.actor, source_id)
    except NotVisible:
        return {"url": "", "opinions": ()}
    lines = queries.review.opinions(session, loaded.actor, source, facts)
    url = url_for("table.show", table_id=source_id)
    return {"url": url, "opinions": notes.opinion_views(document, lines)}
