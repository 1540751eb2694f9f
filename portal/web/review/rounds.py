"""Changes since the last submission, each with the opinions that concern it and the office's answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal import queries
from portal.domain import forms
from portal.domain.differences import Difference, compare
from portal.domain.documents import Document
from portal.domain.opinions import Answer
from portal.extensions import db
from portal.web.filters import moment
from portal.web.review.answers import Answerable
from portal.web.review.notes import anchor
from portal.web.table_page import TablePage


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A difference as macros/compare.html shows it; url: link to its cell, "" where the row was deleted."""

    label: str
    kind: str
    url: str
    segments: Sequence[tuple[str, str]]
    cells: Sequence[tuple[str, str]]
    remarks: Sequence[Answerable]


@dataclass(frozen=True, slots=True)
class ChangesSinceSubmission:
    """before: name of the earlier version; unchanged: opinions answered “changed” without a change at their path.

    For `unchanged`, the change counts from the revision on which the opinion was last raised: an opinion may stay open
    over several rounds.
    """

    before: str
    changes: Sequence[ChangeLine]
    unchanged: Sequence[Answerable]


def changes_since_submission(loaded: TablePage, opinions: Sequence[Answerable]) -> ChangesSinceSubmission | None:
    """Compares the latest revision with the working copy; None without a revision. `opinions`: the open ones."""
    if not loaded.table.submission_count:
        return None
    sent = queries.tables.revision(db.session(), loaded.table.id, loaded.table.submission_count)
    document = loaded.table.document
    differences = compare(sent.document, document)
    by_change: dict[int, list[Answerable]] = {}
    for opinion in opinions:
        n = next((n for n, each in enumerate(differences) if _concerns(opinion.path, each.path)), None)
        if n is not None:
            by_change.setdefault(n, []).append(opinion)
    return ChangesSinceSubmission(
        f"第 {sent.number} 次送审（{moment(sent.submitted_at)}）",
        [_line(document, each, by_change.get(n, ())) for n, each in enumerate(differences)],
        _answered_without_change(loaded.table.id, document, opinions),
    )


def _answered_without_change(table_id: int, document: Document, opinions: Sequence[Answerable]) -> list[Answerable]:
    """The opinions answered “changed” whose place is as it was in the revision on which they were last raised."""
    session = db.session()
    asked = [each for each in opinions if each.reply_kind is Answer.CHANGED and each.path]
    sent = queries.tables.revisions(session, table_id) if asked else []
    raised_on = {each.id: next((r.number for r in sent if r.submitted_at <= each.raised_at), 1) for each in asked}
    changed_since = {
        number: compare(queries.tables.revision(session, table_id, number).document, document)
        for number in set(raised_on.values())
    }
    return [
        opinion
        for opinion in asked
        if not any(_concerns(opinion.path, each.path) for each in changed_since[raised_on[opinion.id]])
    ]


def _concerns(opinion: str, change: str) -> bool:
    """Whether one path contains the other. An opinion on the whole table concerns no single change."""
    return bool(opinion) and (f"{change}/".startswith(f"{opinion}/") or opinion.startswith(f"{change}/"))


def _line(document: Document, difference: Difference, remarks: Sequence[Answerable]) -> ChangeLine:
    return ChangeLine(
        difference.label,
        difference.kind.value,
        f"#{anchor(difference.path)}" if forms.is_place(document, difference.path) else "",
        difference.segments,
        difference.cells,
        remarks,
    )
