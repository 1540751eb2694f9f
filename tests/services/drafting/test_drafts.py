"""Making, saving and discarding drafts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from portal import queries
from portal.domain import actions, documents, serialization
from portal.domain.changes import Conflict, Set
from portal.domain.documents import (
    MAX_TEXT,
    DepartmentDocument,
    Indicator,
    Kind,
    PostedForm,
    ProjectDocument,
    Safeguard,
)
from portal.domain.errors import Forbidden, Invalid, NotVisible, Stale
from portal.models import AuditEntry, BudgetYear, Change, Participation, TargetTable
from portal.services.administration import budget_years, offices
from portal.services.administration.offices import OfficeForm
from portal.services.drafting import change_log, drafts
from portal.services.record import verification
from tests.world import DUE, OFFICE, YEAR, World, sound_project


def create(world: World, kind: Kind = Kind.PROJECT, by: str = "drafter", year: int = YEAR) -> TargetTable:
    return drafts.create(world.session, world.actor(by), kind, OFFICE, year)


def document(world: World, table_id: int) -> ProjectDocument:
    found = world.table(table_id).document
    assert isinstance(found, ProjectDocument)
    return found


def acts(world: World) -> list[str]:
    return list(world.session.scalars(select(AuditEntry.act).order_by(AuditEntry.number)))


# --- making --------------------------------------------------------------------------------------


def test_new_project_table_has_its_office_and_the_next_ordinal(world: World) -> None:
    first, second = create(world), create(world, by="head")
    assert (first.position, second.position) == (1, 2)
    assert document(world, second.id) == ProjectDocument(
        ordinal=2, office_code=OFFICE, office_name="秦皇岛市山海关区古城街道办事处"
    )
    table = world.table(second.id)
    assert (table.state, table.version, table.submission_count, table.due_on) == ("drafted", 1, 0, None)
    assert table.errors > 0
    assert acts(world)[-2:] == ["create", "create"]


def test_department_table_stands_first_and_there_is_one_a_year(world: World) -> None:
    create(world)
    department = create(world, Kind.DEPARTMENT)
    assert department.position == 0
    with pytest.raises(Invalid, match="已有部门整体绩效目标，不能再建一张"):
        create(world, Kind.DEPARTMENT, by="head")
    listed = queries.lists.listing(world.session, world.actor("head"), queries.lists.Filters(YEAR)).rows
    assert [table.kind for table in listed] == ["department", "project"]


def test_department_table_of_another_year_or_office_is_another_one(world: World) -> None:
    create(world, Kind.DEPARTMENT)
    year = world.session.get_one(BudgetYear, YEAR)
    form = budget_years.YearForm(year.framework, year.code_pattern, DUE)
    budget_years.open_year(world.session, None, 2021, form)
    create(world, Kind.DEPARTMENT, year=2021)
    drafts.create(world.session, world.actor("outsider"), Kind.DEPARTMENT, "620001", YEAR)
    assert world.session.scalar(select(func.count()).select_from(TargetTable)) == 3


@pytest.mark.parametrize("year", [1999, 2021])
def test_year_that_is_not_there_takes_no_tables(world: World, year: int) -> None:
    with pytest.raises(Invalid, match=f"没有 {year} 年度"):
        create(world, year=year)


def test_office_that_is_not_there_looks_like_one_that_is_not_ones_own(world: World) -> None:
    refusals = []
    for code in ("999999", "620001"):
        with pytest.raises(Forbidden) as refusal:
            drafts.create(world.session, world.actor("drafter"), Kind.PROJECT, code, YEAR)
        refusals.append(refusal.value.message)
    assert refusals[0] == refusals[1]


def test_office_that_was_closed_down_takes_no_tables(world: World) -> None:
    offices.change_office(world.session, None, OFFICE, OfficeForm("古城街道办事处", "610", active=False))
    with pytest.raises(Forbidden):
        create(world)


# --- a closed year -------------------------------------------------------------------------------


def test_in_a_closed_year_nothing_is_made_saved_or_submitted_but_the_bureau_decides(world: World) -> None:
    submitted = world.submitted()
    draft = world.draft(sound_project(2, "610-1301-JBN-0002", "另一项目"))
    budget_years.close_year(world.session, None, YEAR)
    with pytest.raises(Invalid, match="2020 年度已关闭"):
        create(world)
    with pytest.raises(Invalid, match="2020 年度已关闭"):
        world.edit(draft, "goals", "新目标")
    with pytest.raises(Invalid, match="2020 年度已关闭"):
        world.act(draft, actions.SUBMIT, "head")
    assert world.act(submitted, actions.APPROVE, "approver").id == submitted
    assert world.table(submitted).state == "approved"


# --- saving --------------------------------------------------------------------------------------


def test_save_writes_content_digest_columns_changes_and_one_entry(world: World) -> None:
    table_id = create(world).id
    before = len(acts(world))
    saved = world.save(table_id, replace(sound_project(), budget=documents.Budget("2.3万", "23,000.00", "")))
    table = world.table(table_id)
    assert (saved.version, table.version, saved.conflicts) == (2, 2, ())
    assert table.digest == serialization.digest(table.content)
    assert (table.project_code, table.project_name) == ("610-1301-JBN-OTTA", "办事处工作经费")
    assert (table.total_fen, table.fiscal_fen, table.other_fen) == (None, 2_300_000, None)
    assert table.errors == 1  # E1: the total cannot be read
    assert document(world, table_id).budget.total == "2.3万"
    assert acts(world)[before:] == ["edit"]
    assert change_log.version_of(world.session, table, 2) == table.document


def test_saving_without_a_change_leaves_no_trace(world: World) -> None:
    table_id = world.draft()
    table, entries = world.table(table_id), len(acts(world))
    saved = drafts.save(world.session, world.actor("drafter"), table_id, table.version, PostedForm.of(table.document))
    assert (saved.operations, saved.version) == ([], 2)
    assert (world.table(table_id).version, len(acts(world))) == (2, entries)


def test_what_is_fixed_at_birth_stays_whatever_the_form_says(world: World) -> None:
    table_id = world.draft()
    world.save(table_id, replace(sound_project(), ordinal=77, office_code="620001", office_name="别的单位"))
    found = document(world, table_id)
    assert (found.ordinal, found.office_code, found.office_name) == (1, OFFICE, "秦皇岛市山海关区古城街道办事处")


def test_saves_of_different_fields_from_one_opened_version_merge(world: World) -> None:
    table_id = world.draft()
    opened, form = world.table(table_id).version, document(world, table_id)
    world.edit(table_id, "goals", "1、另一个目标。", by="drafter2")
    mine = documents.with_rows(form, "indicators", [*form.indicators[1:], Indicator("mine", level3="我的")])
    saved = drafts.save(world.session, world.actor("drafter"), table_id, opened, PostedForm.of(mine))
    assert (saved.version, saved.conflicts) == (opened + 2, ())
    found = document(world, table_id)
    assert found.goals == "1、另一个目标。"
    assert [row.id for row in found.indicators] == ["bbbb", "cccc", "dddd", "mine"]
    assert change_log.version_of(world.session, world.table(table_id), opened) == form


def test_conflict_gives_both_texts_writes_nothing_and_lays_mine_over_theirs(world: World) -> None:
    table_id = world.draft()
    opened, form = world.table(table_id).version, document(world, table_id)
    world.edit(table_id, "goals", "别人的", by="drafter2")
    before, entries = world.table(table_id).content, len(acts(world))
    mine = replace(form, goals="我的", purpose="我的用途")
    saved = drafts.save(world.session, world.actor("drafter"), table_id, opened, PostedForm.of(mine))
    assert saved.conflicts == [Conflict("goals", theirs="别人的", mine="我的")]
    assert (saved.version, saved.operations) == (opened + 1, ())
    assert (world.table(table_id).content, len(acts(world))) == (before, entries)
    assert saved.merged == replace(document(world, table_id), goals="我的", purpose="我的用途")
    # Saved again from there, on purpose, it stands.
    again = drafts.save(world.session, world.actor("drafter"), table_id, saved.version, PostedForm.of(saved.merged))
    assert (again.conflicts, document(world, table_id).goals) == ((), "我的")


def test_row_that_another_deleted_while_i_changed_it_comes_back_for_me_to_decide(world: World) -> None:
    table_id = world.draft()
    opened, form = world.table(table_id).version, document(world, table_id)
    world.save(table_id, replace(form, indicators=form.indicators[1:]), by="drafter2")
    mine = documents.with_value(form, "indicators/aaaa/target_value", "≥5人")
    saved = drafts.save(world.session, world.actor("drafter"), table_id, opened, PostedForm.of(mine))
    assert saved.conflicts == [Conflict("indicators/aaaa/target_value", theirs=None, mine="≥5人")]
    assert isinstance(saved.merged, ProjectDocument)
    assert saved.merged.indicators == (*form.indicators[1:], replace(form.indicators[0], target_value="≥5人"))
    assert "aaaa" not in [row.id for row in document(world, table_id).indicators]


def test_row_that_i_delete_while_another_changed_it_stays_until_i_delete_it_again(world: World) -> None:
    table_id = world.draft()
    opened, form = world.table(table_id).version, document(world, table_id)
    world.edit(table_id, "indicators/aaaa/target_value", "≥5人", by="drafter2")
    without = replace(form, indicators=form.indicators[1:])
    saved = drafts.save(world.session, world.actor("drafter"), table_id, opened, PostedForm.of(without))
    assert saved.conflicts == [Conflict("indicators/aaaa", theirs="", mine=None)]
    assert saved.merged == world.table(table_id).document
    drafts.save(world.session, world.actor("drafter"), table_id, saved.version, PostedForm.of(without))
    assert document(world, table_id) == without


@pytest.mark.parametrize("opened", [-1, 3, 99])
def test_version_that_there_is_not_is_stale(world: World, opened: int) -> None:
    table_id = world.draft()
    with pytest.raises(Stale, match="版本对不上"):
        drafts.save(world.session, world.actor("drafter"), table_id, opened, PostedForm.of(sound_project()))


def test_text_that_is_too_long_is_refused_with_its_place_and_nothing_is_written(world: World) -> None:
    table_id = world.draft()
    before = world.table(table_id).content
    with pytest.raises(Invalid, match="最多") as refusal:
        world.edit(table_id, "goals", "字" * (MAX_TEXT + 1))
    assert refusal.value.path == "goals"
    assert (world.table(table_id).content, world.table(table_id).version) == (before, 2)


def test_table_that_is_too_long_altogether_is_refused_and_nothing_is_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    table_id = create(world, Kind.DEPARTMENT).id
    monkeypatch.setattr(drafts, "MAX_CONTENT", 10_000)
    rows = tuple(Safeguard(f"row{n}", "措施", "字" * 2_000) for n in range(10))
    changes, entries = world.session.scalar(select(func.count()).select_from(Change)), len(acts(world))
    with pytest.raises(Invalid, match="内容太多"):
        world.save(table_id, DepartmentDocument("总体", (), rows))
    assert world.table(table_id).document == DepartmentDocument()
    assert (world.session.scalar(select(func.count()).select_from(Change)), len(acts(world))) == (changes, entries)


def test_saving_what_is_with_the_bureau_tells_who_brought_it_there(world: World) -> None:
    table_id = world.submitted()
    with pytest.raises(Stale, match="已由李主任（head）送审，现在的状态是“已送审”"):
        world.edit(table_id, "goals", "新目标")


def test_who_changed_what_since_a_version_is_told(world: World) -> None:
    table_id = world.draft()
    world.edit(table_id, "goals", "新目标", by="drafter2")
    world.edit(table_id, "purpose", "新用途", by="head")
    found = change_log.last_changes(world.session, table_id, 2)
    assert {path: name for path, (name, _) in found.items()} == {"goals": "周经办", "purpose": "李主任"}


def test_change_log_keeps_what_stood_there_before(world: World) -> None:
    table_id = world.draft()
    saved = world.edit(table_id, "goals", "新目标")
    assert saved.operations == [Set("goals", sound_project().goals, "新目标")]


# --- discarding ----------------------------------------------------------------------------------


def test_discarded_draft_is_gone_and_its_changes_and_entries_stay(world: World) -> None:
    table_id = world.draft()
    world.session.rollback()
    changes = world.session.scalar(select(func.count()).select_from(Change))
    assert drafts.discard(world.session, world.actor("head"), table_id) == "办事处工作经费绩效目标表"
    world.session.rollback()
    assert world.session.scalar(select(func.count()).select_from(TargetTable)) == 0
    assert world.session.scalar(select(func.count()).select_from(Participation)) == 0
    assert world.session.scalar(select(func.count()).select_from(Change)) == changes
    entry = world.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry is not None
    assert (entry.act, entry.object_id, entry.object_name) == (
        "discard",
        str(table_id),
        f"2020 年 610002 编号 {table_id} 的表",
    )
    assert verification.verify(world.session).problems == []


def test_number_of_a_discarded_draft_is_never_given_again(world: World) -> None:
    table_id = world.draft()
    drafts.discard(world.session, world.actor("drafter"), table_id)
    assert create(world).id > table_id


def test_table_that_was_submitted_once_is_never_discarded(world: World) -> None:
    table_id = world.submitted()
    world.act(table_id, actions.WITHDRAW, "head")
    with pytest.raises(Forbidden, match="送审过的表不能删除"):
        drafts.discard(world.session, world.actor("head"), table_id)


@pytest.mark.parametrize("who", ["outsider", "reviewer", "approver", "admin"])
def test_draft_is_not_there_for_those_who_may_not_see_it(world: World, who: str) -> None:
    table_id = world.draft()
    with pytest.raises(NotVisible) as unseen:
        drafts.discard(world.session, world.actor(who), table_id)
    with pytest.raises(NotVisible) as absent:
        drafts.discard(world.session, world.actor(who), 999)
    assert unseen.value.message == absent.value.message


@pytest.mark.parametrize("who", ["above_head", "auditor"])
def test_those_who_see_a_draft_of_others_may_not_discard_it(world: World, who: str) -> None:
    table_id = world.draft()
    with pytest.raises(Forbidden, match="没有删除这张表的权限"):
        drafts.discard(world.session, world.actor(who), table_id)
