"""One cell of the text format, read and written. The order of cells is in `places`, predicates of lines in `lines`."""

from __future__ import annotations

from dataclasses import dataclass

from portal.formats.text import lines, places


@dataclass(slots=True)
class Cell:
    """line: number in the file, from 1. lines: raw; the first without its TAB, guards included."""

    line: int
    lines: list[str]

    @property
    def raw(self) -> str:
        first = lines.unguard(self.lines[0], lines.needs_guard_as_value)
        return "\n".join([first, *(lines.unguard(line, lines.needs_guard_in_cell) for line in self.lines[1:])])

    @property
    def text(self) -> str:
        return lines.cleaned(self.raw)

    @property
    def caption(self) -> str:
        """The text in the shape in which captions are compared; "" for a cell of several lines."""
        has_more = any(line.strip() for line in self.lines[1:])
        return "" if has_more else places.comparable(self.lines[0])

    @property
    def ends_row(self) -> bool:
        return len(self.lines) > 1 and not self.lines[-1].strip()

    @property
    def is_empty(self) -> bool:
        """In a level cell "as above"; a cell with U+3000 alone is blank and not empty."""
        return not self.text and lines.BLANK not in self.raw


def row(*cells: str) -> list[str]:
    """Return the lines of a row: its cells, then the blank line that ends it."""
    return [*cells, ""]


def caption(text: str) -> str:
    return f"\t{text}"


def value(text: str) -> str:
    """Return a cell with `text`; guard each line that would read as a heading or caption."""
    first, *further = text.split("\n")
    below = [lines.guard(line, lines.needs_guard_in_cell) for line in further]
    return "\t" + "\n".join([lines.guard(first, lines.needs_guard_as_value), *below])
