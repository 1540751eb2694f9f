"""How often findings of a rule were raised, explained and dismissed: exact, and told as far as the actor may see."""

from __future__ import annotations

from dataclasses import replace

from portal import queries
from portal.domain import actions
from portal.domain.documents import ProjectDocument
from portal.domain.treatments import Treatment, TreatmentCounts
from portal.services.drafting import explanations
from portal.services.review import dismissals, opinion_acts
from portal.services.review.wordings import Wording
from tests.databases import LivedWorlds
from tests.statement_counts import counted_queries
from tests.world import DUE, YEAR, World, sound_project

RULE = "W18"
KEPT, EXPLAINED, DISMISSED = "人数按文件核定。", "按文件执行。", "一次性购置。"


def without_number(ordinal: int) -> ProjectDocument:
    return replace(
        sound_project(ordinal, f"610-1301-JBN-000{ordinal}", f"项目{ordinal}"), purpose="支付预算外人员全年工资。"
    )


def raise_opinion(world: World, table_id: int) -> int:
    wording = Wording(False, "请写明人数。")
    actor = world.actor("reviewer")
    return opinion_acts.raise_opinion(world.session, actor, table_id, wording, path="purpose", rule=RULE).id


def explain(world: World, table_id: int) -> None:
    explanations.explain(world.session, world.actor("drafter"), table_id, rule=RULE, path="purpose", text=EXPLAINED)


def treated(world: World) -> None:
    """Five tables of an office: kept and accepted, raised, only drafted, explained and approved, dismissed."""
    session, reviewer = world.session, world.actor("reviewer")
    kept, raised, drafted, dismissed = (world.submitted(without_number(n)) for n in (1, 2, 3, 4))
    opinion = raise_opinion(world, kept)
    for table_id in (raised, drafted):
        raise_opinion(world, table_id)
    for table_id in (kept, raised):
        world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    opinion_acts.answer(session, world.actor("drafter"), kept, opinion, kind="kept", text=KEPT)
    explain(world, kept)
    world.act(kept, actions.SUBMIT, "head")
    opinion_acts.accept(session, world.actor("approver"), kept, opinion)
    world.act(kept, actions.APPROVE, "approver")
    explained = world.draft(without_number(5))
    explain(world, explained)
    world.act(explained, actions.SUBMIT, "head")
    assert queries.treatments.counts(session, YEAR)[RULE].explanations == 1  # not yet approved
    world.act(explained, actions.APPROVE, "approver")
    dismissals.dismiss(session, reviewer, dismissed, rule=RULE, path="purpose", reason=DISMISSED)


def test_treatments_are_counted_by_rule_and_year_in_one_statement(lived_worlds: LivedWorlds) -> None:
    world = lived_worlds.after(treated)
    with counted_queries() as statements:
        found = queries.treatments.counts(world.session, YEAR, [RULE, "W1"])
    assert found == {RULE: TreatmentCounts(opinions=2, explanations=2, dismissals=1)}
    assert len([each for each in statements if "SELECT" in each]) == 1
    assert queries.treatments.counts(world.session, YEAR + 1) == {}
    assert queries.treatments.finding_counts(world.session, YEAR)[RULE] == 5


def test_treatments_of_offices_out_of_reach_are_one_line_without_a_name(lived_worlds: LivedWorlds) -> None:
    world = lived_worlds.after(treated)
    every = TreatmentCounts(opinions=2, explanations=2, dismissals=1)
    found = queries.treatments.by_office
    (own,) = found(world.session, world.actor("reviewer"), YEAR, RULE)
    assert (own.code, own.counts) == ("610002", every)
    (others,) = found(world.session, world.actor("other_reviewer"), YEAR, RULE)
    assert (others.code, others.name, others.counts) == ("", "", every)


def test_treatments_by_reviewer_name_who_decided(lived_worlds: LivedWorlds) -> None:
    world = lived_worlds.after(treated)
    found = {each.name: each.counts for each in queries.treatments.by_reviewer(world.session, YEAR, RULE)}
    assert found == {
        "刘批复": TreatmentCounts(explanations=1),
        "陈审核": TreatmentCounts(opinions=2, dismissals=1),
        "": TreatmentCounts(explanations=1),
    }


def test_treated_items_are_those_that_are_counted(lived_worlds: LivedWorlds) -> None:
    world = lived_worlds.after(treated)
    session, reviewer = world.session, world.actor("reviewer")
    found = queries.treatments.items(session, reviewer, YEAR, RULE)
    texts = {treatment: sorted(each.text for each in found if each.treatment is treatment) for treatment in Treatment}
    assert texts == {
        Treatment.RAISED: ["请写明人数。", "请写明人数。"],
        Treatment.EXPLAINED: [EXPLAINED, "请写明人数。"],
        Treatment.DISMISSED: [DISMISSED],
    }
    assert {each.place for each in found} == {"资金用途"}
    one = queries.treatments.items(
        session, reviewer, YEAR, RULE, treatment=Treatment.EXPLAINED, office="610002", person=0
    )
    assert [each.text for each in one] == [EXPLAINED]
    assert queries.treatments.items(session, world.actor("other_reviewer"), YEAR, RULE) == []


def test_accepted_explanation_that_the_office_writes_anew_is_not_told(lived_worlds: LivedWorlds) -> None:
    world = lived_worlds.after(treated)
    table_id = max(
        each.table_id
        for each in queries.treatments.items(
            world.session, world.actor("approver"), YEAR, RULE, treatment=Treatment.EXPLAINED
        )
    )
    world.act(table_id, actions.REOPEN, "approver", due=DUE, reason="预算调整")
    explanations.explain(world.session, world.actor("drafter"), table_id, rule=RULE, path="purpose", text="还没有写完")
    found = queries.treatments.items(world.session, world.actor("approver"), YEAR, RULE, treatment=Treatment.EXPLAINED)
    assert "还没有写完" not in {each.text for each in found}
