"""A row of a list of offices, as readers of files give it to the services, and the limits of its fields."""

from __future__ import annotations

from typing import NamedTuple

OFFICE_CODE = r"[0-9]{3,12}"
MAX_NAME = 200


class OfficeRow(NamedTuple):
    """parent: code of the office above, "" for none. parent, phone None: the list does not say, so nothing changes.

    line: number of the row in its file, 0 if it comes from none.
    """

    code: str
    name: str
    parent: str | None = None
    phone: str | None = None
    line: int = 0
