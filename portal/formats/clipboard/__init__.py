"""Reader of clipboard content from spreadsheets, word processors and browsers: HTML or plain text into a `Block`.

The clipboard holds the same content as HTML and as plain text. HTML contains merged cells and is preferred if it
contains a table. The mapping of a block's cells to fields is not here but in `portal.domain.pasting`.
"""

from __future__ import annotations

from portal.domain.errors import Invalid
from portal.domain.pasting import Block
from portal.formats.clipboard import tabbed, tables
from portal.formats.clipboard.limits import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS

__all__ = ["MAX_BYTES", "MAX_CELL", "MAX_COLUMNS", "MAX_ROWS", "Block", "read"]


def read(html: str, text: str) -> Block:
    """Read the block from the clipboard's `html` or `text`; either may be "". Raises Invalid beyond the limits.

    A block has at least two cells and at least one text. A single cell, or text without tabs, gives a block without
    rows: the browser pastes it as usual.
    """
    # A character takes at least one byte, so a text of more characters need not be encoded.
    if any(len(source) > MAX_BYTES or len(source.encode(errors="replace")) > MAX_BYTES for source in (html, text)):
        raise Invalid(f"粘贴的内容超过 {MAX_BYTES // 1024 // 1024} MB，请分几次粘贴。")
    block = tables.read(html)
    return block if block.rows else tabbed.read(text)
