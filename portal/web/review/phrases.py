"""Phrases for the composer: what opinions of the same kind, or from the same rule, said this year."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.web.guards import needs
from portal.web.rendering import page_or_fragment, render
from portal.web.table_page import load

bp = Blueprint("phrases", __name__)


@bp.get("/tables/<int:table_id>/phrases")
@needs(Permission.RAISE)
def phrases(table_id: int) -> Response | AnyResponse:
    """The phrases for the kind and the rule of the address."""
    loaded = load(table_id, Permission.RAISE)
    kind, rule = request.args.get("kind", ""), request.args.get("rule", "")
    return page_or_fragment(
        lambda: redirect(f"{loaded.url}#raise", 303),
        lambda: render(
            "review/_phrases.html",
            phrases=queries.phrases.phrases(db.session(), loaded.actor, loaded.table.year, kind=kind, rule=rule),
        ),
    )
