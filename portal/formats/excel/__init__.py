"""Reader of workbooks: .xlsx of any origin, .xls and .et of the old format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from portal.domain.forms import Form
from portal.formats.assembling import assemble
from portal.formats.excel import old, workbook
from portal.formats.excel.sheets import RawSheet
from portal.formats.packages import Package
from portal.formats.pieces import Limits
from portal.formats.reading import Reading

__all__ = ["read", "read_old"]


def read(data: bytes, wanted: Sequence[Form] = ()) -> Reading:
    """Read the documents of an .xlsx workbook. Raises Unreadable. wanted: see `portal.formats.files`."""
    package = Package(data)
    return _assembled(workbook.sheets(package), wanted, has_pictures=package.has_pictures)


def read_old(data: bytes, wanted: Sequence[Form] = ()) -> Reading:
    """Read the documents of an .xls or .et workbook. Raises Unreadable."""
    return _assembled(old.sheets(data), wanted, has_pictures=False)


def _assembled(found: Iterable[RawSheet], wanted: Sequence[Form], *, has_pictures: bool) -> Reading:
    limits = Limits()
    tables = [sheet.table(limits) for sheet in found if sheet.cells]
    return assemble(tables, wanted, has_pictures=has_pictures)
