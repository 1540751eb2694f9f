"""The results of a search, given out as a list: what was found, and the audit entry that it was taken."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal import queries
from portal.database import LOCAL, now
from portal.domain import audit_events
from portal.domain.audit_events import About
from portal.domain.errors import NotVisible
from portal.domain.full_text import SearchQuery
from portal.domain.permissions import Actor
from portal.queries.full_text import Hits
from portal.services.record import audit
from portal.services.transaction import write

MOST = 2_000
"""Tables of a list, the newest first."""


@dataclass(frozen=True, slots=True)
class ExportedHits:
    """taken: by whom and when, with the anchor of the audit entry."""

    hits: Hits
    taken: str


def export_hits(session: Session, actor: Actor, query: SearchQuery, format: str) -> ExportedHits:
    """Raises NotVisible if there are none. The entry does not say what was searched for: it may be words of a draft."""
    with write(session):
        hits = queries.full_text.hits(session, actor, query, MOST)
        if not hits.found:
            raise NotVisible("没有找到符合条件的表，没有可以导出的内容。")
        thing = audit.AuditObject(About.SYSTEM, "search", "查找结果")
        anchor = audit.record(session, actor, audit_events.EXPORT, thing, tables=len(hits.found), format=format)
    taken = f"{actor.signature} {now().astimezone(LOCAL):%Y-%m-%d %H:%M} 导出；审计记录 {anchor[:40]}"
    return ExportedHits(hits, taken)
