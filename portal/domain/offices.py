"""A row of a list of offices, as readers of files give it to the services."""

from __future__ import annotations

from typing import NamedTuple


class OfficeRow(NamedTuple):
    """parent: code of the office above. line: number of the row in its file, 0 if it comes from none."""

    code: str
    name: str
    parent: str = ""
    line: int = 0
