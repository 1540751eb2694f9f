"""The office's explanations why warnings stay. Submitting freezes them with the revision."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.database import now
from portal.domain import audit_events, enclosures, forms
from portal.domain.documents import Document, checked_text
from portal.domain.errors import Invalid
from portal.domain.permissions import Actor
from portal.domain.rules import RULES
from portal.models import Explanation, TargetTable
from portal.services.drafting import drafts
from portal.services.record import audit
from portal.services.record.facts import Facts, of_deleted, of_rows
from portal.services.transaction import write

_EXPLAINABLE = frozenset(rule.id for rule in RULES)
"""Errors too, since a year may let them only warn."""
MAX_EXPLANATION = 500
"""Characters. Short, since a reviewer reads dozens of explanations."""


def explain(session: Session, actor: Actor, table_id: int, *, rule: str, path: str, text: str) -> None:
    """Store the explanation why the warning of `rule` at `path` stays; an empty text deletes it.

    Raises NotVisible, Forbidden, Stale, Invalid (no such place, too long).
    """
    with write(session):
        table, _ = drafts.editable(session, actor, table_id)
        document = table.document
        if rule not in _EXPLAINABLE or not forms.is_place(document, path):
            raise Invalid("表中没有这条提醒，请刷新检查结果。", "explanation")
        words = checked_text(text)
        if len(words) > MAX_EXPLANATION:
            raise Invalid(f"说明最多 {MAX_EXPLANATION} 个字，请写得简短些。", "explanation")
        leaves = _replace(session, actor, table, document, rule, path, words)
        audit.record(
            session,
            actor,
            audit_events.EXPLAIN,
            audit.object_of_table(table),
            leaves,
            rule=rule,
            path=path,
            place=forms.label(document, path),
            explanation=words and enclosures.digest(words),
        )


def _replace(
    session: Session, actor: Actor, table: TargetTable, document: Document, rule: str, path: str, words: str
) -> Facts:
    """Delete the explanation at this place, and store the new one unless it is blank."""
    same = (Explanation.table_id == table.id, Explanation.rule == rule, Explanation.path == path)
    session.execute(delete(Explanation).where(*same))
    if not words:
        return of_deleted(Explanation, table.id, rule, path)
    explanation = Explanation(
        table_id=table.id,
        rule=rule,
        path=path,
        subject=enclosures.subject(document, path),
        text=words,
        author_id=actor.id,
        author_name=actor.signature,
        at=now(),
    )
    session.add(explanation)
    session.flush()
    return of_rows(explanation)
