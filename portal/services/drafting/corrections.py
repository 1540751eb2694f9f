"""Corrections by one click: one finding, all of a rule, or all certain ones of a draft, each as one step to undo.

What the right text is belongs in `domain.rules`; here it is previewed and saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal import queries
from portal.domain import changes
from portal.domain.changes import Operation, Set
from portal.domain.documents import Document
from portal.domain.errors import Forbidden, Stale
from portal.domain.permissions import Actor, Permission, may
from portal.domain.rules import Finding
from portal.models import TargetTable
from portal.services.drafting import checks, drafts, field_saves
from portal.services.drafting.field_saves import SaveResult
from portal.services.transaction import write

_MAX_ROUNDS = 5
"""A corrected text may show the next fault: 100百分比, 100%, ＝100%."""


@dataclass(frozen=True, slots=True)
class CorrectionChoice:
    """What to correct. rule "": certain corrections of all rules; path "": certain ones of the rule at all places."""

    rule: str = ""
    path: str = ""

    def takes(self, finding: Finding) -> bool:
        if finding.correction is None or self.rule not in ("", finding.rule):
            return False
        return finding.path == self.path if self.path else finding.correction.is_certain


@dataclass(frozen=True, slots=True)
class CorrectionPreview:
    """The texts that would change in version `version` of the draft: path, text now, text then."""

    version: int
    texts: Sequence[Set]


def preview(session: Session, actor: Actor, table_id: int, choice: CorrectionChoice) -> CorrectionPreview:
    """What `correct` would change. Raises NotVisible, Forbidden."""
    table, facts = queries.tables.table_with_facts(session, actor, table_id)
    if not may(actor, Permission.EDIT, facts):
        raise Forbidden("这张表现在不能编辑。")
    _, operations = _corrected(session, actor, table, choice)
    return CorrectionPreview(table.version, [each for each in operations if isinstance(each, Set)])


def correct(session: Session, actor: Actor, table_id: int, known: int, choice: CorrectionChoice) -> SaveResult:
    """Correct the draft in one step, which can be undone. `known`: the version whose preview or findings were shown.

    Raises NotVisible, Forbidden, Invalid (closed year), Stale (no draft any more, other text than shown, nothing to
    correct).
    """
    with write(session):
        table, _ = drafts.editable(session, actor, table_id)
        if known != table.version:
            raise Stale("这张表在你打开以后又有改动，请看过新的检查结果再改正。")
        document, operations = _corrected(session, actor, table, choice)
        if not operations:
            raise Stale("这里没有可以自动改正的问题，可能已经改好了。")
        checks.recount(session, actor, table, document)
        leaves = drafts.rewrite(session, actor, table, document, operations)
        drafts.record_save(session, actor, table, operations, leaves, corrects=choice.rule or "全部规则")
        # `others` includes this step: the page has to apply it too.
        others = field_saves.changes_since(session, table, known)
        return SaveResult(table.version, table.saved_at, document, others, operations)


def _corrected(
    session: Session, actor: Actor, table: TargetTable, choice: CorrectionChoice
) -> tuple[Document, list[Operation]]:
    """The draft after the corrections, and the operations that lead to it.

    A single finding is corrected once; many are corrected until no certain correction is left, because one of them may
    lead to the next.
    """
    document = table.document
    for _ in range(1 if choice.path else _MAX_ROUNDS):
        found = [each for each in checks.findings(session, actor, table, document) if choice.takes(each)]
        # Two findings may correct one place: the second waits for the next round.
        operations = [each for finding in found if finding.correction for each in finding.correction.operations]
        document, applied, _conflicts = changes.merge_onto(document, operations)
        if not applied:
            break
    return document, changes.between(table.document, document)
