"""Stand-ins (代办): appointing, ending, acting in the capacity of another, and what the record says of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal import queries
from portal.database import local_today
from portal.domain import actions, documents
from portal.domain.actions import TransitionRequest
from portal.domain.batches import CLAIM_MANY
from portal.domain.conclusions import Dimension
from portal.domain.errors import Forbidden, Invalid, NotVisible, Stale
from portal.domain.permissions import Actor, Permission, may
from portal.models import (
    AuditEntry,
    BudgetYear,
    OpinionEvent,
    Participation,
    Revision,
    StandIn,
    TargetTable,
    UserSession,
)
from portal.queries.record_words import who_acted
from portal.services.administration import people
from portal.services.administration.people import PersonForm
from portal.services.drafting import drafts
from portal.services.record import verification
from portal.services.review import batches, claims, conclusions, opinion_acts, workflow
from portal.services.review.wordings import Wording
from portal.services.session import signing_in, stand_ins
from portal.services.session.stand_ins import StandInForm
from tests.world import DUE, OFFICE, PASSWORD, World, sound_project, told

TODAY = local_today()


def form(world: World, person: str | int = "head", stand_in: str | int = "drafter", **other: Any) -> StandInForm:
    """By user name, or the id of an account."""
    both = (name if isinstance(name, int) else world.actor(name).id for name in (person, stand_in))
    return replace(StandInForm(*both, TODAY, TODAY + timedelta(9), " 外出培训 "), **other)


def latest(world: World) -> AuditEntry:
    world.session.rollback()
    return world.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()


def submit(world: World, actor: Actor, table_id: int) -> TargetTable:
    digest = world.table(table_id).digest
    return workflow.perform(world.session, actor, table_id, TransitionRequest(actions.SUBMIT, digest=digest))


# --- appointing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["head", "admin"])
def test_appointing_by_the_person_or_an_administrator_is_recorded(world: World, by: str) -> None:
    row = stand_ins.appoint(world.session, world.actor(by), form(world))

    entry = latest(world)
    assert (row.reason, row.appointed_by_id) == ("外出培训", world.actor(by).id)
    assert (entry.act, entry.object_name) == ("appoint_stand_in", "李主任（head）")
    assert told(entry) == {
        "stand_in": "王经办（drafter）",
        "starts_on": str(TODAY),
        "ends_on": str(TODAY + timedelta(9)),
        "reason": "外出培训",
    }


@pytest.mark.parametrize(
    ("by", "asked", "path", "words"),
    [
        ("head", {"ends_on": TODAY - timedelta(1)}, "ends_on", "早于开始"),
        ("head", {"starts_on": TODAY - timedelta(1)}, "starts_on", "过去的日期"),
        ("head", {"ends_on": None}, "ends_on", "请填写日期"),
        ("head", {"reason": " "}, "reason", "原因"),
        ("head", {"reason": "长" * 201}, "reason", "200 字"),
        ("head", {"stand_in": "head"}, "stand_in", "另一个人"),
        ("head", {"stand_in": "reviewer"}, "stand_in", "陈审核 不能代 李主任 办理"),
        ("admin", {"person": "reviewer", "stand_in": "auditor"}, "stand_in", "同一方"),
        ("admin", {"person": "approver", "stand_in": "everything"}, "stand_in", "兼任两方"),
        ("head", {"stand_in": 0}, "stand_in", "在用的账号"),
    ],
)
def test_wrong_appointment_is_refused_and_changes_nothing(
    world: World, by: str, asked: dict[str, Any], path: str, words: str
) -> None:
    before = latest(world).number
    with pytest.raises(Invalid, match=words) as refusal:
        stand_ins.appoint(world.session, world.actor(by), form(world, **asked))
    assert refusal.value.path == path
    assert latest(world).number == before and not world.session.scalars(select(StandIn)).all()


def test_overlap_and_circle_are_refused_until_the_other_is_ended(world: World) -> None:
    first = world.stand_in("drafter", "head")
    with pytest.raises(Invalid, match="已经有人代办"):
        world.stand_in("drafter2", "head")
    with pytest.raises(Invalid, match="绕成一圈"):
        world.stand_in("head", "drafter")

    stand_ins.end(world.session, world.actor("head"), first.id)
    world.stand_in("drafter2", "head")
    world.stand_in("head", "drafter")


@pytest.mark.parametrize(
    ("by", "person", "stand_in"),
    [("drafter", "head", "drafter"), ("drafter", "head", "drafter2"), ("admin", "head", "admin")],
    ids=["stand-in appoints", "for another", "administrator as stand-in"],
)
def test_appointing_by_others_is_refused(world: World, by: str, person: str, stand_in: str) -> None:
    with pytest.raises(Forbidden):
        stand_ins.appoint(world.session, world.actor(by), form(world, person, stand_in))


def test_stand_in_appoints_nobody_in_the_name_of_the_person(world: World) -> None:
    world.stand_in("drafter", "head")
    acting = world.acting("drafter", "head")
    for person in ("head", "drafter"):
        with pytest.raises(Forbidden):
            stand_ins.appoint(world.session, acting, form(world, person, "drafter2"))


def test_disabled_account_neither_stands_in_nor_is_stood_in_for(world: World) -> None:
    disabled = world.actor("drafter2").id
    people.set_active(world.session, None, disabled, False)
    for asked in ({"stand_in": disabled}, {"person": disabled}):
        with pytest.raises(Invalid, match="在用的账号"):
            stand_ins.appoint(world.session, world.actor("admin"), form(world, **asked))


# --- ending --------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["head", "drafter", "admin"])
def test_ending_is_recorded_and_ends_once(world: World, by: str) -> None:
    row = world.stand_in("drafter", "head")
    stand_ins.end(world.session, world.actor(by), row.id)

    entry = latest(world)
    assert (entry.act, entry.object_name, told(entry)) == (
        "end_stand_in",
        "李主任（head）",
        {"stand_in": "王经办（drafter）"},
    )
    with pytest.raises(Stale):
        stand_ins.end(world.session, world.actor(by), row.id)
    assert verification.verify(world.session).problems == []


def test_stranger_does_not_end_it(world: World) -> None:
    row = world.stand_in("drafter", "head")
    with pytest.raises(NotVisible):
        stand_ins.end(world.session, world.actor("drafter2"), row.id)


# --- acting --------------------------------------------------------------------------------------


def test_act_for_another_has_both_names_everywhere(world: World) -> None:
    table_id = world.draft()
    with pytest.raises(Forbidden):
        submit(world, world.actor("drafter"), table_id)
    world.stand_in("drafter", "head")
    submit(world, world.acting("drafter", "head"), table_id)

    revision, entry = world.session.scalars(select(Revision)).one(), latest(world)
    assert (revision.submitted_by_id, revision.submitted_by_name) == (world.actor("drafter").id, "王经办（代李主任）")
    assert (entry.actor, entry.actor_id) == ("王经办（drafter）", world.actor("drafter").id)
    assert told(entry)["principal"] == {"id": world.actor("head").id, "name": "李主任（head）"}
    assert who_acted(entry) == "王经办（drafter）代李主任（head）"
    mine = set(world.session.scalars(select(Participation.user_id).where(Participation.table_id == table_id)))
    assert mine == {world.actor("drafter").id, world.actor("head").id}
    assert verification.verify(world.session).problems == []


def test_texts_opinions_and_answers_for_another_are_signed_with_both_names(world: World) -> None:
    session = world.session
    table_id = world.draft()
    world.stand_in("drafter2", "drafter")
    world.stand_in("other_reviewer", "reviewer")
    drafter, reviewer = world.acting("drafter2", "drafter"), world.acting("other_reviewer", "reviewer")
    typed = documents.with_value(world.table(table_id).document, "purpose", "支付3人工资。")
    posted = documents.PostedForm.of(typed)
    drafts.save(session, drafter, table_id, world.table(table_id).version, posted)
    world.act(table_id, actions.SUBMIT, "head")
    opinion = opinion_acts.raise_opinion(session, reviewer, table_id, Wording(True, "不够量化。"), path="goals")
    world.act(table_id, actions.RETURN, "approver", due=DUE, drafts=frozenset({opinion.id}))
    opinion_acts.answer(session, drafter, table_id, opinion.id, kind="kept", text="已按规定。")

    steps = session.scalars(select(OpinionEvent.actor_name).order_by(OpinionEvent.id)).all()
    assert opinion.author_name == "孙审核（代陈审核）" and steps[0] == opinion.author_name
    assert steps[-1] == "周经办（代王经办）"
    assert verification.verify(session).problems == []


def test_own_rights_do_not_add_up_with_those_of_the_person(world: World) -> None:
    table_id = world.submitted()
    world.stand_in("reviewer", "other_reviewer")
    acting = world.acting("reviewer", "other_reviewer")
    assert queries.lists.counts(world.session, world.actor("reviewer"), 2020)["submitted"] == 1
    assert queries.lists.counts(world.session, acting, 2020)["submitted"] == 0
    with pytest.raises(NotVisible):
        queries.tables.table_with_facts(world.session, acting, table_id)


@pytest.mark.parametrize("who", ["drafter", "drafter2"])
def test_work_for_another_counts_for_both_in_four_eyes(world: World, who: str) -> None:
    """Somebody drafted for a colleague; either becomes an approver, and decides on it alone or for another approver."""
    session = world.session
    drafted = world.stand_in("drafter2", "drafter")
    table_id = _drafted_for(world)
    world.act(table_id, actions.SUBMIT, "head")
    people.change_user(session, None, world.actor(who).id, PersonForm(who, ["approver"]))

    assert not _may_approve(world, world.actor(who), table_id)
    stand_ins.end(session, world.actor("admin"), drafted.id)
    world.stand_in("approver2", who)
    assert not _may_approve(world, world.acting("approver2", who), table_id)
    assert _may_approve(world, world.actor("approver2"), table_id)
    world.stand_in(who, "approver")
    assert not _may_approve(world, world.acting(who, "approver"), table_id)


def _drafted_for(world: World) -> int:
    acting = world.acting("drafter2", "drafter")
    table = drafts.create(world.session, acting, documents.Kind.PROJECT, OFFICE, 2020)
    posted = documents.PostedForm.of(sound_project())
    drafts.save(world.session, acting, table.id, world.table(table.id).version, posted)
    return table.id


def _may_approve(world: World, actor: Actor, table_id: int) -> bool:
    facts = world.facts(table_id, actor)
    return may(actor, Permission.APPROVE, facts)


def test_bureau_work_for_another_is_no_work_on_the_text(world: World) -> None:
    table_id = world.submitted()
    world.stand_in("approver2", "approver")
    acting = world.acting("approver2", "approver")
    opinion_acts.raise_opinion(world.session, acting, table_id, Wording(False, "可以更具体。"), path="goals")
    assert _may_approve(world, world.actor("approver"), table_id) and _may_approve(world, acting, table_id)


def test_batch_goes_on_in_no_other_capacity(world: World) -> None:
    table_id = world.submitted()
    world.stand_in("approver2", "approver")
    acting, own = world.acting("approver2", "approver"), world.actor("approver2")
    item = batches.BatchItem(table_id, world.table(table_id).digest, "")
    batches.start(world.session, acting, "a" * 64, CLAIM_MANY, [item], fields={}, password=None)

    assert batches.find(world.session, own, "a" * 64) is None
    batches.advance(world.session, own, "a" * 64)
    assert world.table(table_id).claimed_by_id is None
    batches.advance(world.session, acting, "a" * 64)
    assert world.table(table_id).claimed_by_id == world.actor("approver").id


def test_claim_of_a_stand_in_belongs_to_the_person_and_ends_with_the_stand_in(world: World) -> None:
    table_id = world.submitted()
    world.stand_in("other_reviewer", "reviewer", days=1)
    claims.claim(world.session, world.acting("other_reviewer", "reviewer"), table_id)
    table = world.table(table_id)
    assert (table.claimed_by_id, table.claimed_until) == (world.actor("reviewer").id, TODAY + timedelta(1))
    claims.release(world.session, world.actor("reviewer"), table_id)
    assert world.table(table_id).claimed_by_id is None


@pytest.mark.parametrize("by", ["approver", "approver2"])
def test_neither_who_recommended_nor_who_it_was_for_approves(world: World, by: str) -> None:
    session = world.session
    session.execute(update(BudgetYear).values(recommendation="always", recommender_approves=False))
    session.commit()
    table_id = world.submitted()
    world.stand_in("approver2", "approver")
    table = world.table(table_id)
    enclosed = queries.enclosures.of_table(session, table).digest
    acting = world.acting("approver2", "approver")
    ticked = list(Dimension)
    conclusions.recommend(session, acting, table_id, digest=table.digest, enclosed=enclosed, dimensions=ticked)
    with pytest.raises(Invalid, match="自己建议批复"):
        world.act(table_id, actions.APPROVE, by)


# --- the end of a capacity -----------------------------------------------------------------------


def _end_early(world: World, row: StandIn) -> None:
    stand_ins.end(world.session, world.actor("head"), row.id)


def _let_pass(world: World, row: StandIn) -> None:
    past = {"starts_on": TODAY - timedelta(9), "ends_on": TODAY - timedelta(1)}
    world.session.execute(update(StandIn).values(past))
    world.session.commit()


def _disable_person(world: World, row: StandIn) -> None:
    people.set_active(world.session, None, row.person_id, False)


@pytest.mark.parametrize("end", [_end_early, _let_pass, _disable_person])
def test_act_in_a_capacity_that_ended_meanwhile_is_refused_and_changes_nothing(world: World, end: Any) -> None:
    table_id = world.draft()
    row = world.stand_in("drafter", "head")
    acting = world.acting("drafter", "head")
    end(world, row)
    world.session.rollback()

    with pytest.raises(Stale, match="代李主任办理已经结束"):
        submit(world, acting, table_id)
    assert world.table(table_id).state == "drafted" and not world.session.scalars(select(Revision)).all()
    assert latest(world).act == "refusal" and told(latest(world))["principal"]["name"] == "李主任（head）"


# --- sessions ------------------------------------------------------------------------------------


def _signed_in(world: World, username: str, **other: Any) -> str:
    return signing_in.sign_in(world.session, username, PASSWORD, "127.0.0.1", **other).key


def _account(world: World, key: str) -> queries.session.Account:
    world.session.rollback()
    found = queries.session.account_of_session(world.session, key, signing_in.now())
    assert found
    return found


def test_session_works_in_the_chosen_capacity_until_it_ends(world: World) -> None:
    row, key = world.stand_in("drafter", "head"), _signed_in(world, "drafter")
    own = world.actor("drafter")
    assert _account(world, key).actor == own and [line.person for line in _account(world, key).stand_ins] == ["李主任"]

    stand_ins.switch_capacity(world.session, own, key, row.id)
    assert (latest(world).act, told(latest(world))) == ("switch_capacity", {"capacity": "代李主任"})
    account = _account(world, key)
    assert account.actor == world.acting("drafter", "head") and account.own == own

    stand_ins.end(world.session, own, row.id)
    account = _account(world, key)
    assert account.actor == own and account.lapsed and account.lapsed.person == "李主任"

    stand_ins.switch_capacity(world.session, own, key, None)
    assert _account(world, key).lapsed is None


def test_capacity_of_others_or_of_another_day_is_not_taken(world: World) -> None:
    key, own = _signed_in(world, "drafter"), world.actor("drafter")
    others = world.stand_in("drafter2", "head")
    later = stand_ins.appoint(
        world.session, world.actor("drafter2"), form(world, "drafter2", starts_on=TODAY + timedelta(1))
    )
    for row in (others, later):
        with pytest.raises(Stale):
            stand_ins.switch_capacity(world.session, own, key, row.id)
    assert not world.session.scalars(select(UserSession.stand_in_id).where(UserSession.stand_in_id.is_not(None))).all()


def test_stand_in_who_changes_sides_acts_for_nobody(world: World) -> None:
    row, key = world.stand_in("drafter", "head"), _signed_in(world, "drafter")
    stand_ins.switch_capacity(world.session, world.actor("drafter"), key, row.id)
    people.change_user(world.session, None, world.actor("drafter").id, PersonForm("王经办", ["auditor"]))
    assert _account(world, key).actor == world.actor("drafter")


def test_signing_in_again_on_an_open_page_goes_on_in_its_capacity(world: World) -> None:
    row, key = world.stand_in("drafter", "head"), _signed_in(world, "drafter")
    stand_ins.switch_capacity(world.session, world.actor("drafter"), key, row.id)

    other = _signed_in(world, "drafter2", previous=key, goes_on=True)
    assert _account(world, other).chosen is None
    key = _signed_in(world, "drafter")
    stand_ins.switch_capacity(world.session, world.actor("drafter"), key, row.id)
    on_the_page = _signed_in(world, "drafter", previous=key, goes_on=True)
    assert _account(world, on_the_page).chosen is not None
    assert _account(world, _signed_in(world, "drafter", previous=on_the_page)).chosen is None


def test_candidates_are_people_with_accounts_in_use(world: World) -> None:
    people.set_active(world.session, None, world.actor("drafter2").id, False)
    found = {candidate.username for candidate in queries.stand_ins.candidates(world.session)}
    assert {"drafter", "head", "reviewer", "admin"} <= found and "drafter2" not in found


def test_page_lists_what_concerns_the_person(world: World) -> None:
    world.stand_in("drafter", "head")
    day: date = TODAY + timedelta(10)
    for who, count in (("head", 1), ("drafter", 1), ("drafter2", 0)):
        found = queries.stand_ins.listed(world.session, world.actor(who).id, day)
        assert len(found) == count and all(line.is_over for line in found)
