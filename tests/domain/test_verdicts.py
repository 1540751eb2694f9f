"""What became of an opinion, and what changed although no opinion asked for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import documents
from portal.domain.changes import Insert, Set
from portal.domain.documents import Document, Indicator
from portal.domain.opinions import Answer, OpinionState
from portal.domain.resubmissions import changes_between, resubmission_changes, unchanged_places
from portal.domain.text_differences import Segment
from portal.domain.verdicts import AnsweredOpinion, OpinionVerdict, Verdict, judge
from tests.domain.strategies import edited_twice
from tests.world import sound_project

OLD = sound_project()
CELL = "indicators/bbbb/target_value"


def opinion(
    path: str = "goals", answer: Answer | None = Answer.CHANGED, state: OpinionState = OpinionState.ANSWERED
) -> AnsweredOpinion:
    return AnsweredOpinion(path, "绩效指标第2行", state, answer)


def judged(new: Document, about: AnsweredOpinion, *, enclosures_changed: bool = False) -> OpinionVerdict:
    return judge(about, OLD, new, changes_between(OLD, new), enclosures_changed=enclosures_changed)


def side(segments: tuple[Segment, ...], own: str) -> str:
    return "".join(text for kind, text in segments if kind in ("equal", own))


def without(document: Document, row_id: str) -> Document:
    rows = [row for row in documents.rows(document, "indicators") if row.id != row_id]
    return documents.with_rows(document, "indicators", rows)


def reversed_rows(document: Document) -> Document:
    return documents.with_rows(document, "indicators", documents.rows(document, "indicators")[::-1])


# --- verdicts ------------------------------------------------------------------------------------

CHANGED, KEPT = Answer.CHANGED, Answer.KEPT
ANSWERED, ACCEPTED, RAISED = OpinionState.ANSWERED, OpinionState.ACCEPTED, OpinionState.RAISED


@pytest.mark.parametrize(
    ("answer", "state", "is_changed", "verdict"),
    [
        (CHANGED, ANSWERED, True, Verdict.CHANGED),
        (CHANGED, ANSWERED, False, Verdict.NOT_CHANGED),
        (KEPT, ANSWERED, False, Verdict.KEPT),
        (KEPT, ANSWERED, True, Verdict.KEPT_BUT_CHANGED),
        (None, RAISED, True, Verdict.UNANSWERED),
        (None, RAISED, False, Verdict.UNANSWERED),
        (CHANGED, ACCEPTED, True, Verdict.CHANGED_AFTER_ACCEPTANCE),
        (KEPT, ACCEPTED, False, Verdict.SETTLED),
    ],
)
def test_verdict_follows_from_answer_and_text(
    answer: Answer | None, state: OpinionState, is_changed: bool, verdict: Verdict
) -> None:
    new = documents.with_value(OLD, "goals" if is_changed else "purpose", "1、按月发放3人工资。")
    assert judged(new, opinion(answer=answer, state=state)).verdict is verdict


def test_problems_come_first() -> None:
    assert [each.is_problem for each in sorted(Verdict, key=lambda each: each.rank)] == [True] * 4 + [False] * 4
    assert len({each.label for each in Verdict}) == len(Verdict)


def test_deleted_row_is_named_by_its_former_number() -> None:
    found = judged(without(OLD, "bbbb"), opinion(CELL))
    assert (found.verdict, found.place) == (Verdict.ROW_GONE, "绩效指标（原第2行，该行已删除）·指标值")
    assert [each.words for each in found.changes] == ["指标删除"]


def test_move_of_a_row_changes_no_text_in_its_cells() -> None:
    new = reversed_rows(OLD)
    row = next(each.path for each in changes_between(OLD, new))
    cell = f"{row}/target_value"
    found = judged(new, opinion(cell))
    assert found.verdict is Verdict.NOT_CHANGED
    assert "（原第" in found.place and "，现第" in found.place
    assert judged(new, opinion(row)).verdict is Verdict.CHANGED
    assert [each.path for each in resubmission_changes(changes_between(OLD, new), [cell]).other] == [
        each.path for each in changes_between(OLD, new)
    ]


def test_opinion_on_the_whole_table_is_met_by_an_enclosure() -> None:
    assert judged(OLD, opinion("")).verdict is Verdict.NOT_CHANGED
    assert judged(OLD, opinion(""), enclosures_changed=True).verdict is Verdict.CHANGED
    assert judged(OLD, opinion("goals"), enclosures_changed=True).verdict is Verdict.NOT_CHANGED


def test_row_that_an_opinion_proposed_is_asked_for() -> None:
    last = documents.rows(OLD, "indicators")[-1]
    new = documents.with_rows(
        OLD, "indicators", [*documents.rows(OLD, "indicators"), Indicator("neww", level3="新指标")]
    )
    proposed = (Insert("indicators", "neww", last.id), Set("indicators/neww/level3", "", "新指标"))
    about = AnsweredOpinion(f"indicators/{last.id}", "绩效指标第2行", ANSWERED, CHANGED, proposed)
    assert judged(new, about).verdict is Verdict.CHANGED
    assert resubmission_changes(changes_between(OLD, new), about.asked).other == []
    assert [each.words for each in resubmission_changes(changes_between(OLD, new), [about.path]).other] == ["新增指标"]


# --- numbers in words ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "words", "is_lowered"),
    [
        ("budget/total", "28000.00", "+5,000.00 元（+21.7%）", False),
        ("budget/total", "22000", "-1,000.00 元（-4.3%）", False),
        ("budget/total", "23,000.00", "", False),
        ("budget/total", "很多", "", False),
        (CELL, "≥90%", "降低", True),
        (CELL, "≥98%", "提高", False),
        (CELL, "合理", "", False),
        ("goals", "1、别的目标。", "", False),
    ],
)
def test_numbers_are_read_as_numbers(path: str, text: str, words: str, is_lowered: bool) -> None:
    (change,) = changes_between(OLD, documents.with_value(OLD, path, text))
    assert (change.words, change.is_lowered) == (words, is_lowered)


def test_what_did_not_change_is_named_by_fields_and_runs_of_rows() -> None:
    five = [Indicator(f"row{n}", level3=str(n)) for n in range(5)]
    old = documents.with_rows(OLD, "indicators", five)
    new = documents.with_value(documents.with_value(old, "indicators/row2/level3", "别的"), "goals", "1、别的目标。")
    found = unchanged_places(new, changes_between(old, new))
    assert "绩效目标" not in found and "预算数" in found and "绩效指标第1–2、4–5行" in found


# --- properties ----------------------------------------------------------------------------------


def places_of(*versions: Document) -> list[str]:
    texts = [path for each in versions for path in documents.texts(each)]
    parts = [path.rsplit("/", n)[0] for path in texts for n in (1, 2)]
    return sorted({"", *texts, *parts})


@given(edited_twice(), st.data())
def test_every_change_is_either_asked_for_or_not(
    versions: tuple[Document, Document, Document], data: st.DataObject
) -> None:
    _, old, new = versions
    asked = data.draw(st.lists(st.sampled_from(places_of(old, new)), max_size=4))
    found = resubmission_changes(changes_between(old, new), asked)
    every = changes_between(old, new)
    assert [each for each in every if each in found.asked] == found.asked
    assert [each for each in every if each not in found.asked] == found.other
    mine = [judge(AnsweredOpinion(each, "", ANSWERED, CHANGED), old, new, every) for each in asked]
    assert {each.path for each in found.asked} == {change.path for each in mine for change in each.changes}


@given(edited_twice(), st.data())
def test_accepted_opinion_stays_accepted_whatever_changes(
    versions: tuple[Document, Document, Document], data: st.DataObject
) -> None:
    _, old, new = versions
    about = AnsweredOpinion(data.draw(st.sampled_from(places_of(old, new))), "", ACCEPTED, CHANGED)
    found = judge(about, old, new, changes_between(old, new))
    assert found.verdict is (Verdict.CHANGED_AFTER_ACCEPTANCE if found.changes else Verdict.SETTLED)


@given(edited_twice(), st.data())
def test_segments_of_a_verdict_turn_the_old_text_into_the_new_one(
    versions: tuple[Document, Document, Document], data: st.DataObject
) -> None:
    _, old, new = versions
    both = documents.texts(old).keys() & documents.texts(new).keys() - set(documents.ASSIGNED_FIELDS)
    path = data.draw(st.sampled_from(sorted(both)))
    found = judge(AnsweredOpinion(path, "", ANSWERED, CHANGED), old, new, changes_between(old, new))
    before, after = documents.value_at(old, path) or "", documents.value_at(new, path) or ""
    assert (side(found.text, "delete"), side(found.text, "insert")) == (before, after)
    assert (found.verdict is Verdict.CHANGED) == (before != after)
