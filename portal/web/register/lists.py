"""应报清单: the entries of a year with their standings, the tables that nobody announced, offices without projects."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.errors import Forbidden
from portal.domain.opinions import OpinionKind
from portal.domain.permissions import Actor, Permission, TableFacts, grants_held, may, offices_in_reach
from portal.domain.register import SELECTIONS, Standing
from portal.domain.rules import RULES
from portal.extensions import db
from portal.queries.register.lists import Counts, Cursor, Filters
from portal.web.budget_years import budget_year, other_years, to_latest_year
from portal.web.guards import actor, needs
from portal.web.register.lines import entry_line
from portal.web.rendering import page_or_fragment, render
from portal.web.tabs import Tab

bp = Blueprint("register", __name__)

UNANNOUNCED, NO_PROJECTS = "unannounced", "no_projects"
"""Tabs beside the standings."""
ALSO = ("claimant", "rule", "kind")
"""Restrictions that only links set."""
_ID = re.compile("[0-9]{1,9}")
_RULES = {rule.id: rule.name for rule in RULES}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The current values of the filter bar and the chosen tab: a standing, one of SELECTIONS, UNANNOUNCED, NO_PROJECTS
    or "". claimant, rule, kind: of links of the overview, see `Filters`.
    """

    year: int
    office: str = ""
    q: str = ""
    tab: str = ""
    claimant: str = ""
    rule: str = ""
    kind: str = ""
    state: str = ""

    @property
    def filters(self) -> Filters:
        return Filters(
            year=self.year,
            office=self.office,
            standing=Standing(self.tab) if self.tab in set(Standing) else None,
            selection=SELECTIONS.get(self.tab),
            text=self.q,
            claimant=int(self.claimant) if self.claimant else None,
            rule=self.rule,
            kind=self.kind,
        )

    def address(self, tab: str, **place: str) -> str:
        also = {name: getattr(self, name) for name in ALSO}
        wanted = {"office": self.office, "q": self.q, "tab": tab, **also, **place}
        query = urlencode({name: text for name, text in wanted.items() if text})
        return url_for("register.year", year=self.year) + (f"?{query}" if query else "")


@bp.get("/register")
@needs(Permission.SEE_REGISTER)
def latest() -> AnyResponse | Response:
    return to_latest_year("register.year")


@bp.get("/register/<int:year>")
@needs(Permission.SEE_REGISTER)
def year(year: int) -> Response:
    session, me = db.session(), actor()
    if not grants_held(me, Permission.SEE_REGISTER):
        raise Forbidden("你的角色不查看应报清单。")
    found = budget_year(year)
    chosen = _chosen(me, year)
    counts = queries.register.lists.counts(session, me, chosen.filters)
    return render(
        "register/list.html",
        fragment="register/_list.html",
        year=found,
        other_years=page_or_fragment(lambda: other_years(year), lambda: []),
        chosen=chosen,
        offices=page_or_fragment(lambda: _offices(me), lambda: []),
        tabs=_tabs(me, chosen, counts),
        counts=counts,
        restricted=_restrictions(chosen),
        unrestricted_url=replace(chosen, claimant="", rule="", kind="").address(chosen.tab),
        show_office=shows_office(me),
        may_keep=bool(grants_held(me, Permission.KEEP_REGISTER)) and found.is_open,
        may_confirm_none=found.is_open and may(me, Permission.CONFIRM_NO_PROJECTS, TableFacts(me.office or "")),
        **_rows(me, chosen, is_open=found.is_open),
    )


def shows_office(me: Actor) -> bool:
    reach = offices_in_reach(me, Permission.SEE_REGISTER)
    return reach is None or len(reach) > 1


def _rows(me: Actor, chosen: Chosen, *, is_open: bool) -> dict[str, Any]:
    """Context of the chosen tab: lines of entries, of unannounced tables, or of offices."""
    session = db.session()
    if chosen.tab == UNANNOUNCED:
        return {"unannounced": queries.register.unannounced.tables(session, me, chosen.year, chosen.office)}
    if chosen.tab == NO_PROJECTS:
        return {"without": queries.register.offices.without_projects(session, me, chosen.year, chosen.office)}
    page = queries.register.lists.listing(session, me, chosen.filters, _cursor())
    return {
        "lines": [entry_line(row, Standing(row.standing), me, is_open=is_open) for row in page.rows],
        "previous_url": _page_url(chosen, page.before),
        "next_url": _page_url(chosen, page.after),
    }


def _tabs(me: Actor, chosen: Chosen, counts: Counts) -> list[Tab]:
    session = db.session()
    unannounced = queries.register.unannounced.count(session, me, chosen.year, chosen.office)
    without = queries.register.offices.without_projects_count(session, me, chosen.year, chosen.office)
    found = [("", "全部", counts.total)]
    if selection := chosen.filters.selection:
        count = queries.register.lists.count(session, me, chosen.filters)
        found.append((selection.name, selection.label, count))
    found += [(standing.value, standing.label, count) for standing, count in counts.by_standing.items()]
    found += [(UNANNOUNCED, "没有登记的表", unannounced), (NO_PROJECTS, "本年无项目", without)]
    return [
        Tab(label, chosen.address(key), str(count), key == chosen.tab)
        for key, label, count in found
        if count or key in ("", chosen.tab)
    ]


def _chosen(me: Actor, year: int) -> Chosen:
    args, tab = request.args, request.args.get("tab", "")
    claimant, rule, kind = (args.get(name, "") for name in ALSO)
    sees_claims = bool(grants_held(me, Permission.SEE_BUREAU_NOTES))
    return Chosen(
        year=year,
        office=args.get("office", "")[:12],
        q=args.get("q", "").strip()[:100],
        tab=tab if tab in {*Standing, *SELECTIONS, UNANNOUNCED, NO_PROJECTS} else "",
        claimant=claimant if sees_claims and _ID.fullmatch(claimant) else "",
        rule=rule if rule in _RULES else "",
        kind=kind if kind in set(OpinionKind) else "",
    )


def _restrictions(chosen: Chosen) -> list[str]:
    """What the links of the overview restrict the list to, in words."""
    found = []
    if chosen.claimant:
        reviewer = queries.overview.contacts.names(db.session(), [int(chosen.claimant)]).get(int(chosen.claimant))
        found.append(f"{reviewer}正在审核的" if reviewer else "还没有人认领的")
    if chosen.rule:
        found.append(f"送审时检查发现“{_RULES[chosen.rule]}”的")
    if chosen.kind:
        found.append(f"提过“{OpinionKind(chosen.kind).label}”意见的")
    return found


def _offices(me: Actor) -> list[tuple[str, str]]:
    return [(code, f"{code} {name}") for code, name in queries.register.lists.offices_listed(db.session(), me)]


def _cursor() -> Cursor | None:
    text = request.args.get("before") or request.args.get("after") or ""
    office, _, code = text.partition(".")
    return Cursor(office, code, backwards="before" in request.args) if code and len(text) < 100 else None


def _page_url(chosen: Chosen, place: Cursor | None) -> str:
    if place is None:
        return ""
    return chosen.address(chosen.tab, **{"before" if place.backwards else "after": f"{place.office}.{place.code}"})
