"""分管单位: which reviewers review which offices, as one form; filtered and paged by its address."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.errors import Invalid, Refused
from portal.domain.permissions import Permission
from portal.domain.portfolios import PortfolioRow
from portal.extensions import db
from portal.models import Office
from portal.queries.administration.portfolios import Portfolios
from portal.services.administration import portfolios as service
from portal.services.administration.claim_moves import ClaimsUndecided
from portal.services.administration.portfolios import PortfoliosChanged
from portal.web.administration import claim_choices
from portal.web.errors import status_of
from portal.web.guards import actor, needs
from portal.web.rendering import render

bp = Blueprint("people_portfolios", __name__)

PAGE = 100
"""Offices of a page."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the matrix. covered: reviewers of an office above. theirs: who a colleague chose meanwhile."""

    code: str
    name: str
    depth: int
    below_count: int
    is_without: bool
    base: frozenset[int]
    ticked: frozenset[int]
    covered: frozenset[int]
    theirs: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the address asks for: an office with those below it, one reviewer, offices that nobody reviews, a page."""

    group: str = ""
    reviewer: int = 0
    without: bool = False
    page: int = 1

    @classmethod
    def asked(cls) -> Shown:
        args = request.args
        return cls(
            args.get("group", ""),
            args.get("reviewer", 0, type=int),
            args.get("without") == "1",
            max(1, args.get("page", 1, type=int)),
        )

    def url(self, page: int) -> str:
        return url_for(
            ".portfolios",
            group=self.group or None,
            reviewer=self.reviewer or None,
            without="1" if self.without else None,
            page=page if page > 1 else None,
        )


@bp.get("/portfolios")
@needs(Permission.MANAGE)
def portfolios() -> Response:
    return _page({})


@bp.post("/portfolios")
@needs(Permission.MANAGE)
def save() -> Response | AnyResponse:
    rows = _posted_rows()
    try:
        shown = _ids(request.form.get("shown", ""))
        names = service.save(db.session(), actor(), rows, shown, claim_choices.claims_to)
    except (Invalid, PortfoliosChanged) as refusal:
        return _page({row.office: row for row in rows}, refusal)
    words = f"已保存：{'、'.join(names)}的分管单位已改。" if names else "没有改动。"
    flash(words, "success")
    return redirect(Shown.asked().url(Shown.asked().page), 303)


def _posted_rows() -> list[PortfolioRow]:
    """The rows of the form, by their fields base-CODE and on-CODE."""
    return [
        PortfolioRow(code, _ids(base), _ids(" ".join(request.form.getlist(f"on-{code}"))))
        for name, base in request.form.items()
        if (code := name.removeprefix("base-")) != name
    ]


def _ids(text: str) -> frozenset[int]:
    """Raises Invalid for what no form of the portal posts."""
    try:
        return frozenset(map(int, text.split()))
    except ValueError:
        raise Invalid("表单不完整，请重新打开这一页。") from None


def _page(posted: Mapping[str, PortfolioRow], refusal: Refused | None = None) -> Response:
    found, shown = queries.administration.portfolios.portfolios_now(db.session()), Shown.asked()
    without = found.without_reviewer()
    offices = [office for office in found.offices if _is_shown(office, shown, without)]
    first = (shown.page - 1) * PAGE
    lines = _Lines(found, posted, refusal.offices if isinstance(refusal, PortfoliosChanged) else (), set(without))
    return render(
        "administration/portfolios.html",
        status_of(refusal) if refusal else 200,
        lines=[lines.line(office) for office in offices[first : first + PAGE]],
        reviewers=[each for each in found.reviewers if shown.reviewer in (0, each.id)],
        counts=_counts(found),
        shown=shown,
        groups=[office for office in found.offices if lines.below[office.code]],
        all_reviewers=found.reviewers,
        without=[office for office in found.offices if office.code in set(without)],
        count=len(offices),
        first=first,
        previous_url=shown.url(shown.page - 1) if shown.page > 1 else "",
        next_url=shown.url(shown.page + 1) if first + PAGE < len(offices) else "",
        refusal=refusal.message if refusal else "",
        claims=claim_choices.fields(refusal.lost) if isinstance(refusal, ClaimsUndecided) else [],
    )


def _is_shown(office: Office, shown: Shown, without: Collection[str]) -> bool:
    is_in_group = not shown.group or f"/{shown.group}/" in office.lineage
    return is_in_group and (not shown.without or office.code in without)


def _counts(found: Portfolios) -> dict[int, int]:
    """Reviewer → number of offices, those below an assigned one included."""
    counts = dict.fromkeys((each.id for each in found.reviewers), 0)
    for office in found.offices:
        for person in frozenset().union(*(found.assigned.get(code, ()) for code in office.lineage.split("/"))):
            counts[person] += 1
    return counts


@dataclass(slots=True)
class _Lines:
    """Makes the rows. conflicts: offices that a colleague changed since the posted form was opened."""

    found: Portfolios
    posted: Mapping[str, PortfolioRow]
    conflicts: Collection[str]
    without: Collection[str]
    below: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.below = dict.fromkeys((office.code for office in self.found.offices), 0)
        for office in self.found.offices:
            for above in office.lineage.split("/")[1:-2]:
                self.below[above] = self.below.get(above, 0) + 1

    def line(self, office: Office) -> Line:
        now, posted = self.found.assigned.get(office.code, frozenset()), self.posted.get(office.code)
        above = office.lineage.split("/")[1:-2]
        is_typed = posted is not None and posted.is_changed
        is_conflict = office.code in self.conflicts
        return Line(
            office.code,
            office.name,
            len(above),
            self.below[office.code],
            office.code in self.without,
            base=posted.base if posted and is_typed and not is_conflict else now,
            ticked=posted.wanted if posted and is_typed else now,
            covered=frozenset().union(*(self.found.assigned.get(code, ()) for code in above)),
            theirs=self._names(now) if is_conflict else "",
        )

    def _names(self, people: Collection[int]) -> str:
        return "、".join(each.name for each in self.found.reviewers if each.id in people) or "没有人"
