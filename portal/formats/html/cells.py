"""The text of table cells in HTML, as browsers show it; spans and hidden elements as Excel, WPS and Word write them.

Shared by the readers of the clipboard and of files.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

CELLS = ("td", "th")
LINES = frozenset(
    ("p", "div", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "tr")
)
"""Block elements: each starts a new line within a cell."""
NOT_SHOWN = frozenset(("style", "script", "xml", "title", "template", "del"))
"""Elements without content, and text that a tracked change deletes."""
_WHITE = " \t\n\r\f"
_FOLD = re.compile(f"[{_WHITE}]+")
_SPAN = re.compile(r"\s*([0-9]{1,5})")
_SEVERAL_CELLS = re.compile(r"mso-ignore:\s*(colspan)?-?(rowspan)?", re.IGNORECASE)
_HIDDEN = re.compile(r"\bdisplay\s*:\s*none\b", re.IGNORECASE)


@dataclass(slots=True)
class HtmlCell:
    """ignored_spans: spans to ignore; Excel writes several blank cells, or cells that a long text covers, as one."""

    column_span: int = 1
    row_span: int = 1
    ignored_spans: frozenset[str] = frozenset()
    pieces: list[str] = field(default_factory=list)
    """Texts of the current line."""
    lines: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, attributes: Mapping[str, str]) -> HtmlCell:
        style = attributes.get("style", "")
        found = _SEVERAL_CELLS.search(style) if style else None
        ignored = frozenset(name.lower() for name in found.groups() if name) if found else frozenset()
        return cls(_span(attributes, "colspan"), _span(attributes, "rowspan"), ignored)

    def end_line(self, is_break: bool) -> None:
        """is_break: a br also ends an empty line; the end of a paragraph does not."""
        line = _collapsed("".join(self.pieces))
        if line or is_break:
            self.lines.append(line)
        self.pieces.clear()

    def text(self) -> str:
        self.end_line(is_break=False)
        return "\n".join(line.replace("\xa0", " ").strip(" ") for line in self.lines)


def is_hidden(attributes: Mapping[str, str]) -> bool:
    return _HIDDEN.search(attributes.get("style", "")) is not None


def _span(attributes: Mapping[str, str], name: str) -> int:
    """`colspan` or `rowspan`, at least 1."""
    found = _SPAN.match(attributes.get(name, ""))
    return max(int(found[1]), 1) if found else 1


def _collapsed(line: str) -> str:
    """Collapse white space as browsers do: drop a line end between two wide characters."""

    def fold(white: re.Match[str]) -> str:
        left, right = line[white.start() - 1 : white.start()], line[white.end() : white.end() + 1]
        return "" if "\n" in white[0] and _is_wide(left) and _is_wide(right) else " "

    return _FOLD.sub(fold, line).strip(_WHITE)


def _is_wide(character: str) -> bool:
    return character != "" and unicodedata.east_asian_width(character) in "WF"
