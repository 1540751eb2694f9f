"""What a spreadsheet, a word processor or a browser puts on the clipboard, read as a block of cells.

The clipboard holds the same content as HTML and as plain text; HTML tells merged cells and is taken where it has
a table. What belongs here: the way from either to a `Block`. Where its cells go in a form is said in
`portal.domain.pasting`.
"""

from __future__ import annotations

from portal.domain.errors import Invalid
from portal.domain.pasting import Block
from portal.formats.clipboard import tabbed, tables
from portal.formats.clipboard.limits import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS

__all__ = ["MAX_BYTES", "MAX_CELL", "MAX_COLUMNS", "MAX_ROWS", "Block", "read"]


def read(html: str, text: str) -> Block:
    """The block on a clipboard that offers `html` and `text`, either of which may be "".

    A block has at least two cells, one of them with a text: a single cell, or text without tabs, is pasted as
    browsers do and gives a block without rows. Raises Invalid where there is more than a form could take.
    """
    # a character takes at least a byte; longer ones need not be encoded to know
    if any(len(source) > MAX_BYTES or len(source.encode(errors="replace")) > MAX_BYTES for source in (html, text)):
        raise Invalid(f"粘贴的内容超过 {MAX_BYTES // 1024 // 1024} MB，请分几次粘贴。")
    block = tables.read(html)
    return block if block.rows else tabbed.read(text)
