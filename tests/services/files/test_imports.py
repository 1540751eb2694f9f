"""Bringing the text of an office into the portal: everything of the file, or nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from portal import queries
from portal.domain import actions, documents
from portal.domain.documents import DepartmentDocument, Duty, Indicator, PerformanceText, ProjectDocument
from portal.domain.errors import Forbidden, Invalid
from portal.formats import text as text_format
from portal.models import AuditEntry, Change, TargetTable
from portal.services.administration import budget_years
from portal.services.drafting import change_log, drafts
from portal.services.files import import_undo, imports
from portal.services.files.imports import ImportResult
from portal.services.record import verification
from tests.databases import DATA
from tests.world import DUE, OFFICE, YEAR, World, sound_project

FIRST = sound_project()
SECOND = sound_project(2, "610-1301-JBN-0002", "另一项目")
DEPARTMENT = DepartmentDocument("总体目标", (Duty("duty1", "职责", "目标"),))
TEXT = PerformanceText(DEPARTMENT, (FIRST, SECOND))


def bring(
    world: World, text: PerformanceText = TEXT, by: str = "drafter", office: str = OFFICE, year: int = YEAR, **how: bool
) -> ImportResult:
    return imports.import_text(world.session, world.actor(by), text, office, year, **how)


def contents(world: World) -> list[documents.Document]:
    world.session.rollback()
    found = queries.tables.visible_texts_of_office(world.session, world.actor("head"), OFFICE, YEAR)
    world.session.rollback()
    return [each.document for each in found]


def counts(result: ImportResult) -> tuple[int, ...]:
    """Created, replaced, unchanged."""
    return tuple(result.counts.values())


def everything(world: World) -> tuple[object, ...]:
    world.session.rollback()
    statement = select(TargetTable.id, TargetTable.digest, TargetTable.version, TargetTable.state)
    rows = world.session.execute(statement.order_by(TargetTable.id)).all()
    counts = [world.session.scalar(select(func.count()).select_from(model)) for model in (Change, AuditEntry)]
    return rows, counts


def acts(world: World, act: str) -> int:
    return len(world.session.scalars(select(AuditEntry.number).where(AuditEntry.act == act)).all())


def test_imported_file_is_there_whole_one_entry_a_table(world: World) -> None:
    assert counts(bring(world)) == (3, 0, 0)
    assert contents(world) == [DEPARTMENT, FIRST, SECOND]
    assert acts(world, "import") == 3
    for table in world.session.scalars(select(TargetTable)).all():
        replayed = change_log.version_of(world.session, table, table.version)
        assert (table.state, table.version, replayed) == ("drafted", 1, world.table(table.id).document)
    assert verification.verify(world.session).problems == []


def test_real_document_of_an_office_comes_in_and_a_second_time_changes_nothing(world: World) -> None:
    reading = text_format.read((DATA / "gucheng-2020.txt").read_bytes())
    size = len(reading.text.tables)
    assert size > 1
    assert counts(bring(world, reading.text)) == (size + 1, 0, 0)
    assert [documents.without_ids(d) for d in contents(world)] == [
        documents.without_ids(d) for d in (reading.text.department, *reading.text.tables) if d
    ]
    before = everything(world)
    again = text_format.read((DATA / "gucheng-2020.txt").read_bytes())
    assert counts(bring(world, again.text, replace_drafts=True)) == (0, 0, size + 1)
    assert everything(world) == before


def test_office_and_ordinal_are_given_where_the_file_has_none(world: World) -> None:
    bare = replace(FIRST, ordinal=0, office_code="", office_name="")
    bring(world, PerformanceText(None, (bare, replace(SECOND, ordinal=0))))
    assert contents(world) == [FIRST, SECOND]


# --- all or nothing ------------------------------------------------------------------------------


def test_line_breaks_in_fields_of_one_line_do_not_come_in(world: World) -> None:
    broken = replace(
        FIRST, office_code="610\n002", project_code="610-1301-\nJBN-0001", project_name="甲\n项目", goals="一\n二"
    )
    bring(world, PerformanceText(None, (broken,)))
    (stored,) = contents(world)
    assert isinstance(stored, ProjectDocument)
    assert (stored.office_code, stored.project_code) == (OFFICE, "610-1301-JBN-0001")
    assert (stored.project_name, stored.goals) == ("甲项目", "一\n二")


def test_trial_tells_what_would_happen_and_leaves_nothing(world: World) -> None:
    bring(world, PerformanceText(None, (FIRST,)))
    before = everything(world)
    changed = PerformanceText(DEPARTMENT, (replace(FIRST, goals="新目标"), SECOND))
    assert counts(bring(world, changed, replace_drafts=True, dry_run=True)) == (2, 1, 0)
    assert everything(world) == before


def test_trial_refuses_what_the_import_would_refuse(world: World) -> None:
    bring(world)
    with pytest.raises(Invalid, match="已经存在"):
        bring(world, dry_run=True)


def test_one_table_of_another_office_keeps_the_whole_file_out(world: World) -> None:
    before = everything(world)
    other = replace(SECOND, office_code="620001")
    with pytest.raises(Forbidden) as refusal:
        bring(world, PerformanceText(DEPARTMENT, (FIRST, other)))
    assert refusal.value.message == ("《另一项目》的预算单位编码是 620001，不是 610002；不能把别的单位的表导入本单位。")
    assert everything(world) == before


def test_one_table_that_is_too_long_keeps_the_whole_file_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(world)
    monkeypatch.setattr(drafts, "MAX_CONTENT", 10_000)
    with pytest.raises(Invalid, match="内容太多"):
        bring(world, PerformanceText(DEPARTMENT, (FIRST, replace(SECOND, goals="字" * 10_000))))
    assert everything(world) == before


@pytest.mark.parametrize("by", ["outsider", "above_head", "below_head", "reviewer", "approver", "admin", "auditor"])
def test_nobody_imports_for_an_office_that_is_not_their_own(world: World, by: str) -> None:
    with pytest.raises(Forbidden):
        bring(world, by=by)


def test_closed_or_unknown_year_takes_no_import(world: World) -> None:
    with pytest.raises(Invalid, match="没有 2021 年度"):
        bring(world, year=2021)
    budget_years.close_year(world.session, None, YEAR)
    with pytest.raises(Invalid, match="已关闭"):
        bring(world)


# --- onto tables that exist ----------------------------------------------------------------------


def test_drafts_that_exist_are_replaced_only_on_demand(world: World) -> None:
    bring(world)
    before = everything(world)
    with pytest.raises(Invalid) as refusal:
        bring(world)
    assert refusal.value.message == (
        "以下各表已经存在：《部门整体绩效目标》、《办事处工作经费绩效目标表》、《另一项目绩效目标表》。"
        "确要以文件替换草稿，请加 --replace。"
    )
    assert everything(world) == before


def test_replaced_draft_is_one_change_that_the_log_can_undo(world: World) -> None:
    bring(world)
    table_id = world.session.scalars(select(TargetTable.id).where(TargetTable.position == 1)).one()
    changed = PerformanceText(None, (replace(FIRST, goals="新目标", project_name="改名"),))
    assert counts(bring(world, changed, replace_drafts=True)) == (0, 1, 0)
    table = world.table(table_id)
    assert (table.version, table.document) == (2, changed.tables[0])
    assert change_log.version_of(world.session, table, 1) == FIRST
    assert acts(world, "import") == 4


def test_import_that_changes_nothing_leaves_no_trace(world: World) -> None:
    bring(world)
    before = everything(world)
    assert counts(bring(world, replace_drafts=True)) == (0, 0, 3)
    assert everything(world) == before


def test_returned_table_is_in_the_offices_hands_and_can_be_replaced(world: World) -> None:
    table_id = world.returned()
    assert counts(bring(world, PerformanceText(None, (replace(FIRST, goals="新目标"),)), replace_drafts=True))[1] == 1
    table = world.table(table_id)
    assert (table.state, table.document) == ("returned", replace(FIRST, goals="新目标"))


def test_submitted_and_approved_tables_are_refused_by_name_and_nothing_comes_in(world: World) -> None:
    world.approved()
    second = world.draft(SECOND)
    world.act(second, actions.SUBMIT, "head")
    before = everything(world)
    with pytest.raises(Invalid) as refusal:
        bring(world, replace_drafts=True)
    assert refusal.value.message == (
        "以下各表不在单位手中，不能被导入替换："
        "《办事处工作经费绩效目标表》（已批复）、《另一项目绩效目标表》（已送审）。"
    )
    assert everything(world) == before


def test_rows_keep_their_ids_so_that_opinions_keep_their_place(world: World) -> None:
    table_id = world.submitted()
    world.opinion(table_id, path="indicators/bbbb/target_value")
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    from_file = replace(
        FIRST,
        indicators=(
            Indicator("xxx1", "产出指标", "数量指标", "新的指标", "说明", "1", "文件"),
            *(replace(row, id=f"xxx{n}") for n, row in enumerate(reversed(FIRST.indicators), 2)),
        ),
    )
    bring(world, PerformanceText(None, (from_file,)), replace_drafts=True)
    found = world.table(table_id).document
    assert isinstance(found, ProjectDocument)
    assert [row.id for row in found.indicators[1:]] == ["dddd", "cccc", "bbbb", "aaaa"]
    assert found.indicators[0].id not in {"aaaa", "bbbb", "cccc", "dddd", "xxx1"}
    assert documents.without_ids(found) == documents.without_ids(from_file)
    (opinion,) = queries.review.opinions(
        world.session, world.actor("head"), world.table(table_id), world.facts(table_id, world.actor("head"))
    )
    assert documents.value_at(found, opinion.path) == opinion.quoted == "≥95%"


@pytest.mark.parametrize("replaces", [False, True])
def test_rows_of_one_name_get_ids_of_their_own(world: World, replaces: bool) -> None:
    if replaces:
        bring(world, PerformanceText(None, (FIRST,)))
    row = FIRST.indicators[0]
    twice = replace(FIRST, indicators=(row, replace(row, id="xxx1"), replace(row, id="xxx2"), *FIRST.indicators[1:]))

    bring(world, PerformanceText(None, (twice,)), replace_drafts=True)

    (found,) = contents(world)
    assert isinstance(found, ProjectDocument)
    ids = [row.id for row in found.indicators]
    assert len(set(ids)) == len(ids) == 6
    assert (ids[0], ids[3:]) == ("aaaa", ["bbbb", "cccc", "dddd"])
    assert documents.without_ids(found) == documents.without_ids(twice)


def test_tables_without_a_code_are_known_by_their_name(world: World) -> None:
    bare = replace(FIRST, project_code="")
    bring(world, PerformanceText(None, (bare,)))
    assert counts(bring(world, PerformanceText(None, (replace(bare, goals="新目标"),)), replace_drafts=True))[1] == 1
    assert counts(bring(world, PerformanceText(None, (replace(bare, project_name="别的", ordinal=2),))))[0] == 1


def test_two_tables_of_one_code_in_a_file_stay_two(world: World) -> None:
    twice = PerformanceText(None, (FIRST, replace(SECOND, project_code=FIRST.project_code)))
    assert counts(bring(world, twice))[0] == 2
    assert counts(bring(world, twice, replace_drafts=True))[2] == 2


def test_import_that_is_taken_back_leaves_what_it_did_not_change(world: World) -> None:
    bring(world)
    changed = replace(TEXT, tables=(FIRST, replace(SECOND, goals="改过的目标。")))
    imported = bring(world, changed, replace_drafts=True)
    done = import_undo.take_back(world.session, world.actor("drafter"), imported.tables)
    assert (counts(imported), done.count, done.kept) == ((0, 1, 2), 1, [])
    assert contents(world) == [DEPARTMENT, FIRST, SECOND]
