"""Taking an import back as one step: what it created goes to the recycle bin, what it replaced is as before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal import queries
from portal.domain.errors import Refused
from portal.domain.permissions import Actor
from portal.services.drafting import drafts, undo_redo
from portal.services.files.imports import ImportedTable, Outcome
from portal.services.transaction import write


@dataclass(frozen=True, slots=True)
class TakenBack:
    """count: of tables that are as before the import. kept: title and reason of those that were left as they are."""

    count: int
    kept: Sequence[tuple[str, str]]


def take_back(session: Session, actor: Actor, imported: Sequence[ImportedTable]) -> TakenBack:
    """Take an import back, in one transaction, except tables that were worked on since or left the drafter's hands."""
    count = 0
    kept: list[tuple[str, str]] = []
    with write(session):
        for each in imported:
            if each.outcome is Outcome.UNCHANGED:
                continue
            try:
                _take_back(session, actor, each)
            except Refused as refusal:
                kept.append((_title(session, actor, each.table_id), refusal.message))
            else:
                count += 1
    return TakenBack(count, kept)


def _take_back(session: Session, actor: Actor, each: ImportedTable) -> None:
    """Raises Refused before anything of this table is written."""
    if each.outcome is Outcome.REPLACED:
        undo_redo.take_step_back(session, actor, each.table_id, each.version)
        return
    table, _ = drafts.editable(session, actor, each.table_id)
    if table.version != each.version:
        raise Refused("导入以后又有改动；不要的话，请在表里删除草稿。")
    drafts.move_to_recycle_bin(session, actor, each.table_id)


def _title(session: Session, actor: Actor, table_id: int) -> str:
    found = queries.tables.tables_with_facts(session, actor, [table_id])
    return next((table.title for table, _ in found), "")
