"""The bureau's queue: which tables stand in which tab, filters, orders, counts and sums."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal import queries
from portal.database import local_today, now
from portal.domain import actions
from portal.domain.calendar import CALENDAR
from portal.domain.documents import with_value
from portal.domain.marks import marks
from portal.domain.queue import QueueOrder, QueueSort, QueueTab
from portal.models import ReviewFacts, TargetTable
from portal.queries.queue import QueueFilters
from portal.services.review import claims, opinion_acts
from portal.services.transaction import write
from tests.services.moments import Maker
from tests.world import DUE, PEOPLE, YEAR, World, sound_project


def found(world: World, tab: QueueTab, by: str = "reviewer", **filters: Any) -> list[int]:
    wanted = QueueFilters((YEAR,), tab, **filters)
    return [row.id for row in queries.queue.page(world.session, world.actor(by), wanted, QueueOrder(), 1)]


def project(n: int, total: str = "23000.00") -> Any:
    document = sound_project(n, f"610-1301-JBN-Q{n:03}", f"第{n}个项目")
    return replace(document, budget=replace(document.budget, total=total, fiscal=total))


def change(world: World, table_id: int, **values: Any) -> None:
    with write(world.session, is_act=False):
        world.session.execute(update(TargetTable).where(TargetTable.id == table_id).values(**values))


def resubmitted(world: World, changes: dict[str, str], kind: str = "changed", n: int = 1) -> int:
    """Returned with an opinion on the goals, changed, answered, and submitted again."""
    table_id = world.submitted(project(n))
    opinion_id = world.opinion(table_id)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    for path, text in changes.items():
        world.edit(table_id, path, text)
    drafter = world.actor("drafter")
    opinion_acts.answer(world.session, drafter, table_id, opinion_id, kind=kind, text="已量化。")
    world.act(table_id, actions.SUBMIT, "head")
    return table_id


def row_of(world: World, table_id: int) -> Any:
    filters = QueueFilters((YEAR,), QueueTab.TO_REVIEW)
    rows = queries.queue.page(world.session, world.actor("reviewer"), filters, QueueOrder(), 1)
    return next(row for row in rows if row.id == table_id)


def test_first_submission_has_the_facts_of_its_findings(world: World) -> None:
    table_id = world.submitted(project(1, "2300000.00"))
    facts = queries.queue.facts_of(row_of(world, table_id), CALENDAR)
    assert (facts.errors, facts.amount_fen, facts.waiting_days) == (0, 230_000_000, 0)
    assert "large" in [mark.name for mark in marks(facts)]
    assert queries.revisions.findings_of_revision(world.session, table_id, 1) is not None


def test_facts_of_a_resubmission_tell_what_changed_and_whether_it_was_asked_for(world: World) -> None:
    table_id = resubmitted(
        world, {"indicators/bbbb/target_value": "≥90%", "budget/total": "24000.00", "budget/fiscal": "24000.00"}
    )
    row = row_of(world, table_id)
    facts = queries.queue.facts_of(row, CALENDAR)
    assert (facts.unchanged_answers, facts.other_changes, facts.budget_changed, facts.lowered_targets) == (1, 3, 1, 1)
    assert (row.opinions_answered, row.opinions_asked) == (1, 1)


def test_answer_that_was_followed_leaves_no_mark(world: World) -> None:
    table_id = resubmitted(world, {"goals": "1、按月足额发放3人的工资，全年12次。"})
    facts = queries.queue.facts_of(row_of(world, table_id), CALENDAR)
    assert (facts.unchanged_answers, facts.other_changes) == (0, 0)


def test_facts_are_those_of_the_latest_submission(world: World) -> None:
    table_id = resubmitted(world, {"indicators/bbbb/target_value": "≥90%"})
    world.act(table_id, actions.WITHDRAW, "head")
    world.edit(table_id, "indicators/bbbb/target_value", "≥95%")
    world.edit(table_id, "goals", "1、按月足额发放3人的工资，全年12次。")
    world.act(table_id, actions.SUBMIT, "head")
    facts = queries.queue.facts_of(row_of(world, table_id), CALENDAR)
    assert (facts.unchanged_answers, facts.other_changes, facts.lowered_targets) == (0, 0, 0)
    assert len(world.session.scalars(select(ReviewFacts)).all()) == 1


def test_tabs_of_all_tables_and_their_sums_agree_for_everybody(world: World) -> None:
    for moment in ("never submitted", "submitted", "returned", "approved", "reopened"):
        Maker(world).make(moment)
    overdue = world.returned()
    change(world, overdue, due_on=local_today() - timedelta(days=1))
    for username in PEOPLE:
        actor = world.actor(username)
        sums = queries.queue.sums(world.session, actor, [YEAR])
        for tab, told in sums.items():
            ids = found(world, tab, username)
            amounts = [world.table(n).submitted_total_fen or 0 for n in ids]
            assert (username, tab, told.count, told.fen) == (username, tab, len(ids), sum(amounts))
            filters = QueueFilters((YEAR,), tab, least_fen=1)
            assert queries.queue.filtered_sum(world.session, actor, filters).fen == told.fen
    assert [found(world, tab) == [] for tab in QueueTab] == [False, True, False, False, False, False, False]


def test_recommended_table_moves_to_its_own_tab(world: World) -> None:
    table_id = world.submitted(project(1))
    change(world, table_id, is_recommended=True)
    assert (found(world, QueueTab.TO_REVIEW), found(world, QueueTab.RECOMMENDED)) == ([], [table_id])


def test_default_order_is_second_round_then_errors_then_amount(world: World) -> None:
    small, large = world.submitted(project(1, "100.00")), world.submitted(project(2, "900000.00"))
    again = resubmitted(world, {"goals": "1、按月足额发放3人的工资，全年12次。"}, n=3)
    faulty = world.submitted(project(4, "50.00"))
    with write(world.session, is_act=False):
        world.session.execute(update(ReviewFacts).where(ReviewFacts.table_id == faulty).values(errors=2))
    assert found(world, QueueTab.TO_REVIEW) == [again, faulty, large, small]


@pytest.mark.parametrize("sort", list(QueueSort))
def test_every_order_gives_every_table_once(world: World, sort: QueueSort) -> None:
    ids = {world.submitted(project(n, f"{n}00.00")) for n in range(1, 5)}
    filters, actor = QueueFilters((YEAR,), QueueTab.TO_REVIEW), world.actor("reviewer")
    forwards, backwards = (
        [row.id for row in queries.queue.page(world.session, actor, filters, QueueOrder(sort, descending), 1)]
        for descending in (False, True)
    )
    assert set(forwards) == set(backwards) == ids
    if sort in (QueueSort.AMOUNT, QueueSort.NAME, QueueSort.OFFICE):
        assert forwards == sorted(ids)


def test_filters_restrict_the_list_and_its_sum(world: World) -> None:
    small, large = world.submitted(project(1, "100.00")), world.submitted(project(2, "2000000.00"))
    claims.claim(world.session, world.actor("reviewer"), small)
    change(world, large, state_since=now() - timedelta(days=30))
    cases: dict[str, Any] = {
        "least_fen": 50_000_000,
        "waited_days": 5,
        "unclaimed": True,
        "text": "第2个",
        "marks": ("large",),
    }
    for name, value in cases.items():
        assert (name, found(world, QueueTab.TO_REVIEW, **{name: value})) == (name, [large])
        filters = QueueFilters((YEAR,), QueueTab.TO_REVIEW, **{name: value})
        assert queries.queue.filtered_sum(world.session, world.actor("reviewer"), filters).count == 1
    assert found(world, QueueTab.TO_REVIEW, again=True) == []
    assert found(world, QueueTab.TO_REVIEW, marks=("large", "waiting")) == [large]
    assert found(world, QueueTab.TO_REVIEW, office="620001") == []
    change(world, small, claimed_until=local_today() - timedelta(days=1))
    assert set(found(world, QueueTab.TO_REVIEW, unclaimed=True)) == {small, large}


def test_waiting_is_counted_in_working_days(world: World) -> None:
    table_id = world.submitted(project(1))
    today = local_today()
    for days in range(1, 15):
        change(world, table_id, state_since=now() - timedelta(days=days))
        waited = CALENDAR.count(today - timedelta(days=days), today)
        assert queries.queue.facts_of(row_of(world, table_id), CALENDAR).waiting_days == waited
        assert (days, found(world, QueueTab.TO_REVIEW, waited_days=waited)) == (days, [table_id])
        assert found(world, QueueTab.TO_REVIEW, waited_days=waited + 1) == []


def test_recent_acts_come_first_and_only_ones_own(world: World) -> None:
    first, second = world.submitted(project(1)), world.submitted(project(2))
    for table_id in (second, first):
        claims.claim(world.session, world.actor("reviewer"), table_id)
    assert found(world, QueueTab.RECENT) == [first, second]
    assert found(world, QueueTab.RECENT, "approver") == []


def test_text_of_a_working_copy_is_never_in_the_queue(world: World) -> None:
    table_id = world.returned()
    world.save(table_id, with_value(world.table(table_id).document, "project_name", "还没有送审的名称"))
    filters = QueueFilters((YEAR,), QueueTab.RETURNED)
    (row,) = queries.queue.page(world.session, world.actor("reviewer"), filters, QueueOrder(), 1)
    assert row.submitted_name == "办事处工作经费"
    assert found(world, QueueTab.RETURNED, text="还没有送审") == []
