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
    from portal.web import handbook, library
    from portal.web.administration import (
        calendar,
        handovers,
        office_imports,
        office_mergers,
        offices,
        people,
        people_imports,
        portfolios,
        years,
    )
    from portal.web.drafting import (
        attachments,
        checks,
        corrections,
        edit,
        field_saves,
        hand_ups,
        library_choice,
        new_tables,
        office_corrections,
        ordering,
        paste,
        recycle_bin,
        steps,
        suggestions,
        voiding,
    )
    from portal.web.files import exports, imports, jobs, workbook_returns
    from portal.web.lists import awaiting, home, list_files, search, tables
    from portal.web.notices import inbox, mail, reminding, settings, told_today
    from portal.web.overview import office as overview_office
    from portal.web.overview import overview
    from portal.web.overview import report as overview_report
    from portal.web.record import audit_log, editing, history, history_exports
    from portal.web.register import entries, owed, unannounced
    from portal.web.register import imports as register_imports
    from portal.web.register import lists as register_lists
    from portal.web.review import (
        accepting,
        adjustments,
        batch,
        comparison,
        decisions,
        dismissals,
        extensions,
        last_year,
        office_tables,
        opinions,
        phrases,
        queue_address,
        standing,
        table,
        transitions,
        treatments,
    )
    from portal.web.session import account, signing_in, stand_ins

    session_parts = (sessions, resume, capacity)
    shown = (rendering, static_files, filters, queue_address)
    parts = (request, converters, *session_parts, *shown, headers, errors, acts, kept_forms)
    for part in parts:
        part.init_app(app)
    rooms = (
        *(signing_in, account, stand_ins, home, awaiting, tables, list_files, search, table, standing),
        *(overview, overview_office, overview_report),
        *(new_tables, edit, checks, corrections, field_saves, paste, suggestions, library_choice),
        *(steps, attachments, ordering, hand_ups),
        *(recycle_bin, office_corrections, voiding),
        *(register_lists, entries, register_imports, unannounced, owed),
        *(transitions, accepting, batch, decisions, opinions, comparison, extensions, adjustments, office_tables),
        *(dismissals, treatments, phrases, last_year),
        *(inbox, settings, reminding, told_today, mail),
        *(imports, workbook_returns, jobs, exports, library),
        *(offices, office_imports, office_mergers, people, people_imports, portfolios, handovers, years),
        *(calendar, history, editing, history_exports, audit_log, handbook),
    )
    for module in rooms:
        app.register_blueprint(module.bp)
    _require_routes(app)


def _require_routes(app: Flask) -> None:
    """Raises Incomplete where an opinion act has no view for the form that the page of a table shows for it."""
    for act in OPINION_ACTS.values():
        if act.event and act.sources and f"opinions.{act.name}" not in app.view_functions:
            raise Incomplete(
                f"opinion act {act.name!r} must have a route: a view of that name in web/review/opinions.py"
            )
