"""The standing of an entry as an SQL expression, built from the same CASES as `domain.register.standing`.

`with_tables` joins each entry with the table that answers for it; the facts of a row that it selects give the same
standing in Python (`facts_of`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, SQLColumnExpression, and_, case, false, literal, not_, select, true

from portal.domain.permissions import Actor
from portal.domain.register import CASES, Selection, Standing, StandingFacts, hears_of_recommendations, standing
from portal.domain.states import State
from portal.models import RegisterEntry, TargetTable, Voiding
from portal.queries.register import due_dates, matching

FACTS: Mapping[str, SQLColumnExpression[Any]] = {
    "state": TargetTable.state,
    "in_force": TargetTable.in_force_id.is_not(None),
    "recommended": TargetTable.is_recommended,
    "voided": Voiding.table_id.is_not(None),
    "exempt": RegisterEntry.exempt_at.is_not(None),
}
"""The expression of each fact of StandingFacts, in a statement of `with_tables`."""


def _is(fact: SQLColumnExpression[Any], wanted: State | bool) -> ColumnElement[bool]:
    if isinstance(wanted, State):
        return fact == wanted.value
    return and_(fact) if wanted else not_(fact)


def case_of(facts: Mapping[str, SQLColumnExpression[Any]]) -> ColumnElement[str]:
    """The standing where the facts of StandingFacts have these expressions."""
    return case(
        *(
            (and_(*(_is(facts[name], wanted) for name, wanted in each.facts.items())), literal(each.standing.value))
            for each in CASES
        ),
        else_=literal(Standing.NOT_BEGUN.value),
    )


STANDING = case_of(FACTS)
_STANDING_FOR_OFFICES = case_of({**FACTS, "recommended": false()})


def seen_by(actor: Actor) -> ColumnElement[str]:
    """The standing that the actor is told: `domain.register.seen_by` in SQL."""
    return STANDING if hears_of_recommendations(actor) else _STANDING_FOR_OFFICES


def selected(selection: Selection, today: date) -> ColumnElement[bool]:
    """Condition for the entries of a selection: `domain.register.selects` in SQL."""
    conditions = (
        (selection.standings != frozenset(Standing), STANDING.in_(sorted(selection.standings))),
        (selection.in_force, FACTS["in_force"]),
        (selection.is_overdue, due_dates.is_overdue(today)),
    )
    return and_(true(), *(condition for is_set, condition in conditions if is_set))


def is_at(wanted: Standing) -> ColumnElement[bool]:
    return literal(wanted.value) == STANDING


def with_tables(*columns: SQLColumnExpression[Any]) -> Select[*tuple[Any, ...]]:
    """Entries, each with its table (if any) and the voiding of that (if any)."""
    return (
        select(*columns)
        .select_from(RegisterEntry)
        .outerjoin(TargetTable, TargetTable.id == matching.table_of_entry())
        .outerjoin(Voiding, Voiding.table_id == TargetTable.id)
    )


def fact_columns() -> list[SQLColumnExpression[Any]]:
    """For `facts_of`."""
    return [expression.label(f"fact_{name}") for name, expression in FACTS.items()]


def facts_of(row: Row[*tuple[Any, ...]]) -> StandingFacts:
    found = {name: getattr(row, f"fact_{name}") for name in FACTS}
    state = found.pop("state")
    return StandingFacts(State(state) if state else None, **{name: bool(value) for name, value in found.items()})


def of_row(row: Row[*tuple[Any, ...]]) -> Standing:
    return standing(facts_of(row))
