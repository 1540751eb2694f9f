"""申请调整: who asks for which table, what becomes of a request, and what the queue shows of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import queries
from portal.domain import actions
from portal.domain.documents import MAX_TEXT
from portal.domain.errors import Forbidden, Invalid, NotVisible, Refused, Stale
from portal.domain.marks import marks
from portal.domain.queue import QueueOrder, QueueTab
from portal.models import AdjustmentRequest
from portal.queries.queue import QueueFilters
from portal.services.administration import budget_years
from portal.services.record.verification import verify
from portal.services.review import adjustments
from tests.services.moments import MOMENTS, Maker
from tests.world import DUE, YEAR, World, sound_project

SECOND = sound_project(2, "610-1301-JBN-0002", "另一项目")


def ask(world: World, table_id: int, by: str = "head", reason: str = "人数减少，预算要调减。") -> int:
    adjustments.ask(world.session, world.actor(by), table_id, reason)
    return requests(world)[-1].id


def requests(world: World) -> list[AdjustmentRequest]:
    world.session.rollback()
    statement = select(AdjustmentRequest).order_by(AdjustmentRequest.id).execution_options(populate_existing=True)
    return list(world.session.scalars(statement))


def decline(world: World, table_id: int, request_id: int, by: str = "approver", answer: str = "年中再调。") -> None:
    adjustments.decline(world.session, world.actor(by), table_id, request_id, answer)


def reopen(world: World, table_id: int) -> None:
    world.act(table_id, actions.REOPEN, "approver", due=DUE, reason="同意调整。")


def test_reopening_grants_the_request_that_waits(world: World) -> None:
    table_id = world.approved()
    ask(world, table_id)
    reopen(world, table_id)
    (asked,) = requests(world)
    assert (asked.decision, asked.decided_by_name, asked.answer) == ("granted", "刘批复", "")
    assert (asked.revision_number, asked.asked_by_name) == (1, "李主任")
    acts = world.history(table_id)
    assert acts[:2] == ["reopen", "ask_adjustment"]
    world.session.rollback()
    assert verify(world.session).problems == []


def test_reopening_without_a_request_leaves_earlier_ones(world: World) -> None:
    table_id = world.approved()
    decline(world, table_id, ask(world, table_id))
    reopen(world, table_id)
    assert [each.decision for each in requests(world)] == ["declined"]


def test_request_is_declined_with_a_word_and_may_be_made_again(world: World) -> None:
    table_id = world.approved()
    request_id = ask(world, table_id)
    with pytest.raises(Invalid, match="为什么不同意"):
        decline(world, table_id, request_id, answer=" ")
    decline(world, table_id, request_id)
    with pytest.raises(Stale, match="已由刘批复答复"):
        decline(world, table_id, request_id, by="approver2")
    ask(world, table_id)
    assert [(each.decision, each.answer) for each in requests(world)] == [("declined", "年中再调。"), (None, "")]
    assert world.table(table_id).state == "approved"
    assert verify(world.session).problems == []


def test_one_request_waits_at_a_time(world: World) -> None:
    table_id = world.approved()
    ask(world, table_id)
    with pytest.raises(Invalid, match="李主任已经申请调整这张表，还没有答复"):
        ask(world, table_id)


def test_database_keeps_a_second_waiting_request_out(world: World) -> None:
    table_id = world.approved()
    ask(world, table_id)
    (first,) = requests(world)
    names = ("table_id", "revision_number", "reason", "asked_by_id", "asked_by_name", "asked_at")
    world.session.add(AdjustmentRequest(**{name: getattr(first, name) for name in names}))
    with pytest.raises(IntegrityError):
        world.session.flush()


@pytest.mark.parametrize("moment", [each for each in MOMENTS if each != "approved"])
def test_table_that_is_not_approved_is_refused_with_its_state(world: World, moment: str) -> None:
    table_id = Maker(world).make(moment)
    with pytest.raises(Stale, match="现在的状态是"):
        ask(world, table_id)
    assert requests(world) == []


@pytest.mark.parametrize(
    ("by", "error"),
    [
        *(("drafter", Forbidden), ("above_head", Forbidden), ("reviewer", Forbidden), ("approver", Forbidden)),
        *(("outsider", NotVisible), ("below_head", NotVisible), ("admin", NotVisible)),
    ],
)
def test_only_the_offices_own_head_asks(world: World, by: str, error: type[Refused]) -> None:
    table_id = world.approved()
    with pytest.raises(error):
        ask(world, table_id, by)


@pytest.mark.parametrize(
    ("by", "error"),
    [("head", Forbidden), ("reviewer", Forbidden), ("auditor", Forbidden), ("other_reviewer", NotVisible)],
)
def test_only_an_approver_declines(world: World, by: str, error: type[Refused]) -> None:
    table_id = world.approved()
    request_id = ask(world, table_id)
    with pytest.raises(error):
        decline(world, table_id, request_id, by)


def test_request_of_another_table_is_not_found(world: World) -> None:
    table_id, other_id = world.approved(), world.approved(SECOND)
    request_id = ask(world, table_id)
    for wrong in (request_id, 10**9):
        with pytest.raises(NotVisible, match="没有这份调整申请"):
            decline(world, other_id, wrong)
    assert [each.decision for each in requests(world)] == [None]


@pytest.mark.parametrize(("reason", "sentence"), [(" ", "请写明为什么需要调整"), ("长" * (MAX_TEXT + 1), "最多")])
def test_request_without_a_reason_that_can_be_kept_is_refused(world: World, reason: str, sentence: str) -> None:
    table_id = world.approved()
    with pytest.raises(Invalid, match=sentence) as refused:
        ask(world, table_id, reason=reason)
    assert refused.value.path == "reason"


def test_closed_year_takes_no_request(world: World) -> None:
    table_id = world.approved()
    budget_years.close_year(world.session, None, YEAR)
    with pytest.raises(Refused, match="关闭"):
        ask(world, table_id)


def test_queue_marks_what_is_asked_for_and_shows_it_first(world: World) -> None:
    first, second = world.approved(), world.approved(SECOND)
    approver, calendar = world.actor("approver"), queries.calendar.current(world.session)

    def found(**filters: object) -> list[tuple[int, bool]]:
        wanted = QueueFilters((YEAR,), QueueTab.APPROVED, **filters)  # type: ignore[arg-type]
        rows = queries.queue.page(world.session, approver, wanted, QueueOrder(), 1)
        names = [[mark.name for mark in marks(queries.queue.facts_of(row, calendar))] for row in rows]
        return [(row.id, "asked" in each) for row, each in zip(rows, names, strict=True)]

    assert found() == [(first, False), (second, False)]
    request_id = ask(world, second)
    assert found() == [(second, True), (first, False)]
    assert found(marks=("asked",)) == [(second, True)]
    decline(world, second, request_id)
    assert found(marks=("asked",)) == []
