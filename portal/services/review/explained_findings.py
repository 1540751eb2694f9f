"""Keeps the findings that the office explained in its latest submission as rows, so that treatments can be counted.

What the rows mean: `domain.treatments`. All functions run inside `write`.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, exists, insert, update
from sqlalchemy.orm import Session

from portal.domain import forms
from portal.domain.documents import Document
from portal.domain.enclosures import Enclosures
from portal.domain.opinions import OpinionState
from portal.domain.rules import Finding
from portal.models import Dismissal, ExplainedFinding, Opinion, TargetTable


def store(
    session: Session, table: TargetTable, document: Document, found: Iterable[Finding], enclosed: Enclosures
) -> None:
    """Replace the rows by the explained ones of the findings on `document`, which is submitted with `enclosed`."""
    if table.submission_count:
        session.execute(delete(ExplainedFinding).where(ExplainedFinding.table_id == table.id))
    explained = {(each.rule, each.path) for each in enclosed.explanations}
    rows = [
        {
            "table_id": table.id,
            "year": table.year,
            "rule": rule,
            "path": path,
            "place": forms.label(document, path),
            "is_accepted": False,
        }
        for rule, path in dict.fromkeys((each.rule, each.path) for each in found)
        if (rule, path) in explained
    ]
    if rows:
        session.execute(insert(ExplainedFinding), rows)


def accept(session: Session, table: TargetTable) -> None:
    """The table is being approved: what is explained, and was neither raised nor dismissed, is accepted."""
    found = ExplainedFinding
    raised = exists().where(
        Opinion.table_id == table.id,
        Opinion.rule == found.rule,
        Opinion.path == found.path,
        Opinion.state != OpinionState.DRAFT,
    )
    dismissed = exists().where(
        Dismissal.table_id == table.id, Dismissal.rule == found.rule, Dismissal.path == found.path
    )
    session.execute(
        update(found)
        .where(found.table_id == table.id, ~raised, ~dismissed)
        .values(is_accepted=True)
        .execution_options(synchronize_session=False)
    )
