"""Findings beside the office's other tables, last year's and other offices'; the counts that lists show."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from portal import queries
from portal.domain import actions
from portal.domain.changes import Set
from portal.domain.documents import DepartmentDocument, Duty, Kind, PerformanceText, ProjectDocument, Safeguard
from portal.domain.enclosures import EnclosedExplanation
from portal.domain.errors import Forbidden, Invalid, NotVisible
from portal.domain.rules import Finding, Severity
from portal.domain.rules.findings import Correction
from portal.models import AuditEntry, BudgetYear, TargetTable
from portal.services.drafting import carry_over, checks, drafts, explanations, undo_redo
from portal.services.files import imports
from portal.services.library import known_sentences
from tests.world import OFFICE, YEAR, World, sound_project

COPIED = "1、努力与相关部门协调，积极发挥管理及服务职能，完成辖区居民事项的办理。"
SECOND = replace(
    sound_project(2, "610-1301-JBN-ABI7", "车辆保险费"),
    purpose="为2辆公务用车投保。",
    goals="1、两辆公务用车全年在保。",
)
DEPARTMENT = DepartmentDocument(
    "服务好辖区居民。", (Duty("duty1", "征兵", "完成依法征兵任务。"),), (Safeguard("safe1", "制度", "健全制度。"),)
)


def saying(goals: str, document: ProjectDocument | None = None) -> ProjectDocument:
    return replace(document or sound_project(), goals=goals)


def found(world: World, who: str, table_id: int) -> list[Finding]:
    session, actor = world.session, world.actor(who)
    session.rollback()
    table, facts = queries.tables.table_with_facts(session, actor, table_id)
    shown = queries.tables.visible_text(session, actor, table, facts)
    assert shown
    return checks.findings(session, actor, table, shown.document)


def rules(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


def uncovered(world: World, table_id: int) -> bool:
    return ("W21", "project_name") in [(f.rule, f.path) for f in found(world, "drafter", table_id)]


def counted(world: World, table_id: int) -> tuple[int, int]:
    table = world.table(table_id)
    return table.errors, table.warnings


def entries(world: World) -> int:
    return world.session.scalar(select(func.count()).select_from(AuditEntry)) or 0


# --- what stands beside --------------------------------------------------------------------------


def test_copies_within_the_office_are_found_as_far_as_one_may_see(world: World) -> None:
    first, second = world.submitted(saying(COPIED)), world.draft(saying(COPIED, SECOND))
    assert "W7" in rules(found(world, "drafter", first))
    assert "W7" in rules(found(world, "above_head", first))
    assert "W7" not in rules(found(world, "reviewer", first))
    world.act(second, actions.SUBMIT, "head")
    assert "W7" in rules(found(world, "reviewer", first))
    world.act(second, actions.WITHDRAW, "head")
    world.edit(second, "goals", "1、为两辆公务用车投保。")
    assert "W7" in rules(found(world, "reviewer", first))  # the revision is what the bureau has
    assert "W7" not in rules(found(world, "drafter", first))


def test_name_of_a_draft_is_not_told_to_the_bureau(world: World) -> None:
    first = world.submitted()
    world.draft(sound_project(2, name="不该看到的项目"))  # with the same code
    (told,) = [finding for finding in found(world, "head", first) if finding.rule == "E3"]
    assert "不该看到的项目" in told.message
    assert "E3" not in rules(found(world, "reviewer", first))


def test_one_measure_is_filed_alike_across_the_offices_tables(world: World) -> None:
    moved = [
        replace(row, level2="质量指标") if row.level3 == "工资发放及时率" else row for row in sound_project().indicators
    ]
    first, _ = world.draft(), world.draft(replace(SECOND, indicators=tuple(moved)))
    assert "W20" in rules(found(world, "drafter", first))


def test_projects_are_looked_at_beside_the_duties(world: World) -> None:
    first = world.draft()
    assert not uncovered(world, first)
    department = world.draft(DEPARTMENT)
    assert uncovered(world, first)
    world.edit(department, "duties/duty1/goal", "按月发放预算外人员工资、缴纳保险。")
    assert not uncovered(world, first)


def test_department_table_is_looked_at_beside_the_projects(world: World) -> None:
    copied = replace(DEPARTMENT, duties=(Duty("duty1", "参政议政", COPIED),))
    department = world.draft(copied)
    world.draft(saying(COPIED))
    assert [(f.rule, f.path) for f in found(world, "drafter", department)] == [("W7", "duties/duty1/goal")]


def test_table_is_never_beside_itself(world: World) -> None:
    table_id = world.draft()
    document = world.table(table_id).document
    assert "E3" not in rules(found(world, "drafter", table_id))
    assert document not in queries.drafting.other_tables.others(world.session, None, world.table(table_id)).tables


def test_text_of_another_office_is_found_and_named_to_those_who_may_see_it(world: World) -> None:
    own = world.submitted(saying(COPIED))
    theirs = replace(saying(COPIED), office_code="620001", project_code="620-1301-JBN-OTTA")
    other = world.draft(theirs, "outsider", "620001")
    world.act(other, actions.SUBMIT, "outsider")
    for who, told in (("head", "与其他单位的表的文字相同"), ("approver", "南关街道办事处 2020 年度《办事处工作经费》")):
        (finding,) = [f for f in found(world, who, own) if f.rule == "W7"]
        assert told in finding.message
        assert ("南关" in finding.message) is (who == "approver")


# --- counts --------------------------------------------------------------------------------------


def test_check_brings_the_counts_up_to_date_and_is_nobodys_act(world: World) -> None:
    first = world.draft(saying(COPIED))
    assert counted(world, first) == (0, len(found(world, "drafter", first)))
    world.draft(saying(COPIED, SECOND))
    before, warnings = entries(world), counted(world, first)[1]
    checked = checks.check(world.session, world.actor("drafter"), first)
    assert list(checked.findings) == found(world, "drafter", first)
    assert counted(world, first) == (0, warnings + 1)
    assert entries(world) == before
    assert (checked.table_id, checked.document) == (first, world.table(first).document)


def test_check_writes_nothing_where_the_counts_are_right(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    table_id = world.draft()
    monkeypatch.setattr(checks, "write", None)
    checks.check(world.session, world.actor("drafter"), table_id)


def test_check_does_not_count_for_a_text_that_has_changed_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    table_id = world.draft()
    before = counted(world, table_id)
    world.session.execute(update(TargetTable).values(errors=9))
    world.session.commit()
    judged = checks.findings

    def while_somebody_saves(*arguments: object) -> list[Finding]:
        result = judged(*arguments)  # type: ignore[arg-type]
        world.session.execute(update(TargetTable).values(digest="0" * 64))
        world.session.commit()
        return result

    monkeypatch.setattr(checks, "findings", while_somebody_saves)
    checks.check(world.session, world.actor("drafter"), table_id)
    assert (counted(world, table_id), before) == ((9, before[1]), before)


def test_check_is_for_those_who_may_edit_now(world: World) -> None:
    submitted = world.submitted()
    for who, refusal in (("head", Forbidden), ("reviewer", Forbidden), ("outsider", NotVisible)):
        with pytest.raises(refusal):
            checks.check(world.session, world.actor(who), submitted)


def test_submission_counts_afresh(world: World) -> None:
    first = world.draft(saying(COPIED))
    second = world.draft(saying(COPIED, SECOND))
    world.act(second, actions.SUBMIT, "head")
    warnings = counted(world, first)[1] + 1
    world.act(first, actions.SUBMIT, "head")
    table = world.table(first)
    assert (table.errors, table.warnings, table.submitted_errors, table.submitted_warnings) == (
        0,
        warnings,
        0,
        warnings,
    )


def test_submission_tells_the_bureau_nothing_of_the_drafts_beside_it(world: World) -> None:
    alone = world.submitted(saying(COPIED))
    findings = queries.revisions.findings_of_revision(world.session, alone, 1)
    world.act(alone, actions.WITHDRAW, "head")
    world.draft(saying(COPIED, SECOND))
    world.act(alone, actions.SUBMIT, "head")
    assert queries.revisions.findings_of_revision(world.session, alone, 2) == findings


def test_submission_is_stopped_by_what_another_table_says(world: World) -> None:
    first = world.draft()
    world.draft(replace(SECOND, project_code=sound_project().project_code))
    table, _ = queries.tables.table_with_facts(world.session, world.actor("head"), first)
    assert [(f.rule, f.path) for f in checks.errors(world.session, table)] == [("E3", "project_code")]
    with pytest.raises(Invalid, match="还有 1 处错误"):
        world.act(first, actions.SUBMIT, "head")


def test_import_counts_all_tables_beside_each_other(world: World) -> None:
    world.draft(saying(COPIED, sound_project(1, "610-1301-JBN-ABI9", "早先的表")))
    tables = (saying(COPIED, replace(SECOND, ordinal=n, project_code=f"610-1301-JBN-AB0{n}")) for n in (2, 3))
    text = PerformanceText(DEPARTMENT, tuple(tables))
    imports.import_text(world.session, world.actor("drafter"), text, OFFICE, YEAR)
    world.session.rollback()
    tables = world.session.scalars(select(TargetTable).order_by(TargetTable.position)).all()
    assert [table.position for table in tables] == [0, 1, 2, 3]
    for table in (tables[0], *tables[2:]):
        assert (table.errors, table.warnings) == checks.counts(found(world, "drafter", table.id))
    assert "W7" in rules(found(world, "drafter", tables[3].id))


def test_tables_begun_from_others_and_undone_steps_are_counted(world: World) -> None:
    source, drafter = world.draft(saying(COPIED)), world.actor("drafter")
    (begun,) = carry_over.carry_over_tables(world.session, drafter, [source], YEAR)
    assert counted(world, begun.id) == checks.counts(found(world, "drafter", begun.id))
    world.edit(source, "goals", "")
    undo_redo.undo(world.session, drafter, source, world.table(source).version)
    assert counted(world, source) == checks.counts(found(world, "drafter", source))


def test_new_table_is_counted(world: World) -> None:
    table = drafts.create(world.session, world.actor("drafter"), Kind.PROJECT, OFFICE, YEAR)
    assert counted(world, table.id) == checks.counts(found(world, "drafter", table.id))
    assert table.errors > 0


# --- explanations --------------------------------------------------------------------------------


def test_check_tells_explanations_that_stand_from_those_that_lapsed(world: World) -> None:
    table_id = world.draft(saying(COPIED))
    actor = world.actor("drafter")
    for path in ("goals", "purpose"):
        explanations.explain(world.session, actor, table_id, rule="W7", path=path, text=f"{path} 沿用区里统一的表述。")
    world.edit(table_id, "purpose", "支付预算外人员3人全年工资和保险。")
    checked = checks.check(world.session, actor, table_id)
    assert [(each.path, each.by) for each in checked.explained] == [("goals", "王经办")]
    assert [(each.path, each.text) for each in checked.lapsed] == [("purpose", "purpose 沿用区里统一的表述。")]


# --- the framework of a year ---------------------------------------------------------------------


def test_vanished_framework_is_a_clear_sentence(world: World) -> None:
    table_id = world.draft()
    world.session.execute(update(BudgetYear).values(framework="hebei-1999"))
    world.session.commit()
    for act in (
        lambda: checks.check(world.session, world.actor("drafter"), table_id),
        lambda: world.edit(table_id, "goals", COPIED),
        lambda: world.act(table_id, actions.SUBMIT, "head"),
    ):
        with pytest.raises(Invalid, match="2020 年度的指标体系“hebei-1999”在系统中找不到了"):
            act()
    assert known_sentences.rebuild(world.session) == 0


def test_only_what_is_certain_and_not_explained_counts_as_correctable() -> None:
    certain = Finding("W16", Severity.WARNING, "goals", "", correction=Correction((Set("goals", "甲", "乙"),)))
    again = replace(certain, rule="W14")
    offered = replace(certain, path="purpose", correction=Correction((Set("purpose", "甲", "乙"),), is_certain=False))
    without = replace(certain, path="overall", correction=None)
    assert checks.correctable_count([certain, again, offered, without]) == 1
    explained = [EnclosedExplanation(each.rule, each.path, "保留", "某") for each in (certain, again)]
    assert checks.correctable_count([certain, again], explained[:1]) == 1
    assert checks.correctable_count([certain, again], explained) == 0
