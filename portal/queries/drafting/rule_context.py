"""Context of the rules: equal sentences in last year's and in other offices' tables, from the index of sentences.

A table that the actor may see is named; any other one is only SOMEWHERE.
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
from portal.models import IndexedSentence, Office, Origin, TargetTable
from portal.queries.tables import Reach

SOMEWHERE = "其他单位的表"
_LONGEST_NAME = 40


def rule_context(session: Session, actor: Actor | None, table: TargetTable, *documents: Document) -> RuleContext:
    """The context for `documents` of the table's office and year. At most three statements.

    `actor` None: an actor who may see no other office's tables.
    """
    keys = {s.key for document in documents for s in sentences(document) if len(s.key) >= FEWEST_ELSEWHERE}
    last_year, taken_over = _last_year(session, table.office_code, table.year)
    elsewhere = _elsewhere(session, actor, table, sorted(keys)) if keys else {}
    return RuleContext(last_year, elsewhere, taken_over)


def _last_year(session: Session, office_code: str, year: int) -> tuple[dict[str, str], dict[int, set[str]]]:
    """Of the year before `year`: key of each sentence of the office → name of the first table with it; and the keys
    that were carried over, by the ordinal of the table of `year`.
    """
    successors = (
        select(Origin.source_id, TargetTable.position)
        .join(TargetTable, TargetTable.id == Origin.table_id)
        .where(TargetTable.office_code == office_code, TargetTable.year == year)
        .subquery()
    )
    rows = session.execute(
        select(
            IndexedSentence.key,
            TargetTable.kind,
            TargetTable.position,
            TargetTable.submitted_name,
            successors.c.position,
        )
        .join(TargetTable, TargetTable.id == IndexedSentence.table_id)
        .outerjoin(successors, successors.c.source_id == TargetTable.id)
        .where(IndexedSentence.office_code == office_code, IndexedSentence.year == year - 1)
        .order_by(TargetTable.position, TargetTable.id)
    )
    found: dict[str, str] = {}
    taken_over: dict[int, set[str]] = {}
    for key, kind, position, name, into in rows:
        project = ProjectDocument(ordinal=position, project_name=name)
        found.setdefault(key, Kind.DEPARTMENT.label if kind == Kind.DEPARTMENT else name_of(project, position))
        if into is not None:
            taken_over.setdefault(into, set()).add(key)
    return found, taken_over


def _elsewhere(session: Session, actor: Actor | None, table: TargetTable, keys: Sequence[str]) -> dict[str, str]:
    """Key → table of another office with the sentence; visible tables first, then this year before last year."""
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
    for key, _, any_id in rows:
        if any_id is not None:
            found.setdefault(key, SOMEWHERE)
    return found


def _one_table(wanted: CTE, *conditions: ColumnElement[bool]) -> ColumnElement[int | None]:
    """The id of any one table with the sentence: one index seek per key, however many tables match."""
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
    """Whether the actor may see the table of the row. All tables in the index have been submitted once."""
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
