"""Corrections: previewed, saved as one step, undone as one step; nothing is guessed and nothing stale is corrected."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import cast

import pytest
from sqlalchemy import select, update

from portal import queries
from portal.domain.changes import Set
from portal.domain.documents import Indicator, ProjectDocument, value_at, with_value
from portal.domain.errors import Forbidden, NotVisible, Stale
from portal.models import AuditEntry, TargetTable
from portal.services.drafting import checks, corrections, explanations, field_saves, undo_redo
from portal.services.drafting.corrections import CorrectionChoice
from portal.services.record import verification
from tests.world import World, sound_project

BASE = sound_project()
RATES = tuple(
    Indicator(f"rate{n}", "产出指标", "质量指标", f"{what}验收合格率", "验收合格的占比", value, "山民[2012]18号")
    for n, (what, value) in enumerate([("路灯", "100百分比"), ("护栏", "≧95%"), ("井盖", "100%")])
)
FAULTY = replace(BASE, indicators=(*BASE.indicators, *RATES), goals=f"{BASE.goals},保障路灯亮。")
EVERYTHING = CorrectionChoice()


def project(world: World, table_id: int) -> ProjectDocument:
    document = world.table(table_id).document
    assert isinstance(document, ProjectDocument)
    return document


def correct(world: World, table_id: int, choice: CorrectionChoice, by: str = "drafter") -> None:
    corrections.correct(world.session, world.actor(by), table_id, world.table(table_id).version, choice)


def values(world: World, table_id: int) -> list[str]:
    return [row.target_value for row in project(world, table_id).indicators if row.id.startswith("rate")]


def bases(world: World, table_id: int) -> set[str]:
    return {row.basis for row in project(world, table_id).indicators if row.id.startswith("rate")}


def test_correcting_everything_is_one_step_that_can_be_undone(world: World) -> None:
    table_id = world.draft(document=FAULTY)
    version = world.table(table_id).version

    correct(world, table_id, EVERYTHING)

    assert values(world, table_id) == ["＝100%", "≥95%", "＝100%"]
    assert bases(world, table_id) == {"山民〔2012〕18号"}
    assert world.table(table_id).version == version + 1
    undo_redo.undo(world.session, world.actor("drafter"), table_id, version + 1)
    assert project(world, table_id) == FAULTY
    assert verification.verify(world.session).problems == []


def test_correcting_a_rule_leaves_the_other_rules(world: World) -> None:
    table_id = world.draft(document=FAULTY)

    correct(world, table_id, CorrectionChoice("W14"))

    assert bases(world, table_id) == {"山民〔2012〕18号"}
    assert values(world, table_id) == ["100百分比", "≧95%", "100%"]


def test_correcting_one_finding_leaves_the_other_findings(world: World) -> None:
    table_id = world.draft(document=FAULTY)

    correct(world, table_id, CorrectionChoice("W22", "indicators/rate2/target_value"))

    assert values(world, table_id) == ["100百分比", "≧95%", "＝100%"]


def test_preview_says_what_the_correction_then_does(world: World) -> None:
    table_id = world.draft(document=FAULTY)
    session, actor = world.session, world.actor("drafter")

    previewed = corrections.preview(session, actor, table_id, EVERYTHING)
    before = project(world, table_id)
    session.rollback()
    saved = corrections.correct(session, actor, table_id, previewed.version, EVERYTHING)

    assert before == FAULTY
    assert list(saved.applied) == list(previewed.texts)
    assert ("indicators/rate0/target_value", "100百分比", "＝100%") in {
        (each.path, each.base, each.new) for each in previewed.texts
    }


def test_uncertain_correction_is_made_only_for_its_own_finding(world: World) -> None:
    wrong = replace(FAULTY, budget=replace(FAULTY.budget, total="1.00"))
    table_id = world.draft(document=wrong)

    correct(world, table_id, EVERYTHING)
    assert project(world, table_id).budget.total == "1.00"

    correct(world, table_id, CorrectionChoice("E1", "budget/total"))
    assert project(world, table_id).budget.total == FAULTY.budget.total


def test_counts_of_findings_follow_the_correction(world: World) -> None:
    table_id = world.draft(document=FAULTY)

    correct(world, table_id, EVERYTHING)

    counted = (world.table(table_id).errors, world.table(table_id).warnings)
    world.session.rollback()
    found = checks.check(world.session, world.actor("drafter"), table_id).findings
    assert counted == checks.counts(found)
    assert not [each for each in found if each.correction and each.correction.is_certain]


def test_correction_names_the_rule_in_the_audit_log(world: World) -> None:
    table_id = world.draft(document=FAULTY)

    correct(world, table_id, CorrectionChoice("W14"))

    latest = world.session.scalar(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1))
    assert latest is not None
    assert (latest.act, json.loads(latest.detail)["corrects"]) == ("edit", "W14")


def test_what_the_office_has_explained_stays_unless_it_is_chosen_alone(world: World) -> None:
    table_id, path = world.draft(document=FAULTY), "indicators/rate2/target_value"
    actor = world.actor("drafter")
    explanations.explain(world.session, actor, table_id, rule="W22", path=path, text="合同如此约定")

    correct(world, table_id, EVERYTHING)
    assert values(world, table_id) == ["＝100%", "≥95%", "100%"]
    assert world.table(table_id).correctable == 0

    correct(world, table_id, CorrectionChoice("W22", path))
    assert values(world, table_id) == ["＝100%", "≥95%", "＝100%"]


def test_places_to_correct_are_counted_with_the_check(world: World) -> None:
    table_id = world.draft(document=FAULTY)
    world.session.execute(update(TargetTable).values(correctable=0))
    world.session.commit()

    found = checks.check(world.session, world.actor("drafter"), table_id).findings

    # Three values and the numbers of documents in three bases.
    assert (world.table(table_id).correctable, checks.correctable_count(found)) == (6, 6)
    correct(world, table_id, EVERYTHING)
    assert world.table(table_id).correctable == 0


def test_correction_changes_what_was_shown_or_nothing(world: World) -> None:
    table_id, value = world.draft(document=FAULTY), CorrectionChoice("W22", "indicators/rate2/target_value")
    session, actor, shown = world.session, world.actor("drafter"), world.table(table_id).version
    stamp = corrections.preview(session, actor, table_id, value).stamp
    session.rollback()

    correct(world, table_id, CorrectionChoice("W14"))
    saved = corrections.correct(session, actor, table_id, shown, value, stamp)
    assert {each.version for each in saved.others} == {shown + 1, shown + 2}

    undo_redo.undo(session, actor, table_id, saved.version)
    typed = Set(value.path, "100%", "98%")
    field_saves.apply(session, actor, table_id, saved.version + 1, [typed])
    with pytest.raises(Stale, match="刚刚改过|没有可以自动改正"):
        corrections.correct(session, actor, table_id, saved.version + 2, value, stamp)


@pytest.mark.parametrize(
    ("path", "typed", "new"),
    [
        ("goals", "发放率≧95%，≦3次，>=2次。", "发放率≥95%，≤3次，≥2次。"),
        ("goals", "完成１２次。", "完成12次。"),
        ("goals", "发放\u200b工资。", "发放工资。"),
        ("purpose", "按山民[2012]18号支付3人全年工资。", "按山民〔2012〕18号支付3人全年工资。"),
        ("budget/fiscal", "2.3万", "23000.00"),
        ("budget/fiscal", "23,000.00", "23000.00"),
        ("budget/fiscal", "２３０００", "23000"),
        ("budget/total", "", "23000.00"),
        ("indicators/bbbb/target_value", "100百分比", "＝100%"),
        ("indicators/bbbb/target_value", "100%", "＝100%"),
        ("indicators/cccc/level1", "", "效果指标"),
    ],
)
def test_everything_certain_is_corrected_at_once(world: World, path: str, typed: str, new: str) -> None:
    table_id = world.draft(document=cast(ProjectDocument, with_value(BASE, path, typed)))

    correct(world, table_id, EVERYTHING)

    assert value_at(project(world, table_id), path) == new


def test_correction_of_a_text_that_has_changed_is_refused(world: World) -> None:
    table_id = world.draft(document=FAULTY)
    shown = world.table(table_id).version
    correct(world, table_id, CorrectionChoice("W14"))

    with pytest.raises(Stale, match="又有改动"):
        corrections.correct(world.session, world.actor("drafter"), table_id, shown, EVERYTHING)


def test_correction_with_nothing_to_correct_is_refused(world: World) -> None:
    table_id = world.draft(document=FAULTY)
    correct(world, table_id, EVERYTHING)

    with pytest.raises(Stale, match="没有可以自动改正"):
        correct(world, table_id, EVERYTHING)


def test_correction_needs_the_right_to_edit(world: World) -> None:
    table_id = world.draft(document=FAULTY)

    with pytest.raises(NotVisible):
        correct(world, table_id, EVERYTHING, by="outsider")
    world.session.rollback()
    with pytest.raises(Forbidden):
        correct(world, table_id, EVERYTHING, by="auditor")
    world.session.rollback()
    with pytest.raises(Forbidden):
        corrections.preview(world.session, world.actor("auditor"), table_id, EVERYTHING)
    assert queries.tables.table_with_facts(world.session, world.actor("auditor"), table_id)
