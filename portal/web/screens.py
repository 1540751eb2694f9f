"""SCREENS: the modules with a blueprint, one per screen, room by room.

What runs with every request is registered in `web.init_app`.
"""

from __future__ import annotations

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
    standing,
    table,
    transitions,
    treatments,
)
from portal.web.session import account, signing_in, stand_ins

SCREENS = (
    *(signing_in, account, stand_ins),
    *(home, awaiting, tables, list_files, search),
    *(new_tables, edit, checks, corrections, field_saves, paste, suggestions, library_choice),
    *(steps, attachments, ordering, hand_ups, recycle_bin, office_corrections, voiding),
    *(table, standing, transitions, accepting, batch, decisions, opinions, comparison, extensions, adjustments),
    *(office_tables, dismissals, treatments, phrases, last_year),
    *(register_lists, entries, register_imports, unannounced, owed),
    *(overview, overview_office, overview_report),
    *(inbox, settings, reminding, told_today, mail),
    *(imports, workbook_returns, jobs, exports),
    *(offices, office_imports, office_mergers, people, people_imports, portfolios, handovers, years, calendar),
    *(history, editing, history_exports, audit_log),
    *(library, handbook),
)
