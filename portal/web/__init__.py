"""The web: guards, rendering, errors, filters, and one blueprint module a screen.

A view loads and authorises, calls one service, and redirects or renders. It never commits; templates
never query and never decide.
"""

from __future__ import annotations

from flask import Flask

from portal.domain.opinions import OPINION_ACTS
from portal.services.completeness import Incomplete
from portal.web import converters, errors, filters, headers, rendering, sessions, static_files


def init_app(app: Flask) -> None:
    from portal.web import (
        attachments,
        audit_log,
        batch,
        checking,
        comparing,
        editing,
        handbook,
        home,
        importing,
        library,
        lists,
        moves,
        offices,
        opinions,
        pasting,
        people,
        printing,
        saving,
        signing_in,
        starting,
        steps,
        suggestions,
        tables,
        years,
    )

    for part in (converters, sessions, rendering, static_files, filters, headers, errors):
        part.init_app(app)
    for screen in (
        signing_in,
        home,
        lists,
        tables,
        starting,
        importing,
        editing,
        checking,
        saving,
        pasting,
        suggestions,
        steps,
        attachments,
        moves,
        batch,
        opinions,
        comparing,
        printing,
        offices,
        people,
        years,
        library,
        audit_log,
        handbook,
    ):
        app.register_blueprint(screen.pages)
    _require_routes(app)


def _require_routes(app: Flask) -> None:
    """Raises Incomplete for an opinion act whose form on the page of a table would have no address."""
    for act in OPINION_ACTS.values():
        if act.event and act.sources and f"opinions.{act.name}" not in app.view_functions:
            raise Incomplete(f"opinion act {act.name!r} must have a route: a view of that name in web/opinions.py")
