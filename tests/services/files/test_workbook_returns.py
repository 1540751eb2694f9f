"""An offline copy comes back: what the file changed is taken, what others changed stays, what both changed is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from sqlalchemy import select

from portal.domain import actions, changes, documents
from portal.domain.documents import DepartmentDocument, Duty, Indicator, ProjectDocument
from portal.domain.errors import Forbidden, Invalid, Stale
from portal.domain.offline import ReturnedCopy
from portal.domain.returned_tables import Verdict
from portal.formats import files
from portal.formats.excel import marks
from portal.models import AuditEntry
from portal.services.administration import budget_years
from portal.services.drafting import drafts, undo_redo
from portal.services.files import exports, import_undo, workbook_returns
from portal.services.files.imports import ImportedTable
from portal.services.files.workbook_returns import Outcome, ReturnPlan, TableReturn
from portal.services.record import verification
from tests.formats.workbook_files import Clerk, altered
from tests.world import OFFICE, YEAR, World, sound_project

SECOND = sound_project(2, "610-1301-JBN-0002", "另一项目")
Work = Callable[[Clerk], object]


def download(world: World, by: str = "drafter") -> bytes:
    taken = exports.export_office(world.session, world.actor(by), OFFICE, YEAR, format="xlsx")
    return files.write("xlsx", taken.text, taken.imprint)


def received(data: bytes) -> ReturnedCopy:
    copy = files.returned_copy(data)
    assert copy is not None
    return copy


def filled_in(data: bytes, work: Work) -> ReturnedCopy:
    """The workbook after a clerk's work on its first table."""
    clerk = Clerk.opens(data)
    work(clerk)
    return received(clerk.saves())


def planned(world: World, copy: ReturnedCopy, by: str = "drafter") -> ReturnPlan:
    world.session.rollback()
    return workbook_returns.plan(world.session, world.actor(by), copy)


def take(
    world: World, copy: ReturnedCopy, chosen: Mapping[int, set[str]] | None = None, by: str = "drafter"
) -> list[ImportedTable]:
    stamp = planned(world, copy, by).stamp
    return workbook_returns.take_over(world.session, world.actor(by), copy, chosen or {}, stamp)


def only(plan: ReturnPlan) -> TableReturn:
    (found,) = plan.tables
    return found


def told(lines: object) -> list[tuple[str, str]]:
    return [(line.path, line.verdict.value) for line in lines]  # type: ignore[attr-defined]


def project(world: World, table_id: int) -> ProjectDocument:
    document = world.table(table_id).document
    assert isinstance(document, ProjectDocument)
    return document


# --- taken, kept, decided ------------------------------------------------------------------------


def test_workbook_that_nobody_changed_changes_nothing(world: World) -> None:
    table_id = world.draft()
    before = world.table(table_id).version
    copy = received(download(world))
    assert only(planned(world, copy)).outcome is Outcome.UNCHANGED
    assert take(world, copy) == []
    assert world.table(table_id).version == before


def test_change_of_the_file_is_taken_as_one_step_with_its_entry(world: World) -> None:
    table_id = world.draft()
    before = world.table(table_id).version
    copy = filled_in(download(world), lambda clerk: clerk.writes("支付预算外人员3人全年工资。", "支付5人工资。"))
    assert told(only(planned(world, copy)).lines) == [("purpose", "taken")]
    (made,) = take(world, copy)
    assert project(world, table_id) == replace(sound_project(), purpose="支付5人工资。")
    assert (made.table_id, made.version, world.table(table_id).version) == (table_id, before + 1, before + 1)
    entries = world.session.scalars(select(AuditEntry).where(AuditEntry.act == "import")).all()
    assert [entry.object_id for entry in entries] == [str(table_id)]
    assert verification.verify(world.session).problems == []


def test_taken_step_can_be_undone_in_the_table_and_all_at_once(world: World) -> None:
    first, second = world.draft(), world.draft(SECOND)
    clerk = Clerk.opens(download(world))
    for name in clerk.visible:
        row = next(row for row in clerk.sheets[name] if "支付预算外人员3人全年工资。" in row)
        row[row.index("支付预算外人员3人全年工资。")] = "支付5人工资。"
    made = take(world, received(clerk.saves()))
    assert [project(world, n).purpose for n in (first, second)] == ["支付5人工资。"] * 2
    undo_redo.undo(world.session, world.actor("drafter"), first, world.table(first).version)
    assert project(world, first) == sound_project()
    assert import_undo.take_back(world.session, world.actor("drafter"), made[1:]).count == 1
    assert project(world, second) == SECOND


def test_change_made_in_the_portal_meanwhile_is_kept(world: World) -> None:
    table_id = world.draft()
    data = download(world)
    world.edit(table_id, "goals", "同事改过的目标", by="drafter2")
    copy = filled_in(data, lambda clerk: clerk.writes("办事处工作经费", "新名称"))
    assert told(only(planned(world, copy)).lines) == [("project_name", "taken"), ("goals", "stays")]
    take(world, copy)
    assert (project(world, table_id).project_name, project(world, table_id).goals) == ("新名称", "同事改过的目标")


@pytest.mark.parametrize(("chosen", "wanted"), [(False, "支付4人工资。"), (True, "支付5人工资。")])
def test_place_that_both_changed_stays_as_it_is_now_unless_the_file_is_chosen(
    world: World, chosen: bool, wanted: str
) -> None:
    table_id = world.draft()
    data = download(world)
    world.edit(table_id, "purpose", "支付4人工资。", by="drafter2")
    copy = filled_in(data, lambda clerk: clerk.writes("支付预算外人员3人全年工资。", "支付5人工资。"))
    (line,) = only(planned(world, copy)).lines
    assert (line.verdict, line.before, line.now, line.file) == (
        Verdict.CONFLICT,
        "支付预算外人员3人全年工资。",
        "支付4人工资。",
        "支付5人工资。",
    )
    take(world, copy, {table_id: {"purpose"}} if chosen else {})
    assert project(world, table_id).purpose == wanted


def test_same_change_on_both_sides_is_no_question(world: World) -> None:
    table_id = world.draft()
    data = download(world)
    world.edit(table_id, "purpose", "支付5人工资。", by="drafter2")
    copy = filled_in(data, lambda clerk: clerk.writes("支付预算外人员3人全年工资。", "支付5人工资。"))
    assert only(planned(world, copy)).outcome is Outcome.UNCHANGED


def test_plan_that_is_out_of_date_is_not_carried_out(world: World) -> None:
    table_id = world.draft()
    copy = filled_in(download(world), lambda clerk: clerk.writes("办事处工作经费", "新名称"))
    stamp = planned(world, copy).stamp
    world.edit(table_id, "project_name", "同事的名称", by="drafter2")
    with pytest.raises(Stale, match="又有改动"):
        workbook_returns.take_over(world.session, world.actor("drafter"), copy, {}, stamp)
    assert project(world, table_id).project_name == "同事的名称"


def test_workbook_may_be_taken_over_again_and_changes_nothing_more(world: World) -> None:
    table_id = world.draft()
    copy = filled_in(download(world), lambda clerk: clerk.inserts("发放工资人数", ["产出指标", "数量指标", "新指标"]))
    take(world, copy)
    after = world.table(table_id).version
    assert take(world, copy) == []
    assert world.table(table_id).version == after


# --- rows ----------------------------------------------------------------------------------------


def names(world: World, table_id: int) -> list[tuple[str, str]]:
    return [(row.id, row.level3) for row in project(world, table_id).indicators]


def test_inserted_row_is_new_and_all_others_keep_their_ids(world: World) -> None:
    table_id = world.draft()
    row = ["产出指标", "数量指标", "新指标", "说明", "≥1个", "依据"]
    copy = filled_in(download(world), lambda clerk: clerk.inserts("工资发放及时率", row))
    take(world, copy)
    (first, new, *others) = project(world, table_id).indicators
    assert [first.id, *(each.id for each in others)] == ["aaaa", "bbbb", "cccc", "dddd"]
    assert replace(new, id="") == Indicator("", *row) and new.id not in ("aaaa", "")


def test_row_written_into_the_blank_rows_at_the_end_is_new(world: World) -> None:
    table_id = world.draft()

    def work(clerk: Clerk) -> None:
        row = next(row for row in clerk.first if row[:1] == ["indicators/+"])
        row[:] = ["indicators/+", "满意度指标", "", "第五条", "", "≥90%", ""]

    take(world, filled_in(download(world), work))
    assert [name for _, name in names(world, table_id)][-1] == "第五条"


def test_deleted_row_is_deleted(world: World) -> None:
    table_id = world.draft()
    copy = filled_in(download(world), lambda clerk: clerk.first.pop(clerk.row_of("工资发放及时率")))
    assert told(only(planned(world, copy)).lines) == [("indicators/bbbb", "taken")]
    take(world, copy)
    assert [id for id, _ in names(world, table_id)] == ["aaaa", "cccc", "dddd"]


@pytest.mark.parametrize("with_ids", [True, False], ids=["whole rows", "visible columns only"])
def test_sorted_rows_keep_their_ids(world: World, with_ids: bool) -> None:
    table_id = world.draft()

    def work(clerk: Clerk) -> None:
        first, last = clerk.row_of("发放工资人数"), clerk.row_of("居民满意度")
        rows = [list(row) for row in clerk.first[first : last + 1]]
        for at, row in zip(range(first, last + 1), reversed(rows), strict=True):
            clerk.first[at][0 if with_ids else 1 :] = row[0 if with_ids else 1 :]

    copy = filled_in(download(world), work)
    (line,) = only(planned(world, copy)).lines
    assert (line.label, line.verdict.value) == ("各行的次序", "taken")
    take(world, copy)
    assert project(world, table_id).indicators == tuple(reversed(sound_project().indicators))


def test_copied_row_is_a_new_row_and_the_first_keeps_the_id(world: World) -> None:
    table_id = world.draft()

    def work(clerk: Clerk) -> None:
        at = clerk.row_of("发放工资人数")
        copied = list(clerk.first[at])
        copied[copied.index("发放工资人数")] = "发放补贴人数"
        clerk.first.insert(at + 1, copied)

    take(world, filled_in(download(world), work))
    found = names(world, table_id)
    assert [name for _, name in found][:2] == ["发放工资人数", "发放补贴人数"]
    assert found[0][0] == "aaaa" and len({id for id, _ in found}) == 5


def test_row_copied_from_another_table_is_a_new_row(world: World) -> None:
    world.draft()
    second = world.draft(replace(SECOND, indicators=(Indicator("zzzz", "产出指标", "数量指标", "别表的"),)))

    def work(clerk: Clerk) -> None:
        other = clerk.sheets[clerk.visible[1]]
        other.insert(
            next(n for n, row in enumerate(other) if "别表的" in row), list(clerk.first[clerk.row_of("居民满意度")])
        )

    take(world, filled_in(download(world), work))
    assert [row.level3 for row in project(world, second).indicators] == ["居民满意度", "别表的"]


@pytest.mark.parametrize("chosen", [False, True])
def test_row_deleted_in_the_portal_and_changed_in_the_file_is_asked_about_once(world: World, chosen: bool) -> None:
    table_id = world.draft()
    data = download(world)
    world.save(table_id, replace(sound_project(), indicators=sound_project().indicators[1:]), by="drafter2")

    def work(clerk: Clerk) -> None:
        clerk.writes("发放工资人数", "发放工资的人数")
        clerk.writes("全年发放工资的人数", "全年的人数")

    copy = filled_in(data, work)
    (line,) = only(planned(world, copy)).lines
    assert (line.path, line.verdict, line.now) == ("indicators/aaaa", Verdict.CONFLICT, None)
    take(world, copy, {table_id: {line.path}} if chosen else {})
    found = project(world, table_id).indicators
    assert [row.id for row in found] == (["aaaa", "bbbb", "cccc", "dddd"] if chosen else ["bbbb", "cccc", "dddd"])
    assert not chosen or (found[0].level3, found[0].description) == ("发放工资的人数", "全年的人数")


@pytest.mark.parametrize("chosen", [False, True])
def test_row_deleted_in_the_file_and_changed_in_the_portal_is_asked_about(world: World, chosen: bool) -> None:
    table_id = world.draft()
    data = download(world)
    world.edit(table_id, "indicators/aaaa/level3", "同事改过的", by="drafter2")
    copy = filled_in(data, lambda clerk: clerk.first.pop(clerk.row_of("发放工资人数")))
    (line,) = only(planned(world, copy)).lines
    assert (line.path, line.verdict, line.file) == ("indicators/aaaa", Verdict.CONFLICT, None)
    take(world, copy, {table_id: {line.path}} if chosen else {})
    assert ("aaaa" in dict(names(world, table_id))) is not chosen


def test_row_that_a_colleague_inserted_stays(world: World) -> None:
    table_id = world.draft()
    data = download(world)
    new = Indicator("eeee", "产出指标", "数量指标", "同事的指标")
    world.save(table_id, replace(sound_project(), indicators=(*sound_project().indicators, new)), by="drafter2")
    copy = filled_in(data, lambda clerk: clerk.writes("发放工资人数", "发放的人数"))
    assert told(only(planned(world, copy)).lines) == [("indicators/aaaa/level3", "taken"), ("indicators/eeee", "stays")]
    take(world, copy)
    assert [name for _, name in names(world, table_id)][::4] == ["发放的人数", "同事的指标"]


def test_department_table_comes_back_with_the_rows_of_each_list(world: World) -> None:
    table_id = world.draft(
        DepartmentDocument("总体目标", (Duty("duty1", "职责甲", "目标甲"), Duty("duty2", "职责乙", "乙")))
    )
    copy = filled_in(download(world), lambda clerk: clerk.first.pop(clerk.row_of("职责甲")))
    take(world, copy)
    document = world.table(table_id).document
    assert isinstance(document, DepartmentDocument) and [duty.id for duty in document.duties] == ["duty2"]


# --- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "code", "path", "wanted"),
    [
        (48000, "General", "budget/total", "48000"),
        (48000, "#,##0.00", "budget/total", "48000.00"),
        (0.9, "0%", "spending_plan/march", "90"),
        (30, "General", "spending_plan/march", "30"),
        (0.305, "0.0%", "spending_plan/march", "30.5"),
    ],
)
def test_number_that_a_clerk_types_is_read_as_the_field_writes_it(
    world: World, number: float, code: str, path: str, wanted: str
) -> None:
    table_id = world.draft()

    def work(clerk: Clerk) -> None:
        row, column = clerk.find("23000.00" if path == "budget/total" else "25.00")
        clerk.numbers[clerk.visible[0], row, column] = (number, code)

    take(world, filled_in(download(world), work))
    assert documents.value_at(world.table(table_id).document, path) == wanted


# --- whose, and in which state -------------------------------------------------------------------


@pytest.mark.parametrize("move", [actions.SUBMIT, actions.APPROVE])
def test_table_that_left_the_office_is_shown_and_not_changed(world: World, move: actions.Action) -> None:
    table_id = world.draft()
    data = download(world)
    world.act(table_id, actions.SUBMIT, "head")
    if move is actions.APPROVE:
        world.act(table_id, actions.APPROVE, "approver")
    before = world.table(table_id).version
    copy = filled_in(data, lambda clerk: clerk.writes("办事处工作经费", "新名称"))
    found = only(planned(world, copy))
    assert (found.outcome, told(found.lines)) == (Outcome.FIXED, [("project_name", "taken")])
    assert "不在单位手中" in found.message
    assert take(world, copy) == [] and world.table(table_id).version == before


def test_returned_table_takes_the_answer_to_its_opinions(world: World) -> None:
    table_id = world.returned()
    data = download(world)
    copy = filled_in(data, lambda clerk: clerk.writes("支付预算外人员3人全年工资。", "支付5人工资。"))
    take(world, copy)
    assert project(world, table_id).purpose == "支付5人工资。"


@pytest.mark.parametrize("who", ["outsider", "above_drafter", "reviewer", "approver", "admin", "auditor"])
def test_workbook_of_another_office_is_refused(world: World, who: str) -> None:
    table_id = world.draft()
    copy = filled_in(download(world), lambda clerk: clerk.writes("办事处工作经费", "新名称"))
    stamp = planned(world, copy).stamp
    with pytest.raises(Forbidden, match="不是你的单位"):
        workbook_returns.plan(world.session, world.actor(who), copy)
    with pytest.raises(Forbidden):
        workbook_returns.take_over(world.session, world.actor(who), copy, {}, stamp)
    assert project(world, table_id) == sound_project()


def test_workbook_of_a_closed_year_is_refused(world: World) -> None:
    world.draft()
    copy = received(download(world))
    budget_years.close_year(world.session, None, YEAR)
    with pytest.raises(Invalid, match="已关闭"):
        planned(world, copy)


@pytest.mark.parametrize("who", ["reviewer", "approver", "auditor", "above_drafter"])
def test_whoever_does_not_draft_for_the_office_gets_no_copy_to_return(world: World, who: str) -> None:
    world.submitted()
    data = download(world, who)
    assert files.returned_copy(data) is None
    assert files.read("表.xlsx", data).text.tables == (sound_project(),)


def test_id_forged_into_another_table_changes_neither(world: World) -> None:
    first, second = world.draft(), world.draft(SECOND)
    copy = filled_in(download(world), lambda clerk: clerk.writes("办事处工作经费", "新名称"))
    forged = replace(copy, tables=[replace(copy.tables[0], id=second), copy.tables[1]])
    found = planned(world, forged)
    assert [each.outcome for each in found.tables] == [Outcome.REFUSED, Outcome.REFUSED]
    assert "对不上" in found.tables[0].message
    assert take(world, forged) == []
    assert (project(world, first), project(world, second)) == (sound_project(), SECOND)


@pytest.mark.parametrize("version", [-1, 0, 99])
def test_version_that_never_was_is_refused(world: World, version: int) -> None:
    world.draft()
    copy = received(download(world))
    forged = replace(copy, tables=[replace(copy.tables[0], version=version)])
    assert only(planned(world, forged)).outcome is Outcome.REFUSED


def test_table_discarded_meanwhile_is_told(world: World) -> None:
    table_id = world.draft()
    world.draft(SECOND)
    data = download(world)
    drafts.discard(world.session, world.actor("drafter"), table_id)
    found = planned(world, received(data))
    assert [each.outcome for each in found.tables] == [Outcome.REFUSED, Outcome.UNCHANGED]
    assert "回收站" in found.tables[0].message


# --- sheets --------------------------------------------------------------------------------------


def test_deleted_sheet_leaves_its_table_alone_and_is_told(world: World) -> None:
    first, second = world.draft(), world.draft(SECOND)
    clerk = Clerk.opens(download(world))
    del clerk.sheets[clerk.visible[1]]
    copy = received(clerk.saves())
    assert copy.missing == ("另一项目绩效目标表",)
    assert take(world, copy) == []
    assert (project(world, first), project(world, second)) == (sound_project(), SECOND)


def test_renamed_and_moved_sheets_are_known_and_a_copied_sheet_is_told(world: World) -> None:
    table_id = world.draft()
    clerk = Clerk.opens(download(world))
    (name,) = clerk.visible
    sheet = clerk.sheets.pop(name)
    clerk.sheets |= {"改了名": sheet, "改了名 (2)": [list(row) for row in sheet], "草稿纸": [["随手记"]]}
    clerk.sheets["改了名"][1][1] = sheet[1][1]
    copy = received(clerk.saves())
    assert [each.id for each in copy.tables] == [table_id] and copy.missing == ()
    assert ["副本" in copy.told[0], "草稿纸" in copy.told[1]] == [True, True]


def test_deleted_column_refuses_that_sheet_by_name_and_no_other(world: World) -> None:
    first, second = world.draft(), world.draft(SECOND)
    clerk = Clerk.opens(download(world))
    for row in clerk.first:
        del row[3:4]
    other = clerk.sheets[clerk.visible[1]]
    row = next(row for row in other if "另一项目" in row)
    row[row.index("另一项目")] = "另一个项目"
    copy = received(clerk.saves())
    found = planned(world, copy)
    assert [each.outcome for each in found.tables] == [Outcome.REFUSED, Outcome.CHANGED]
    assert "工作表“1 办事处工作经费”少了一列" in found.tables[0].message
    take(world, copy)
    assert (project(world, first), project(world, second).project_name) == (sound_project(), "另一个项目")


@pytest.mark.parametrize("caption", ["项目编码", "一级指标"])
def test_deleted_row_of_the_head_refuses_the_sheet(world: World, caption: str) -> None:
    world.draft()
    clerk = Clerk.opens(download(world))
    del clerk.first[clerk.row_of(caption)]
    found = only(planned(world, received(clerk.saves())))
    assert found.outcome is Outcome.REFUSED and "少了" in found.message


def test_list_is_read_to_its_end_without_the_row_that_ends_it(world: World) -> None:
    table_id = world.draft()
    clerk = Clerk.opens(download(world))
    del clerk.first[next(n for n, row in enumerate(clerk.first) if row[:1] == ["indicators."])]
    clerk.first.append(["", "满意度指标", "", "新的一条"])
    take(world, received(clerk.saves()))
    assert [name for _, name in names(world, table_id)][3:] == ["居民满意度", "新的一条"]


def test_row_moved_below_the_end_of_its_list_is_the_last_one(world: World) -> None:
    table_id = world.draft()
    clerk = Clerk.opens(download(world))
    clerk.first.append(clerk.first.pop(clerk.row_of("发放工资人数")))
    take(world, received(clerk.saves()))
    assert [id for id, _ in names(world, table_id)] == ["bbbb", "cccc", "dddd", "aaaa"]


def test_too_long_text_keeps_what_the_portal_has_and_is_told(world: World) -> None:
    table_id = world.draft(replace(sound_project(), purpose="长" * 40_000))
    copy = filled_in(download(world), lambda clerk: clerk.writes("办事处工作经费", "新名称"))
    assert "“资金用途”太长" in copy.tables[0].told[0]
    take(world, copy)
    assert project(world, table_id) == replace(sound_project(), purpose="长" * 40_000, project_name="新名称")


def test_hidden_rows_and_inserted_columns_do_not_matter_and_texts_beside_the_table_are_told(world: World) -> None:
    table_id = world.draft()
    clerk = Clerk.opens(download(world))
    for row in clerk.first:
        row.insert(2, "")
    clerk.first[clerk.row_of("发放工资人数")].append("旁边的话")
    clerk.first.append(["", "下面的话"])
    clerk.writes("发放工资人数", "发放的人数")
    copy = received(clerk.saves())
    assert [sentence for sentence in copy.tables[0].told if "旁边的话" in sentence or "下面的话" in sentence]
    take(world, copy)
    assert names(world, table_id)[0] == ("aaaa", "发放的人数")


def test_altered_or_deleted_hidden_sheet_makes_an_ordinary_workbook(world: World) -> None:
    world.draft()
    data = download(world)
    assert files.returned_copy(altered(data, OFFICE, "620001")) is None, "the checksum tells"
    clerk = Clerk.opens(data)
    del clerk.sheets[marks.SHEET]
    assert files.returned_copy(clerk.saves()) is None


def test_merge_equals_what_the_domain_computes_for_any_two_sides(world: World) -> None:
    """The sides touch different places, so that applying one after the other is the same."""
    table_id = world.draft()
    data = download(world)
    world.edit(table_id, "goals", "同事的目标", by="drafter2")
    take(world, filled_in(data, lambda clerk: clerk.first.pop(clerk.row_of("居民满意度"))))
    both = [changes.Set("goals", sound_project().goals, "同事的目标"), changes.Delete("dddd")]
    assert project(world, table_id) == changes.apply(sound_project(), both)
