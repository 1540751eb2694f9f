"""Marks of the queue, stored findings, and what a new submission changed."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from portal.domain.documents import with_value
from portal.domain.marks import FACTS, LARGE_FEN, MARKS, MOST_MARKS, MarkFacts, marks
from portal.domain.resubmissions import asks_less, changes_between, resubmission_changes
from portal.domain.rules import Severity, YearRules, as_applied, check_table, stored, without_policy
from portal.domain.target_values import read
from tests.world import sound_project


def test_every_mark_reads_a_fact_and_has_a_name_of_its_own() -> None:
    assert {mark.fact for mark in MARKS} == set(FACTS) == {field.name for field in fields(MarkFacts)}
    assert len({mark.name for mark in MARKS}) == len(MARKS)
    assert [mark.filter_label for mark in MARKS][:5] == ["申请调整", "答“已修改”未改", "预算变了", "目标值降低", "另改"]


def test_marks_are_the_weightiest_four() -> None:
    assert marks(MarkFacts()) == []
    facts = MarkFacts(1, 2, 1, 1, 3, 4, 5, 1, 0, LARGE_FEN, 9)
    found = marks(facts)
    assert [mark.name for mark in found] == ["unchanged", "budget", "lowered", "other"]
    assert len(found) == MOST_MARKS
    assert [mark.text(facts) for mark in found] == ["答“已修改”未改 1", "预算变了", "目标值降低 1", "另改 2 处"]


@pytest.mark.parametrize(("fen", "holds"), [(LARGE_FEN - 1, False), (LARGE_FEN, True)])
def test_large_amount_is_one_from_a_million_yuan(fen: int, holds: bool) -> None:
    assert bool(marks(MarkFacts(amount_fen=fen))) is holds


@pytest.mark.parametrize(
    ("before", "after", "lowered"),
    [
        ("≥95%", "≥90%", True),
        ("≥95%", "≥95%", False),
        ("≥90%", "≥95%", False),
        ("95%", "≥90%", True),
        ("≤5件", "≤8件", True),
        ("≤8件", "≤5件", False),
        ("≥95%", "≤90%", False),
        ("≥3人", "≥2次", False),
        ("100%", "合理", False),
        ("合理", "≥90%", False),
    ],
)
def test_target_asks_less(before: str, after: str, lowered: bool) -> None:
    old, new = read(before).value, read(after).value
    assert old is not None and new is not None
    assert asks_less(old, new) is lowered


def test_changes_of_a_resubmission_are_told_by_whether_an_opinion_asked_for_them() -> None:
    old = sound_project()
    new = with_value(old, "budget/total", "24000.00")
    new = with_value(new, "goals", "1、新的目标。")
    new = with_value(new, "indicators/bbbb/target_value", "≥90%")
    found = resubmission_changes(changes_between(old, new), ["goals"])
    assert ([each.path for each in found.other], found.budget, found.lowered) == (
        ["budget/total", "indicators/bbbb/target_value"],
        ["budget/total"],
        ["indicators/bbbb/target_value"],
    )
    assert resubmission_changes(changes_between(old, new), ["goals", "indicators/bbbb", "budget/total"]).other == []
    assert resubmission_changes(changes_between(old, new), [""]).other == []


def test_number_that_the_office_gives_a_table_is_no_change() -> None:
    assert resubmission_changes(changes_between(sound_project(1), sound_project(2)), []).other == []


def test_stored_findings_are_read_as_the_year_applies_the_rules() -> None:
    document = replace(with_value(sound_project(), "budget/fiscal", "２３０００"), purpose="")
    strict = YearRules.for_year(2020)
    found = check_table(document, without_policy(replace(strict, only_warn=frozenset({"E1"}), off=frozenset({"W1"}))))
    assert found == check_table(document, strict)
    text = stored.dump(found)
    assert as_applied(stored.load(text), strict) == [
        replace(each, correction=None, is_missing=False) for each in check_table(document, strict)
    ]
    mild = replace(
        strict, only_warn=frozenset({"E1"}), off=frozenset({each.rule for each in found if each.rule[0] == "W"})
    )
    applied = as_applied(stored.load(text), mild)
    assert {each.severity for each in applied if each.rule == "E1"} == {Severity.WARNING}
    assert not any(each.rule.startswith("W") for each in applied)
