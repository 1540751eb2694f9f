"""The page of a table for whoever reviews it: the line on top, what its form is compared with, the return in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from portal import queries
from portal.database import LOCAL, local_today
from portal.domain.actions import APPROVE, REOPEN, RETURN, Action, FieldKind, Precondition, available_actions
from portal.domain.amounts import format_yuan
from portal.domain.differences import Difference, compare
from portal.domain.documents import Document, Kind
from portal.domain.opinions import RAISE_AGAIN, OpinionState
from portal.domain.permissions import Permission
from portal.domain.register import Standing
from portal.domain.states import State
from portal.extensions import db
from portal.models import Revision, User
from portal.queries.review import OpinionLine
from portal.services.review import preconditions
from portal.web.filters import day, time_left, weekday
from portal.web.guards import account
from portal.web.review import transitions
from portal.web.review.draft_choices import DraftChoice
from portal.web.review.marked_sheet import MarkedSheet, marked_sheet
from portal.web.review.queue_address import QueuePlace, place_of, queue_args
from portal.web.review.rounds import RoundView
from portal.web.review.transitions import FieldView
from portal.web.table_page import TablePage

_KEYS = {RETURN.name: "t", APPROVE.name: "v", REOPEN.name: ""}


@dataclass(frozen=True, slots=True)
class DeskAction:
    """key: the single key that follows the link, "" without one."""

    url: str
    label: str
    style: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class DeskLine:
    """place: “3/74”, "" where the table was not opened from a queue. standing: "" where the state says it all."""

    back_url: str
    place: str
    title: str
    office: str
    office_name: str
    amount: str
    standing: str
    facts: str
    actions: Sequence[DeskAction]


def is_reviewing(loaded: TablePage) -> bool:
    """Whether the viewer works for the bureau on this table, so that its page is the desk."""
    return loaded.shown is not None and (loaded.may(Permission.RETURN) or loaded.may(Permission.REOPEN))


def desk_line(loaded: TablePage) -> DeskLine:
    table, place = loaded.table, place_of(loaded.actor, loaded.table.id)
    is_department = table.kind == Kind.DEPARTMENT
    return DeskLine(
        back_url=place.back_url if place else url_for("home.home"),
        place=f"{place.place}/{place.count}" if place else "",
        title=loaded.title if is_department else f"{table.position}、{table.submitted_name}",
        office=f"{table.office_code} {table.office.name.removeprefix(account().common_beginning)}",
        office_name=table.office.name,
        amount="" if is_department else format_yuan(table.submitted_total_fen),
        standing=Standing.TO_APPROVE.value if table.is_recommended else "",
        facts=" · ".join(_facts(loaded)),
        actions=[*_actions(loaded), *_next(place)],
    )


def _facts(loaded: TablePage) -> list[str]:
    """Round, waiting and who reviews, of a submitted table; by when it is due, of a returned one."""
    table = loaded.table
    if table.state == State.RETURNED:
        return [f"第 {table.return_count} 轮", f"限 {day(table.due_on)} 再次送审"]
    if table.state != State.SUBMITTED:
        return [f"第 {table.submission_count} 次送审"]
    waited = queries.calendar.current(db.session()).count(table.state_since.astimezone(LOCAL).date(), local_today())
    return [
        f"第 {table.return_count + 1} 轮",
        f"等了 {waited} 个工作日" if waited > 0 else "今天送审",
        _reviewer(loaded),
    ]


def _reviewer(loaded: TablePage) -> str:
    claimant_id = loaded.table.claimant_id(local_today())
    if claimant_id is None:
        return "没人在审"
    return "你在审" if claimant_id == loaded.actor.id else f"{db.session().get_one(User, claimant_id).name} 在审"


def _actions(loaded: TablePage) -> list[DeskAction]:
    found = []
    actions = available_actions(loaded.actor, loaded.facts)
    if RETURN in actions:
        found.append(DeskAction("#return", f"{RETURN.label}…", RETURN.look.style, _KEYS[RETURN.name]))
    if loaded.may(Permission.RECOMMEND) and not loaded.table.is_recommended:
        found.append(DeskAction("#conclusion", "建议批复", "primary" if APPROVE not in actions else "secondary", "p"))
    return [*found, *(_link(loaded, action) for action in actions if action is not RETURN)]


def _link(loaded: TablePage, action: Action) -> DeskAction:
    url = url_for("transitions.confirm", table_id=loaded.table.id, action=action)
    return DeskAction(url, action.label, action.look.style, _KEYS.get(action.name, ""))


def _next(place: QueuePlace | None) -> list[DeskAction]:
    return [DeskAction(place.next_url, "下一张", "secondary", "n")] if place and place.next_url else []


@dataclass(frozen=True, slots=True)
class Mode:
    """What the form shows: the text as it is, or compared with another one."""

    label: str
    url: str
    current: bool


PLAIN, CHANGES, LAST_YEAR = "plain", "changes", "last"


def context(loaded: TablePage, opinions: Sequence[OpinionLine], round: RoundView | None) -> dict[str, Any]:
    """What the template of the desk needs besides that of any table."""
    earlier = _comparable(loaded, round)
    chosen = request.args.get("show", "")
    if chosen not in earlier:
        chosen = CHANGES if CHANGES in earlier and chosen != PLAIN else PLAIN
    compared = earlier.get(chosen)
    assert loaded.shown is not None
    drafts = transitions.drafts_of(loaded, RETURN, opinions)
    may_return = RETURN in available_actions(loaded.actor, loaded.facts)
    fields = [transitions.field_view(each, None) for each in RETURN.asks] if may_return else []
    return {
        "line": desk_line(loaded),
        "modes": _modes(loaded, list(earlier), chosen),
        "marked": compared.marked(loaded.shown.document) if compared else None,
        "compared_with": compared.name if compared else "",
        "return_fields": fields,
        "return_url": url_for(
            "transitions.carry_out",
            table_id=loaded.table.id,
            action=RETURN,
            **queue_args(),  # type: ignore[arg-type]
        ),
        "return_obstacles": _return_obstacles(loaded, opinions) if may_return else [],
        "return_summary": _return_summary(opinions, drafts, fields),
        "drafts": drafts,
    }


@dataclass(frozen=True, slots=True)
class Compared:
    """A text that the form can be compared with. differences: from it to the text shown, where they are known."""

    name: str
    revision: Revision
    differences: Sequence[Difference] | None = None

    def marked(self, shown: Document) -> MarkedSheet:
        found = compare(self.revision.document, shown) if self.differences is None else self.differences
        return marked_sheet(shown, found)


def _comparable(loaded: TablePage, round: RoundView | None) -> dict[str, Compared]:
    """By mode: the revision last decided on, and the one approved the year before, where there are such."""
    session, table = db.session(), loaded.table
    found: dict[str, Compared] = {}
    if table.return_count and table.state != State.RETURNED:
        decided = round.compared if round else queries.revisions.last_decided(session, table)
        found[CHANGES] = Compared(f"第 {decided.number} 次送审", decided, round.differences if round else None)
    if last_year := queries.revisions.approved_last_year(session, table):
        found[LAST_YEAR] = Compared("上年批复", last_year)
    return found


def _modes(loaded: TablePage, comparable: Sequence[str], chosen: str) -> list[Mode]:
    labels = {PLAIN: "原样", CHANGES: "标出改动", LAST_YEAR: "对照上年批复"}
    kept = queue_args()

    def url(mode: str) -> str:
        return f"{loaded.url}?{urlencode(kept | {'show': mode})}"

    return [Mode(labels[mode], url(mode), mode == chosen) for mode in (PLAIN, *comparable)]


# Of what a return demands, the page foretells the one thing that does not depend on its form.
assert [each for each in RETURN.preconditions if each not in preconditions.REQUEST_ATTRIBUTES] == [Precondition.OPINION]


def _return_obstacles(loaded: TablePage, opinions: Sequence[OpinionLine]) -> list[str]:
    """What stands against a return: a missing opinion, unless drafts can be ticked or one was raised again."""
    since = loaded.table.state_since
    again = (event for line in opinions for event in line.events if event.act == RAISE_AGAIN.step)
    is_there = any(line.state is OpinionState.DRAFT for line in opinions) or any(event.at > since for event in again)
    return [] if is_there else [preconditions.no_opinion(RETURN).message]


def _return_summary(opinions: Sequence[OpinionLine], drafts: Sequence[DraftChoice], fields: Sequence[FieldView]) -> str:
    """再提 0 · 新拟 1（必须 1） · 期限 12月4日 周五，还有 5 个工作日"""
    again = sum(line.state is OpinionState.RAISED for line in opinions)
    ticked = [draft for draft in drafts if draft.is_ticked]
    binding = sum(draft.binding for draft in ticked)
    dates = (transitions.typed_date(field.value) for field in fields if field.kind is FieldKind.DATE)
    due = next(filter(None, dates), None)
    new = f"新拟 {len(ticked)}" + (f"（必须 {binding}）" if binding else "")
    by = [f"期限 {weekday(due)}，{time_left(due)}"] if due else []
    return " · ".join([*([f"再提 {again}"] if again else []), new, *by])
