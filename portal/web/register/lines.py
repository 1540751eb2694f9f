"""Rows of the register formatted for display, for the list and the page of one entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for

from portal.domain.amounts import format_yuan
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.domain.register import Standing
from portal.web.filters import moment


@dataclass(frozen=True, slots=True)
class EntryLine:
    """submitted: the amount of the table's latest revision, "" before the first. differs: it is not the announced one.

    note: what a reader needs to know of this standing. other_code: of a merged table. table_url: "" where this person
    may not see the table. may_start: whether this person is to begin its
    table now.
    """

    id: int
    url: str
    office: str
    code: str
    name: str
    is_key: bool
    amount: str
    submitted: str
    differs: bool
    standing: str
    note: str
    other_code: str
    table_url: str
    may_start: bool


def entry_line(row: Any, standing: Standing, me: Actor, *, is_open: bool) -> EntryLine:
    """is_open: whether the year is."""
    was_submitted = bool(row.submission_count)
    sees = row.table_id is not None and may(
        me, Permission.SEE, TableFacts(row.office_code, submitted_once=was_submitted)
    )
    return EntryLine(
        id=row.id,
        url=url_for("register_entries.entry", entry_id=row.id),
        office=f"{row.office_code} {row.office_name}",
        code=row.code,
        name=row.name,
        is_key=row.is_key,
        amount=format_yuan(row.amount_fen),
        submitted=format_yuan(row.submitted_total_fen) if was_submitted else "",
        differs=was_submitted and standing is not Standing.VOIDED and row.submitted_total_fen != row.amount_fen,
        standing=standing.value,
        note=_note(row, standing),
        other_code=row.submitted_code if was_submitted and row.submitted_code != row.code else "",
        table_url=url_for("table.show", table_id=row.table_id) if sees else "",
        may_start=is_open
        and standing is Standing.NOT_BEGUN
        and may(me, Permission.CREATE, TableFacts(row.office_code)),
    )


def _note(row: Any, standing: Standing) -> str:
    if standing is Standing.EXEMPT:
        return f"{row.exempt_reason}（{row.exempt_by_name} {moment(row.exempt_at)[:10]}）"
    if standing is Standing.DRAFTED:
        return f"最近保存 {moment(row.saved_at)}"
    return f"自 {moment(row.state_since)}" if row.table_id is not None and standing is not Standing.VOIDED else ""
