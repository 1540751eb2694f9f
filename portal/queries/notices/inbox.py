"""What one person is told: the notices with what is said in them, as far as the person may still see it, and counts.

Rights are checked when a notice is read: who lost an office sees that there was a notice, not what it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import Session

from portal.domain.documents import Kind, title_of_project
from portal.domain.notices import NOTICES, due_words
from portal.domain.permissions import Actor, Permission, offices_in_reach
from portal.models import AuditEntry, Notice, Office, TargetTable
from portal.queries.record_words import names_of, parsed
from portal.queries.session import MOST_UNREAD
from portal.queries.tables import visible

PAGE = 30
GONE = "这条通知说的事，你现在已经看不到。"


class Tab(StrEnum):
    UNREAD = "unread"
    ACT = "act"
    KNOW = "know"
    ALL = "all"

    @property
    def label(self) -> str:
        return {"unread": "未读", "act": "要我办", "know": "只是知道", "all": "全部"}[self.value]

    @property
    def condition(self) -> ColumnElement[bool]:
        return _TABS[self]


_OPEN = and_(Notice.read_at.is_(None), Notice.settled_at.is_(None))
_TABS: Mapping[Tab, ColumnElement[bool]] = {
    Tab.UNREAD: _OPEN,
    Tab.ACT: and_(_OPEN, Notice.is_act),
    Tab.KNOW: and_(_OPEN, Notice.is_act.is_(False)),
    Tab.ALL: Notice.id.is_not(None),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as the person may read it now. words: GONE where that is nothing any more; then nothing else is said.

    wanted: what the person is asked to do, "" where nothing. remark: reason, answer or message of the act. due: of a
    return, an extension or a reminder. is_settled: asked for something that is done.
    """

    id: int
    event: str
    at: datetime
    is_act: bool
    is_read: bool
    is_settled: bool
    words: str
    wanted: str = ""
    remark: str = ""
    due: date | None = None
    table_id: int | None = None
    office_code: str = ""
    office: str = ""
    year: int | None = None


def unread_counts(session: Session, person_id: int) -> Mapping[Tab, int]:
    """Of the tabs that hold unread notices only, each at most MOST_UNREAD."""
    parts = [
        select(func.count())
        .select_from(
            select(Notice.id).where(Notice.person_id == person_id, tab.condition).limit(MOST_UNREAD).subquery()
        )
        .scalar_subquery()
        .label(tab.value)
        for tab in (Tab.ACT, Tab.KNOW)
    ]
    acts, knows = session.execute(select(*parts)).one()
    return {Tab.UNREAD: min(acts + knows, MOST_UNREAD), Tab.ACT: acts, Tab.KNOW: knows}


def inbox(session: Session, reader: Actor, person_id: int, tab: Tab, before: int = 0, most: int = PAGE) -> list[Told]:
    """The latest notices of a person, as `reader` may see what they say; before: with a smaller id. One statement.

    reader: the person, or who works in the person's capacity.
    """
    wanted = [Notice.person_id == person_id, tab.condition, *([Notice.id < before] if before else [])]
    rows = session.execute(lines(reader).where(*wanted).order_by(Notice.id.desc()).limit(most))
    return [told(row) for row in rows]


def mailed(session: Session, reader: Actor, after: int, most: int) -> tuple[list[Told], int, int]:
    """For a digest: the latest unread notices with a greater id than `after` that the reader may still see, at most
    `most`; how many there are; the greatest id.
    """
    found = lines(reader).where(Notice.person_id == reader.id, Tab.UNREAD.condition, Notice.id > after, seen(reader))
    counted = found.with_only_columns(func.count(), func.coalesce(func.max(Notice.id), 0)).order_by(None)
    count, latest = session.execute(counted).one()
    rows = session.execute(found.order_by(Notice.is_act.desc(), Notice.id.desc()).limit(most))
    return [told(row) for row in rows], count, latest


def lines(reader: Actor) -> Select[*tuple[Any, ...]]:
    """Notices with what `told` needs; the caller says whose."""
    name = case(
        (visible(reader, Permission.SEE_WORKING_COPY), TargetTable.project_name), else_=TargetTable.submitted_name
    )
    return (
        select(
            Notice,
            *(AuditEntry.actor, AuditEntry.detail),
            Office.name.label("office_name"),
            TargetTable.kind.label("kind"),
            name.label("name"),
            seen(reader).label("is_seen"),
        )
        .outerjoin(AuditEntry, AuditEntry.number == Notice.entry)
        .outerjoin(TargetTable, TargetTable.id == Notice.table_id)
        .outerjoin(Office, Office.code == Notice.office_code)
    )


def seen(reader: Actor) -> ColumnElement[bool]:
    """Condition for notices whose words the reader may see: of tables, of offices, of the person alone."""
    reach = offices_in_reach(reader, Permission.SEE_REGISTER)
    of_office: ColumnElement[bool] = Notice.office_code.in_(sorted(reach)) if reach else false()
    if reach is None:
        of_office = Notice.office_code.is_not(None)
    return or_(
        and_(Notice.table_id.is_not(None), TargetTable.id.is_not(None), visible(reader)),
        and_(Notice.table_id.is_(None), or_(Notice.office_code.is_(None), of_office)),
    )


def told(row: Row[*tuple[Any, ...]]) -> Told:
    notice: Notice = row[0]
    blank = Told(
        id=notice.id,
        event=notice.event,
        at=notice.at,
        is_act=notice.is_act,
        is_read=notice.read_at is not None,
        is_settled=notice.settled_at is not None,
        words=GONE,
    )
    if not row.is_seen or notice.event not in NOTICES:
        return blank
    detail, kind = parsed(row.detail) if row.detail else {}, NOTICES[notice.event]
    return replace(
        blank,
        words=_words(row, detail, kind.words),
        wanted=kind.wanted if notice.is_act else "",
        remark=str(detail.get("message") or detail.get("reason") or ""),
        due=notice.due_on or (_date(detail.get("due")) if kind.has_due else None),
        table_id=notice.table_id,
        office_code=notice.office_code or "",
        office=row.office_name or "",
        year=notice.year,
    )


def _words(row: Row[*tuple[Any, ...]], detail: Mapping[str, Any], words: str) -> str:
    notice: Notice = row[0]
    what = Kind.DEPARTMENT.label if row.kind == Kind.DEPARTMENT else title_of_project(row.name or "")
    stage = int(notice.key.rpartition(":")[2]) if notice.key else 0
    return words.format(
        who=names_of(row.actor, detail) if row.actor else "",
        title=f"《{what}》" if notice.table_id else f"{row.office_name or ''}的表",
        office=row.office_name or "",
        count=notice.table_count or detail.get("tables", 0),
        due=due_words(stage, notice.due_on) if notice.due_on else "",
    )


def _date(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
