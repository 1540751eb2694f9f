"""The steps by which a draft came about, and what undo and redo mean among them.

A step is one save. Undoing is a save of its own that says which step it undid; redoing undoes that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """Save number `version`; `undoes` names the step it undid, if it was an undo or a redo."""

    version: int
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Stacks:
    """The step that undo would undo next, and the undo that redo would undo next; None = there is none."""

    undo: int | None
    redo: int | None


def stacks(steps: Iterable[Step]) -> Stacks:
    """Of one person's steps, oldest first. A new step forgets what could be redone."""
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
    """The step that a save which undid `undoes` is about in the end, and whether it did it again.

    `undone`: version of each undo or redo → what it undid. Undoing an undo is doing it again.
    """
    again = False
    while undoes in undone:
        undoes, again = undone[undoes], not again
    return undoes, again
