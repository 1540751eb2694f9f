"""A block of cells from the clipboard, placed into the rows of a form: operations to carry out and what to show first.

What belongs here: which column of the block is which field, which row of it is which row of the form, and what is
left out. How a block is read from the clipboard is the business of `portal.formats.clipboard`; what the texts mean
is that of the rules.
"""

from portal.domain.pasting.block import Block
from portal.domain.pasting.placing import Mark, PastePreview, PreviewCell, PreviewRow, place

__all__ = ["Block", "Mark", "PastePreview", "PreviewCell", "PreviewRow", "place"]
