"""Workbooks: writer of .xlsx; reader of .xlsx of any origin, and of .xls and .et of the old format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from portal.domain.forms import Form
from portal.domain.offline import ReturnedCopy
from portal.formats.assembling import assemble
from portal.formats.excel import marked, old, workbook
from portal.formats.excel.sheets import RawSheet
from portal.formats.excel.writer import write
from portal.formats.packages import Package
from portal.formats.pieces import Limits
from portal.formats.reading import Reading, Unreadable

__all__ = ["read", "read_old", "returned_copy", "write"]

_NAMED = 20


def read(data: bytes, wanted: Sequence[Form] = (), sheet: str = "") -> Reading:
    """Read the documents of an .xlsx workbook. Raises Unreadable. wanted: see `portal.formats.files`."""
    package = Package(data)
    own = marked.read(package)
    if own and (reading := own.reading(sheet)):
        return reading
    return _assembled(workbook.sheets(package), wanted, sheet, has_pictures=package.has_pictures)


def returned_copy(data: bytes) -> ReturnedCopy | None:
    """The offline copy that this file is; None for any other file, also one that cannot be read at all."""
    if not data.startswith(b"PK"):
        return None
    try:
        book = marked.read(Package(data))
    except Unreadable:
        return None
    return book.returned() if book and book.is_offline else None


def read_old(data: bytes, wanted: Sequence[Form] = (), sheet: str = "") -> Reading:
    """Read the documents of an .xls or .et workbook. Raises Unreadable."""
    return _assembled(old.sheets(data), wanted, sheet, has_pictures=False)


def _assembled(found: Iterable[RawSheet], wanted: Sequence[Form], name: str, *, has_pictures: bool) -> Reading:
    """name: of the only sheet to read, "" for all visible ones."""
    limits = Limits()
    visible = list(found)
    if name and name not in {sheet.name for sheet in visible}:
        names = "、".join(sheet.name for sheet in visible[:_NAMED])
        raise Unreadable(f"工作簿里没有（或者隐藏了）工作表“{name[:31]}”；有的是：{names}。")
    tables = [sheet.table(limits) for sheet in visible if sheet.cells and name in ("", sheet.name)]
    return assemble(tables, wanted, has_pictures=has_pictures)
