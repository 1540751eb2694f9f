"""Marks of opinions in the cells of a form: a number and a sign; the opinion's card has the same number.

What stands in the cards belongs in `notes`, what became of opinions in `rounds`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.domain.opinions import OpinionState
from portal.queries.review import OpinionLine
from portal.web.review.notes import Note, numbers
from portal.web.review.rounds import RoundView


@dataclass(frozen=True, slots=True)
class OpinionMark:
    """number: as on the card at `url`; 0 for a change that nobody asked for.

    icon, tag: those of the verdict where there is one, else of the state. words: of both, for the title.
    """

    url: str
    number: int
    binding: bool
    state: str
    icon: str
    tag: str
    words: str


def with_notes(
    notes: Mapping[str, Sequence[Note]], lines: Sequence[OpinionLine], round: RoundView | None
) -> dict[str, list[Note | OpinionMark]]:
    """By path: notes, marks of opinions by their numbers, then what changed since the last decision unasked."""
    found: dict[str, list[Note | OpinionMark]] = {path: list(here) for path, here in notes.items()}
    numbered = numbers(lines)
    for line in sorted(lines, key=lambda each: numbered[each.id]):
        found.setdefault(line.path, []).append(_mark(numbered[line.id], line, round))
    if round and round.is_decided:
        for change in round.other:
            words = f"没有要求，改了{f'：{change.words}' if change.words else ''}"
            mark = OpinionMark("#unasked", 0, False, "unasked", "pencil", "tag-warning", words)
            found.setdefault(change.path, []).append(mark)
    return found


def _mark(number: int, line: OpinionLine, round: RoundView | None) -> OpinionMark:
    became = round.verdicts.get(line.id) if round and line.state is not OpinionState.RAISED else None
    look = became.verdict if became else line.state
    weight = "必须修改" if line.binding else "建议修改"
    words = f"{weight}，{look.label}：{line.text}"
    return OpinionMark(f"#opinion-{line.id}", number, line.binding, line.state.value, look.icon, look.tag, words)
