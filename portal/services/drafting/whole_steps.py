"""Saves of a draft that the portal computes itself, each one step to undo: sorted rows, rows from the library.

What a person types is saved by `drafts` and `field_saves`, corrections by `corrections`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from portal import queries
from portal.domain import changes, forms
from portal.domain.documents import (
    MAX_ROWS,
    Document,
    Indicator,
    ProjectDocument,
    new_row_id,
)
from portal.domain.errors import Invalid, Stale
from portal.domain.forms import Form
from portal.domain.permissions import Actor
from portal.domain.row_order import sorted_by_level
from portal.models import TargetTable
from portal.services.drafting import checks, drafts, field_saves
from portal.services.drafting.field_saves import SaveResult
from portal.services.transaction import write

_COPIED = ("level1", "level2", "level3", "description", "target_value", "basis")


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


def insert_rows(session: Session, actor: Actor, table_id: int, chosen: Sequence[Indicator]) -> tuple[str, ...]:
    """Add copies of `chosen` behind the last indicator and return the ids of the new rows.

    Raises NotVisible, Forbidden, Invalid (closed year, no project table, none chosen, too many rows), Stale (no draft
    any more).
    """
    with write(session):
        table, _ = drafts.editable(session, actor, table_id)
        document = table.document
        if not isinstance(document, ProjectDocument):
            raise Invalid("只有项目绩效目标表有绩效指标。")
        if not chosen:
            raise Invalid("还没有选指标；请勾选要加入的指标。")
        rows = (*document.indicators, *(_new_row(each, forms.of(document)) for each in chosen))
        if len(rows) > MAX_ROWS:
            raise Invalid(f"最多 {MAX_ROWS} 行，放不下选中的 {len(chosen)} 条。")
        save_step(session, actor, table, replace(document, indicators=rows), table.version)
        return tuple(row.id for row in rows[len(document.indicators) :])


def _new_row(chosen: Indicator, form: Form) -> Indicator:
    """A copy with an id of its own, without the texts for which the form has no column."""
    return Indicator(
        new_row_id(), **{name: getattr(chosen, name) for name in _COPIED if form.has(f"indicators/{name}")}
    )


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
