"""Corrections by one click: one finding, all of a rule, or all certain ones of a draft, each as one step to undo.

What the right text is belongs in `domain.rules`; here it is previewed and saved.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal import queries
from portal.domain import changes
from portal.domain.changes import Operation, Set
from portal.domain.documents import Document
from portal.domain.errors import Forbidden, Stale
from portal.domain.permissions import Actor, Permission, may
from portal.domain.rules import Finding, check_table
from portal.models import TargetTable
from portal.services.drafting import checks, drafts, field_saves
from portal.services.drafting.field_saves import SaveResult
from portal.services.transaction import write

_MAX_ROUNDS = 5
"""A corrected text may show the next fault: 100百分比, 100%, ＝100%."""


@dataclass(frozen=True, slots=True)
class CorrectionChoice:
    """What to correct. rule "": certain corrections of all rules; path "": certain ones of the rule at all places.

    Of many, those stay that the office has explained: it has said why the text is to stand.
    """

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

    @property
    def stamp(self) -> str:
        return stamp(self.texts)


def stamp(texts: Iterable[Operation]) -> str:
    """A short name of changed texts, for `correct` to change exactly what was shown."""
    plain = sorted((each.path, each.base, each.new) for each in texts if isinstance(each, Set))
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:12]


def preview(session: Session, actor: Actor, table_id: int, choice: CorrectionChoice) -> CorrectionPreview:
    """What `correct` would change. Raises NotVisible, Forbidden."""
    table, facts = queries.tables.table_with_facts(session, actor, table_id)
    if not may(actor, Permission.EDIT, facts):
        raise Forbidden("这张表现在不能编辑。")
    return preview_of(session, table, choice)


def preview_of(session: Session, table: TargetTable, choice: CorrectionChoice) -> CorrectionPreview:
    """`preview` of a table that is loaded with its year and that the actor may edit."""
    _, operations = _corrected(session, table, choice)
    return CorrectionPreview(table.version, [each for each in operations if isinstance(each, Set)])


def correct(
    session: Session, actor: Actor, table_id: int, known: int, choice: CorrectionChoice, shown: str = ""
) -> SaveResult:
    """Correct the draft in one step, which can be undone.

    `known`: the version that the page has. `shown`: the stamp of the texts that were shown; without it nothing may have
    changed since `known`.

    Raises NotVisible, Forbidden, Invalid (closed year), Stale (no draft any more, other texts than shown, nothing to
    correct).
    """
    with write(session):
        table, _ = drafts.editable(session, actor, table_id)
        if not shown and known != table.version:
            raise Stale("这张表在你打开以后又有改动，请看过新的检查结果再改正。")
        document, operations = _corrected(session, table, choice)
        if not operations:
            raise Stale("这里没有可以自动改正的问题，可能已经改好了。")
        if shown and shown != stamp(operations):
            raise Stale("这里的文字刚刚改过，没有改正；请看过新的检查结果再改正。")
        checks.recount(session, actor, table, document)
        leaves = drafts.rewrite(session, actor, table, document, operations)
        drafts.record_save(session, actor, table, operations, leaves, corrects=choice.rule or "全部规则")
        # `others` includes this step: the page has to apply it too.
        others = field_saves.changes_since(session, table, known)
        return SaveResult(table.version, table.saved_at, document, others, operations)


def _corrected(session: Session, table: TargetTable, choice: CorrectionChoice) -> tuple[Document, list[Operation]]:
    """The draft after the corrections, and the operations that lead to it.

    A single finding is corrected once; many are corrected until no certain correction is left, because one of them may
    lead to the next. No correction depends on other tables, so each round checks the draft alone.
    """
    document, rules = table.document, queries.tables.year_rules(table.budget_year)
    explained = set() if choice.path else checks.explained_findings(session, table, document)
    for _ in range(1 if choice.path else _MAX_ROUNDS):
        found = [each for each in check_table(document, rules) if choice.takes(each)]
        # Two findings may correct one place: the second waits for the next round.
        operations = [
            each
            for finding in found
            if finding.correction and (finding.rule, finding.path) not in explained
            for each in finding.correction.operations
        ]
        document, applied, _conflicts = changes.merge_onto(document, operations)
        if not applied:
            break
    return document, changes.between(table.document, document)
