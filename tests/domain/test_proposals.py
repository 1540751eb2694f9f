"""Proposed changes: what is allowed at which place, and the proof that a revision is exactly as proposed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import changes, documents, proposals
from portal.domain.changes import Delete, Insert, Move, Operation, Set
from portal.domain.documents import Document, ProjectDocument
from portal.domain.errors import Invalid, Stale
from portal.domain.proposals import Edit, ProposedTexts, only_as_proposed, require_fitting
from tests.domain.strategies import kinds, of_kind, pairs
from tests.world import sound_project

OLD = sound_project()
NAME = Set("indicators/aaaa/level3", "发放工资人数", "发放工资人次")
NEW_ROW = (Insert("indicators", "neww", "dddd"), Set("indicators/neww/level3", "", "新的指标"))
SPLIT = (NAME, Insert("indicators", "neww", "aaaa"), Set("indicators/neww/level3", "", "第二项"))


@pytest.mark.parametrize(
    ("place", "operations"),
    [
        ("goals", [Set("goals", OLD.goals, "1、新的目标。")]),
        ("budget", [Set("budget/total", "23000.00", "24000.00")]),
        ("indicators/aaaa/level3", [NAME]),
        ("indicators/aaaa", [NAME]),
        ("indicators/aaaa", [Delete("aaaa")]),
        ("indicators/aaaa", SPLIT),
        ("indicators", NEW_ROW),
        ("indicators", [Delete("bbbb"), NAME]),
        ("", [Set("goals", OLD.goals, "1、新的目标。"), Delete("aaaa")]),
    ],
)
def test_changes_at_the_place_of_the_opinion_fit(place: str, operations: list[Operation]) -> None:
    require_fitting(OLD, place, operations)


@pytest.mark.parametrize(
    ("place", "operation", "words"),
    [
        ("goals", Set("purpose", OLD.purpose, "别处"), "只能改意见所指的地方"),
        ("goal", Set("goals", OLD.goals, "别处"), "只能改意见所指的地方"),
        ("indicators/aaaa/level3", Set("indicators/aaaa/basis", OLD.indicators[0].basis, "别处"), "所指的地方"),
        ("indicators/aaaa/level3", Delete("aaaa"), "所指的地方"),
        ("indicators/aaaa", Delete("bbbb"), "所指的地方"),
        ("indicators/aaaa", Insert("indicators", "neww", "bbbb"), "所指的地方"),
        ("goals", Insert("indicators", "neww", ""), "所指的地方"),
        ("indicators/aaaa", Insert("indicators", "neww", ""), "所指的地方"),
        ("goals", Delete("aaaa"), "所指的地方"),
        ("indicators", Move("aaaa", "bbbb"), "所指的地方"),
        ("", Set("office_name", OLD.office_name, "别的单位"), "不能代拟"),
        ("", Set("extra/unknown", "", "表样没有"), "不能代拟"),
        ("goals", Set("goals", OLD.goals, OLD.goals), "与原文相同"),
        ("goals", Set("goals", OLD.goals, " 前后有空白 "), "不能用的字符"),
    ],
)
def test_other_changes_are_refused(place: str, operation: Operation, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        require_fitting(OLD, place, [operation])


def test_changes_made_on_another_text_are_stale() -> None:
    with pytest.raises(Stale, match="原文已变"):
        require_fitting(OLD, "goals", [Set("goals", "以前的目标", "1、新的目标。")])
    with pytest.raises(Stale, match="原文已变"):
        require_fitting(replace(OLD, indicators=()), "indicators/aaaa", [NAME])


LEVEL3, BASIS = "indicators/aaaa/level3", "indicators/aaaa/basis"


@pytest.mark.parametrize(
    ("place", "edits", "expected"),
    [
        ("goals", {"goals": Edit("")}, []),
        ("goals", {"goals": Edit(" 新的目标 ")}, [Set("goals", OLD.goals, "新的目标")]),
        ("goals", {"goals": Edit(OLD.goals.replace("\n", "\r\n"), OLD.goals)}, []),
        ("purpose", {"purpose": Edit("", OLD.purpose)}, [Set("purpose", OLD.purpose, "")]),
        ("purpose", {"purpose": Edit("以前的用途", "以前的用途")}, []),
        ("spending_plan", {"spending_plan/march": Edit("20", "25.00")}, [Set("spending_plan/march", "25.00", "20")]),
        ("indicators/aaaa", {LEVEL3: Edit("人次", "发放工资人数")}, [Set(LEVEL3, "发放工资人数", "人次")]),
    ],
)
def test_edits_of_a_form_become_operations(place: str, edits: dict[str, Edit], expected: list[Operation]) -> None:
    assert proposals.made(OLD, place, ProposedTexts(edits)) == expected


def test_edit_of_another_text_than_the_form_showed_is_stale() -> None:
    with pytest.raises(Stale, match="原文已变"):
        proposals.made(OLD, "goals", ProposedTexts({"goals": Edit("新的目标", "以前的目标")}))


def test_row_is_split_into_itself_and_a_second_one_of_its_levels() -> None:
    texts = ProposedTexts({LEVEL3: Edit("工资足额率", "发放工资人数")}, {"indicators/level3": "工资及时率"})
    operations = proposals.made(OLD, "indicators/aaaa", texts)
    require_fitting(OLD, "indicators/aaaa", operations)

    split = proposals.applied(OLD, operations)
    assert isinstance(split, ProjectDocument)
    assert [row.level3 for row in split.indicators[:2]] == ["工资足额率", "工资及时率"]
    assert (split.indicators[1].level1, split.indicators[1].level2) == (
        OLD.indicators[0].level1,
        OLD.indicators[0].level2,
    )
    assert proposals.texts_of(operations).edits == {LEVEL3: Edit("工资足额率", "发放工资人数")}


def test_fields_at_a_place_are_those_that_its_form_can_change() -> None:
    assert proposals.edited_fields(OLD, "goals") == ["goals"]
    assert {LEVEL3, BASIS} < set(proposals.edited_fields(OLD, "indicators/aaaa"))
    assert proposals.edited_fields(OLD, "indicators/aaaa/basis") == [BASIS]
    assert len(proposals.edited_fields(OLD, "spending_plan")) == 4
    assert proposals.edited_fields(OLD, "indicators") == proposals.edited_fields(OLD, "") == []


def test_stored_changes_come_back() -> None:
    operations = (*SPLIT, Delete("bbbb"))
    assert proposals.load(proposals.stored(operations)) == operations
    assert proposals.load(None) == ()


def test_revision_is_as_proposed_only_with_all_changes_and_no_other() -> None:
    new = changes.apply(OLD, SPLIT)
    assert only_as_proposed(OLD, new, SPLIT)
    assert not only_as_proposed(OLD, new, SPLIT[:2])
    assert not only_as_proposed(OLD, OLD, SPLIT)
    assert not only_as_proposed(OLD, OLD, [])
    assert not only_as_proposed(OLD, documents.with_value(new, "purpose", "别的"), SPLIT)
    assert not only_as_proposed(documents.with_value(OLD, "indicators/aaaa/level3", "另一个"), new, SPLIT)


@given(pairs)
def test_operations_between_two_documents_prove_the_second(pair: tuple[Document, Document]) -> None:
    old, new = pair
    operations = changes.between(old, new)
    assert only_as_proposed(old, new, operations) == bool(operations)


@given(pairs, st.data())
def test_any_other_change_disproves(pair: tuple[Document, Document], data: st.DataObject) -> None:
    """Never said of a revision that differs from the proposed one, whatever else was proposed."""
    old, proposed = pair
    operations = changes.between(old, proposed)
    revision = data.draw(kinds.filter(lambda kind: kind is old.kind).flatmap(of_kind))
    assert only_as_proposed(old, revision, operations) == (bool(operations) and revision == proposed)
    path = data.draw(st.sampled_from(sorted(set(documents.texts(proposed)) - {"ordinal"})))
    other = documents.with_value(proposed, path, f"{documents.value_at(proposed, path)}添")
    assert not only_as_proposed(old, other, operations)
    moved = replace(proposed, form="other")
    assert not only_as_proposed(old, moved, operations)
