"""Web pages: reader of saved pages and of Excel's own HTML. The print views of the portal are made in `portal.web`."""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain.forms import Form
from portal.formats.assembling import assemble
from portal.formats.html.reader import pieces
from portal.formats.reading import Reading

__all__ = ["read"]


def read(data: bytes, wanted: Sequence[Form] = ()) -> Reading:
    """Read the documents of a page. Raises Unreadable. wanted: see `portal.formats.files`."""
    found, has_pictures = pieces(data)
    return assemble(found, wanted, has_pictures=has_pictures)
