"""Every person × every moment of an opinion × every act, through the services, as OPINION_ACTS and PERMISSIONS say."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy import select

from portal import queries
from portal.domain import actions, opinions
from portal.domain.errors import Refused
from portal.domain.opinions import OPINION_ACTS, OpinionAct, OpinionState
from portal.domain.permissions import PERMISSIONS, Actor, Permission, TableFacts, may
from portal.models import AuditEntry, Opinion, OpinionEvent
from portal.services.record import verification
from portal.services.review import opinion_acts
from portal.services.review.wordings import Wording
from tests.services.moments import without_warnings
from tests.world import DUE, PEOPLE, World, sound_project

MOMENTS = {
    "drafted": OpinionState.DRAFT,
    "raised": OpinionState.RAISED,
    "answered, with the office": OpinionState.ANSWERED,
    "answered, with the bureau": OpinionState.ANSWERED,
    "accepted": OpinionState.ACCEPTED,
}
PARTICULARS: dict[str, dict[str, Any]] = {
    "revise": {"wording": Wording(False, "另一种说法")},
    "discard": {},
    "answer": {"kind": "kept", "text": "依据文件"},
    "accept": {},
    "raise_again": {"text": "还差数量"},
}
_numbers = count(1)


def make(world: World, moment: str) -> tuple[int, int]:
    """A table with one opinion at `moment`: (table, opinion)."""
    number = next(_numbers)
    table_id = world.submitted(sound_project(number, f"610-1301-JBN-{number:04d}", f"第{number}号工作经费"))
    opinion_id = world.opinion(table_id)
    if moment == "drafted":
        return table_id, opinion_id
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    if moment == "raised":
        return table_id, opinion_id
    opinion_acts.answer(world.session, world.actor("drafter"), table_id, opinion_id, kind="changed", text="")
    if moment != "answered, with the office":
        world.act(table_id, actions.SUBMIT, "head")
    if moment == "accepted":
        opinion_acts.accept(world.session, world.actor("reviewer"), table_id, opinion_id)
    return table_id, opinion_id


def expected(actor: Actor, act: OpinionAct, state: OpinionState, facts: TableFacts) -> str:
    if not may(actor, Permission.SEE, facts):
        return "NotVisible"
    if not may(actor, act.permission, facts):
        other_times = (replace(facts, state=other) for other in PERMISSIONS[act.permission].states or ())
        return "Stale" if any(may(actor, act.permission, other) for other in other_times) else "Forbidden"
    if state not in act.sources:
        return "Stale"
    return "Forbidden" if act.authors_only and actor.username != "reviewer" else "done"


def outcome(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except Refused as refusal:
        return type(refusal).__name__
    return "done"


def test_every_act_by_everybody_at_every_moment(world: World) -> None:
    without_warnings(world)
    done = set()
    for moment, state in MOMENTS.items():
        standing = make(world, moment)
        for username, act in ((username, OPINION_ACTS[name]) for username in PEOPLE for name in PARTICULARS):
            actor = world.actor(username)
            wanted = expected(actor, act, state, world.facts(standing[0], actor))
            table_id, opinion_id = make(world, moment) if wanted == "done" else standing
            entries = queries.record.head(world.session)[0]

            act_on = partial(opinion_acts.HANDLERS[act.name], world.session, actor, table_id, opinion_id)
            found = outcome(partial(act_on, **PARTICULARS[act.name]))

            assert (moment, username, act.name, found) == (moment, username, act.name, wanted)
            assert queries.record.head(world.session)[0] == entries + 1
            entry = world.session.get_one(AuditEntry, entries + 1)
            assert entry.act == act.event if found == "done" else json.loads(entry.detail)["attempted"] == act.event
            world.session.rollback()
            stored = world.session.scalar(select(Opinion.state).where(Opinion.id == opinion_id))
            assert stored == (act.target if found == "done" else state)
            if found == "done":
                done.add((moment, username, act.name))
                assert last_step(world, opinion_id) == (act.step or None)
    office, bureau = ("drafter", "drafter2", "head", "everything"), ("reviewer", "approver", "approver2", "everything")
    assert done == {
        *(("drafted", "reviewer", act) for act in ("revise", "discard")),
        *((moment, name, "answer") for moment in ("raised", "answered, with the office") for name in office),
        *(("answered, with the bureau", name, act) for name in bureau for act in ("accept", "raise_again")),
        *(("accepted", name, "raise_again") for name in bureau),
    }
    assert verification.verify(world.session).problems == []


def last_step(world: World, opinion_id: int) -> str | None:
    steps = select(OpinionEvent.act).where(OpinionEvent.opinion_id == opinion_id).order_by(OpinionEvent.id.desc())
    return world.session.scalar(steps.limit(1))


def test_decision_raises_the_chosen_drafts_with_a_step_of_its_author(world: World) -> None:
    table_id = world.submitted()
    drafted = [world.opinion(table_id, by) for by in ("reviewer", "approver")]
    world.act(table_id, actions.RETURN, "reviewer", due=DUE, drafts=frozenset(drafted))
    columns = (OpinionEvent.opinion_id, OpinionEvent.act, OpinionEvent.actor_id, OpinionEvent.actor_name)
    assert [tuple(row) for row in world.session.execute(select(*columns).order_by(OpinionEvent.id))] == [
        (opinion_id, opinions.RAISE.step, world.actor(by).id, PEOPLE[by].name)
        for opinion_id, by in zip(drafted, ("reviewer", "approver"), strict=True)
    ]
