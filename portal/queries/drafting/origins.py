"""What a new table can be begun from, and what one that was begun from another still says unchanged."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, undefer

from portal.domain.documents import FIXED_AT_BIRTH, Document, Kind, texts, title_of_project
from portal.domain.permissions import Actor
from portal.models import Change, Origin, Revision, TargetTable
from portal.queries.tables import revision, visible

MOST = 300
"""Tables of one office and year that are offered."""


@dataclass(frozen=True, slots=True)
class Source:
    """A table that another can be begun from.

    successor_id: the table of the new year that was begun from it, or has its project code, or is the one department
    table; `carried_over`: it was begun from it.
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
    """The years before `year` of which the actor's own office has tables, the latest first."""
    return list(
        session.scalars(
            select(TargetTable.year)
            .where(*_own(actor), TargetTable.year < year)
            .distinct()
            .order_by(TargetTable.year.desc())
        )
    )


def sources(session: Session, actor: Actor, source_year: int, year: int) -> list[Source]:
    """The actor's own office's tables of `source_year`, in the order of the form, for a new one in `year`."""
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
        .limit(MOST)
    ).all()
    begun, alike = _successors(session, actor, year) if source_year != year else ({}, {})
    return [
        Source(
            id=row.id,
            kind=row.kind,
            position=row.position,
            title=Kind.DEPARTMENT.label if row.kind == Kind.DEPARTMENT else title_of_project(row.project_name),
            code=row.project_code,
            total_fen=row.total_fen,
            state=row.state,
            successor_id=begun.get(row.id) or alike.get((row.kind, row.project_code)),
            carried_over=row.id in begun,
        )
        for row in rows
    ]


def carried_over(session: Session, source_ids: Sequence[int], year: int) -> set[int]:
    """Those of `source_ids` that a table of `year` was begun from."""
    statement = (
        select(Origin.source_id)
        .join(TargetTable, TargetTable.id == Origin.table_id)
        .where(Origin.source_id.in_(source_ids), TargetTable.year == year)
    )
    return set(session.scalars(statement))


def text_to_begin_from(session: Session, table: TargetTable) -> Document:
    """Of a table of one's own office: the revision in force, else the latest one, else the working copy."""
    if table.in_force_id is not None:
        return session.get_one(Revision, table.in_force_id, options=[undefer(Revision.content)]).document
    if table.submission_count:
        return revision(session, table.id, table.submission_count).document
    return table.document


def of_table(session: Session, table_id: int) -> Origin | None:
    return session.get(Origin, table_id)


def untouched(session: Session, table: TargetTable, document: Document | None = None) -> frozenset[str]:
    """Paths whose text, not blank, is still the one that the table was born with; none where it was born blank.

    Of its working copy, or of `document`. What the portal gave it at birth does not count.
    """
    born = session.scalars(
        select(Change.operation)
        .join(Origin, Origin.table_id == Change.table_id)
        .where(Change.table_id == table.id, Change.version <= 1)
    )
    # From a blank table to its birth there are rows and, once for each path, texts: nothing needs replaying.
    plain = (json.loads(operation) for operation in born)
    at_birth = {each["path"]: each["new"] for each in plain if each["op"] == "set"}
    if not at_birth:
        return frozenset()
    now = texts(document or table.document)
    return frozenset(
        path for path, text in now.items() if text and path not in FIXED_AT_BIRTH and at_birth.get(path) == text
    )


def _own(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return visible(actor), TargetTable.office_code == (actor.office or "")


def _successors(session: Session, actor: Actor, year: int) -> tuple[dict[int, int], dict[tuple[str, str], int]]:
    """Tables of `year` by the one they were begun from, and by kind and project code."""
    rows = session.execute(
        select(TargetTable.id, TargetTable.kind, TargetTable.project_code, Origin.source_id)
        .outerjoin(Origin, Origin.table_id == TargetTable.id)
        .where(*_own(actor), TargetTable.year == year)
    ).all()
    begun = {row.source_id: row.id for row in rows if row.source_id is not None}
    return begun, {(row.kind, row.project_code): row.id for row in rows if row.project_code or row.kind != Kind.PROJECT}
