"""Carry-over (沿用): new tables from tables of the same office, of an earlier year or of the same year.

Which texts are carried over is decided in `domain.carry_over` and, between forms, in `domain.forms.convert`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal import queries
from portal.domain import audit_events, documents, forms
from portal.domain.carry_over import carry_over
from portal.domain.errors import Forbidden, Invalid
from portal.domain.permissions import Actor
from portal.models import BudgetYear, Office, Origin, TargetTable
from portal.queries.drafting.origins import MAX_SOURCES
from portal.services.drafting import checks, drafts
from portal.services.record import audit
from portal.services.record.facts import of_rows
from portal.services.transaction import write


def carry_over_tables(session: Session, actor: Actor, source_ids: Sequence[int], year: int) -> list[TargetTable]:
    """Create a draft in `year` for each source, all or none, ordered by the source's year and position.

    Carries over the source's revision in force, else its latest revision, else its working copy. Raises NotVisible,
    Forbidden (another office's table), Invalid (none, too many, closed year, later source, already carried over).
    """
    wanted = list(dict.fromkeys(source_ids))
    if not 1 <= len(wanted) <= MAX_SOURCES:
        raise Invalid("请勾选要沿用的表。" if not wanted else f"一次最多沿用 {MAX_SOURCES} 张表。", "source")
    with write(session):
        budget_year = queries.administration.years.open_year(session, year)
        # Lock the office before all checks: two concurrent requests must not carry over the same table twice.
        office = drafts.office_to_draft_for(session, actor, actor.office or "", lock=True)
        sources = [_source(session, actor, table_id) for table_id in wanted]
        _refuse_impossible(session, sources, year)
        sources.sort(key=lambda source: (source.year, source.position, source.id))
        created = [_create(session, actor, budget_year, office, source) for source in sources]
        checks.recount_office(session, office.code, year, [table.id for table in created])
        return created


def _source(session: Session, actor: Actor, table_id: int) -> TargetTable:
    table, _ = queries.tables.table_with_facts(session, actor, table_id)
    if table.office_code not in actor.own_offices:
        raise Forbidden(f"《{table.title}》是别的单位的表，只能沿用本单位的表。")
    return table


def _refuse_impossible(session: Session, sources: Sequence[TargetTable], year: int) -> None:
    if later := [source for source in sources if source.year > year]:
        raise Invalid(f"{later[0].year} 年度的表不能沿用到 {year} 年度。", "source")
    again = queries.drafting.origins.carried_over(
        session, [source.id for source in sources if source.year < year], year
    )
    if names := "、".join(f"《{source.title}》" for source in sources if source.id in again):
        raise Invalid(f"以下各表已经沿用到 {year} 年度：{names}。", "source")


def _create(session: Session, actor: Actor, year: BudgetYear, office: Office, source: TargetTable) -> TargetTable:
    old, new = queries.tables.year_rules(source.budget_year), queries.tables.year_rules(year)
    text = queries.drafting.origins.source_text(session, source)
    carried, left_out = forms.convert(carry_over(text, old, new), forms.get(year.form(text.kind)))
    document = drafts.with_assigned_fields(session, documents.with_clean_lines(carried), office, year.year)
    table, leaves = drafts.add(session, actor, year, office, document)
    origin = Origin(
        table_id=table.id,
        source_id=source.id,
        source_year=source.year,
        source_title=documents.title(text)[:220],
        left_out=json.dumps(left_out, ensure_ascii=False),
    )
    session.add(origin)
    session.flush()
    audit.record(
        session,
        actor,
        audit_events.CREATE,
        audit.object_of_table(table),
        leaves | of_rows(origin),
        source=source.id,
        source_year=source.year,
    )
    return table
