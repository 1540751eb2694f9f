"""The four operations: made from two versions, applied, and merged with what another did meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import changes, documents
from portal.domain.changes import Conflict, Delete, Insert, Move, Operation, Set, between, merge
from portal.domain.documents import (
    MAX_ROWS,
    MAX_TEXT,
    DepartmentDocument,
    Document,
    Duty,
    Indicator,
    Kind,
    ProjectDocument,
    Safeguard,
)
from portal.domain.errors import Invalid
from tests.domain.strategies import any_document, pairs, rearranged, retyped

A, B, C, D = (Indicator(name * 4, level3=name) for name in "abcd")
OLD = ProjectDocument(goals="原目标", purpose="原用途", indicators=(A, B, C, D))


def rows(document: Document, list_name: str = "indicators") -> list[str]:
    return [row.id for row in documents.rows(document, list_name)]


# --- between and apply ---------------------------------------------------------------------------


@given(pairs)
def test_operations_between_two_versions_lead_from_one_to_the_other(pair: tuple[Document, Document]) -> None:
    old, new = pair
    assert changes.apply(old, between(old, new)) == new


@given(any_document)
def test_nothing_changed_is_no_operation(document: Document) -> None:
    assert between(document, document) == []


@given(pairs)
def test_operations_survive_plain_json(pair: tuple[Document, Document]) -> None:
    operations = between(*pair)
    assert [changes.from_plain(changes.to_plain(operation)) for operation in operations] == operations


@pytest.mark.parametrize(
    ("order", "move"),
    [
        ((B, C, D, A), Move("aaaa", "dddd")),
        ((D, A, B, C), Move("dddd", "")),
        ((A, C, B, D), None),
        ((A, C, D, B), Move("bbbb", "dddd")),
    ],
)
def test_moving_one_row_is_one_move(order: tuple[Indicator, ...], move: Move | None) -> None:
    operations = between(OLD, ProjectDocument(goals="原目标", purpose="原用途", indicators=order))
    assert len(operations) == 1
    assert move in (None, operations[0])


def test_each_kind_of_change_is_its_operation() -> None:
    new = ProjectDocument(goals="新目标", purpose="原用途", indicators=(A, Indicator("eeee", target_value="≥1"), C, D))
    assert between(OLD, new) == [
        Delete("bbbb"),
        Insert("indicators", "eeee", "aaaa"),
        Set("goals", "原目标", "新目标"),
        Set("indicators/eeee/target_value", "", "≥1"),
    ]


def test_forms_of_two_kinds_do_not_turn_into_each_other() -> None:
    with pytest.raises(Invalid):
        between(ProjectDocument(), DepartmentDocument())


@pytest.mark.parametrize(("first", "second"), [("duties", "safeguards"), ("safeguards", "duties")])
def test_row_id_that_turns_up_in_the_other_list_is_deleted_there_first(first: str, second: str) -> None:
    row = {"duties": Duty("same", "职责"), "safeguards": Safeguard("same", "标题")}
    old = documents.with_rows(DepartmentDocument(), first, [row[first]])
    new = documents.with_rows(DepartmentDocument(), second, [row[second]])
    assert changes.apply(old, between(old, new)) == new


@pytest.mark.parametrize(
    "operation",
    [
        Set("indicators/gone/level3", "", "甲"),
        Set("nowhere", "", "甲"),
        Set("goals", "", "字" * (MAX_TEXT + 1)),
        Set("ordinal", "0", "第一"),
        Insert("indicators", "aaaa", ""),
        Insert("indicators", "Not an id", ""),
        Insert("indicators", "eeee", "gone"),
        Insert("duties", "eeee", ""),
        Move("gone", ""),
        Move("aaaa", "gone"),
        Delete("gone"),
    ],
)
def test_operation_that_does_not_fit_is_refused(operation: Operation) -> None:
    with pytest.raises(Invalid):
        changes.apply(OLD, [operation])


def test_more_rows_than_a_form_takes_are_refused() -> None:
    full = ProjectDocument(indicators=tuple(Indicator(f"row{n}") for n in range(MAX_ROWS)))
    with pytest.raises(Invalid, match=f"最多 {MAX_ROWS} 行"):
        changes.apply(full, [Insert("indicators", "eeee", "")])


def test_row_moved_behind_itself_stays() -> None:
    assert changes.apply(OLD, [Move("bbbb", "bbbb")]) == OLD


@pytest.mark.parametrize(
    "plain",
    [
        None,
        [],
        "set",
        {},
        {"op": "erase", "id": "aaaa"},
        {"op": "delete"},
        {"op": "delete", "id": 1},
        {"op": "delete", "id": "aaaa", "extra": "x"},
        {"op": "set", "path": "goals", "base": None, "new": "x"},
        {"op": ["set"], "path": "goals"},
    ],
)
def test_plain_json_that_is_no_operation_is_refused(plain: Any) -> None:
    with pytest.raises(Invalid):
        changes.from_plain(plain)


# --- merging -------------------------------------------------------------------------------------


@st.composite
def _two_people(draw: st.DrawFn) -> tuple[Document, Document, Document]:
    """A version; what one makes of it (rows and some texts), what another does (other texts of rows that stay)."""
    opened = draw(any_document)
    shape = draw(rearranged(opened, fresh=("new1", "new2")))
    staying = [path for path in documents.texts(shape) if path in documents.texts(opened)]
    halves = {path: draw(st.booleans()) for path in staying}
    mine = draw(retyped(shape, [path for path in documents.texts(shape) if halves.get(path, True)]))
    theirs = draw(retyped(opened, [path for path in staying if not halves[path]]))
    return opened, mine, theirs


@given(_two_people())
def test_changes_at_different_places_merge_alike_whoever_comes_first(
    people: tuple[Document, Document, Document],
) -> None:
    opened, mine, theirs = people
    mine_last, _, conflicts = merge(opened, theirs, between(opened, mine))
    theirs_last, _, other_conflicts = merge(opened, mine, between(opened, theirs))
    assert (conflicts, other_conflicts) == ([], [])
    assert mine_last == theirs_last
    expected = documents.texts(mine) | {
        path: text for path, text in documents.texts(theirs).items() if documents.texts(opened)[path] != text
    }
    assert documents.texts(mine_last) == expected


@given(pairs)
def test_merging_into_an_unchanged_draft_is_applying(pair: tuple[Document, Document]) -> None:
    opened, mine = pair
    assert merge(opened, opened, between(opened, mine)) == (mine, between(opened, mine), [])


@given(pairs)
def test_what_was_applied_replays_to_the_merged_document(pair: tuple[Document, Document]) -> None:
    opened, theirs = pair
    mine = documents.with_value(opened, documents.SCALARS[opened.kind][-1], "我的")
    merged, applied, _ = merge(opened, theirs, between(opened, mine))
    assert changes.apply(theirs, applied) == merged


@given(pairs)
def test_saving_the_same_form_twice_changes_nothing_the_second_time(pair: tuple[Document, Document]) -> None:
    opened, mine = pair
    merged, applied, conflicts = merge(opened, mine, between(opened, mine))
    assert (merged, [op for op in applied if not isinstance(op, Move)], conflicts) == (mine, [], [])


@given(st.data(), any_document)
def test_two_rearrangements_lose_and_double_no_row(data: st.DataObject, opened: Document) -> None:
    mine = data.draw(rearranged(opened, fresh=("mine",)))
    theirs = data.draw(rearranged(opened, fresh=("them",)))
    merged, _, conflicts = merge(opened, theirs, between(opened, mine))
    assert conflicts == []
    for list_name in documents.ROW_LISTS[opened.kind]:
        before, one, other = (set(rows(document, list_name)) for document in (opened, mine, theirs))
        found = rows(merged, list_name)
        assert len(found) == len(set(found))
        assert set(found) == (before & one & other) | (one - before) | (other - before)


def test_same_field_changed_by_two_is_a_conflict_with_both_texts_and_the_rest_is_applied() -> None:
    theirs = documents.with_value(OLD, "goals", "别人的")
    mine = documents.with_value(documents.with_value(OLD, "goals", "我的"), "purpose", "我的用途")
    merged, applied, conflicts = merge(OLD, theirs, between(OLD, mine))
    assert conflicts == [Conflict("goals", theirs="别人的", mine="我的")]
    assert applied == [Set("purpose", "原用途", "我的用途")]
    assert (merged.goals, merged.purpose) == ("别人的", "我的用途")  # type: ignore[union-attr]


def test_same_text_typed_by_two_is_no_conflict() -> None:
    both = documents.with_value(OLD, "goals", "一样的")
    assert merge(OLD, both, between(OLD, both)) == (both, [], [])


def test_deleting_a_row_that_was_changed_meanwhile_is_a_conflict_and_keeps_the_row() -> None:
    theirs = documents.with_value(OLD, "indicators/bbbb/target_value", "≥90%")
    mine = documents.with_rows(OLD, "indicators", [A, C, D])
    assert merge(OLD, theirs, between(OLD, mine)) == (
        theirs,
        [],
        [Conflict("indicators/bbbb", theirs="", mine=None)],
    )


def test_changing_a_row_that_was_deleted_meanwhile_is_a_conflict_with_my_text() -> None:
    theirs = documents.with_rows(OLD, "indicators", [A, C, D])
    mine = documents.with_value(OLD, "indicators/bbbb/target_value", "≥90%")
    assert merge(OLD, theirs, between(OLD, mine)) == (
        theirs,
        [],
        [Conflict("indicators/bbbb/target_value", theirs=None, mine="≥90%")],
    )


def test_row_deleted_or_moved_where_it_is_gone_already_is_nothing_to_do() -> None:
    theirs = documents.with_rows(OLD, "indicators", [A, C, D])
    deleted = documents.with_rows(OLD, "indicators", [A, C, D])
    moved = documents.with_rows(OLD, "indicators", [A, C, D, B])
    assert merge(OLD, theirs, between(OLD, deleted)) == (theirs, [], [])
    assert merge(OLD, theirs, between(OLD, moved)) == (theirs, [], [])


def test_row_behind_one_that_is_gone_goes_last() -> None:
    theirs = documents.with_rows(OLD, "indicators", [A, C, D])
    mine = documents.with_rows(OLD, "indicators", [A, B, Indicator("eeee"), C, D])
    merged, applied, _ = merge(OLD, theirs, between(OLD, mine))
    assert applied == [Insert("indicators", "eeee", "dddd")]
    assert rows(merged) == ["aaaa", "cccc", "dddd", "eeee"]


def test_row_behind_one_that_is_gone_starts_the_list_that_is_empty() -> None:
    opened = DepartmentDocument(duties=(Duty("dddd"),))
    mine = DepartmentDocument(duties=(Duty("dddd"), Duty("eeee")))
    merged, _, _ = merge(opened, documents.blank(Kind.DEPARTMENT), between(opened, mine))
    assert rows(merged, "duties") == ["eeee"]


@pytest.mark.parametrize(
    ("path", "row_id"),
    [("indicators/aaaa/level3", "aaaa"), ("indicators/aaaa/extra/direction", "aaaa"), ("extra/note", "")],
)
def test_row_of_a_set_is_told_by_its_path(path: str, row_id: str) -> None:
    assert changes.row_of(Set(path, "", "x")) == row_id
