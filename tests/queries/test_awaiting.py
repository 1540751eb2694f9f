"""What awaits whom, over all years: counted for each page in one statement, listed for an office as it is due."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import delete, update

from portal import queries
from portal.database import local_today
from portal.domain import actions
from portal.domain.actions import available_actions
from portal.domain.attention import ATTENTION, wanted_act
from portal.domain.conclusions import Dimension
from portal.domain.documents import ProjectDocument
from portal.domain.permissions import PERMISSIONS, Role
from portal.domain.states import State
from portal.models import Assignment, BudgetYear, TargetTable
from portal.queries import awaiting
from portal.queries.awaiting import MOST
from portal.services.administration import budget_years
from portal.services.drafting import voiding
from portal.services.review import claims, conclusions, extensions
from tests.services.next_year import open_next, start
from tests.statement_counts import counted_queries
from tests.world import DUE, PEOPLE, YEAR, World, sound_project
from tests.world import OFFICE as OFFICE_CODE

NUMBERS = count(1)


def document(name: str = "工作经费") -> ProjectDocument:
    number = next(NUMBERS)
    return sound_project(number, f"610-1301-JBN-{number:04d}", f"{name}{number}")


def count_of(world: World, username: str) -> int:
    found = awaiting.awaiting(world.session, world.actor(username))
    return found.count if found else 0


def counts(world: World) -> dict[str, int]:
    people = ("drafter", "head", "reviewer", "approver", "outsider", "other_reviewer")
    return {username: count_of(world, username) for username in people}


NOTHING = dict.fromkeys(("drafter", "head", "reviewer", "approver", "outsider", "other_reviewer"), 0)
OFFICE = {"drafter": 1, "head": 1}
BUREAU = {"reviewer": 1, "approver": 1}
"""In a year that asks for no recommendation."""


def test_every_state_awaits_who_may_act_in_it_and_an_approved_table_nobody() -> None:
    assert set(ATTENTION) == set(State) - {State.APPROVED}
    for state, permissions in ATTENTION.items():
        assert all(state in (PERMISSIONS[permission].states or State) for permission in permissions)


def test_attention_follows_the_table_and_leaves_who_has_acted(world: World) -> None:
    assert counts(world) == NOTHING
    table_id = world.draft()
    assert counts(world) == NOTHING | OFFICE
    world.act(table_id, actions.SUBMIT, "head")
    assert counts(world) == NOTHING | BUREAU
    world.opinion(table_id)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    assert counts(world) == NOTHING | OFFICE
    world.act(world.submitted(document()), actions.APPROVE, "approver")
    assert counts(world) == NOTHING | OFFICE


@pytest.mark.parametrize("username", sorted(PEOPLE))
def test_whom_a_submitted_table_awaits_can_act_on_it(world: World, username: str) -> None:
    table_id = world.submitted()
    actor = world.actor(username)
    found = awaiting.awaiting(world.session, actor)
    facts = world.facts(table_id, actor)
    bureau = {Role.REVIEWER, Role.APPROVER} & actor.roles
    can_act = bool(bureau) and actions.RETURN in available_actions(actor, facts)
    assert (found.count if found else 0) == (1 if can_act else 0)


@pytest.mark.parametrize("demand", ["where_assigned", "always"])
def test_recommended_table_awaits_the_approver_and_before_that_the_reviewer(world: World, demand: str) -> None:
    world.session.execute(update(BudgetYear).values(recommendation=demand))
    world.session.commit()
    table_id = world.submitted()
    assert counts(world) == NOTHING | {"reviewer": 1}
    table = world.table(table_id)
    enclosed = queries.enclosures.of_table(world.session, table).digest
    conclusions.recommend(
        world.session,
        world.actor("reviewer"),
        table_id,
        digest=table.digest,
        enclosed=enclosed,
        dimensions=list(Dimension),
    )
    assert counts(world) == NOTHING | {"approver": 1}
    assert count_of(world, "everything") == 1


def test_table_of_an_office_without_reviewer_awaits_the_approver(world: World) -> None:
    world.session.execute(update(BudgetYear).values(recommendation="where_assigned"))
    world.session.execute(delete(Assignment).where(Assignment.office_code == OFFICE_CODE))
    world.session.commit()
    world.submitted()
    assert counts(world) == NOTHING | {"approver": 1}


def test_what_awaits_one_person_in_two_roles_counts_once(world: World) -> None:
    world.submitted()
    assert count_of(world, "everything") == 1


def test_nothing_ever_awaits_the_administrator_and_the_auditor(world: World) -> None:
    for username in ("admin", "auditor"):
        with counted_queries() as statements:
            assert awaiting.awaiting(world.session, world.actor(username)) is None
        assert len([each for each in statements if "state_since" in each and "audit" not in each]) == 0


def test_new_year_hides_nothing_of_the_earlier_one_and_a_closed_year_only_from_the_office(world: World) -> None:
    returned = world.returned()
    submitted = world.submitted(document())
    open_next(world)
    start(world, returned)
    assert counts(world) == NOTHING | {"drafter": 2, "head": 2} | BUREAU
    assert [row.id for row in awaiting.tables(world.session, world.actor("head"), YEAR)] == [returned]

    budget_years.close_year(world.session, None, YEAR)
    assert counts(world) == NOTHING | OFFICE | BUREAU
    assert submitted not in [row.id for row in awaiting.tables(world.session, world.actor("head"))]


def test_voided_and_discarded_tables_await_nobody(world: World) -> None:
    table_id = world.submitted()
    world.act(table_id, actions.WITHDRAW, "head")
    voiding.void(world.session, world.actor("head"), table_id, "项目取消")
    assert counts(world) == NOTHING
    assert not awaiting.tables(world.session, world.actor("head"))


def test_application_awaits_the_bureau_until_it_is_answered(world: World) -> None:
    table_id = world.draft()
    extensions.ask(world.session, world.actor("head"), table_id, "等财评结果")
    assert counts(world) == NOTHING | OFFICE | BUREAU
    (asked,) = queries.extensions.of_table(world.session, table_id)
    extensions.decline(world.session, world.actor("reviewer"), asked.id, "时间够用")
    assert counts(world) == NOTHING | OFFICE


def test_stand_in_sees_what_awaits_the_person(world: World) -> None:
    world.submitted()
    world.stand_in("other_reviewer", "reviewer")
    found = awaiting.awaiting(world.session, world.acting("other_reviewer", "reviewer"))
    assert found and found.count == 1 and count_of(world, "other_reviewer") == 0


def test_stamp_changes_if_one_came_as_another_left(world: World) -> None:
    first, second = world.submitted(document()), world.draft(document())
    before = awaiting.awaiting(world.session, world.actor("reviewer"))
    world.act(first, actions.WITHDRAW, "head")
    world.act(second, actions.SUBMIT, "head")
    after = awaiting.awaiting(world.session, world.actor("reviewer"))
    assert before and after and before.count == after.count and before.stamp != after.stamp
    claims.claim(world.session, world.actor("reviewer"), second)
    assert awaiting.awaiting(world.session, world.actor("reviewer")) == after


def test_counting_is_one_statement_and_stops_at_its_limit(world: World) -> None:
    world.submitted(document())
    world.draft(document())
    for username in ("head", "reviewer", "approver", "everything"):
        actor = world.actor(username)
        with counted_queries() as statements:
            assert awaiting.awaiting(world.session, actor)
        assert len([each for each in statements if each.startswith("SELECT")]) == 1
    assert (awaiting.Awaiting(MOST, "").text, awaiting.Awaiting(MOST - 1, "").text) == ("99+", "99")
    assert awaiting.Awaiting(0, "0").text == ""


def test_tables_of_an_office_stand_in_the_order_in_which_they_are_due(world: World) -> None:
    draft, returned, late = world.draft(document()), world.returned(), world.draft(document())
    today = local_today()
    world.session.execute(update(TargetTable).where(TargetTable.id == late).values(due_on=today - timedelta(3)))
    world.session.commit()
    assert [row.id for row in awaiting.tables(world.session, world.actor("drafter"))] == [late, returned, draft]

    world.session.execute(update(BudgetYear).values(deadline=today - timedelta(9)))
    world.session.commit()
    rows = awaiting.tables(world.session, world.actor("drafter"))
    assert [row.id for row in rows] == [draft, late, returned]
    assert [row.opinions_due for row in rows] == [0, 0, 1]
    assert not awaiting.tables(world.session, world.actor("outsider"))
    assert not awaiting.tables(world.session, world.actor("above_head"))  # sees the table, and does not act on it


@pytest.mark.parametrize(
    ("errors", "opinions_due", "may_submit", "words"),
    [
        (2, 3, True, "答复 3 条意见"),
        (2, 0, True, "改正 2 处错误"),
        (0, 0, True, "可以送审"),
        (0, 0, False, "可以提请送审"),
    ],
)
def test_wanted_act_is_the_next_one(errors: int, opinions_due: int, may_submit: bool, words: str) -> None:
    assert wanted_act(errors, opinions_due, may_submit=may_submit) == words


def test_wanted_act_of_a_drafter_waits_for_the_head() -> None:
    assert wanted_act(0, 0, may_submit=False, is_handed_up=True) == "已提请，等单位负责人送审"
    assert wanted_act(0, 0, may_submit=True, is_handed_up=True) == "可以送审"
