"""What an office's lists show of a table beside the columns of every list, as columns of the same statement.

Whether the review began, opinions to answer, who changed the text last, the hand-up inside the office. Of tables whose
working copy the actor may see; of others they are blank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, case, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.domain.office_lists import TableOrder, TableSort
from portal.domain.opinions import OpinionState
from portal.domain.states import State
from portal.models import BudgetYear, Change, HandUpEvent, Opinion, TargetTable, User
from portal.queries import hand_ups

_WITH_OFFICE = TargetTable.state.in_([State.DRAFTED.value, State.RETURNED.value])
_OPINIONS_DUE = (
    select(func.count())
    .where(Opinion.table_id == TargetTable.id, Opinion.state == OpinionState.RAISED)
    .correlate(TargetTable)
    .scalar_subquery()
)
_CHANGED_BY = (
    select(Change.actor_name)
    .where(Change.table_id == TargetTable.id, Change.version == TargetTable.version)
    .limit(1)
    .correlate(TargetTable)
    .scalar_subquery()
)
_REVISED = (
    select(func.count())
    .where(Change.table_id == TargetTable.id, Change.at > TargetTable.state_since)
    .correlate(TargetTable)
    .scalar_subquery()
)
_CLAIMANT = select(User.name).where(User.id == TargetTable.claimed_by_id).correlate(TargetTable).scalar_subquery()


def opinions_due(is_own: ColumnElement[bool]) -> ColumnElement[int]:
    """How many opinions the office has not answered; 0 while the table is with the bureau."""
    return case((and_(_WITH_OFFICE, is_own), _OPINIONS_DUE), else_=0)


def added(statement: Select[*tuple[Any, ...]], is_own: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """is_own: whether the actor may see the working copy of the row.

    revised: changes since the table came back to the office.
    """
    is_revised = and_(_WITH_OFFICE, is_own, TargetTable.submission_count > 0)
    return statement.outerjoin(HandUpEvent, and_(is_own, _WITH_OFFICE, hand_ups.is_current())).add_columns(
        TargetTable.review_since,
        TargetTable.claimed_by_id,
        TargetTable.claimed_until,
        _CLAIMANT.label("claimant"),
        opinions_due(is_own).label("opinions_due"),
        case((is_own, _CHANGED_BY), else_=literal("")).label("changed_by"),
        case((is_own, TargetTable.saved_at)).label("changed_at"),
        case((is_revised, _REVISED), else_=0).label("revised"),
        HandUpEvent.act.label("handed_act"),
        HandUpEvent.note.label("handed_note"),
        HandUpEvent.actor_name.label("handed_by"),
        HandUpEvent.at.label("handed_at"),
        hand_ups.count_after(HandUpEvent.version).label("handed_changes"),  # type: ignore[arg-type]
    )


_Column = SQLColumnExpression[Any] | InstrumentedAttribute[Any]
_PLACE: Sequence[_Column] = (
    TargetTable.year.desc(),
    TargetTable.office_code,
    TargetTable.position,
    TargetTable.id,
)


def sort_keys(order: TableOrder, columns: Mapping[str, _Column], is_own: ColumnElement[bool]) -> Sequence[_Column]:
    """Ends with the table's id, so that every order is total. columns: name, total_fen and errors of the list.

    A date by which nothing is due comes last.
    """
    due = func.coalesce(TargetTable.due_on, case((TargetTable.state == State.DRAFTED.value, BudgetYear.deadline)))
    states = {state.value: n for n, state in enumerate(State)}
    keys: dict[TableSort, Sequence[_Column]] = {
        TableSort.NUMBER: (TargetTable.position,),
        TableSort.NAME: (columns["name"],),
        TableSort.AMOUNT: (func.coalesce(columns["total_fen"], 0),),
        TableSort.STATE: (case(states, value=TargetTable.state),),
        TableSort.MOVED: (TargetTable.state_since,),
        TableSort.CHANGED: (case((is_own, TargetTable.saved_at)),),
        TableSort.DUE: (due,),
        TableSort.OPINIONS: (opinions_due(is_own),),
        TableSort.ERRORS: (columns["errors"],),
    }
    found = keys.get(order.sort, ())
    turned = [key.desc().nulls_last() if order.descending else key.asc().nulls_last() for key in found]
    return [*turned, *_PLACE]
