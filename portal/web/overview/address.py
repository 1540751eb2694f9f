"""Addresses of the overview: of its own lists, and of the lists in the register that its numbers lead to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import request, url_for

from portal.domain.overview import OfficeSort
from portal.domain.register import SELECTIONS, Selection, Standing
from portal.web.register.lists import Chosen

FURTHEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class View:
    """What the matrix shows. only: a selection that each office has something of."""

    year: int
    sort: OfficeSort = OfficeSort.LATEST
    descending: bool = True
    only: Selection | None = None
    page: int = 1

    @classmethod
    def requested(cls, year: int) -> View:
        args = request.args
        text, only = args.get("sort", ""), SELECTIONS.get(args.get("only", ""))
        page = min(max(args.get("page", 1, int), 1), FURTHEST_PAGE)
        name = text.removeprefix("-")
        if name not in set(OfficeSort):
            return cls(year, only=only, page=page)
        return cls(year, OfficeSort(name), text != name, only, page)

    @property
    def url(self) -> str:
        sign = "-" if self.descending else ""
        wanted = {
            "sort": "" if self.sort is OfficeSort.LATEST else f"{sign}{self.sort}",
            "only": self.only.name if self.only else "",
            "page": str(self.page) if self.page > 1 else "",
        }
        query = urlencode({name: text for name, text in wanted.items() if text})
        return url_for("overview.overview", year=self.year) + (f"?{query}" if query else "")

    def sorted_by(self, sort: OfficeSort) -> View:
        """As a click on the head of the column leaves it."""
        descending = not self.descending if sort is self.sort else sort.is_descending_first
        return replace(self, sort=sort, descending=descending, page=1)

    def at(self, page: int) -> View:
        return replace(self, page=page)


def list_url(year: int, wanted: Selection | Standing, office: str = "", **also: str) -> str:
    """The list of the register with the entries that a number counts."""
    name = wanted.value if isinstance(wanted, Standing) else wanted.name
    return Chosen(year, office, **also).address(name)
