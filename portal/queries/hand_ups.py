"""Hand-ups inside an office (提请送审, 退给经办人): of one table, and for lists; with the people they concern.

For tables whose working copy the actor may see; the bureau's queries read none of this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, func, literal, select
from sqlalchemy.orm import Session

from portal.domain.permissions import Role
from portal.models import Change, HandUpEvent, TargetTable, User, UserRole
from portal.queries.office_tree import working_for


def current(session: Session, table: TargetTable) -> HandUpEvent | None:
    """The last act of the present submission; None where nothing was handed up since the table was last submitted."""
    return session.scalar(
        select(HandUpEvent)
        .where(HandUpEvent.table_id == table.id, HandUpEvent.submission_count == table.submission_count)
        .order_by(HandUpEvent.id.desc())
        .limit(1)
    )


def is_current() -> ColumnElement[bool]:
    """Condition that joins to each row of `TargetTable` what `current` finds."""
    latest = (
        select(func.max(HandUpEvent.id))
        .where(HandUpEvent.table_id == TargetTable.id, HandUpEvent.submission_count == TargetTable.submission_count)
        .correlate(TargetTable)
        .scalar_subquery()
    )
    return HandUpEvent.id == latest


def notes(session: Session, table_id: int) -> Mapping[int, str]:
    """The words of all hand-ups of a table, by their ids."""
    rows = session.execute(select(HandUpEvent.id, HandUpEvent.note).where(HandUpEvent.table_id == table_id))
    return {id: note for id, note in rows}  # noqa: C416 - dict(rows) would ask the result for keys


@dataclass(frozen=True, slots=True)
class ChangesSince:
    """Operations of the change log after a version, and who changed the table last; by and at blank for none."""

    count: int
    by: str
    at: datetime | None


def changes_after(session: Session, table: TargetTable, version: int) -> ChangesSince:
    """The changes of the working copy after `version`."""
    return _changes(session, Change.table_id == table.id, Change.version > version)


def changes_since(session: Session, table: TargetTable, at: datetime) -> ChangesSince:
    return _changes(session, Change.table_id == table.id, Change.at > at)


def _changes(session: Session, *which: ColumnElement[bool]) -> ChangesSince:
    count = select(func.count()).where(*which).scalar_subquery()
    row = session.execute(
        select(count, Change.actor_name, Change.at).where(*which).order_by(Change.version.desc()).limit(1)
    ).one_or_none()
    return ChangesSince(*row) if row else ChangesSince(0, "", None)


def count_after(version: ColumnElement[int]) -> ScalarSelect[int]:
    """Number of operations after `version`, as a column of a query on `TargetTable`."""
    return (
        select(func.count())
        .where(Change.table_id == TargetTable.id, Change.version > version)
        .correlate(TargetTable, HandUpEvent)
        .scalar_subquery()
    )


def people(session: Session, office: str) -> Mapping[Role, Sequence[str]]:
    """Names of the drafters and heads who work on this office's tables, also of the office that it was merged into."""
    rows = session.execute(
        select(UserRole.role, User.name)
        .join(User, User.id == UserRole.user_id)
        .where(
            User.active,
            UserRole.role.in_([Role.DRAFTER.value, Role.HEAD.value]),
            User.office_code.in_(working_for(literal(office))),
        )
        .order_by(User.id)
    ).all()
    return {role: [name for held, name in rows if held == role] for role in (Role.DRAFTER, Role.HEAD)}
