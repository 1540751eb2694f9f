"""What stands in other offices' tables and in last year's: looked up in the index of submitted sentences.

An actor is told the name of a table only where they may see it; of the others, only that there is one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import CTE, BigInteger, ColumnElement, Integer, Text, column, select, true, values
from sqlalchemy.orm import Session

from portal.domain.documents import Document, Kind, ProjectDocument
from portal.domain.permissions import Actor, Permission
from portal.domain.rules import RuleContext, sentences
from portal.domain.rules.filing import name_of
from portal.domain.rules.sentences import FEWEST_ELSEWHERE, hash_of
from portal.models import IndexedSentence, Office, TargetTable
from portal.queries.tables import Reach

SOMEWHERE = "其他单位的表"
_LONGEST_NAME = 40


def rule_context(session: Session, actor: Actor | None, table: TargetTable, *documents: Document) -> RuleContext:
    """What the rules compare the documents of the table's office and year with; at most three statements.

    `actor` None: somebody who may see no other office's tables.
    """
    keys = {s.key for document in documents for s in sentences(document) if len(s.key) >= FEWEST_ELSEWHERE}
    return RuleContext(
        last_year=_last_year(session, table.office_code, table.year - 1),
        elsewhere=_elsewhere(session, actor, table, sorted(keys)) if keys else {},
    )


def _last_year(session: Session, office_code: str, year: int) -> dict[str, str]:
    """All sentences of the office and year, each with its first table."""
    rows = session.execute(
        select(IndexedSentence.key, TargetTable.kind, TargetTable.position, TargetTable.submitted_name)
        .join(TargetTable, TargetTable.id == IndexedSentence.table_id)
        .where(IndexedSentence.office_code == office_code, IndexedSentence.year == year)
        .order_by(TargetTable.position, TargetTable.id)
    )
    found: dict[str, str] = {}
    for key, kind, position, name in rows:
        named = ProjectDocument(ordinal=position, project_name=name)
        found.setdefault(key, Kind.DEPARTMENT.label if kind == Kind.DEPARTMENT else name_of(named, position))
    return found


def _elsewhere(session: Session, actor: Actor | None, table: TargetTable, keys: Sequence[str]) -> dict[str, str]:
    """Key → where another office has it, this year's before last year's and visible ones before the others."""
    wanted = (
        values(column("hash", BigInteger), column("year", Integer), column("key", Text), name="sought")
        .data([(hash_of(key), year, key) for year in (table.year, table.year - 1) for key in keys])
        .cte("wanted")
    )
    others = IndexedSentence.office_code != table.office_code
    rows = session.execute(
        select(wanted.c.key, _one_table(wanted, others, _in_reach(actor)), _one_table(wanted, others)).order_by(
            wanted.c.year.desc()
        )
    ).all()
    named = _names(session, {seen for _, seen, _ in rows if seen is not None})
    found: dict[str, str] = {}
    for key, seen, _ in rows:
        if seen is not None:
            found.setdefault(key, named[seen])
    for key, _, there in rows:
        if there is not None:
            found.setdefault(key, SOMEWHERE)
    return found


def _one_table(wanted: CTE, *conditions: ColumnElement[bool]) -> ColumnElement[int | None]:
    """The id of one table that has the sentence: a seek for each, however many have it."""
    return (
        select(IndexedSentence.table_id)
        .where(
            IndexedSentence.hash == wanted.c.hash,
            IndexedSentence.year == wanted.c.year,
            IndexedSentence.key == wanted.c.key,
            *conditions,
        )
        .limit(1)
        .correlate(wanted)
        .scalar_subquery()
    )


def _in_reach(actor: Actor | None) -> ColumnElement[bool]:
    """Whether the actor may see the table: only tables once submitted are in the index."""
    if actor is None:
        return IndexedSentence.office_code.in_([])
    reach = Reach.of(actor, Permission.SEE)
    if reach.outright is None or reach.once_submitted is None:
        return true()
    return IndexedSentence.office_code.in_(sorted(reach.outright | reach.once_submitted))


def _names(session: Session, ids: Collection[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = session.execute(
        select(TargetTable.id, TargetTable.year, TargetTable.kind, TargetTable.submitted_name, Office.name)
        .join(Office, Office.code == TargetTable.office_code)
        .where(TargetTable.id.in_(ids))
    )
    return {table_id: f"{office} {year} 年度《{_title(kind, name)}》" for table_id, year, kind, name, office in rows}


def _title(kind: str, name: str) -> str:
    return Kind.DEPARTMENT.label if kind == Kind.DEPARTMENT else name[:_LONGEST_NAME] or "未命名项目"
