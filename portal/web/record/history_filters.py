"""The filters of the history in the address, for its page and its exports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import request

from portal import queries
from portal.database import LOCAL
from portal.domain.audit_events import AUDIT_EVENTS, MAIN_ACTS, event_label
from portal.extensions import db
from portal.queries.history import HistoryFilters

ALL = "all"
_HIGHEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Chosen:
    """The values of the filter bar, as texts. act: "" for the main acts, ALL, or an event. Dates are local, inclusive.

    table: an id; office: a code, which covers the offices below; who: a name or user name.
    """

    act: str = ""
    office: str = ""
    who: str = ""
    since: str = ""
    until: str = ""
    table: str = ""

    def as_query(self) -> dict[str, str]:
        texts = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: text for name, text in texts.items() if text}

    def in_words(self) -> str:
        """For the audit entry of an export."""
        acts = {"": "主要经过", ALL: "全部操作"}.get(self.act) or event_label(self.act)
        parts = [acts, f"单位 {self.office}" if self.office else "", f"何人 {self.who}" if self.who else ""]
        parts += [f"从 {self.since}" if self.since else "", f"到 {self.until}" if self.until else ""]
        return "，".join(filter(None, [*parts, f"表 {self.table}" if self.table else ""]))


def chosen() -> Chosen:
    """What the address says; nonsense is left aside."""
    args = request.args
    act = args.get("act", "")
    return Chosen(
        act=act if act == ALL or act in AUDIT_EVENTS else "",
        office=args.get("office", "")[:12],
        who=args.get("who", "").strip()[:100],
        since=str(day(args.get("since", "")) or ""),
        until=str(day(args.get("until", "")) or ""),
        table=str(number(args.get("table", ""), _HIGHEST_ID) or ""),
    )


def filters(chosen: Chosen, before: int | None = None) -> HistoryFilters:
    session = db.session()
    since, until = day(chosen.since), day(chosen.until)
    return HistoryFilters(
        table_id=int(chosen.table) if chosen.table else None,
        acts=_acts(chosen.act),
        offices=queries.history.office_with_those_below(session, chosen.office) if chosen.office else None,
        people=queries.history.people_named(session, chosen.who) if chosen.who else None,
        since=midnight(since) if since else None,
        until=midnight(until + timedelta(days=1)) if until else None,
        before=before,
    )


def _acts(act: str) -> frozenset[str] | None:
    if act == ALL:
        return None
    return frozenset({act}) if act else MAIN_ACTS


def number(text: str, highest: int = 10**15) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 and 0 < int(text) <= highest else None


def day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2999 else None


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)
