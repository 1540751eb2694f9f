"""A renamed office gets its new name in the drafts it works on; revisions and submitted tables keep the old one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from portal import queries
from portal.domain import audit_events
from portal.domain.changes import Set
from portal.domain.documents import ProjectDocument
from portal.domain.permissions import Actor
from portal.models import Office, TargetTable
from portal.services.drafting import drafts
from portal.services.library import full_text_index
from portal.services.record import audit


@dataclass(frozen=True, slots=True)
class NamedDrafts:
    """The drafts of an office: those that hold its name, and the number of those in which something else stands."""

    named: Sequence[TargetTable]
    other_count: int


def named_drafts(session: Session, code: str, name: str) -> NamedDrafts:
    """Forms without the office's name are left out."""
    tables = queries.administration.offices.open_drafts(session, code)
    held = [(table, text) for table, text in _names(tables) if text]
    return NamedDrafts([table for table, text in held if text == name], sum(text != name for _, text in held))


def _names(tables: Iterable[TargetTable]) -> Iterable[tuple[TargetTable, str]]:
    for table in tables:
        document = table.document
        if isinstance(document, ProjectDocument):
            yield table, document.office_name


def name_drafts_anew(session: Session, actor: Actor | None, office: Office, before: str) -> int:
    """Write the present name into the drafts that hold `before`, one step and entry each. Inside `write`, with the
    tables of the office locked.

    The steps carry no account: who renames an office has not worked on its tables (four eyes). The entries do.
    """
    if before == office.name:
        return 0
    author = Actor(0, "", f"单位改名（{actor.signature if actor else audit.OPERATOR}）"[:64])
    found = named_drafts(session, office.code, before).named
    for table in found:
        document = table.document
        assert isinstance(document, ProjectDocument)
        changed = replace(document, office_name=office.name)
        leaves = drafts.rewrite(session, author, table, changed, [Set("office_name", before, office.name)])
        full_text_index.index_copy(session, table, changed)
        audit.record(session, actor, audit_events.NAME_ANEW, audit.object_of_table(table), leaves)
    return len(found)
