"""The one line that every page of a table shows: where it is, since when, due when, whose move, what can I do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request, url_for

from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.domain.states import State
from portal.domain.workflow import Action, actions_open_to
from portal.models import TargetTable
from portal.web.filters import day, is_overdue, moment
from portal.web.work_lists import due_date


@dataclass(frozen=True, slots=True)
class Choice:
    """Something this person can do now."""

    url: str
    label: str
    style: str
    icon: str


@dataclass(frozen=True, slots=True)
class Standing:
    state: str
    since: str
    due: str
    overdue: bool
    whose_move: str
    actions: Sequence[Choice]


_LOOKS = {
    Action.SUBMIT: ("primary", "send"),
    Action.WITHDRAW: ("secondary", "arrow-counterclockwise"),
    Action.RETURN: ("secondary", "arrow-return-left"),
    Action.APPROVE: ("primary", "check-lg"),
    Action.REOPEN: ("secondary", "arrow-return-left"),
}


def standing(actor: Actor, table: TargetTable, facts: TableFacts) -> Standing:
    """`actions` leaves out the page that is shown."""
    state = State(table.state)
    due = due_date(table.state, table.due, table.budget_year.deadline)
    move = state.whose_move
    if state is State.SUBMITTED and table.claimed_by and may(actor, Permission.SEE_BUREAU_NOTES, facts):
        move += f"（{table.claimed_by.name} 正在审核）"
    choices = [choice for choice in _choices(actor, table, facts) if choice.url != request.path]
    return Standing(state.value, moment(table.since), day(due), is_overdue(due), move, choices)


def _choices(actor: Actor, table: TargetTable, facts: TableFacts) -> list[Choice]:
    found = []
    if may(actor, Permission.EDIT, facts) and table.budget_year.is_open:
        found.append(Choice(url_for("editing.edit", table_id=table.id), "编辑", "secondary", "pencil"))
    for action in actions_open_to(actor, facts):
        style, icon = _LOOKS[action]
        url = url_for("moves.confirm", table_id=table.id, name=action.value)
        found.append(Choice(url, action.label, style, icon))
    return found
