"""Decoding of text files into lines, and predicates of a single line, shared by reader and writer.

The writer puts a guard (U+2060) before a line of a text that the reader would take for a heading; the reader removes
it. Context of several lines is not here: `reader` decides where a heading stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from portal.domain import forms
from portal.domain.documents import MAX_TEXT, Kind, clean_text
from portal.domain.forms import Form
from portal.domain.forms.layouts import LEFTOVERS
from portal.formats.decoding import decode
from portal.formats.reading import Unreadable
from portal.formats.text.numbering import Style, numbered

MAX_BYTES = 20 * 1024 * 1024
MAX_LINES = 400_000
GUARD = "\u2060"
BLANK = "\u3000"

Predicate = Callable[[str], bool]

_TITLE_ENDING = "绩效目标表"
_SECTIONS = ("总体绩效目标", "分项绩效目标", "工作保障措施")
_PART = re.compile(r"(?:第([一二12１２])部分[、:：]?)?(部门整体绩效目标|预算项目绩效目标)?")
_GOAL = re.compile(r"绩效目标\s{0,8}[:：]")
_ANCHOR = re.compile(r"审计记录\s{0,8}[:：]")
_RESIDUE_END = re.compile(r"\\l\s{1,8}\"?[0-9]\"?")
_AHEAD = 3
"""Largest step between the numbers of two duties or safeguards: numbers typed by hand have gaps."""


# --- bytes to lines ------------------------------------------------------------------------------


def split(data: bytes) -> list[str]:
    """Decode UTF-8, UTF-16 (with BOM) or GB18030 and split at any kind of line end. Raises Unreadable."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，不是一份绩效文本。")
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n")
    if not text or text.isspace():
        raise Unreadable("文件是空的。")
    if "\x00" in text:
        raise Unreadable("这不是文本文件。")
    if text.count("\n") > MAX_LINES:
        raise Unreadable(f"文件超过 {MAX_LINES} 行，不是一份绩效文本。")
    return text.split("\n")


# --- kinds of lines ------------------------------------------------------------------------------


def squeeze(text: str) -> str:
    """Remove all white space."""
    return "".join(text.split())


def label(text: str) -> str:
    """Return a caption in the shape for comparison; "" for more than 60 characters."""
    squeezed = squeeze(text) if len(text) <= 60 else ""
    return unicodedata.normalize("NFKC", squeezed)


def without_residue(line: str) -> str:
    """Remove the Word field (`TC 标题 \\f C \\l 1`) that Word leaves when it saves as text."""
    stripped = line.strip()
    if not _RESIDUE_END.fullmatch(stripped[stripped.rfind("\\l") :]):
        return stripped
    start = stripped.find(" TC ")
    return stripped[:start].rstrip() if start > 0 else stripped


def has_residue(line: str) -> bool:
    return without_residue(line) != line.strip()


def title_ending(form: Form) -> str:
    """Return the last words of the form's title, with which the heading of a table ends."""
    last = form.title.pieces[-1] if form.title else ""
    return squeeze(last) if isinstance(last, str) and last.endswith("表") else _TITLE_ENDING


@cache
def _title_endings() -> tuple[str, ...]:
    """The endings of all shipped forms, the longest first."""
    shipped = (forms.get(id) for id in forms.available(Kind.PROJECT))
    return tuple(sorted({_TITLE_ENDING, *map(title_ending, shipped)}, key=len, reverse=True))


def table_title(line: str, own: str = "") -> str | None:
    """Return the text before the ending (绩效目标表 or another form's) of a table's heading; None for other lines.

    own: the ending of the table's form, if the form is known.
    """
    squeezed = squeeze(without_residue(line))
    endings = (own, *_title_endings()) if own else _title_endings()
    if squeezed.startswith(GUARD) or not squeezed.endswith(endings):
        return None
    return squeezed.removesuffix(next(ending for ending in endings if squeezed.endswith(ending)))


def part(line: str) -> int:
    """Return 1 or 2 for the heading of a part, with or without its number; 0 for other lines."""
    squeezed = squeeze(without_residue(line)) if len(line) <= 200 else ""
    found = _PART.fullmatch(squeezed) if squeezed else None
    if found is None:
        return 0
    if found[2]:
        return 1 if found[2].startswith("部门") else 2
    return 1 if found[1] in "一1１" else 2


def section(line: str) -> str:
    """Return 总体绩效目标, 分项绩效目标 or 工作保障措施 for the heading of a section; "" for other lines."""
    squeezed = squeeze(without_residue(line)) if len(line) <= 200 else ""
    number = numbered(squeezed)
    name = number.rest if number else squeezed
    return name if name in _SECTIONS else ""


def after_goal_caption(line: str) -> str | None:
    """Return the text after 绩效目标： in a line of a duty; None for a line that does not start with it."""
    stripped = line.lstrip()
    found = _GOAL.match(stripped)
    return stripped[found.end() :] if found else None


def is_anchor(line: str) -> bool:
    return _ANCHOR.match(line.strip()) is not None


def follows(value: int, last: int) -> bool:
    """Whether `value` can be the next number of a numbering after `last`."""
    return last < value <= last + _AHEAD


# --- lines of texts that need a guard ------------------------------------------------------------


def needs_guard_in_cell(line: str) -> bool:
    return table_title(line) is not None or part(line) > 0 or is_anchor(line)


def needs_guard_in_overall(line: str) -> bool:
    return needs_guard_in_cell(line) or section(line) != ""


def needs_guard_in_row(position: int) -> Predicate:
    """Return the predicate for the texts of the duty or safeguard at `position`, from 1."""

    def special(line: str) -> bool:
        number = numbered(line.strip())
        if number and number.style is Style.CHINESE and follows(number.value, position):
            return True
        return after_goal_caption(line) is not None or needs_guard_in_overall(line)

    return special


def needs_guard_as_name(line: str) -> bool:
    """For the first line of a name, which follows its number on the same line."""
    return section(f"一、{line}") != "" or has_residue(line)


def needs_guard_as_value(line: str) -> bool:
    """For the first line of a cell: the captions that start a table without heading, or 表样以外的内容."""
    return label(line) in ("项目编码", LEFTOVERS)


def guard(line: str, special: Predicate) -> str:
    return GUARD + line if special(line.lstrip(GUARD)) else line


def unguard(line: str, special: Predicate) -> str:
    return line[1:] if line.startswith(GUARD) and special(line.lstrip(GUARD)) else line


def guarded(text: str, special: Predicate) -> str:
    return "\n".join(guard(line, special) for line in text.split("\n"))


def unguarded(lines: list[str], special: Predicate) -> str:
    """Join lines into a text as documents store it, without guards. Raises Unreadable if it is too long."""
    return cleaned("\n".join(unguard(line, special) for line in lines))


def cleaned(text: str) -> str:
    text = clean_text(text)
    if len(text) > MAX_TEXT:
        raise Unreadable(f"一栏最多 {MAX_TEXT} 字，文件里有一栏 {len(text)} 字。")
    return text
