"""What a draft opinion says: its wording and proposed changes, checked against the text that is submitted.

Who may write it, and when, belongs in `opinion_acts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.domain import documents, proposals
from portal.domain.changes import Operation
from portal.domain.documents import checked_text
from portal.domain.errors import Invalid, Stale
from portal.domain.opinions import OpinionKind
from portal.domain.proposals import ProposedTexts
from portal.models import Opinion, TargetTable


@dataclass(frozen=True, slots=True)
class TypedProposal:
    """Proposed changes as a form posts them. digest: of the text that the form showed."""

    texts: ProposedTexts
    digest: str


@dataclass(frozen=True, slots=True)
class Wording:
    """What the author of a draft writes. kind: one of OpinionKind; proposed: operations, or what becomes such."""

    binding: bool
    text: str
    kind: str = OpinionKind.OTHER
    proposed: Sequence[Operation] | TypedProposal = ()


def write_down(opinion: Opinion, table: TargetTable, wording: Wording) -> None:
    document = table.document
    if wording.kind not in set(OpinionKind):
        raise Invalid("请选择意见的类别。", "kind")
    opinion.text = required(wording.text, "请写明意见。")
    opinion.binding, opinion.kind = wording.binding, wording.kind
    opinion.revision_number, opinion.quoted = table.submission_count, _quoted(document, opinion.path)
    operations = _operations(table, opinion.path, wording.proposed)
    if operations:
        proposals.require_fitting(document, opinion.path, operations)
    opinion.proposed = proposals.stored(operations) if operations else None


def _operations(table: TargetTable, path: str, proposed: Sequence[Operation] | TypedProposal) -> Sequence[Operation]:
    if not isinstance(proposed, TypedProposal):
        return proposed
    found = proposals.made(table.document, path, proposed.texts)
    if found and proposed.digest != table.digest:
        raise Stale(proposals.STALE)
    return found


def required(text: str, message: str) -> str:
    words = checked_text(text)
    if not words:
        raise Invalid(message, "text")
    return words


def _quoted(document: documents.Document, path: str) -> str:
    try:
        return documents.value_at(document, path) or ""
    except Invalid:
        return ""  # a row, a list or the whole
