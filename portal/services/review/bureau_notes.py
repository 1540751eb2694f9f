"""Notes of the bureau on a table (底稿): never changed, for the bureau and the auditor alone."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.domain import audit_events
from portal.domain.documents import checked_text
from portal.domain.errors import Invalid
from portal.domain.permissions import Actor, Permission
from portal.models import BureauNote
from portal.services.record import audit
from portal.services.record.facts import of_rows
from portal.services.review.workflow import permitted_table
from portal.services.transaction import write


def add(session: Session, actor: Actor, table_id: int, text: str) -> BureauNote:
    """Raises NotVisible, Forbidden, Invalid (no words)."""
    with write(session):
        table = permitted_table(session, actor, table_id, Permission.WRITE_NOTES)
        words = checked_text(text, "note")
        if not words:
            raise Invalid("请写明底稿的内容。", "note")
        note = BureauNote(table_id=table.id, text=words, author_id=actor.id, author_name=actor.signature)
        session.add(note)
        session.flush()
        audit.record(session, actor, audit_events.ADD_NOTE, audit.object_of_table(table), of_rows(note), note=note.id)
    return note
