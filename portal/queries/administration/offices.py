"""Offices for the pages of the administrator: the tree with counts and reviewers, and drafts with their texts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased, undefer

from portal.database import ROW_LOCK
from portal.domain.documents import Kind
from portal.domain.offices import covering
from portal.domain.permissions import Role
from portal.domain.register import Standing
from portal.domain.states import State
from portal.models import Assignment, BudgetYear, Office, OfficeMerger, RegisterEntry, TargetTable, User, UserRole
from portal.queries.administration.people import table_counts
from portal.queries.register import standings
from portal.queries.tables import not_voided


@dataclass(frozen=True, slots=True)
class OfficeNode:
    """An office of the tree. people_count: active accounts. reviewers: active ones, of this office or one above it."""

    office: Office
    merged_into: str
    people_count: int
    table_count: int
    reviewers: Sequence[str]

    @property
    def depth(self) -> int:
        """Number of the offices above."""
        return self.office.lineage.count("/") - 2

    @property
    def top(self) -> str:
        """Code of the office at the top."""
        return self.office.lineage.split("/")[1]


def tree(session: Session) -> list[OfficeNode]:
    """All offices, each before those below it. Four statements."""
    tables = table_counts(session)
    people = session.execute(select(User.office_code, func.count()).where(User.active).group_by(User.office_code))
    counts = {code: count for code, count in people}  # noqa: C416 - dict(rows) would ask the result for keys
    reviewing = _reviewers(session)
    rows = session.execute(
        select(Office, OfficeMerger.into_code)
        .outerjoin(OfficeMerger, OfficeMerger.office_code == Office.code)
        .order_by(Office.lineage)
    )
    return [
        OfficeNode(office, into or "", counts.get(office.code, 0), tables.get(office.code, 0), names)
        for office, into in rows
        for names in [[name for name, assigned in reviewing if covering(office.lineage, assigned)]]
    ]


def _reviewers(session: Session) -> list[tuple[str, set[str]]]:
    """(name, codes of the assigned offices) of the active reviewers, by id."""
    rows = session.execute(
        select(User.id, User.name, Assignment.office_code)
        .join(Assignment, Assignment.user_id == User.id)
        .join(UserRole, (UserRole.user_id == User.id) & (UserRole.role == Role.REVIEWER.value))
        .where(User.active)
        .order_by(User.id)
    )
    found: dict[int, tuple[str, set[str]]] = {}
    for user_id, name, code in rows:
        found.setdefault(user_id, (name, set()))[1].add(code)
    return list(found.values())


def merger(session: Session, code: str) -> OfficeMerger | None:
    return session.get(OfficeMerger, code, populate_existing=True)


def open_drafts(session: Session, code: str) -> Sequence[TargetTable]:
    """The project tables of an office that it may edit now, with their texts, reloaded."""
    statement = (
        select(TargetTable)
        .join(BudgetYear, BudgetYear.year == TargetTable.year)
        .where(TargetTable.office_code == code, TargetTable.kind == Kind.PROJECT.value, BudgetYear.is_open)
        .where(TargetTable.state.in_([State.DRAFTED.value, State.RETURNED.value]), not_voided())
        .order_by(TargetTable.id)
        .options(undefer(TargetTable.content))
    )
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def claimants(session: Session, offices: Collection[str]) -> Sequence[User]:
    """Those who have claimed tables of these offices."""
    claimed = select(TargetTable.claimed_by_id).where(TargetTable.office_code.in_(sorted(offices)))
    return session.scalars(select(User).where(User.id.in_(claimed)).order_by(User.id)).all()


def active_people(session: Session, code: str, *, lock: bool = False) -> Sequence[User]:
    """The active accounts of an office, reloaded. lock: for `write`."""
    found = select(User).where(User.office_code == code, User.active).order_by(User.id)
    if lock:
        found = found.with_for_update(of=User, **ROW_LOCK)
    return session.scalars(found.execution_options(populate_existing=True)).all()


def entries_to_move(session: Session, code: str, into: str) -> Sequence[RegisterEntry]:
    """The entries of open years that go along when `code` is merged into `into`: nobody has begun them, and `into` has
    none with their code.
    """
    other = aliased(RegisterEntry)
    doubled = exists().where(
        other.year == RegisterEntry.year, other.office_code == into, other.code == RegisterEntry.code
    )
    ids = (
        standings.with_tables(RegisterEntry.id)
        .join(BudgetYear, BudgetYear.year == RegisterEntry.year)
        .where(RegisterEntry.office_code == code, BudgetYear.is_open, ~doubled)
        .where(standings.is_at(Standing.NOT_BEGUN))
    )
    found = select(RegisterEntry).where(RegisterEntry.id.in_(ids)).order_by(RegisterEntry.year, RegisterEntry.code)
    return session.scalars(found.execution_options(populate_existing=True)).all()


@dataclass(frozen=True, slots=True)
class MergerPreview:
    """What a merger would do, for the page that asks for it. tables: of open years.

    entries_left: not begun, but `into` has their code.
    """

    people: Sequence[User]
    tables: Sequence[tuple[State, int]]
    entries_moved: int
    entries_left: int
    below_count: int
    reviewers: Sequence[str]


def merger_preview(session: Session, office: Office, into: str) -> MergerPreview:
    states = session.execute(
        select(TargetTable.state, func.count())
        .join(BudgetYear, BudgetYear.year == TargetTable.year)
        .where(TargetTable.office_code == office.code, BudgetYear.is_open, not_voided())
        .group_by(TargetTable.state)
    )
    counts = {state: count for state, count in states}  # noqa: C416 - dict(rows) would ask the result for keys
    moved = len(entries_to_move(session, office.code, into))
    below = select(func.count()).where(Office.lineage.startswith(office.lineage), Office.code != office.code)
    return MergerPreview(
        people=active_people(session, office.code),
        tables=[(state, counts[state]) for state in State if state in counts],
        entries_moved=moved,
        entries_left=len(entries_to_move(session, office.code, "")) - moved,
        below_count=session.scalar(below) or 0,
        reviewers=[name for name, assigned in _reviewers(session) if office.code in assigned],
    )


def coverage(session: Session, assigned: Collection[str]) -> Sequence[tuple[Office, Sequence[Office]]]:
    """Each of the assigned offices that no other one of them covers, with all offices below it. One statement."""
    offices = session.scalars(select(Office).order_by(Office.lineage)).all() if assigned else ()
    tops = [each for each in offices if each.code in assigned and not covering(_above(each), assigned)]
    found = []
    for top in tops:
        below = [each for each in offices if each is not top and each.lineage.startswith(top.lineage)]
        found.append((top, below))
    return found


def _above(office: Office) -> str:
    """The lineage of the office above; "/" for a top office."""
    return office.lineage.removesuffix(f"{office.code}/")
