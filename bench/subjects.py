"""Choice of the tables that are measured, from the database: each for one purpose, none twice."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bench.generator import DISCUSSED
from bench.lives import OPINIONS_A_ROUND
from bench.shapes import YEAR
from portal import queries
from portal.domain.documents import Kind
from portal.domain.permissions import Actor
from portal.domain.queue import QueueOrder, QueueTab
from portal.domain.states import State
from portal.models import Opinion, TargetTable
from portal.queries.queue import PAGE, QueueFilters

REVIEWER, APPROVER, HEAD = "reviewer", "approver", "head"
SAVED = 10
"""Number of tables for measuring saves."""
TOGETHER = 200
"""Number of tables that are approved at once."""
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

    shown: tables in the second round with opinions. discussed: those with long histories. of_head: tables of one office
    that were submitted. saved, submitted, approved, together: tables for these acts; together: approved at once.
    """

    first: list[int]
    deep: dict[str, str]
    shown: list[Subject]
    discussed: list[Subject]
    of_head: list[Subject]
    saved: list[Subject]
    submitted: list[Subject]
    approved: list[Subject]
    together: list[Subject]

    def username(self, viewer: str) -> str:
        """HEAD: of the office of `of_head`; else the name itself."""
        return self.of_head[0].head if viewer == HEAD else viewer


def choose(session: Session, samples: int) -> Subjects:
    actors = {name: _actor(session, name) for name in (REVIEWER, APPROVER)}
    reviewer = actors[REVIEWER]
    own = TargetTable.office_code.in_(sorted(reviewer.offices_assigned))
    sound = (TargetTable.state == State.DRAFTED.value, TargetTable.errors == 0, TargetTable.submission_count == 0)
    new = (TargetTable.state == State.SUBMITTED.value, TargetTable.return_count == 0, TargetTable.submission_count == 1)
    submitted = TargetTable.state == State.SUBMITTED.value
    opinions = select(func.count()).where(Opinion.table_id == TargetTable.id).scalar_subquery()
    drafts = _tables(session, samples + SAVED, own, *sound)
    approvals = _tables(session, samples + TOGETHER, own, *new)
    shown = _tables(session, 100, own, submitted, TargetTable.return_count == 1, opinions > 0)
    of_office = (TargetTable.office_code == shown[0].office, TargetTable.state == State.APPROVED.value)
    return Subjects(
        first=[row.id for row in queries.queue.page(session, reviewer, _QUEUE, QueueOrder(), 1)],
        deep={name: _deep(session, actor) for name, actor in actors.items()},
        shown=shown,
        discussed=_tables(session, DISCUSSED, own, submitted, opinions >= 2 * OPINIONS_A_ROUND),
        of_head=_tables(session, 20, *of_office) or shown[:1],
        saved=drafts[:SAVED],
        submitted=drafts[SAVED:],
        approved=approvals[:samples],
        together=approvals[samples:],
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
