"""An office begins a table from its entry of the register: the draft is filled with what the entry knows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy.orm import Session

from portal import queries
from portal.domain import audit_events, documents, forms
from portal.domain.amounts import write_amount
from portal.domain.documents import Document, Kind, ProjectDocument
from portal.domain.errors import Stale
from portal.domain.permissions import Actor
from portal.models import BudgetYear, Office, RegisterEntry, TargetTable
from portal.services.drafting import checks, drafts
from portal.services.record import audit
from portal.services.transaction import write


def start(session: Session, actor: Actor, entry_id: int) -> TargetTable:
    """Raises NotVisible, Forbidden, Invalid (closed year), Stale (begun already, exempt)."""
    with write(session):
        entry = queries.register.entries.entry_seen(session, actor, entry_id)
        year = queries.administration.years.open_year(session, entry.year)
        # Locks the office: of two people who begin at the same time, the second finds the table of the first.
        office = drafts.office_to_draft_for(session, actor, entry.office_code, lock=True)
        entry, _, standing = queries.register.entries.line(session, actor, entry_id)
        if not standing.can_start:
            who = f"（{entry.exempt_reason}）" if entry.exempt_at else ""
            raise Stale(f"{entry.name} 现在{standing.label}{who}，不用再起草。")
        document = _filled(session, year, office, entry)
        table, leaves = drafts.add(session, actor, year, office, document)
        checks.recount(session, actor, table, document)
        audit.record(session, actor, audit_events.CREATE, audit.object_of_table(table), leaves, registered=True)
    return table


def _filled(session: Session, year: BudgetYear, office: Office, entry: RegisterEntry) -> Document:
    blank = documents.blank(Kind.PROJECT, year.form(Kind.PROJECT))
    document = drafts.with_assigned_fields(session, blank, office, year.year)
    assert isinstance(document, ProjectDocument)
    document = replace(document, project_code=entry.code, project_name=entry.name)
    form = forms.of(document)
    if entry.amount_fen is None or not form.has("budget/total"):
        return document
    return documents.with_value(document, "budget/total", write_amount(Decimal(entry.amount_fen) / 100, form.unit))
