"""Context of the rules: equal sentences in last year's and in other offices' tables, from the index of sentences.

A table that the actor may see is named; any other one is only SOMEWHERE.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Text,
    bindparam,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

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
    """The context for `documents` of the table's office and year. At most two statements.

    `actor` None: an actor who may see no other office's tables.
    """
    keys = {s.key for document in documents for s in sentences(document) if len(s.key) >= FEWEST_ELSEWHERE}
    last_year, taken_over = _last_year(session, table.office_code, table.year)
    elsewhere = _elsewhere(session, actor, table, sorted(keys)) if keys else {}
    return RuleContext(last_year, elsewhere, taken_over)


# Every page of a table and every check runs these. Built once, a statement is compiled once.
_SUCCESSORS = (
    select(Origin.source_id, TargetTable.position)
    .join(TargetTable, TargetTable.id == Origin.table_id)
    .where(TargetTable.office_code == bindparam("office_code"), TargetTable.year == bindparam("year"))
    .subquery()
)
_LAST_YEAR = (
    select(
        IndexedSentence.key,
        TargetTable.kind,
        TargetTable.position,
        TargetTable.submitted_name,
        _SUCCESSORS.c.position,
    )
    .join(TargetTable, TargetTable.id == IndexedSentence.table_id)
    .outerjoin(_SUCCESSORS, _SUCCESSORS.c.source_id == TargetTable.id)
    .where(IndexedSentence.office_code == bindparam("office_code"), IndexedSentence.year == bindparam("last_year"))
    .order_by(TargetTable.position, TargetTable.id)
)


def _last_year(session: Session, office_code: str, year: int) -> tuple[dict[str, str], dict[int, set[str]]]:
    """Of the year before `year`: key of each sentence of the office → name of the first table with it; and the keys
    that were carried over, by the ordinal of the table of `year`.
    """
    rows = session.execute(_LAST_YEAR, {"office_code": office_code, "year": year, "last_year": year - 1})
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
    reach = Reach.of(actor, Permission.SEE) if actor else Reach(frozenset(), frozenset())
    sought = [(hash_of(key), year, key) for year in (table.year, table.year - 1) for key in keys]
    padded = sought + sought[:1] * (-len(sought) % _PADDED_TO)
    offices = None if reach.outright is None or reach.once_submitted is None else reach.outright | reach.once_submitted
    values: dict[str, Any] = {"own_office": table.office_code, "offices": sorted(offices or ())}
    for n, row in enumerate(padded):
        values |= {f"{name}_{n}": value for name, value in zip(_SOUGHT, row, strict=True)}
    rows = session.execute(_seeking(len(padded), everywhere=offices is None), values).all()
    found: dict[str, str] = {}
    for row in rows:
        if row.office is not None:
            found.setdefault(row.key, f"{row.office} {row.year} 年度《{_title(row.kind, row.submitted_name)}》")
    for row in rows:
        if row.is_anywhere:
            found.setdefault(row.key, SOMEWHERE)
    return found


_SOUGHT: Mapping[str, TypeEngine[Any]] = {"hash": BigInteger(), "year": Integer(), "key": Text()}
_PADDED_TO = 16
"""So many sentences at least have one statement; the last rows of a shorter search repeat its first one."""


@lru_cache(64)
def _seeking(count: int, *, everywhere: bool) -> Select[*tuple[Any, ...]]:
    """For each of `count` sentences: a table of another office that the actor may see, and whether there is any.

    All tables in the index have been submitted once, so it depends on the office alone whether the actor may see one.
    """
    rows = (
        select(*(bindparam(f"{name}_{n}", type_=type_).label(name) for name, type_ in _SOUGHT.items()))
        for n in range(count)
    )
    wanted = union_all(*rows).cte("wanted")
    others = IndexedSentence.office_code != bindparam("own_office")
    seen = true() if everywhere else IndexedSentence.office_code.in_(bindparam("offices", expanding=True))
    is_anywhere = _one_table(wanted, others).is_not(None).label("is_anywhere")
    found = select(wanted.c.key, wanted.c.year, _one_table(wanted, others, seen).label("seen"), is_anywhere).subquery()
    return (
        select(found.c.key, found.c.is_anywhere, found.c.year, *_OF_TABLE)
        .outerjoin(TargetTable, TargetTable.id == found.c.seen)
        .outerjoin(Office, Office.code == TargetTable.office_code)
        .order_by(found.c.year.desc())
    )


_OF_TABLE = (TargetTable.kind, TargetTable.submitted_name, Office.name.label("office"))


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


def _title(kind: str, name: str) -> str:
    return Kind.DEPARTMENT.label if kind == Kind.DEPARTMENT else name[:_LONGEST_NAME] or "未命名项目"
