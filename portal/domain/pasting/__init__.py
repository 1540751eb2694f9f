"""Pasting a block of cells from the clipboard into the rows of a form: operations, and a preview of them.

What belongs here: mapping columns of the block to fields, mapping its rows to rows of the form, and what is left out.
Reading a block from the clipboard belongs in `portal.formats.clipboard`, the meaning of its texts in `rules`.
"""

from portal.domain.pasting.block import Block
from portal.domain.pasting.placing import Mark, PastePreview, PreviewCell, PreviewRow, place

__all__ = ["Block", "Mark", "PastePreview", "PreviewCell", "PreviewRow", "place"]
