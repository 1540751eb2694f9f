"""The status line on every page of a table: state, since when, due when, whose move, available actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from portal import queries
from portal.domain.actions import available_actions
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.domain.states import State
from portal.extensions import db
from portal.models import TargetTable
from portal.web.filters import day, is_overdue, moment, time_left
from portal.web.lists.work_lists import due_date


@dataclass(frozen=True, slots=True)
class ActionLink:
    """A link to an action that the viewer can take now."""

    url: str
    label: str
    style: str
    icon: str


@dataclass(frozen=True, slots=True)
class StatusBar:
    """voided: why the table was voided and by whom, "" for one that was not."""

    state: str
    since: str
    due: str
    left: str
    overdue: bool
    whose_move: str
    actions: Sequence[ActionLink]
    voided: str = ""


def status_bar(actor: Actor, table: TargetTable, facts: TableFacts, here: str) -> StatusBar:
    """`actions` has no link to the page at the path `here`."""
    state = State(table.state)
    if facts.voided:
        return _of_voided(table)
    due = due_date(table.state, table.due_on, table.budget_year.deadline)
    move = state.whose_move
    if state is State.SUBMITTED and table.claimed_by and may(actor, Permission.SEE_BUREAU_NOTES, facts):
        move += f"（{table.claimed_by.name} 正在审核）"
    links = [link for link in _links(actor, table, facts) if link.url != here]
    return StatusBar(state.value, moment(table.state_since), day(due), time_left(due), is_overdue(due), move, links)


def _of_voided(table: TargetTable) -> StatusBar:
    voiding = queries.tables.voiding(db.session(), table.id)
    words = f"{voiding.voided_by_name}：{voiding.reason}"
    return StatusBar(table.state, moment(voiding.voided_at), "", "", False, "", (), voided=words)


def _links(actor: Actor, table: TargetTable, facts: TableFacts) -> list[ActionLink]:
    found = []
    if may(actor, Permission.EDIT, facts) and table.budget_year.is_open:
        found.append(ActionLink(url_for("edit.edit", table_id=table.id), "编辑", "secondary", "pencil"))
    for action in available_actions(actor, facts):
        url = url_for("transitions.confirm", table_id=table.id, action=action)
        found.append(ActionLink(url, action.label, action.look.style, action.look.icon))
    return found
