"""Pasting a block of cells from the clipboard into a form: operations, and a preview of them.

What belongs here: mapping columns of the block to fields, mapping its rows to rows of the form, and what is left out.
Reading a block from the clipboard belongs in `portal.formats.clipboard`, the meaning of its texts in `rules`.
"""

from portal.domain.pasting.block import Block
from portal.domain.pasting.placing import Mark, PastePreview, PreviewCell, PreviewRow, place
from portal.domain.pasting.recognising import paste

__all__ = ["Block", "Mark", "PastePreview", "PreviewCell", "PreviewRow", "paste", "place"]
