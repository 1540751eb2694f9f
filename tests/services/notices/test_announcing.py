"""Who is told of what: people × events, worked out here from permissions and portfolios; never who did it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import insert, select

from portal.domain import actions
from portal.domain.conclusions import Dimension
from portal.domain.notices import NOTICES, Circle
from portal.domain.permissions import Actor, Permission, Relation, grants_held
from portal.models import BudgetYear, Notice, NoticeMute, User
from portal.services.administration import handovers
from portal.services.administration.handovers import Handover
from portal.services.drafting import hand_ups, voiding
from portal.services.review import adjustments, claims, conclusions, extensions, workflow
from tests.statement_counts import counted_queries
from tests.world import DUE, OFFICE, PEOPLE, YEAR, World, sound_project

LATER = date(2100, 1, 4)
"""A working day after the deadline."""


def told(world: World, event: str) -> dict[str, bool]:
    """User name → whether the person has to act, of those whom the latest event of this name told."""
    world.session.rollback()
    rows = world.session.execute(
        select(Notice.entry, User.username, Notice.is_act).join(User).where(Notice.event == event)
    ).all()
    latest = max((entry for entry, _, _ in rows), default=0)
    found = [(username, is_act) for entry, username, is_act in rows if entry == latest]
    assert len(found) == len(dict(found)), "one notice for each event and person"
    return dict(found)


def recommend(world: World, table_id: int, by: str) -> None:
    digest = world.table(table_id).digest
    conclusions.recommend(world.session, world.actor(by), table_id, digest=digest, enclosed="", dimensions=Dimension)


def hand_over(world: World, to: str | None) -> None:
    """The claims of the reviewer go to a colleague; None: the account is disabled, the claims end."""
    successor = world.actor(to).id if to else 0
    wanted = Handover(offices_to=0, claims_to=successor, reason="调走")
    handovers.hand_over(world.session, world.actor("admin"), world.actor("reviewer").id, wanted, disable=to is None)


def life(world: World) -> Iterator[tuple[str, str]]:
    """(event, who did it) of every event of NOTICES about a table that people cause."""
    session, actor = world.session, world.actor
    table_id = world.draft()
    hand_ups.hand_up(session, actor("drafter"), table_id, "")
    yield "hand_up", "drafter"
    hand_ups.hand_back(session, actor("head"), table_id, "人数与编制数不符。")
    yield "hand_back", "head"
    world.act(table_id, actions.SUBMIT, "head")
    yield "submit", "head"
    world.act(table_id, actions.WITHDRAW, "head")
    yield "withdraw", "head"
    extensions.ask(session, actor("head"), table_id, "合同还没有签。")
    yield "ask_extension", "head"
    extensions.decline(session, actor("reviewer"), 1, "年底前必须批复。")
    yield "decline_extension", "reviewer"
    extensions.ask(session, actor("head"), table_id, "合同还没有签。")
    extensions.grant(session, actor("reviewer"), 2, LATER)
    yield "extend", "reviewer"
    world.act(table_id, actions.SUBMIT, "head")
    claims.claim(session, actor("reviewer"), table_id)
    claims.take_over(session, actor("approver"), table_id, actor("reviewer").id)
    yield "take_over", "approver"
    claims.take_over(session, actor("reviewer"), table_id, actor("approver").id)
    hand_over(world, "everything")
    yield "move_claim", "admin"
    recommend(world, table_id, "reviewer")
    yield "recommend", "reviewer"
    conclusions.retract(session, actor("approver"), table_id)
    yield "retract_recommendation", "approver"
    world.act(table_id, actions.APPROVE, "approver")
    yield "approve", "approver"
    adjustments.ask(session, actor("head"), table_id, "预算要调减。")
    yield "ask_adjustment", "head"
    adjustments.decline(session, actor("approver"), table_id, 1, "年中再调。")
    yield "decline_adjustment", "approver"
    world.act(table_id, actions.REOPEN, "approver", due=DUE, reason="预算调整。")
    yield "reopen", "approver"
    other = world.submitted(sound_project(2, "610-1301-JBN-0002", "第二项目"))
    world.opinion(other)
    world.act(other, actions.RETURN, "reviewer", due=DUE)
    yield "return", "reviewer"
    voiding.void(session, actor("head"), other, "项目取消。")
    yield "void", "head"


def belongs(actor: Actor, circle: Circle, event: str) -> bool:
    """Whether the person is in the circle, from PERMISSIONS and the person's relations to the office alone."""
    relations = actor.relations_to(OFFICE)

    def holds(permission: Permission, relation: Relation | None) -> bool:
        grants = grants_held(actor, permission)
        if relation is None:
            return any(grant.relations is None for grant in grants)
        return relation in relations and any(relation in (grant.relations or ()) for grant in grants)

    reviews, approves = holds(Permission.RECOMMEND, Relation.ASSIGNED), holds(Permission.APPROVE, None)
    named = {Circle.PREDECESSOR: "reviewer", Circle.SUCCESSOR: "everything"}
    return {
        Circle.OFFICE: holds(Permission.EDIT, Relation.OWN),
        Circle.DRAFTERS: holds(Permission.HAND_UP, Relation.OWN),
        Circle.HEADS: holds(Permission.HAND_BACK, Relation.OWN),
        Circle.REVIEWERS: reviews,
        Circle.APPROVERS: approves,
        Circle.REVIEW: reviews or approves,  # the year asks for no recommendation
    }.get(circle, named.get(circle) == actor.username)


def test_events_tell_their_circles_but_not_who_did_it(world: World) -> None:
    people = {username: world.actor(username) for username in PEOPLE}
    elsewhere = {"exempt", "end_exemption", "appoint_stand_in", "end_stand_in", "end_claim", "remind", "remind_of_due"}
    seen = set()
    for event, by in life(world):
        notice, expected = NOTICES[event], {}
        for username, actor in people.items():
            acts = any(belongs(actor, circle, event) for circle in notice.act)
            if acts or any(belongs(actor, circle, event) for circle in notice.know):
                expected[username] = acts
        expected.pop(by, None)
        assert expected and told(world, event) == expected, event
        seen.add(event)
    assert seen == NOTICES.keys() - elsewhere


def test_claim_that_ended_asks_whoever_the_table_awaits(world: World) -> None:
    claims.claim(world.session, world.actor("reviewer"), world.submitted())
    hand_over(world, None)
    assert told(world, "end_claim") == {"approver": True, "approver2": True, "everything": True}


def test_stand_in_is_told_of_the_appointment_and_the_principal_of_what_was_done_for_them(world: World) -> None:
    world.stand_in("drafter", "head")
    assert told(world, "appoint_stand_in") == {"drafter": True}
    table_id = world.draft(by="drafter2")
    request = actions.TransitionRequest(actions.SUBMIT, digest=world.table(table_id).digest)
    workflow.perform(world.session, world.acting("drafter", "head"), table_id, request)

    found = told(world, "submit")
    assert found["head"] is False and "drafter" not in found and found["reviewer"] is True


def test_approvers_are_asked_only_where_a_table_awaits_them(world: World) -> None:
    world.session.get_one(BudgetYear, YEAR).recommendation = "assigned"
    world.session.commit()
    table_id = world.submitted()
    assert told(world, "submit") == {"reviewer": True, "everything": True, "drafter": False, "drafter2": False}
    recommend(world, table_id, "reviewer")
    assert told(world, "recommend") == {"approver": True, "approver2": True, "everything": True}


def test_muted_topic_is_told_only_to_those_who_have_to_act(world: World) -> None:
    muted = [{"user_id": world.actor(name).id, "topic": "submissions"} for name in ("drafter", "reviewer")]
    world.session.execute(insert(NoticeMute), muted)
    world.session.commit()
    world.submitted()
    found = told(world, "submit")
    assert "drafter" not in found and found["reviewer"] is True


def test_act_that_is_done_is_no_longer_asked_of_anybody(world: World) -> None:
    open_acts = select(Notice.event).where(Notice.is_act, Notice.settled_at.is_(None)).distinct()
    table_id = world.submitted()
    assert world.session.scalars(open_acts).all() == ["submit"]
    recommend(world, table_id, "reviewer")
    assert world.session.scalars(open_acts).all() == ["recommend"]
    world.act(table_id, actions.APPROVE, "approver")
    assert world.session.scalars(open_acts).all() == []


def test_extension_of_an_office_is_told_once(world: World) -> None:
    world.draft()
    world.draft(by="drafter2")
    given = extensions.Grant(LATER, "系统停机。")
    assert extensions.grant_office(world.session, world.actor("approver"), OFFICE, YEAR, given) == 2
    assert len(world.session.scalars(select(Notice.entry).distinct()).all()) == 1
    assert set(told(world, "extend")) == {"drafter", "drafter2", "head", "everything"}


def test_telling_takes_two_statements_however_many_people(world: World) -> None:
    table_id = world.submitted()
    with counted_queries() as statements:
        world.act(table_id, actions.WITHDRAW, "head")
    assert sum(statement.startswith(("INSERT INTO notices", "UPDATE notices")) for statement in statements) == 2
