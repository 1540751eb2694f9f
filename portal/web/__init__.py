"""The web: guards, rendering, errors, filters, and one blueprint module a screen.

A view loads and authorises, calls one service, and redirects or renders. It never commits; templates
never query and never decide.
"""

from __future__ import annotations

from flask import Flask

from portal.web import errors, filters, headers, rendering, sessions, static_files


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

    for part in (sessions, rendering, static_files, filters, headers, errors):
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
