"""Saving by field: what fits is applied whatever others do, what does not is told, and nothing is applied twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.domain import actions, changes, documents, forms
from portal.domain.changes import Conflict, Delete, Insert, Move, Operation, Set
from portal.domain.documents import MAX_ROWS, MAX_TEXT, DepartmentDocument, Indicator, ProjectDocument
from portal.domain.errors import Forbidden, Invalid, NotVisible, Stale
from portal.formats import clipboard
from portal.models import AuditEntry, Change
from portal.services.drafting import change_log, field_saves, presence, undo_redo, whole_steps
from portal.services.record import verification
from tests.world import World, sound_project

GOALS = sound_project().goals
PURPOSE = sound_project().purpose


def keep(
    world: World, table_id: int, *operations: Operation, by: str = "drafter", known: int = 0
) -> field_saves.SaveResult:
    version = known or world.table(table_id).version
    return field_saves.apply(world.session, world.actor(by), table_id, version, operations)


def project(world: World, table_id: int) -> ProjectDocument:
    document = world.table(table_id).document
    assert isinstance(document, ProjectDocument)
    return document


def row_ids(world: World, table_id: int) -> list[str]:
    return [row.id for row in project(world, table_id).indicators]


def row_text(world: World, table_id: int, row_id: str) -> str:
    return next(row.description for row in project(world, table_id).indicators if row.id == row_id)


def logged(world: World, table_id: int) -> int:
    return world.session.scalar(select(func.count()).select_from(Change).where(Change.table_id == table_id)) or 0


def test_a_field_is_saved_with_one_entry_and_one_line_of_the_log(world: World) -> None:
    table_id = world.draft()
    lines, version = logged(world, table_id), world.table(table_id).version
    kept = keep(world, table_id, Set("goals", GOALS, "新目标"))
    assert (kept.version, kept.others, kept.conflicts, kept.unfit) == (version + 1, [], [], [])
    assert project(world, table_id).goals == "新目标"
    assert logged(world, table_id) == lines + 1
    latest = world.session.scalar(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1))
    assert latest is not None and (latest.act, latest.object_id) == ("edit", str(table_id))
    assert verification.verify(world.session).problems == []


def test_sending_the_same_again_changes_nothing(world: World) -> None:
    table_id = world.draft()
    known = world.table(table_id).version
    batch = [
        Insert("indicators", "newrow22", "dddd"),
        Set("indicators/newrow22/level3", "", "社区活动场次"),
        Set("goals", GOALS, "新目标"),
        Delete("aaaa"),
    ]
    keep(world, table_id, *batch, known=known)
    after, lines = world.table(table_id).content, logged(world, table_id)
    again = keep(world, table_id, *batch, known=known)
    assert (again.conflicts, again.unfit, again.version) == ([], [], known + 1)
    assert (world.table(table_id).content, logged(world, table_id)) == (after, lines)


def test_different_fields_of_one_row_by_two_people_are_both_kept(world: World) -> None:
    table_id = world.draft()
    known = world.table(table_id).version
    row = project(world, table_id).indicators[0]
    keep(world, table_id, Set("indicators/aaaa/level3", row.level3, "人数"), by="head", known=known)
    kept = keep(world, table_id, Set("indicators/aaaa/basis", row.basis, "合同"), known=known)
    assert kept.conflicts == []
    assert [each.operation for each in kept.others] == [Set("indicators/aaaa/level3", row.level3, "人数")]
    assert project(world, table_id).indicators[0] == replace(row, level3="人数", basis="合同")


def test_same_field_by_two_people_tells_both_texts_and_who_wrote_the_other(world: World) -> None:
    table_id = world.draft()
    known = world.table(table_id).version
    keep(world, table_id, Set("goals", GOALS, "李的目标"), by="head", known=known)
    kept = keep(world, table_id, Set("goals", GOALS, "王的目标"), Set("purpose", PURPOSE, "王的用途"), known=known)
    assert [(clash.conflict, clash.by) for clash in kept.conflicts] == [
        (Conflict("goals", "李的目标", "王的目标"), world.actor("head").name)
    ]
    found = project(world, table_id)
    assert (found.goals, found.purpose) == ("李的目标", "王的用途")


def test_typing_in_a_row_that_was_deleted_meanwhile_is_told(world: World) -> None:
    table_id = world.draft()
    known = world.table(table_id).version
    keep(world, table_id, Delete("bbbb"), by="head", known=known)
    kept = keep(world, table_id, Set("indicators/bbbb/level3", "工资发放及时率", "及时率"), known=known)
    assert [(clash.conflict, clash.by) for clash in kept.conflicts] == [
        (Conflict("indicators/bbbb/level3", None, "及时率"), world.actor("head").name)
    ]
    keep(world, table_id, Insert("indicators", "bbbb", "aaaa"), Set("indicators/bbbb/level3", "", "及时率"))
    assert row_ids(world, table_id) == ["aaaa", "bbbb", "cccc", "dddd"]


def test_a_row_that_another_has_changed_meanwhile_is_not_deleted(world: World) -> None:
    table_id = world.draft()
    known = world.table(table_id).version
    keep(world, table_id, Set("indicators/bbbb/basis", "冀财资〔2017〕674号", "合同"), by="head", known=known)
    kept = keep(world, table_id, Delete("bbbb"), known=known)
    assert [clash.conflict for clash in kept.conflicts] == [Conflict("indicators/bbbb", "", None)]
    assert row_ids(world, table_id) == ["aaaa", "bbbb", "cccc", "dddd"]


def test_a_row_that_one_has_changed_oneself_can_be_deleted_from_an_older_page(world: World) -> None:
    table_id = world.draft()
    known = world.table(table_id).version
    keep(world, table_id, Set("indicators/bbbb/basis", "冀财资〔2017〕674号", "合同"), known=known)
    assert keep(world, table_id, Delete("bbbb"), known=known).conflicts == []
    assert row_ids(world, table_id) == ["aaaa", "cccc", "dddd"]


def test_a_row_changed_by_another_since_it_was_seen_is_not_deleted(world: World) -> None:
    """Deleted without network: what was sent just before has told the page a version that it never showed."""
    table_id = world.draft()
    seen = world.table(table_id).version
    keep(world, table_id, Set("indicators/bbbb/description", row_text(world, table_id, "bbbb"), "李的"), by="head")
    known = world.table(table_id).version
    kept = field_saves.apply(world.session, world.actor("drafter"), table_id, known, [Delete("bbbb")], seen)
    assert [(clash.conflict.path, clash.by) for clash in kept.conflicts] == [
        ("indicators/bbbb", world.actor("head").name)
    ]
    assert kept.others == []
    assert "bbbb" in row_ids(world, table_id)


def test_white_space_at_the_end_of_what_was_seen_makes_no_conflict(world: World) -> None:
    table_id = world.draft()
    keep(world, table_id, Set("goals", GOALS, "写到一半 "))
    kept = keep(world, table_id, Set("goals", "写到一半 ", "写到一半，写完了"))
    assert (kept.conflicts, project(world, table_id).goals) == ([], "写到一半，写完了")


def test_line_break_in_a_field_of_one_line_is_not_saved(world: World) -> None:
    table_id = world.draft()
    total = project(world, table_id).budget.total
    keep(world, table_id, Set("budget/total", total, "5\n5000"), Set("goals", GOALS, "一\n二"))
    stored = project(world, table_id)
    assert (stored.budget.total, stored.goals) == ("55000", "一\n二")


def test_invisible_characters_in_a_field_of_one_line_are_not_saved_and_cause_no_conflict(world: World) -> None:
    table_id = world.draft()
    total = project(world, table_id).budget.total
    keep(world, table_id, Set("budget/total", total, "\u202d55000.00\u202c"))
    assert project(world, table_id).budget.total == "55000.00"
    kept = keep(world, table_id, Set("budget/total", "\u202d55000.00\u202c", "56000.00"))
    assert (kept.conflicts, project(world, table_id).budget.total) == ([], "56000.00")


def test_what_no_draft_can_take_is_told_and_takes_nothing_with_it(world: World) -> None:
    table_id = world.draft()
    rows = [Insert("indicators", f"row{n:05d}", "") for n in range(MAX_ROWS - 4)]
    keep(world, table_id, *rows)
    kept = keep(
        world,
        table_id,
        Set("goals", GOALS, "长" * (MAX_TEXT + 1)),
        Set("office_code", "610002", "610003"),
        Set("nowhere", "", "x"),
        Insert("indicators", "onemore", ""),
        Set("purpose", PURPOSE, "新用途"),
    )
    assert [unfit.path for unfit in kept.unfit] == ["goals", "office_code", "nowhere", "onemore"]
    found = project(world, table_id)
    assert (found.goals, found.purpose, found.office_code) == (GOALS, "新用途", "610002")
    assert len(found.indicators) == MAX_ROWS


@pytest.mark.parametrize(
    ("by", "refusal"),
    [("outsider", NotVisible), ("reviewer", NotVisible), ("auditor", Forbidden), ("admin", NotVisible)],
)
def test_saving_by_field_asks_for_the_same_right_as_editing(world: World, by: str, refusal: type[Exception]) -> None:
    table_id = world.draft()
    with pytest.raises(refusal):
        keep(world, table_id, Set("goals", GOALS, "别人的"), by=by)
    with pytest.raises(refusal):
        presence.heartbeat(world.session, world.actor(by), table_id, 1)
    assert project(world, table_id).goals == GOALS


def test_a_submitted_table_takes_nothing_more(world: World) -> None:
    table_id = world.submitted()
    for act in (
        lambda: keep(world, table_id, Set("goals", GOALS, "晚了")),
        lambda: undo_redo.undo(world.session, world.actor("drafter"), table_id, 1),
        lambda: undo_redo.return_to(world.session, world.actor("drafter"), table_id, 1),
        lambda: presence.heartbeat(world.session, world.actor("drafter"), table_id, 1),
    ):
        with pytest.raises(Stale):
            act()


@pytest.mark.parametrize("known", [-1, 99])
def test_a_version_that_never_was_is_refused(world: World, known: int) -> None:
    with pytest.raises(Stale):
        keep(world, world.draft(), Set("goals", GOALS, "x"), known=known)


def test_too_many_operations_at_once_are_refused(world: World) -> None:
    with pytest.raises(Invalid):
        keep(world, world.draft(), *[Set("goals", GOALS, "x")] * (field_saves.MAX_OPERATIONS + 1))


def test_the_largest_block_that_can_be_pasted_is_one_save(world: World) -> None:
    shown = forms.get("hebei-2017").fields
    columns = [field.partition("/")[2] for field in shown if field.startswith("indicators/")]
    operations: list[Operation] = []
    for n in range(clipboard.MAX_ROWS - 10):  # beside the rows that stand there already
        operations.append(Insert("indicators", f"p{n:04d}", ""))
        operations += [Set(f"indicators/p{n:04d}/{column}", "", f"{column}{n}") for column in columns]
    kept = keep(world, world.draft(), *operations)
    assert (len(kept.applied), kept.unfit) == (len(operations), [])


def test_a_clash_with_what_the_page_knew_already_tells_whose_text_it_is(world: World) -> None:
    """A second field of a page clashes after its first save has told it the version."""
    table_id = world.draft()
    keep(world, table_id, Set("goals", GOALS, "李的"), by="head")
    kept = keep(world, table_id, Set("goals", GOALS, "王的"))
    assert [(clash.by, clash.at is not None) for clash in kept.conflicts] == [(world.actor("head").name, True)]


# --- any interleaving ----------------------------------------------------------------------------


PLACES = ("goals", "purpose", "indicators/aaaa/level3", "indicators/aaaa/basis", "indicators/bbbb/level3")


@settings(max_examples=25)
@given(st.permutations(range(len(PLACES))), st.lists(st.integers(0, 4), min_size=5, max_size=5))
def test_any_order_of_saves_of_different_fields_gives_one_document(order: Sequence[int], seen: Sequence[int]) -> None:
    """In the domain: each writer knows some earlier version, and all texts arrive."""
    opened = sound_project()
    document: documents.Document = opened
    for number in order:
        path = PLACES[number]
        base = documents.value_at(opened, path) or ""
        document, applied, conflicts = changes.merge_onto(document, [Set(path, base, f"新{number}")])
        assert (len(applied), conflicts) == (1, [])
    expected = opened
    for number, path in enumerate(PLACES):
        expected = documents.with_value(expected, path, f"新{number}")  # type: ignore[assignment]
    assert document == expected


@given(st.data())
def test_edits_moves_and_insertions_by_two_meet_in_the_same_texts(data: st.DataObject) -> None:
    """One moves and inserts rows while the other types: whatever comes between, every text arrives."""
    opened = replace(sound_project(), indicators=tuple(Indicator(f"row{n}", level3=f"名{n}") for n in range(5)))
    typed: list[Operation] = [Set(f"indicators/row{n}/level3", f"名{n}", f"新{n}") for n in range(5)]
    ids = [f"row{n}" for n in range(5)]
    moved: list[Operation] = [
        Move(data.draw(st.sampled_from(ids)), data.draw(st.sampled_from(["", *ids]))) for _ in range(3)
    ]
    moved.append(Insert("indicators", "born", data.draw(st.sampled_from(["", *ids]))))
    mixed = _interleaved(data, typed, moved)
    document: documents.Document = opened
    for operation in mixed:
        document, _, conflicts = changes.merge_onto(document, [operation])
        assert conflicts == []
    alone, _, _ = changes.merge_onto(opened, moved)
    assert [row.id for row in documents.rows(document, "indicators")] == [
        row.id for row in documents.rows(alone, "indicators")
    ]
    for n in range(5):
        assert documents.value_at(document, f"indicators/row{n}/level3") == f"新{n}"


def _interleaved(data: st.DataObject, one: list[Operation], other: list[Operation]) -> list[Operation]:
    left, right, mixed = list(one), list(other), []
    while left or right:
        first = bool(left) and (not right or data.draw(st.booleans()))
        mixed.append((left if first else right).pop(0))
    return mixed


# --- undo and redo -------------------------------------------------------------------------------


def test_undo_takes_back_ones_own_last_step_and_redo_brings_it_again(world: World) -> None:
    table_id = world.draft()
    keep(world, table_id, Set("goals", GOALS, "第一步"))
    keep(world, table_id, Set("purpose", PURPOSE, "第二步"))
    keep(world, table_id, Set("project_name", "办事处工作经费", "同事的"), by="head")
    me, known = world.actor("drafter"), world.table(table_id).version
    kept = undo_redo.undo(world.session, me, table_id, known)
    assert [each.operation for each in kept.others] == [Set("purpose", "第二步", PURPOSE)]
    undo_redo.undo(world.session, me, table_id, kept.version)
    found = project(world, table_id)
    assert (found.goals, found.purpose, found.project_name) == (GOALS, PURPOSE, "同事的")
    undo_redo.redo(world.session, me, table_id, world.table(table_id).version)
    undo_redo.redo(world.session, me, table_id, world.table(table_id).version)
    found = project(world, table_id)
    assert (found.goals, found.purpose, found.project_name) == ("第一步", "第二步", "同事的")
    with pytest.raises(Stale, match="没有可以重做的改动"):
        undo_redo.redo(world.session, me, table_id, world.table(table_id).version)


def test_sorting_is_one_step_to_undo_and_says_when_there_is_nothing_to_sort(world: World) -> None:
    table_id = world.draft()
    keep(world, table_id, Move("dddd", ""), Set("indicators/aaaa/level2", "数量指标", "成本指标"))
    before, known = project(world, table_id), world.table(table_id).version
    sorted_now = whole_steps.sort_rows(world.session, world.actor("drafter"), table_id, known)
    assert [row.id for row in project(world, table_id).indicators] == ["bbbb", "aaaa", "cccc", "dddd"]
    assert {each.version for each in sorted_now.others} == {known + 1}
    with pytest.raises(Stale, match="已经按分类排好"):
        whole_steps.sort_rows(world.session, world.actor("drafter"), table_id, sorted_now.version)
    undo_redo.undo(world.session, world.actor("drafter"), table_id, sorted_now.version)
    assert project(world, table_id) == before
    assert not verification.verify(world.session).problems


def test_the_beginning_of_the_table_is_no_step_to_undo(world: World) -> None:
    table_id = world.draft()
    undo_redo.undo(world.session, world.actor("drafter"), table_id, world.table(table_id).version)  # its texts
    with pytest.raises(Stale, match="没有可以撤销的改动"):
        undo_redo.undo(world.session, world.actor("drafter"), table_id, world.table(table_id).version)


def test_undoing_a_deletion_brings_the_row_back_where_it_stood(world: World) -> None:
    table_id = world.draft()
    before = project(world, table_id)
    keep(world, table_id, Delete("bbbb"))
    undo_redo.undo(world.session, world.actor("drafter"), table_id, world.table(table_id).version)
    assert project(world, table_id) == before


def test_a_step_that_was_built_upon_is_not_undone_by_itself(world: World) -> None:
    table_id = world.draft()
    keep(world, table_id, Set("goals", GOALS, "王的"))
    step = world.table(table_id).version
    keep(world, table_id, Set("goals", "王的", "王的，李补充"), by="head")
    lines = logged(world, table_id)
    with pytest.raises(Stale, match="绩效目标"):
        undo_redo.undo_step(world.session, world.actor("drafter"), table_id, step)
    assert (project(world, table_id).goals, logged(world, table_id)) == ("王的，李补充", lines)


@pytest.mark.parametrize("version", [0, 1, 99])
def test_the_beginning_and_what_never_was_cannot_be_undone(world: World, version: int) -> None:
    table_id = world.draft()
    with pytest.raises(Stale):
        undo_redo.undo_step(world.session, world.actor("drafter"), table_id, version)


def test_returning_to_a_moment_is_one_step_that_can_be_undone(world: World) -> None:
    table_id = world.draft()
    moment = world.table(table_id).version
    then = project(world, table_id)
    keep(world, table_id, Set("goals", GOALS, "甲"), Delete("cccc"), Insert("indicators", "newrow22", ""))
    keep(world, table_id, Set("purpose", PURPOSE, "乙"), by="head")
    latest = project(world, table_id)
    kept = undo_redo.return_to(world.session, world.actor("drafter"), table_id, moment)
    assert project(world, table_id) == then
    undo_redo.undo(world.session, world.actor("drafter"), table_id, kept.version)
    assert project(world, table_id) == latest
    replayed = change_log.version_of(world.session, world.table(table_id), world.table(table_id).version)
    assert replayed == latest


def test_steps_are_listed_with_who_and_what_and_never_in_the_history(world: World) -> None:
    table_id = world.draft()
    keep(world, table_id, Set("goals", GOALS, "甲"), Set("purpose", PURPOSE, "乙"), by="head")
    latest = change_log.latest_steps(world.session, table_id, None, 1)
    assert [(step.by, step.size, step.first, step.undoes) for step in latest] == [
        (world.actor("head").name, 2, Set("goals", GOALS, "甲"), None)
    ]
    older = change_log.latest_steps(world.session, table_id, latest[0].version, 50)
    assert [step.version for step in older] == list(range(latest[0].version - 1, 0, -1))
    world.act(table_id, actions.SUBMIT, "head")
    assert world.history(table_id) == ["submit", "create"]


# --- who else is here ------------------------------------------------------------------------------


def test_those_who_have_the_table_open_see_each_other_until_they_leave(world: World) -> None:
    table_id = world.draft()
    drafter, head = world.actor("drafter"), world.actor("head")
    version = world.table(table_id).version
    assert presence.heartbeat(world.session, drafter, table_id, version).names == []
    assert presence.heartbeat(world.session, head, table_id, version).names == [drafter.name]
    assert presence.heartbeat(world.session, drafter, table_id, version).names == [head.name]
    presence.leave(world.session, head, table_id)
    assert presence.heartbeat(world.session, drafter, table_id, version).names == []


def test_being_here_tells_what_others_saved_meanwhile(world: World) -> None:
    table_id = world.draft()
    version = world.table(table_id).version
    keep(world, table_id, Set("goals", GOALS, "李的"), by="head")
    company = presence.heartbeat(world.session, world.actor("drafter"), table_id, version)
    assert [each.operation for each in company.others] == [Set("goals", GOALS, "李的")]


def test_a_page_that_was_not_heard_of_for_long_is_gone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    table_id = world.draft()
    version = world.table(table_id).version
    presence.heartbeat(world.session, world.actor("head"), table_id, version)
    later = presence.now() + presence.GONE_AFTER * 2
    monkeypatch.setattr(presence, "now", lambda: later)
    assert presence.heartbeat(world.session, world.actor("drafter"), table_id, version).names == []


def test_page_of_somebody_who_does_not_edit_is_not_left(world: World) -> None:
    table_id = world.submitted()
    presence.leave(world.session, world.actor("drafter"), table_id)
    with pytest.raises(Forbidden):
        presence.leave(world.session, world.actor("reviewer"), table_id)


def test_rows_are_inserted_into_a_project_table_as_far_as_they_fit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole_steps, "MAX_ROWS", most := 10)
    drafter, department, table_id = world.actor("drafter"), world.draft(DepartmentDocument("总体")), world.draft()
    chosen = [Indicator("any", level3=f"指标{n}") for n in range(most)]
    present = len(project(world, table_id).indicators)

    for where, rows, reason in (
        (department, chosen[:1], "只有项目绩效目标表"),
        (table_id, [], "还没有选指标"),
        (table_id, chosen[: most - present + 1], f"最多 {most} 行"),
    ):
        with pytest.raises(Invalid, match=reason):
            whole_steps.insert_rows(world.session, drafter, where, rows)
    added = whole_steps.insert_rows(world.session, drafter, table_id, chosen[: most - present])

    rows_now = project(world, table_id).indicators
    assert [row.id for row in rows_now[present:]] == list(added)
    assert len({row.id for row in rows_now}) == most
