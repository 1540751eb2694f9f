"""Examines a text when it is frozen: stores its findings, what the bureau's queue shows of it, and its index.

Everything is worked out from what the bureau may see. Which marks follow from the facts belongs in `domain.marks`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal import queries
from portal.domain.enclosures import Enclosures
from portal.domain.opinions import OpinionState
from portal.domain.permissions import Actor, TableFacts
from portal.domain.rules import Finding, Severity, as_applied, check_table, copied_count, stored, without_policy
from portal.domain.states import State
from portal.models import FindingCount, ReviewFacts, Revision, RevisionFindings, TargetTable
from portal.services.library import full_text_index
from portal.services.review import explained_findings

_NO_CHANGES = dict.fromkeys(
    (
        *("opinions_asked", "opinions_answered", "unchanged_answers", "other_changes", "budget_changed"),
        "lowered_targets",
    ),
    0,
)


def examine(
    session: Session, actor: Actor, table: TargetTable, revision: Revision, enclosed: Enclosures
) -> tuple[int, int]:
    """Store findings and facts of `revision`, the working copy that is being frozen. Inside `write`.

    Returns the numbers of errors and warnings as the year applies the rules.
    """
    document, year_rules = table.document, queries.tables.year_rules(table.budget_year)
    context = queries.drafting.rule_context.rule_context(session, None, table, document)
    others = queries.drafting.other_tables.others(session, None, table, submitted_only=True)
    found = check_table(
        document, without_policy(year_rules), others.tables, department=others.department, context=context
    )
    session.add(RevisionFindings(revision_id=revision.id, content=stored.dump(found)))
    rules = Counter(each.rule for each in found)
    session.add_all(FindingCount(revision_id=revision.id, rule=rule, count=count) for rule, count in rules.items())
    explained_findings.store(session, table, document, found, enclosed)
    applied = as_applied(found, year_rules)
    full_text_index.index_revision(session, table, document, applied)
    full_text_index.index_copy(session, table, document)
    facts = ReviewFacts(
        table_id=table.id,
        **_NO_CHANGES,
        as_proposed=int(bool(revision.as_proposed)),
        errors=sum(each.rule.startswith("E") for each in found),
        unexplained=_unexplained_count(applied, enclosed),
        copied=copied_count(document, context),
        returned_last_year=int(_was_returned_last_year(session, table)),
    )
    if table.return_count:
        _add_changes(session, actor, table, facts)
    session.merge(facts)
    errors = sum(each.severity is Severity.ERROR for each in applied)
    return errors, len(applied) - errors


def _unexplained_count(applied: Sequence[Finding], enclosed: Enclosures) -> int:
    explained = {(each.rule, each.path) for each in enclosed.explanations}
    return sum(each.severity is Severity.WARNING and (each.rule, each.path) not in explained for each in applied)


def _add_changes(session: Session, actor: Actor, table: TargetTable, facts: ReviewFacts) -> None:
    """What changed since the revision last decided on, and whether the office asked for it or was asked."""
    own = TableFacts(table.office_code, State(table.state), submitted_once=True)
    lines = [line for line in queries.review.opinions(session, actor, table, own) if line.state.is_open_for_office]
    found = queries.verdicts.of_round(session, table, lines)
    assert found
    facts.opinions_asked = len(lines)
    facts.opinions_answered = sum(line.state is OpinionState.ANSWERED for line in lines)
    facts.unchanged_answers = len(found.not_changed)
    facts.other_changes = len(found.changes.other)
    facts.budget_changed = int(bool(found.changes.budget))
    facts.lowered_targets = len(found.changes.lowered)


def _was_returned_last_year(session: Session, table: TargetTable) -> bool:
    earlier = exists().where(
        TargetTable.office_code == table.office_code,
        TargetTable.year == table.year - 1,
        TargetTable.kind == table.kind,
        TargetTable.submitted_code == table.project_code,
        TargetTable.return_count > 0,
    )
    return bool(session.scalar(select(earlier)))
