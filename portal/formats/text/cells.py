"""Cells of the text form, read and written: a line that begins with TAB and those that it runs on over."""

from __future__ import annotations

from dataclasses import dataclass

from portal.formats.text import lines as form
from portal.formats.text import places


@dataclass(slots=True)
class Cell:
    """`lines` are raw: the first without its TAB, guards still there."""

    line: int
    lines: list[str]

    @property
    def raw(self) -> str:
        first = form.unguard(self.lines[0], form.special_as_value)
        return "\n".join([first, *(form.unguard(line, form.special_in_cell) for line in self.lines[1:])])

    @property
    def text(self) -> str:
        return form.cleaned(self.raw)

    @property
    def caption(self) -> str:
        """What it says as captions are compared; "" where it runs over several lines."""
        has_more = any(line.strip() for line in self.lines[1:])
        return "" if has_more else places.comparable(self.lines[0])

    @property
    def ends_row(self) -> bool:
        return len(self.lines) > 1 and not self.lines[-1].strip()

    @property
    def is_empty(self) -> bool:
        """Nothing at all, which in a level means "as above"; U+3000 alone is really blank."""
        return not self.text and form.BLANK not in self.raw


def row(*cells: str) -> list[str]:
    """The lines of a row of written cells."""
    return [*cells, ""]


def caption(text: str) -> str:
    return f"\t{text}"


def value(text: str) -> str:
    """A cell that holds a text, guarded where one of its lines would read as something else."""
    first, *further = text.split("\n")
    below = [form.guard(line, form.special_in_cell) for line in further]
    return "\t" + "\n".join([form.guard(first, form.special_as_value), *below])
