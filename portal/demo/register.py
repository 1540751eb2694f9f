"""The register of the demo: entries with most standings, a table that nobody announced, an office without projects."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import queries
from portal.demo.accounts import LATER_YEAR, OFFICE, OTHER_OFFICE, YEAR
from portal.domain import actions
from portal.domain.actions import TransitionRequest
from portal.domain.documents import Budget, Kind, PostedForm, ProjectDocument, SpendingPlan
from portal.domain.permissions import Actor
from portal.domain.register import EntryRow
from portal.models import TargetTable
from portal.services.drafting import drafts, voiding
from portal.services.register import entries, exemptions, imports, no_projects
from portal.services.register.entries import EntryForm
from portal.services.review import workflow

_UNANNOUNCED = 6
"""Ordinal of the table that the register leaves out."""
_KEY_PROJECTS = (1, 4)
_CUT = 2
"""Ordinal of the table for which the register announces another amount."""


def keep(session: Session, approver: Actor, outsider: Actor) -> None:
    """After the story of the tables; `outsider` drafts for the other office and heads it."""
    given_up = _given_up(session, outsider)
    rows = [*_rows_of_tables(session, YEAR), *_NOT_BEGUN]
    imports.import_rows(session, approver, YEAR, rows)
    spared = EntryForm(OFFICE, "610-1301-JBN-QLG1", "沟渠清理经费（并入环境整治）", "15000")
    entry = entries.add_entry(session, approver, YEAR, spared)
    exemptions.exempt(session, approver, entry.id, "与环境整治经费合并填报，本年不单独填报。")
    voiding.void(session, outsider, given_up.id, "区里调整预算，此项目本年不再安排。")
    imports.import_rows(session, approver, LATER_YEAR, [*_rows_of_tables(session, LATER_YEAR), *_LATER])
    no_projects.confirm(session, outsider, LATER_YEAR)


_NOT_BEGUN = (
    EntryRow(OFFICE, "610-1301-JBN-FXT1", "防汛物资储备经费", 4_500_000, is_key=True),
    EntryRow(OFFICE, "610-1301-JBN-WYB1", "文艺汇演补助", 1_200_000),
    EntryRow(OTHER_OFFICE, "610-1301-JBN-LHB1", "道路绿化补植经费", 2_860_000),
)
_LATER = (EntryRow(OFFICE, "610-1301-JBN-SQY1", "社区养老服务补助", 8_000_000, is_key=True),)


def _rows_of_tables(session: Session, year: int) -> list[EntryRow]:
    """What the bureau announced, as far as the tables followed it."""
    tables = session.scalars(
        select(TargetTable)
        .where(TargetTable.year == year, TargetTable.kind == Kind.PROJECT.value, TargetTable.project_code != "")
        .order_by(TargetTable.office_code, TargetTable.position)
    )
    return [
        EntryRow(
            table.office_code,
            table.project_code,
            table.project_name,
            (table.total_fen or 0) + (500_000 if table.position == _CUT and table.office_code == OFFICE else 0),
            table.position in _KEY_PROJECTS and table.office_code == OFFICE,
        )
        for table in tables
        if year != YEAR or table.office_code != OFFICE or table.position != _UNANNOUNCED
    ]


def _given_up(session: Session, outsider: Actor) -> TargetTable:
    """A table that was submitted and withdrawn."""
    table = drafts.create(session, outsider, Kind.PROJECT, OTHER_OFFICE, YEAR)
    blank = table.document
    assert isinstance(blank, ProjectDocument)
    other = session.scalars(
        select(TargetTable).where(TargetTable.office_code == OTHER_OFFICE, TargetTable.position == 1)
    ).one()
    sound = other.document
    assert isinstance(sound, ProjectDocument)
    text = replace(
        sound,
        ordinal=blank.ordinal,
        project_code="610-1301-JBN-DLW1",
        project_name="背街小巷路灯维护经费",
        budget=Budget("18000.00", "18000.00", ""),
        purpose="维护背街小巷路灯60盏，每盏300元，共18000元。",
        spending_plan=SpendingPlan("25.00", "50.00", "75.00", "100.00"),
        goals="1、全年维护背街小巷路灯60盏，10月底前完成。\n2、方便居民夜间出行。",
    )
    drafts.save(session, outsider, table.id, table.version, PostedForm.of(text))
    for action in (actions.SUBMIT, actions.WITHDRAW):
        found = queries.tables.table_with_facts(session, outsider, table.id)[0]
        workflow.perform(session, outsider, table.id, TransitionRequest(action, digest=found.digest))
    return found
