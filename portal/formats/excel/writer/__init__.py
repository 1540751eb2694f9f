"""Writer of .xlsx workbooks: a sheet for each table, in the layout of its form.

An offline copy (`Imprint.offline`) has more: instructions, choice lists, rows to fill in, opinions as comments, and
marks by which `portal.formats.excel.marked` finds every text again.
"""

from __future__ import annotations

from portal.formats.excel.writer.book import write

__all__ = ["write"]
