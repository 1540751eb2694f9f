"""Runs the rules on a table, and updates the counts of findings that lists show.

The rules are in `domain.rules`. This module passes them the context of a document: the office's other tables, and the
sentences of last year's and of other offices' tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload, undefer

from portal import queries
from portal.domain.documents import Document, PerformanceText, ProjectDocument
from portal.domain.enclosures import EnclosedExplanation
from portal.domain.errors import Forbidden
from portal.domain.permissions import Actor, Permission, may
from portal.domain.rules import (
    Finding,
    RuleContext,
    Severity,
    as_applied,
    blocking,
    check_in_context,
    check_table,
    check_text,
    stored,
)
from portal.models import TargetTable
from portal.services.library import full_text_index
from portal.services.transaction import write


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A working copy with its findings and explanations; `lapsed`: explanations whose text has changed since.

    submission_count: of the table.
    """

    table_id: int
    document: Document
    findings: Sequence[Finding]
    explained: Sequence[EnclosedExplanation]
    lapsed: Sequence[EnclosedExplanation]
    submission_count: int


def findings(session: Session, actor: Actor | None, table: TargetTable, document: Document) -> list[Finding]:
    """Findings of all rules on `document` as the text of `table`, in the context that the actor may see.

    `actor` None: the context that the office itself sees. The table's budget year must be loaded.
    """
    context = queries.drafting.rule_context.rule_context(session, actor, table, document)
    return _check(session, actor, table, document, context)


def findings_on_revision(
    session: Session, actor: Actor, table: TargetTable, document: Document, content: str | None
) -> list[Finding]:
    """Findings on `document`, the text of a revision: those stored in `content`, as the year applies the rules today.

    Copied sentences are looked up anew, with the names of the tables that the actor may see. Texts frozen by earlier
    versions, without stored findings, are checked as a whole.
    """
    if content is None:
        return findings(session, actor, table, document)
    year_rules = queries.tables.year_rules(table.budget_year)
    context = queries.drafting.rule_context.rule_context(session, actor, table, document)
    applied = as_applied(stored.load(content), year_rules)
    return stored.with_context(applied, check_in_context(document, year_rules, context))


def errors(session: Session, table: TargetTable) -> list[Finding]:
    """Findings that block submitting the working copy. No blocking rule needs other offices or years, so no context."""
    return blocking(_check(session, None, table, table.document, None, only_blocking=True))


def check(session: Session, actor: Actor, table_id: int) -> CheckResult:
    """Check the working copy, update the counts of its findings and the index of its text.

    These are derived, written only if they differ and the text has not changed meanwhile. Updating them
    is no act of the actor, so it writes no audit entry. Raises NotVisible, Forbidden.
    """
    table, facts = queries.tables.table_with_facts(session, actor, table_id)
    if not may(actor, Permission.EDIT, facts):
        raise Forbidden("这张表现在不能编辑，检查结果请看表的页面。")
    document, digest = table.document, table.digest
    found = findings(session, actor, table, document)
    explained, lapsed = queries.enclosures.explanations(session, table)
    counted = (*counts(found), correctable_count(found, explained))
    has_other_counts = counted != (table.errors, table.warnings, table.correctable)
    if has_other_counts or not full_text_index.is_indexed(session, table, document, found):
        with write(session, is_act=False):
            written = session.scalar(
                update(TargetTable)
                .where(TargetTable.id == table_id, TargetTable.digest == digest)
                .values(errors=counted[0], warnings=counted[1], correctable=counted[2])
                .returning(TargetTable.id)
                .execution_options(synchronize_session=False)
            )
            if written is not None:
                full_text_index.index_copy(session, table, document, found)
    return CheckResult(table_id, document, found, explained, lapsed, table.submission_count)


def counts(found: Sequence[Finding]) -> tuple[int, int]:
    """(errors, warnings)."""
    errors = sum(finding.severity is Severity.ERROR for finding in found)
    return errors, len(found) - errors


def correctable_count(found: Iterable[Finding], explained: Iterable[EnclosedExplanation] = ()) -> int:
    """Number of places with a certain correction, without findings that the office has explained."""
    said = {(each.rule, each.path) for each in explained}
    certain = (each.correction for each in found if each.correction and (each.rule, each.path) not in said)
    return len({each.path for correction in certain if correction.is_certain for each in correction.operations})


def explained_findings(session: Session, table: TargetTable, document: Document) -> set[tuple[str, str]]:
    """(rule, path) of the findings on `document` whose warning the office has explained."""
    return {(each.rule, each.path) for each in queries.enclosures.explanations(session, table, document)[0]}


def recount(session: Session, actor: Actor, table: TargetTable, document: Document) -> None:
    """Set the counts for `document`, which is being saved as the table's text. Inside `write`."""
    found = findings(session, actor, table, document)
    table.errors, table.warnings = counts(found)
    table.correctable = correctable_count(found)
    if table.correctable:
        explained, _ = queries.enclosures.explanations(session, table, document)
        table.correctable = correctable_count(found, explained)
    full_text_index.index_copy(session, table, document, found)


def recount_office(session: Session, office_code: str, year: int, ids: Sequence[int]) -> None:
    """Set the counts of the tables `ids` of an office, checking all its tables of the year together. Inside `write`."""
    tables = session.scalars(
        select(TargetTable)
        .where(TargetTable.office_code == office_code, TargetTable.year == year)
        .order_by(TargetTable.position, TargetTable.id)
        .options(joinedload(TargetTable.budget_year, innerjoin=True), undefer(TargetTable.content))
    ).all()
    if not tables:
        return
    documents = {table.id: table.document for table in tables}
    projects = {n: d for n, d in documents.items() if isinstance(d, ProjectDocument)}
    department = next((d for d in documents.values() if not isinstance(d, ProjectDocument)), None)
    text = PerformanceText(department, tuple(projects.values()))
    positions = {n: position for position, n in enumerate(projects, 1)}
    context = queries.drafting.rule_context.rule_context(session, None, tables[0], *documents.values())
    found = check_text(text, queries.tables.year_rules(tables[0].budget_year), context=context)
    for table in tables:
        if table.id in ids:
            own = [finding for finding in found if finding.table == positions.get(table.id, 0)]
            table.errors, table.warnings = counts(own)
            table.correctable = correctable_count(own)  # new tables, without explanations
            full_text_index.index_copy(session, table, documents[table.id], own)


def _check(
    session: Session,
    actor: Actor | None,
    table: TargetTable,
    document: Document,
    context: RuleContext | None,
    *,
    only_blocking: bool = False,
) -> list[Finding]:
    others = queries.drafting.other_tables.others(session, actor, table)
    rules = queries.tables.year_rules(table.budget_year)
    return check_table(
        document,
        rules,
        others.tables,
        department=others.department,
        context=context,
        only_blocking=only_blocking,
    )
