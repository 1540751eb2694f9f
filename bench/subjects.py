"""Choice of the tables that are measured, from the database: each for one purpose, none twice."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bench.generator import YEAR
from portal import queries
from portal.domain.documents import Kind
from portal.domain.permissions import Actor
from portal.domain.queue import QueueTab
from portal.domain.states import State
from portal.models import Opinion, TargetTable
from portal.queries.queue import PAGE, QueueFilters, QueueOrder

REVIEWER, APPROVER = "reviewer", "approver"
SAVED = 10
"""Number of tables for measuring saves."""
_QUEUE = QueueFilters((YEAR,), QueueTab.TO_REVIEW)


@dataclass(frozen=True, slots=True)
class Subject:
    """A table and the two people of its office."""

    id: int
    office: str

    @property
    def drafter(self) -> str:
        return f"drafter{self.office}"

    @property
    def head(self) -> str:
        return f"head{self.office}"


@dataclass(frozen=True, slots=True)
class Subjects:
    """first: ids of the rows on the reviewer's first page. deep: by username, a path far down the queue.

    shown: tables in the second round with opinions. saved, submitted, approved: tables for these acts.
    """

    first: list[int]
    deep: dict[str, str]
    shown: list[Subject]
    saved: list[Subject]
    submitted: list[Subject]
    approved: list[Subject]


def choose(session: Session, samples: int) -> Subjects:
    actors = {name: _actor(session, name) for name in (REVIEWER, APPROVER)}
    reviewer = actors[REVIEWER]
    own = TargetTable.office_code.in_(sorted(reviewer.offices_assigned))
    sound = (TargetTable.state == State.DRAFTED.value, TargetTable.errors == 0, TargetTable.submission_count == 0)
    new = (TargetTable.state == State.SUBMITTED.value, TargetTable.return_count == 0, TargetTable.submission_count == 1)
    discussed = select(Opinion.table_id).where(Opinion.table_id == TargetTable.id).exists()
    again = (TargetTable.state == State.SUBMITTED.value, TargetTable.return_count > 0, discussed)
    drafts = _tables(session, samples + SAVED, own, *sound)
    return Subjects(
        first=[row.id for row in queries.queue.page(session, reviewer, _QUEUE, QueueOrder(), 1)],
        deep={name: _deep(session, actor) for name, actor in actors.items()},
        shown=_tables(session, 100, own, *again),
        saved=drafts[:SAVED],
        submitted=drafts[SAVED:],
        approved=_tables(session, samples, own, *new),
    )


def _actor(session: Session, username: str) -> Actor:
    account = queries.session.account_named(session, username)
    assert account, username
    return account.actor


def _tables(session: Session, wanted: int, *conditions: ColumnElement[bool]) -> list[Subject]:
    statement = (
        select(TargetTable.id, TargetTable.office_code)
        .where(TargetTable.year == YEAR, TargetTable.kind == Kind.PROJECT.value, *conditions)
        .order_by(TargetTable.office_code, TargetTable.id)
        .limit(wanted)
    )
    return [Subject(table_id, office) for table_id, office in session.execute(statement)]


def _deep(session: Session, actor: Actor) -> str:
    """Return the path of the page after nine tenths of the queue of `actor`: assigned offices, or all offices."""
    count = queries.queue.filtered_sum(session, actor, _QUEUE).count
    return f"/?tab=submitted&year={YEAR}&page={max(count * 9 // 10 // PAGE, 1)}"
