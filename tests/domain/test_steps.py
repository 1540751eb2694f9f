"""Undo and redo among the steps of one person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.steps import Stacks, Step, meant, stacks


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], Stacks(None, None)),
        ([Step(2)], Stacks(2, None)),
        ([Step(2), Step(5)], Stacks(5, None)),
        ([Step(2), Step(5), Step(6, undoes=5)], Stacks(2, 6)),
        ([Step(2), Step(5), Step(6, undoes=5), Step(7, undoes=2)], Stacks(None, 7)),
        ([Step(2), Step(5), Step(6, undoes=5), Step(7, undoes=6)], Stacks(7, None)),
        ([Step(2), Step(3, undoes=2), Step(4)], Stacks(4, None)),
        ([Step(2), Step(3), Step(4, undoes=2)], Stacks(3, 4)),
        # Somebody else's step undone from the list of steps is neither one's own to undo nor to redo.
        ([Step(2), Step(4, undoes=3)], Stacks(2, None)),
    ],
)
def test_what_undo_and_redo_would_take_back(steps: list[Step], expected: Stacks) -> None:
    assert stacks(steps) == expected


@pytest.mark.parametrize(("undoes", "expected"), [(2, (2, False)), (3, (2, True)), (4, (2, False)), (5, (2, True))])
def test_undoing_an_undo_is_doing_the_step_again(undoes: int, expected: tuple[int, bool]) -> None:
    assert meant(undoes, {3: 2, 4: 3, 5: 4}) == expected


@given(st.lists(st.sampled_from(["type", "undo", "redo"]), max_size=40))
def test_undo_and_redo_behave_as_in_any_editor(acts: list[str]) -> None:
    """Held against the plainest model: a list of texts and a place in it."""
    texts, place = [""], 0
    steps: list[Step] = []
    made: dict[int, tuple[str, str]] = {}
    current = ""
    for act in acts:
        version = len(steps) + 1
        found = stacks(steps)
        if act == "type":
            texts, place = [*texts[: place + 1], f"text {version}"], place + 1
            steps.append(Step(version))
            made[version] = (current, texts[place])
            current = texts[place]
            continue
        target = found.undo if act == "undo" else found.redo
        assert (target is None) == (place == 0 if act == "undo" else place == len(texts) - 1)
        if target is None:
            continue
        place += -1 if act == "undo" else 1
        before, after = made[target]
        assert current == after
        steps.append(Step(version, undoes=target))
        made[version] = (after, before)
        current = before
        assert current == texts[place]
