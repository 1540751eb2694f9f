"""View models of history entries: the line of an entry, and what it changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from portal import queries
from portal.database import LOCAL
from portal.domain.actions import ACTIONS, SUBMIT
from portal.domain.audit_events import MAIN_ACTS, About, event_label
from portal.extensions import db
from portal.models import AuditEntry
from portal.services.record import exact_changes
from portal.services.record.facts import STEP
from portal.web.filters import clock
from portal.web.guards import actor
from portal.web.record import audit_words

_WEEKDAYS = "一二三四五六日"
_IN_SUMMARY = frozenset({"source_year", "revision", "round", "opinions", "due", "reason", "facts", "rows"})
_INTERNAL = frozenset(
    {"digest", "enclosed", "form", "form_digest", "version", "opinion", "step", "note", "source"}
    | {"explanation", "attachment"}
)
"""Digests and numbers of rows, which say nothing to a person."""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """state: to which an action led, "" for other acts. url: of the object, "" if it has no page.

    more: the words of what opens the entry, "" if it says nothing beyond its line.
    """

    number: int
    at: str
    who: str
    act: str
    state: str
    is_main: bool
    about: str
    office: str
    name: str
    url: str
    summary: str
    more: str


@dataclass(frozen=True, slots=True)
class Day:
    label: str
    lines: Sequence[EntryLine]


def lines(entries: Sequence[AuditEntry]) -> list[EntryLine]:
    names = queries.record_words.table_names(db.session(), actor(), entries)
    return [_line(entry, names) for entry in entries]


def by_day(entries: Sequence[AuditEntry]) -> list[Day]:
    """The lines under the local days, in the given order."""
    days: dict[str, list[EntryLine]] = {}
    for entry, line in zip(entries, lines(entries), strict=True):
        local = entry.at.astimezone(LOCAL)
        days.setdefault(f"{local:%Y-%m-%d} 星期{_WEEKDAYS[local.weekday()]}", []).append(line)
    return [Day(label, of_day) for label, of_day in days.items()]


def _line(entry: AuditEntry, names: Mapping[str, str]) -> EntryLine:
    detail = queries.record_words.detail_of(entry)
    action = ACTIONS.get(entry.act)
    is_table = entry.object_kind == About.TABLE.value
    return EntryLine(
        number=entry.number,
        at=clock(entry.at),
        who=queries.record_words.people_of(entry),
        act=event_label(entry.act),
        state=action.target.value if action and action.target else "",
        is_main=entry.act in MAIN_ACTS,
        about=About(entry.object_kind).label,
        office=entry.office_code or "",
        name=names.get(entry.object_id, entry.object_name) if is_table else entry.object_name,
        url=url_for("table.show", table_id=int(entry.object_id)) if is_table else "",
        summary=summary(detail),
        more=_more(entry, detail),
    )


def summary(detail: Mapping[str, Any]) -> str:
    """The facts of an entry that every history shows."""
    parts = []
    if "source_year" in detail:
        parts.append(f"沿用 {detail['source_year']} 年度的表")
    if "revision" in detail:
        parts.append(f"第 {detail['revision']} 次送审")
    if "round" in detail:
        parts.append(f"第 {detail['round']} 轮")
    if detail.get("opinions"):
        parts.append(f"意见 {detail['opinions']} 条")
    if detail.get("due"):
        parts.append(f"期限 {detail['due']}")
    if detail.get("reason"):
        parts.append(str(detail["reason"]))
    return " · ".join(parts)


def _more(entry: AuditEntry, detail: Mapping[str, Any]) -> str:
    if entry.act == SUBMIT.name or any(kind == STEP for kind, *_ in detail.get("rows", ())):
        return "改了什么"
    return "详情" if entry.act in exact_changes.OPENED or detail.keys() - _IN_SUMMARY - _INTERNAL else ""


def words(entries: Sequence[AuditEntry], *, beside_summary: bool = False) -> list[list[tuple[str, str]]]:
    """(label, words) of what each entry says beside digests and numbers, with the words that the reader may see.

    beside_summary: without what the line of the entry says already.
    """
    found = queries.record_words.words(db.session(), actor(), entries)
    hidden = _INTERNAL | _IN_SUMMARY if beside_summary else _INTERNAL
    return [_words(entry, found.get(entry.number, {}), hidden) for entry in entries]


def _words(entry: AuditEntry, seen: Mapping[str, str], hidden: frozenset[str]) -> list[tuple[str, str]]:
    hidden = queries.record_words.WORDS.get(entry.act, frozenset()) | hidden
    stored = queries.record_words.detail_of(entry)
    told = {key: value for key, value in stored.items() if key not in hidden}
    return audit_words.detail(entry.act, {**told, **seen})
