"""The status line on every page of a table: state, since when, due when, whose move, available actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from portal import queries
from portal.database import local_today
from portal.domain.actions import available_actions
from portal.domain.deadlines import due_date
from portal.domain.hand_ups import hands_up
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.domain.states import State
from portal.extensions import db
from portal.models import TargetTable
from portal.web.drafting.handed_up import HandedUp, office_move
from portal.web.filters import day, is_overdue, moment, time_left
from portal.web.journeys import review_words


@dataclass(frozen=True, slots=True)
class ActionLink:
    """A link to an action that the viewer can take now."""

    url: str
    label: str
    style: str
    icon: str


@dataclass(frozen=True, slots=True)
class StatusBar:
    """voided: why the table was voided and by whom, "" for one that was not. handed: up or back inside the office."""

    state: str
    since: str
    due: str
    left: str
    overdue: bool
    extension_url: str
    whose_move: str
    actions: Sequence[ActionLink]
    voided: str = ""
    handed: HandedUp | None = None


def status_bar(actor: Actor, table: TargetTable, facts: TableFacts, here: str) -> StatusBar:
    """`actions` has no link to the page at the path `here`. extension_url: for asking for more time."""
    state = State(table.state)
    if facts.voided:
        return _of_voided(table)
    due = due_date(table.state, table.due_on, table.budget_year.deadline)
    move = state.whose_move
    if state is State.SUBMITTED:
        move += f"：{review_of(actor, table, facts)}"
    if state is State.APPROVED and queries.adjustments.waiting(db.session(), table.id):
        move = "财政局（答复调整申请）"
    within = office_move(actor, table, facts)
    handed = within.handed if within else None
    links = [link for link in _links(actor, table, facts, handed) if link.url != here]
    return StatusBar(
        state=state.value,
        since=moment(table.state_since),
        due=day(due),
        left=time_left(due),
        overdue=is_overdue(due),
        extension_url=url_for("extensions.of_table", table_id=table.id)
        if may(actor, Permission.ASK_EXTENSION, facts) and table.budget_year.is_open
        else "",
        whose_move=within.whose if within else move,
        actions=links,
        handed=handed,
    )


def review_of(actor: Actor, table: TargetTable, facts: TableFacts) -> str:
    """Whether the bureau has begun to review the submission, and who, where the viewer may know."""
    sees_reviewer = table.budget_year.shows_reviewer or may(actor, Permission.SEE_BUREAU_NOTES, facts)
    claimant = table.claimed_by if table.claimant_id(local_today()) and sees_reviewer else None
    return review_words(table.review_since, claimant.name if claimant else "")


def _of_voided(table: TargetTable) -> StatusBar:
    voiding = queries.tables.voiding(db.session(), table.id)
    words = f"{voiding.voided_by_name}：{voiding.reason}"
    return StatusBar(table.state, moment(voiding.voided_at), "", "", False, "", "", (), voided=words)


def _links(actor: Actor, table: TargetTable, facts: TableFacts, handed: HandedUp | None) -> list[ActionLink]:
    found = []
    if may(actor, Permission.EDIT, facts) and table.budget_year.is_open:
        found.append(ActionLink(url_for("edit.edit", table_id=table.id), "编辑", "secondary", "pencil"))
    if hands_up(actor, facts) and table.budget_year.is_open and not (handed and handed.is_up and not handed.changed):
        url = url_for("hand_ups.up", table_id=table.id)
        found.append(ActionLink(url, Permission.HAND_UP.label, "primary", "person-up"))
    if handed and handed.is_up and may(actor, Permission.HAND_BACK, facts):
        url = url_for("hand_ups.back", table_id=table.id)
        found.append(ActionLink(url, Permission.HAND_BACK.label, "secondary", "person-down"))
    for action in available_actions(actor, facts):
        url = url_for("transitions.confirm", table_id=table.id, action=action)
        found.append(ActionLink(url, action.label, action.look.style, action.look.icon))
    if may(actor, Permission.ASK_ADJUSTMENT, facts) and table.budget_year.is_open:
        url = url_for("adjustments.of_table", table_id=table.id)
        found.append(ActionLink(url, Permission.ASK_ADJUSTMENT.label, "secondary", "pencil-square"))
    return found
