"""建议批复, what a year demands before an approval, and claims that end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal import queries
from portal.database import local_today
from portal.domain import actions
from portal.domain.calendar import CALENDAR
from portal.domain.conclusions import Dimension, Grade
from portal.domain.documents import MAX_TEXT, with_value
from portal.domain.errors import Forbidden, Invalid, Stale
from portal.domain.rules import Blocked
from portal.models import AuditEntry, Conclusion, SignInFailure, TargetTable
from portal.services.administration import budget_years
from portal.services.administration.budget_years import YearForm
from portal.services.record import verification
from portal.services.review import claims, conclusions
from portal.services.session.signing_in import SlowDown
from portal.services.transaction import write
from tests.world import DUE, PASSWORD, YEAR, World, sound_project, told


def demand(world: World, **settings: Any) -> None:
    year = queries.administration.years.year(world.session, YEAR)
    budget_years.change_year(world.session, None, YEAR, replace(YearForm.of(year), **settings))


def recommend(world: World, table_id: int, by: str = "reviewer", **changes: Any) -> None:
    usual: dict[str, Any] = {"digest": world.table(table_id).digest, "enclosed": "", "dimensions": list(Dimension)}
    conclusions.recommend(world.session, world.actor(by), table_id, **(usual | changes))


def last_entry(world: World) -> AuditEntry:
    return world.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()


def with_errors(world: World) -> int:
    """A submitted table that the year let through with an error, which blocks from today on."""
    demand(world, only_warn=["E1", "E6", "E9", "E10"])
    table_id = world.submitted(with_value(sound_project(), "budget/fiscal", "２３０００"))
    demand(world, only_warn=["E6", "E9", "E10"])
    return table_id


def test_recommended_table_stands_among_those_to_approve_until_the_decision(world: World) -> None:
    table_id = world.submitted()
    recommend(world, table_id, note="写得完整。")
    found = world.session.scalars(select(Conclusion)).one()
    assert (found.grade, found.revision_number, found.author_name) == ("excellent", 1, "陈审核")
    assert found.dimensions.split() == [each.value for each in Dimension]
    assert world.table(table_id).is_recommended
    entry = last_entry(world)
    assert (entry.act, told(entry)["dimensions"]) == ("recommend", ["完整性", "相关性", "适当性", "可行性"])

    world.act(table_id, actions.APPROVE, "approver")

    assert not world.table(table_id).is_recommended
    assert told(last_entry(world))["grade"] == "优"
    assert verification.verify(world.session).problems == []


def test_recommendation_claims_the_table_and_the_office_cannot_withdraw(world: World) -> None:
    table_id = world.submitted()
    recommend(world, table_id)
    assert world.table(table_id).claimant_id(local_today()) == world.actor("reviewer").id
    claims.release(world.session, world.actor("reviewer"), table_id)
    with pytest.raises(Stale, match="已开始审核"):
        world.act(table_id, actions.WITHDRAW, "head")


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"digest": "0" * 64}, Stale, "内容有了变化"),
        ({"enclosed": "0" * 64}, Stale, "内容有了变化"),
        ({"dimensions": ["complete", "relevant", "fitting"]}, Invalid, "还差可行性"),
        ({"dimensions": ["complete", "nonsense"]}, Invalid, "还差相关性、适当性、可行性"),
        ({"note": "长" * (MAX_TEXT + 1)}, Invalid, "最多"),
        ({"by": "head"}, Forbidden, "没有对这张表“建议批复”的权限"),
    ],
)
def test_refused_recommendation_changes_nothing_and_is_recorded(
    world: World, changes: dict[str, Any], error: type[Exception], words: str
) -> None:
    table_id = world.submitted()
    with pytest.raises(error, match=words):
        recommend(world, table_id, **changes)
    assert world.session.scalars(select(Conclusion)).all() == []
    assert not world.table(table_id).is_recommended
    assert (last_entry(world).act, told(last_entry(world))["attempted"]) == ("refusal", "recommend")


def test_binding_opinions_stand_against_a_recommendation(world: World) -> None:
    table_id = world.submitted()
    world.opinion(table_id, by="reviewer")
    with pytest.raises(Invalid, match="要么退回，要么先删除"):
        recommend(world, table_id)
    recommend(world, table_id, by="approver")  # a colleague's draft is not the approver's word
    with pytest.raises(Stale, match="刘批复已经建议批复"):
        recommend(world, table_id)


def test_retracted_recommendation_can_be_given_again(world: World) -> None:
    table_id = world.submitted()
    recommend(world, table_id)
    conclusions.retract(world.session, world.actor("approver"), table_id)
    assert not world.table(table_id).is_recommended
    assert "陈审核" in told(last_entry(world))["from"]
    with pytest.raises(Stale, match="没有建议批复"):
        conclusions.retract(world.session, world.actor("approver"), table_id)
    recommend(world, table_id)
    assert verification.verify(world.session).problems == []


def test_return_replaces_a_recommendation_by_its_own_conclusion(world: World) -> None:
    table_id = world.submitted()
    recommend(world, table_id)
    world.opinion(table_id, by="approver")
    world.act(table_id, actions.RETURN, "approver", due=DUE, grade="poor")
    (found,) = world.session.scalars(select(Conclusion))
    assert (found.grade, found.author_name) == ("poor", "刘批复")
    assert told(last_entry(world))["grade"] == Grade.POOR.label
    assert verification.verify(world.session).problems == []


def test_conclusion_is_hidden_from_the_office_until_the_decision(world: World) -> None:
    table_id = world.submitted()
    recommend(world, table_id)

    def seen(by: str) -> bool:
        actor = world.actor(by)
        return (
            queries.conclusions.visible(world.session, actor, world.table(table_id), world.facts(table_id, actor))
            is not None
        )

    assert [by for by in ("head", "drafter", "reviewer", "approver", "auditor") if seen(by)] == [
        "reviewer",
        "approver",
        "auditor",
    ]
    world.act(table_id, actions.APPROVE, "approver")
    assert seen("head")


# --- before an approval --------------------------------------------------------------------------


def test_year_asks_for_a_recommendation_where_somebody_else_reviews_the_office(world: World) -> None:
    demand(world, recommendation="where_assigned")
    table_id = world.submitted()
    with pytest.raises(Invalid, match="还没有审核人建议批复"):
        world.act(table_id, actions.APPROVE, "approver")
    recommend(world, table_id)
    world.act(table_id, actions.APPROVE, "approver")
    assert world.table(table_id).state == "approved"


def test_table_of_an_office_that_nobody_else_reviews_needs_no_recommendation(world: World) -> None:
    def needs(table_id: int) -> bool:
        return queries.conclusions.is_demanded(world.session, world.actor("approver"), world.table(table_id))

    demand(world, recommendation="where_assigned")
    assert needs(world.submitted())
    assert needs(world.draft(by="below_drafter", office="61000201"))  # whoever reviews 610002 reviews this office too
    above = world.draft(by="above_drafter", office="610")
    assert not needs(above)
    demand(world, recommendation="always")
    assert needs(above)


def test_recommender_approves_only_where_the_year_lets_them(world: World) -> None:
    demand(world, recommendation="always")
    table_id = world.submitted()
    recommend(world, table_id, by="approver")
    with pytest.raises(Invalid, match="你自己建议批复的"):
        world.act(table_id, actions.APPROVE, "approver")
    demand(world, recommender_approves=True)
    world.act(table_id, actions.APPROVE, "approver")


def test_errors_under_todays_policy_need_a_reason(world: World) -> None:
    table_id = with_errors(world)
    with pytest.raises(Invalid, match="1 处错误，写明理由才能批复") as refused:
        world.act(table_id, actions.APPROVE, "approver")
    assert refused.value.path == "reason"
    world.act(table_id, actions.APPROVE, "approver", reason="数字是全角，不影响。")
    detail = told(last_entry(world))
    assert (detail["errors"], detail["reason"]) == (1, "数字是全角，不影响。")


def test_errors_under_todays_policy_refuse_where_the_year_says_so(world: World) -> None:
    table_id = with_errors(world)
    demand(world, errors_at_approval="refuse")
    with pytest.raises(Blocked, match="不能带错误批复"):
        world.act(table_id, actions.APPROVE, "approver", reason="无妨")
    assert world.table(table_id).state == "submitted"


def test_password_is_asked_again_throttled_and_forgotten_after_the_right_one(world: World) -> None:
    demand(world, password_at_approval=True)
    table_id = world.submitted()
    with pytest.raises(Invalid, match="再输一次你的密码"):
        world.act(table_id, actions.APPROVE, "approver")
    for _ in range(3):
        with pytest.raises(Invalid, match="密码不对"):
            world.act(table_id, actions.APPROVE, "approver", password="wrong")
    with pytest.raises(SlowDown, match="秒后再试"):
        world.act(table_id, actions.APPROVE, "approver", password=PASSWORD)
    world.session.rollback()
    with write(world.session, is_act=False):
        world.session.execute(update(SignInFailure).values(failures=2))
    world.act(table_id, actions.APPROVE, "approver", password=PASSWORD)
    assert world.session.scalars(select(SignInFailure)).all() == []
    assert PASSWORD not in "".join(world.session.scalars(select(AuditEntry.detail)))


# --- claims --------------------------------------------------------------------------------------


def end_claim(world: World, table_id: int) -> None:
    with write(world.session, is_act=False):
        yesterday = local_today() - timedelta(days=1)
        world.session.execute(update(TargetTable).where(TargetTable.id == table_id).values(claimed_until=yesterday))


def test_claim_ends_after_the_working_days_of_the_year(world: World) -> None:
    demand(world, claim_days=3)
    table_id = world.submitted()
    claims.claim(world.session, world.actor("reviewer"), table_id)
    assert world.table(table_id).claimed_until == CALENDAR.add(local_today(), 3)
    end_claim(world, table_id)
    assert world.table(table_id).claimant_id(local_today()) is None
    claims.claim(world.session, world.actor("approver"), table_id)
    assert world.table(table_id).claimant_id(local_today()) == world.actor("approver").id


def test_office_withdraws_after_the_claim_has_ended(world: World) -> None:
    table_id = world.submitted()
    claims.claim(world.session, world.actor("reviewer"), table_id)
    end_claim(world, table_id)
    world.act(table_id, actions.WITHDRAW, "head")
    assert world.table(table_id).claimed_by_id is None


def test_first_opinion_claims_and_a_later_one_renews_in_the_same_entry(world: World) -> None:
    table_id = world.submitted()
    entries = queries.record.head(world.session)[0]
    world.opinion(table_id)
    assert world.table(table_id).claimant_id(local_today()) == world.actor("reviewer").id
    assert queries.record.head(world.session)[0] == entries + 1
    world.opinion(table_id, by="approver", path="purpose")
    assert world.table(table_id).claimant_id(local_today()) == world.actor("reviewer").id
    end_claim(world, table_id)
    world.opinion(table_id, path="purpose")
    assert world.table(table_id).claimed_until == CALENDAR.add(local_today(), 5)


def test_take_over_is_one_act_with_both_names(world: World) -> None:
    table_id = world.submitted()
    reviewer, approver = world.actor("reviewer"), world.actor("approver")
    claims.claim(world.session, reviewer, table_id)
    with pytest.raises(Stale, match="要接手请选"):
        claims.claim(world.session, approver, table_id)
    claims.take_over(world.session, approver, table_id, reviewer.id)
    entry = last_entry(world)
    assert (entry.act, "刘批复" in entry.actor, "陈审核" in told(entry)["claim_of"]) == ("take_over", True, True)
    assert world.table(table_id).claimed_by_id == approver.id
    for claimant in (reviewer.id, approver.id, 999):
        with pytest.raises(Stale, match="不是由那位同事审核"):
            claims.take_over(world.session, approver, table_id, claimant)
