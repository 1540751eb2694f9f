"""Texts of documents as contents of cells: what Excel cannot hold, and which texts are numbers."""

from __future__ import annotations

import re

from portal.domain.forms import Cell
from portal.formats.excel.writer.styles import GENERAL

LONGEST = 32_767
"""Units of UTF-16 in a cell; Excel refuses a file with more."""

_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,10})(?:\.([0-9]{1,4}))?")


def shown(text: str) -> str:
    """The text as a cell holds it: characters that XML forbids become U+FFFD, what is too long is cut."""
    return cut(_NOT_IN_XML.sub("\ufffd", text), LONGEST)


def cut(text: str, most: int) -> str:
    """At most `most` units of UTF-16, as Excel counts."""
    return text if 2 * len(text) <= most else text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")


def number_format(cell: Cell, text: str) -> str:
    """The number format in which the number shows exactly as this text; "" for a text that is to stay a text."""
    found = _NUMBER.fullmatch(text) if cell.is_number or cell.part == "number" else None
    if found is None:
        return ""
    return f"0.{'0' * len(found[1])}" if found[1] else GENERAL
