"""Verdicts over three rounds: each opinion against the text on which it was last raised, in a few statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from portal import queries
from portal.domain import actions, documents
from portal.domain.documents import ProjectDocument, Row
from portal.domain.verdicts import Verdict
from portal.formats import text as text_format
from portal.queries.verdicts import STATEMENTS, RoundVerdicts
from portal.services.review import opinion_acts
from tests.databases import DATA
from tests.statement_counts import counted_queries
from tests.world import DUE, World, sound_project

ROW = "indicators/bbbb"
FIRST = "1、按月发放3人工资。"


def real_projects() -> Sequence[ProjectDocument]:
    return text_format.read((DATA / "gucheng-2020.txt").read_bytes()).text.tables


def verdicts(world: World, table_id: int, who: str = "head") -> RoundVerdicts:
    actor, table = world.actor(who), world.table(table_id)
    lines = queries.review.opinions(world.session, actor, table, world.facts(table_id, actor))
    found = queries.verdicts.of_round(world.session, table, lines)
    assert found
    return found


def answer(world: World, table_id: int, opinion_id: int, kind: str = "changed") -> None:
    opinion_acts.answer(world.session, world.actor("drafter"), table_id, opinion_id, kind=kind, text="说明")


def again(world: World, table_id: int, opinion_id: int) -> None:
    opinion_acts.raise_again(world.session, world.actor("reviewer"), table_id, opinion_id, text="还差月份。")


def accept(world: World, table_id: int, opinion_id: int) -> None:
    opinion_acts.accept(world.session, world.actor("reviewer"), table_id, opinion_id)


def returned_with(world: World, *paths: str) -> tuple[int, list[int]]:
    table_id = world.submitted()
    opinions = [world.opinion(table_id, path=path) for path in paths]
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    return table_id, opinions


def test_office_and_bureau_see_the_same_verdicts(world: World) -> None:
    table_id, (goals, purpose, target) = returned_with(world, "goals", "purpose", f"{ROW}/target_value")
    world.edit(table_id, "goals", FIRST)
    world.edit(table_id, "budget/total", "24000.00")
    world.edit(table_id, "budget/fiscal", "24000.00")
    for opinion, kind in ((goals, "changed"), (purpose, "kept"), (target, "changed")):
        answer(world, table_id, opinion, kind)
    before = verdicts(world, table_id)
    world.act(table_id, actions.SUBMIT, "head")

    for who in ("head", "reviewer", "approver", "auditor"):
        found = verdicts(world, table_id, who)
        assert (found.opinions, found.changes) == (before.opinions, before.changes), who
    assert [before.opinions[id].verdict for id in (goals, purpose, target)] == [
        Verdict.CHANGED,
        Verdict.KEPT,
        Verdict.NOT_CHANGED,
    ]
    assert [each.words for each in before.changes.other] == ["+1,000.00 元（+4.3%）"] * 2
    assert before.not_changed == {target}


def test_bureau_keeps_the_verdict_of_what_it_accepts_or_raises_again_until_it_decides(world: World) -> None:
    table_id, (goals, purpose) = returned_with(world, "goals", "purpose")
    world.edit(table_id, "goals", FIRST)
    for opinion in (goals, purpose):
        answer(world, table_id, opinion)
    world.act(table_id, actions.SUBMIT, "head")
    accept(world, table_id, goals)
    again(world, table_id, purpose)
    found = verdicts(world, table_id, "reviewer")
    assert (found.opinions[goals].verdict, found.opinions[purpose].verdict) == (Verdict.CHANGED, Verdict.NOT_CHANGED)
    assert [each.path for each in found.changes.other] == []


def test_third_round_compares_with_the_text_on_which_an_opinion_was_last_raised(world: World) -> None:
    table_id, (goals, purpose, row) = returned_with(world, "goals", "purpose", ROW)
    world.edit(table_id, "goals", FIRST)
    for opinion in (goals, purpose, row):
        answer(world, table_id, opinion)
    world.act(table_id, actions.SUBMIT, "head")
    again(world, table_id, purpose)
    accept(world, table_id, row)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    answer(world, table_id, purpose)
    found = verdicts(world, table_id)
    assert found.opinions[goals].verdict is Verdict.CHANGED  # in round two, on the text of round one
    assert found.opinions[purpose].verdict is Verdict.NOT_CHANGED
    assert row not in found.opinions
    assert (found.before.number, found.changes.asked, found.changes.other) == (2, [], [])

    world.edit(table_id, "purpose", "支付预算外人员3人全年的工资。")
    world.edit(table_id, f"{ROW}/target_value", "≥90%")
    found = verdicts(world, table_id)
    assert found.opinions[purpose].verdict is Verdict.CHANGED
    assert found.opinions[row].verdict is Verdict.CHANGED_AFTER_ACCEPTANCE
    assert [each.words for each in found.changes.other] == ["降低"]

    document = world.table(table_id).document
    world.save(table_id, documents.with_rows(document, "indicators", documents.rows(document, "indicators")[:1]))
    found = verdicts(world, table_id)
    assert "该行已删除" in found.opinions[row].place
    assert {each.words for each in found.changes.other} == {"指标删除"}


def test_statements_do_not_depend_on_opinions_and_rounds(world: World) -> None:
    table_id, (goals,) = returned_with(world, "goals")
    counts = []
    for n in range(3):
        answer(world, table_id, goals)
        world.act(table_id, actions.SUBMIT, "head")
        for path in ("purpose", "", ROW)[n:]:
            world.opinion(table_id, path=path, binding=False)
        again(world, table_id, goals)
        world.act(table_id, actions.RETURN, "reviewer", due=DUE)
        actor, table = world.actor("head"), world.table(table_id)
        lines = queries.review.opinions(world.session, actor, table, world.facts(table_id, actor))
        with counted_queries() as statements:
            queries.verdicts.of_round(world.session, table, lines)
        counts.append(len(statements))
    assert counts == [STATEMENTS] * 3


def test_withdrawn_first_submission_is_compared_with_itself(world: World) -> None:
    table_id = world.submitted()
    world.act(table_id, actions.WITHDRAW, "head")
    world.edit(table_id, "goals", FIRST)
    found = verdicts(world, table_id)
    assert (found.before.number, [each.path for each in found.changes.other]) == (1, ["goals"])


def rearranged(world: World, table_id: int, *rows: Row) -> None:
    world.save(table_id, documents.with_rows(world.table(table_id).document, "indicators", rows))


def test_rows_of_a_real_table_are_followed_through_three_rounds(world: World) -> None:
    real = next(each for each in real_projects() if len(each.indicators) >= 4)
    table_id = world.submitted(replace(sound_project(), indicators=real.indicators))
    one, two, three, four, *others = documents.rows(world.table(table_id).document, "indicators")
    moved, deleted = (world.opinion(table_id, path=f"indicators/{row.id}/target_value") for row in (four, two))
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    rearranged(world, table_id, four, one, three, *others)
    for opinion in (moved, deleted):
        answer(world, table_id, opinion)
    second = verdicts(world, table_id)
    assert [second.opinions[id].verdict for id in (moved, deleted)] == [Verdict.NOT_CHANGED, Verdict.ROW_GONE]
    assert "（原第4行，现第1行）" in second.opinions[moved].place
    assert "（原第2行，该行已删除）" in second.opinions[deleted].place
    assert [each.words for each in second.changes.other] == ["原第4行，现第1行"]

    world.act(table_id, actions.SUBMIT, "head")
    again(world, table_id, moved)
    again(world, table_id, deleted)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    back = replace(two, id="readded")
    rearranged(world, table_id, one, back, three, replace(four, target_value="≥3人"), *others)
    for opinion in (moved, deleted):
        answer(world, table_id, opinion)
    third = verdicts(world, table_id)
    assert [third.opinions[id].verdict for id in (moved, deleted)] == [Verdict.CHANGED, Verdict.NOT_CHANGED]
    assert "（原第1行，现第4行）" in third.opinions[moved].place
    assert {each.words for each in third.changes.other} == {"新增指标", "原第1行，现第4行"}
    assert [each.path for each in third.changes.asked] == [f"indicators/{four.id}/target_value"]
