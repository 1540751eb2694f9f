"""Word documents: writer of a 部门预算绩效文本 that looks like the official form; reader of any .docx."""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain.forms import Form
from portal.formats.assembling import assemble
from portal.formats.packages import Package
from portal.formats.reading import Reading
from portal.formats.word.letter import write_letter
from portal.formats.word.reader import pieces
from portal.formats.word.writer import write

__all__ = ["read", "write", "write_letter"]


def read(data: bytes, wanted: Sequence[Form] = ()) -> Reading:
    """Read the documents of a .docx file. Raises Unreadable. wanted: see `portal.formats.files`."""
    package = Package(data)
    return assemble(pieces(package), wanted, has_pictures=package.has_pictures)
