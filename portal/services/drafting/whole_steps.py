"""Saves of a draft that the portal computes itself, each one step to undo: sorted rows, rows from the library.

What a person types is saved by `drafts` and `field_saves`, corrections by `corrections`.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal import queries
from portal.domain import changes
from portal.domain.documents import Document, ProjectDocument
from portal.domain.errors import Stale
from portal.domain.permissions import Actor
from portal.domain.row_order import sorted_by_level
from portal.models import TargetTable
from portal.services.drafting import checks, drafts, field_saves
from portal.services.drafting.field_saves import SaveResult
from portal.services.transaction import write


def sort_rows(session: Session, actor: Actor, table_id: int, known: int) -> SaveResult:
    """Order the indicators by the levels of the year's framework. `known`: the version that the page knows.

    Raises NotVisible, Forbidden, Invalid (closed year), Stale (no draft any more, already in that order).
    """
    with write(session):
        table, _ = drafts.editable(session, actor, table_id)
        document = table.document
        framework = queries.tables.year_rules(table.budget_year).framework
        wanted = sorted_by_level(document, framework) if isinstance(document, ProjectDocument) else document
        if wanted == document:
            raise Stale("各行已经按分类排好，没有要移动的。")
        return save_step(session, actor, table, wanted, known)


def save_step(session: Session, actor: Actor, table: TargetTable, wanted: Document, known: int) -> SaveResult:
    """Save `wanted`, which differs from the draft, as the next step. Inside `write`.

    `others` of the result includes this step, because the page has to apply it too.
    """
    operations = changes.between(table.document, wanted)
    checks.recount(session, actor, table, wanted)
    leaves = drafts.rewrite(session, actor, table, wanted, operations)
    drafts.record_save(session, actor, table, operations, leaves)
    others = field_saves.changes_since(session, table, known)
    return SaveResult(table.version, table.saved_at, wanted, others, operations)
