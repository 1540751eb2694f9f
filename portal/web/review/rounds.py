"""Changes since the last submission, each with the opinions that concern it and the office's answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal import queries
from portal.domain import documents, forms
from portal.domain.differences import Difference, compare
from portal.domain.documents import Document
from portal.extensions import db
from portal.queries.review import OpinionLine
from portal.web.filters import moment
from portal.web.review import answers
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
    """before: name of the earlier version; unchanged: see `queries.review.answered_without_change`."""

    before: str
    changes: Sequence[ChangeLine]
    unchanged: Sequence[Answerable]


def changes_since_submission(loaded: TablePage, lines: Sequence[OpinionLine]) -> ChangesSinceSubmission | None:
    """Compares the latest revision with the working copy; None without a revision. `lines`: the table's opinions."""
    if not loaded.table.submission_count:
        return None
    opinions = answers.answerable(loaded, loaded.table.document, lines)
    unchanged = queries.review.answered_without_change(db.session(), loaded.table, lines)
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
        [opinion for opinion in opinions if opinion.id in unchanged],
    )


def _concerns(opinion: str, change: str) -> bool:
    """Whether one place contains the other. An opinion on the whole table concerns no single change."""
    return bool(opinion) and documents.overlap(opinion, change)


def _line(document: Document, difference: Difference, remarks: Sequence[Answerable]) -> ChangeLine:
    return ChangeLine(
        difference.label,
        difference.kind.value,
        f"#{anchor(difference.path)}" if forms.is_place(document, difference.path) else "",
        difference.segments,
        difference.cells,
        remarks,
    )
