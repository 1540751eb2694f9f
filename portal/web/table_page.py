"""Loading of a table for its pages: one call loads and authorises it with everything that the viewer may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from portal import queries
from portal.domain import documents
from portal.domain.documents import Document, Kind
from portal.domain.enclosures import EnclosedExplanation
from portal.domain.errors import Forbidden
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.domain.rules import Finding, YearRules
from portal.extensions import db
from portal.models import TargetTable
from portal.queries.drafting.presence import PresentPerson
from portal.queries.review import OpinionLine
from portal.queries.tables import VisibleText
from portal.services.drafting import checks
from portal.web.guards import account, actor
from portal.web.status_bar import StatusBar, status_bar


@dataclass(frozen=True, slots=True)
class TablePage:
    """`shown` is None where nothing has been submitted and the viewer may not see the working copy.

    seen: the number of the latest entry of the audit log when the request began.
    """

    actor: Actor
    table: TargetTable
    facts: TableFacts
    shown: VisibleText | None
    rules: YearRules
    seen: int

    def status_bar(self, here: str) -> StatusBar:
        """`here`: the path of the page."""
        return status_bar(self.actor, self.table, self.facts, here)

    @property
    def title(self) -> str:
        """The title; neutral where the viewer may see no text of the table."""
        if self.shown:
            return documents.title(self.shown.document)
        return Kind.DEPARTMENT.label if self.table.kind == Kind.DEPARTMENT else "尚未送审的绩效目标表"

    @property
    def url(self) -> str:
        return url_for("table.show", table_id=self.table.id)

    @property
    def works_offline(self) -> bool:
        """Whether the viewer can take the table as a workbook, fill it in and return it."""
        return self.may(Permission.EDIT) and self.table.budget_year.is_open

    def may(self, permission: Permission) -> bool:
        return may(self.actor, permission, self.facts)


def load(table_id: int, permission: Permission = Permission.SEE) -> TablePage:
    """Raises NotVisible; Forbidden where the table is visible and `permission` is not held."""
    session, me = db.session(), actor()
    table, facts = queries.tables.table_with_facts(session, me, table_id)
    if not may(me, permission, facts):
        raise Forbidden(f"你没有对这张表“{permission.label}”的权限，或者现在不是办理的时候。")
    shown = queries.tables.visible_text(session, me, table, facts)
    return TablePage(me, table, facts, shown, queries.tables.year_rules(table.budget_year), account().latest_entry)


def findings_of(loaded: TablePage, document: Document) -> list[Finding]:
    return checks.findings(db.session(), loaded.actor, loaded.table, document)


def findings_shown(loaded: TablePage, shown: VisibleText) -> list[Finding]:
    """The findings on the text that the viewer sees; of a text that nobody can change any more, the stored ones."""
    if not shown.revision_number:
        return findings_of(loaded, shown.document)
    return checks.findings_on_revision(db.session(), loaded.actor, loaded.table, shown.document, shown.findings)


def opinions_of(loaded: TablePage) -> Sequence[OpinionLine]:
    return queries.review.opinions(db.session(), loaded.actor, loaded.table, loaded.facts)


def explanations_of(loaded: TablePage) -> tuple[Sequence[EnclosedExplanation], Sequence[EnclosedExplanation]]:
    """Explanations of the working copy: the valid ones, and those that lapsed because the text changed."""
    return queries.enclosures.explanations(db.session(), loaded.table)


def others_editing(loaded: TablePage) -> Sequence[PresentPerson]:
    """Who else has the table open for editing, for acts that take it away from them; nobody if it is not editable."""
    if not loaded.may(Permission.EDIT):
        return ()
    return queries.drafting.presence.others_editing(db.session(), loaded.actor, [loaded.table.id]).get(
        loaded.table.id, ()
    )
