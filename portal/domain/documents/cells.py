"""One cell: cleaning a typed text and limiting its length. The meaning of a text belongs elsewhere."""

from __future__ import annotations

import re
from typing import Any

from portal.domain.errors import Invalid
from portal.domain.invisible import without_invisible

MAX_TEXT = 200_000
"""Characters in one cell; a longer text is a clipboard mistake."""

MAX_ORDINAL = 9_999
_LINE_BREAK = re.compile(r"\s*\n\s*")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def clean_text(value: str) -> str:
    """A text as documents store it: LF, no TAB, no control characters, no outer white space.

    Everything inside stays as typed.
    """
    value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _CONTROL.sub("", value).strip()


def one_line(value: str) -> str:
    """`value` without line breaks: a cell of a file breaks a name or an amount where its column ends.

    Two Latin words stay apart; what else a line break separates belongs together.
    """
    return _LINE_BREAK.sub(_joint, value)


def _joint(found: re.Match[str]) -> str:
    before, after = found.string[max(0, found.start() - 1) : found.start()], found.string[found.end() : found.end() + 1]
    return " " if before.isascii() and before.isalpha() and after.isascii() and after.isalpha() else ""


def clean_line(value: str) -> str:
    """A text of one line, such as a code or a name: cleaned, without line breaks and invisible characters."""
    return one_line(clean_text(without_invisible(value)))


def checked_text(value: str, path: str = "") -> str:
    """`value` cleaned. Raises Invalid, with the field `path`, for more than MAX_TEXT characters."""
    if len(value) > MAX_TEXT:
        raise Invalid(f"一栏最多 {MAX_TEXT} 字，这里有 {len(value)} 字。", path)
    return clean_text(value)


def read_ordinal(value: Any) -> int:
    """A table's number, 0 = none. Raises Invalid."""
    try:
        number = int(value or 0)
    except (TypeError, ValueError, OverflowError):
        raise Invalid("表序号应当是整数。") from None
    if not 0 <= number <= MAX_ORDINAL:
        raise Invalid(f"表序号应当在 1 到 {MAX_ORDINAL} 之间。")
    return number
