"""Carry-over (沿用): tables that can be the source of a new one, and texts of a new one that are still unchanged."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, undefer

from portal.domain.documents import ASSIGNED_FIELDS, Document, Kind, texts, title_of_project
from portal.domain.permissions import Actor
from portal.models import Change, Origin, Revision, TargetTable
from portal.queries.revisions import revision
from portal.queries.tables import not_voided, visible

MAX_SOURCES = 300
"""Maximum number of source tables that are offered per year."""


@dataclass(frozen=True, slots=True)
class Source:
    """A table that can be carried over.

    successor_id: the table of the new year that was carried over from it, has its project code, or is the department
    table; `carried_over`: whether the successor was carried over from it.
    """

    id: int
    kind: str
    position: int
    title: str
    code: str
    total_fen: int | None
    state: str
    successor_id: int | None
    carried_over: bool


def years_before(session: Session, actor: Actor, year: int) -> list[int]:
    """Years before `year` in which the actor's own office has tables, the latest first."""
    return list(
        session.scalars(
            select(TargetTable.year)
            .where(*_own(actor), TargetTable.year < year)
            .distinct()
            .order_by(TargetTable.year.desc())
        )
    )


def sources(session: Session, actor: Actor, source_year: int, year: int) -> list[Source]:
    """Tables of the actor's own office in `source_year`, by position, as sources of new tables in `year`."""
    rows = session.execute(
        select(
            TargetTable.id,
            TargetTable.kind,
            TargetTable.position,
            TargetTable.project_name,
            TargetTable.project_code,
            TargetTable.total_fen,
            TargetTable.state,
        )
        .where(*_own(actor), TargetTable.year == source_year)
        .order_by(TargetTable.position, TargetTable.id)
        .limit(MAX_SOURCES)
    ).all()
    carried, similar = _successors(session, actor, year) if source_year != year else ({}, {})
    return [
        Source(
            id=row.id,
            kind=row.kind,
            position=row.position,
            title=Kind.DEPARTMENT.label if row.kind == Kind.DEPARTMENT else title_of_project(row.project_name),
            code=row.project_code,
            total_fen=row.total_fen,
            state=row.state,
            successor_id=carried.get(row.id) or similar.get((row.kind, row.project_code)),
            carried_over=row.id in carried,
        )
        for row in rows
    ]


def carried_over(session: Session, source_ids: Sequence[int], year: int) -> set[int]:
    """Those of `source_ids` that were carried over into `year`."""
    statement = (
        select(Origin.source_id)
        .join(TargetTable, TargetTable.id == Origin.table_id)
        .where(Origin.source_id.in_(source_ids), TargetTable.year == year, not_voided())
    )
    return set(session.scalars(statement))


def source_text(session: Session, table: TargetTable) -> Document:
    """The text to carry over: the revision in force, else the latest revision, else the working copy.

    Only for tables of the actor's own office.
    """
    if table.in_force_id is not None:
        return session.get_one(Revision, table.in_force_id, options=[undefer(Revision.content)]).document
    if table.submission_count:
        return revision(session, table.id, table.submission_count).document
    return table.document


def of_table(session: Session, table_id: int) -> Origin | None:
    return session.get(Origin, table_id)


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """The places of a carried-over table that still have the text of the source; `confirmed`: those found right."""

    unchanged: frozenset[str]
    confirmed: frozenset[str]

    @property
    def to_check(self) -> frozenset[str]:
        return self.unchanged - self.confirmed


def carried_over_places(session: Session, table: TargetTable, document: Document | None = None) -> CarriedOver:
    """As `unchanged_paths`, with the ticks of the office."""
    unchanged, origin = unchanged_paths(session, table, document), of_table(session, table.id)
    return CarriedOver(unchanged, unchanged & frozenset(json.loads(origin.confirmed)) if origin else frozenset())


def unchanged_paths(session: Session, table: TargetTable, document: Document | None = None) -> frozenset[str]:
    """Paths whose text, not blank, is unchanged since the carry-over; none for a table that was not carried over.

    Compares `document`, by default the working copy. Excludes the fields that the portal assigns (ASSIGNED_FIELDS).
    """
    first_operations = session.scalars(
        select(Change.operation)
        .join(Origin, Origin.table_id == Change.table_id)
        .where(Change.table_id == table.id, Change.version <= 1)
    )
    # Version 1 starts from a blank table and sets each path once, so no replay is needed.
    plain = (json.loads(operation) for operation in first_operations)
    original = {each["path"]: each["new"] for each in plain if each["op"] == "set"}
    if not original:
        return frozenset()
    now = texts(document or table.document)
    return frozenset(
        path for path, text in now.items() if text and path not in ASSIGNED_FIELDS and original.get(path) == text
    )


def _own(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return visible(actor), TargetTable.office_code.in_(sorted(actor.own_offices)), not_voided()


def _successors(session: Session, actor: Actor, year: int) -> tuple[dict[int, int], dict[tuple[str, str], int]]:
    """Ids of the tables of `year`: by the id of their source, and by kind and project code."""
    rows = session.execute(
        select(TargetTable.id, TargetTable.kind, TargetTable.project_code, Origin.source_id)
        .outerjoin(Origin, Origin.table_id == TargetTable.id)
        .where(*_own(actor), TargetTable.year == year)
    ).all()
    carried = {row.source_id: row.id for row in rows if row.source_id is not None}
    return carried, {
        (row.kind, row.project_code): row.id for row in rows if row.project_code or row.kind != Kind.PROJECT
    }
