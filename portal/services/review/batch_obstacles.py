"""Why a table cannot be decided together with others now: of one table, and of all tables of an approver's list.

Whether an act is carried out, its own preconditions decide again. What the person must fill in is no obstacle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal import queries
from portal.database import local_today
from portal.domain import audit_events
from portal.domain.batches import APPROVE_MANY, CLAIM_MANY, RECOMMEND_MANY, BatchAct
from portal.domain.conclusions import ErrorsAtApproval
from portal.domain.errors import Refused, Stale
from portal.domain.permissions import Actor, TableFacts, may
from portal.domain.rules import Severity, as_applied, stored
from portal.models import TargetTable
from portal.services.review import conclusions, preconditions, workflow

EXPLAIN_ALONE = "有错误，要写明理由，请单独办理。"


def obstacle(session: Session, actor: Actor, act: BatchAct, table: TargetTable, facts: TableFacts) -> str:
    """The first refusal that the act would meet now; "" where it would meet none."""
    if not act.is_open(actor, facts):
        return _closed(session, actor, act, table, facts)
    if act.action:
        refusals: Sequence[Refused] = preconditions.unmet(session, actor, table, act.action)
        asked = {each.name for each in preconditions.asked(session, actor, table, act.action) if each.is_required}
        if not refusals and not asked <= {each.name for each in act.asks}:
            return EXPLAIN_ALONE
    elif act is RECOMMEND_MANY:
        if table.is_recommended:
            return "已经建议批复。"
        refusals = conclusions.obstacles(session, actor, table)
    else:
        assert act is CLAIM_MANY
        holder = table.claimant_id(local_today())
        return "同事正在审核。" if holder not in (None, actor.capacity_id) else ""
    return refusals[0].message if refusals else ""


def of_approvals(session: Session, actor: Actor, table_ids: Sequence[int]) -> Mapping[int, str]:
    """`obstacle` to approving each of these tables, which the actor sees; tables without one are left out.

    A fixed number of statements, and those of `obstacle` for each table that is in doubt. Errors are those stored with
    the submission, under today's policy.
    """
    tables = session.scalars(
        select(TargetTable)
        .where(TargetTable.id.in_(table_ids))
        .options(joinedload(TargetTable.budget_year, innerjoin=True))
    ).all()
    open_counts = queries.review.binding_counts(session, table_ids)
    recommenders = queries.record.people_behind_each(session, table_ids, audit_events.RECOMMEND)
    errors = _error_counts(session, tables)
    found = {}
    for table, facts in zip(tables, queries.tables.facts_of_many(session, actor, tables), strict=True):
        in_doubt = table.id in open_counts or actor.ids & recommenders.get(table.id, frozenset())
        if not APPROVE_MANY.is_open(actor, facts) or in_doubt or not table.is_recommended:
            found[table.id] = obstacle(
                session, actor, APPROVE_MANY, *queries.tables.table_with_facts(session, actor, table.id)
            )
        elif count := errors.get(table.id):
            found[table.id] = _with_errors(table, count)
    return {table_id: message for table_id, message in found.items() if message}


def _closed(session: Session, actor: Actor, act: BatchAct, table: TargetTable, facts: TableFacts) -> str:
    if may(actor, act.permission, facts):
        return Stale(workflow.stale_message(session, table)).message
    if act is APPROVE_MANY and actor.ids & facts.worked_on_by:
        return f"你编辑、送审、说明过这张表，或者传过附件，要由另一位审批人{act.label}。"
    return f"你没有对这张表“{act.label}”的权限，或者现在不是办理的时候。"


def _with_errors(table: TargetTable, count: int) -> str:
    if table.budget_year.errors_at_approval == ErrorsAtApproval.REFUSE:
        return preconditions.errors_refusal(count, APPROVE_MANY.label)
    return EXPLAIN_ALONE


def _error_counts(session: Session, tables: Sequence[TargetTable]) -> dict[int, int]:
    """By table id: the errors stored with its latest submission, under today's policy."""
    rules = {each.budget_year.year: queries.tables.year_rules(each.budget_year) for each in tables}
    years = {each.id: each.year for each in tables}
    found = {}
    for table_id, content in queries.revisions.latest_findings(session, list(years)).items():
        applied = as_applied(stored.load(content), rules[years[table_id]])
        found[table_id] = sum(each.severity is Severity.ERROR for each in applied)
    return found
