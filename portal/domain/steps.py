"""The saves (steps) of a draft, and undo and redo among them.

A step is one save. An undo is a save that names the step it undid; a redo is the undo of that save.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """Save number `version`; `undoes`: the step that an undo or redo undid."""

    version: int
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Stacks:
    """The step that undo undoes next, and the undo that redo undoes next; None = none."""

    undo: int | None
    redo: int | None


def stacks(steps: Iterable[Step]) -> Stacks:
    """The stacks of one person's steps, oldest first. A new step clears the redo stack."""
    done: list[int] = []
    undone: list[int] = []
    for step in steps:
        if step.undoes is None:
            done.append(step.version)
            undone.clear()
        elif step.undoes in done:
            done.remove(step.undoes)
            undone.append(step.version)
        elif step.undoes in undone:
            undone.remove(step.undoes)
            done.append(step.version)
    return Stacks(done[-1] if done else None, undone[-1] if undone else None)


def meant(undoes: int, undone: Mapping[int, int]) -> tuple[int, bool]:
    """The original step behind a save that undid `undoes`, and whether that save redid the step.

    `undone`: version of each undo or redo → the step it undid. Undoing an undo is a redo.
    """
    is_redo = False
    while undoes in undone:
        undoes, is_redo = undone[undoes], not is_redo
    return undoes, is_redo
