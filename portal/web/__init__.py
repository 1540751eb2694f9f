"""The web layer: guards, rendering, error handlers, filters, and one module with a blueprint per screen.

A view loads and authorises, calls one service, and redirects or renders. A view never commits; a template
never queries and never decides.
"""

from __future__ import annotations

from flask import Flask

from portal.domain.opinions import OPINION_ACTS
from portal.services.review.completeness import Incomplete
from portal.web import acts, converters, errors, filters, headers, kept_forms, rendering, request, static_files
from portal.web.session import capacity, resume, sessions


def init_app(app: Flask) -> None:
    from portal.web.review import queue_address
    from portal.web.screens import SCREENS

    session_parts = (sessions, resume, capacity)
    shown = (rendering, static_files, filters, queue_address)
    parts = (request, converters, *session_parts, *shown, headers, errors, acts, kept_forms)
    for part in parts:
        part.init_app(app)
    for module in SCREENS:
        app.register_blueprint(module.bp)
    _require_routes(app)


def _require_routes(app: Flask) -> None:
    """Raises Incomplete where an opinion act has no view for the form that the page of a table shows for it."""
    for act in OPINION_ACTS.values():
        if act.event and act.sources and f"opinions.{act.name}" not in app.view_functions:
            raise Incomplete(
                f"opinion act {act.name!r} must have a route: a view of that name in web/review/opinions.py"
            )
