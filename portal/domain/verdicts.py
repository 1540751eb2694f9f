"""What became of an opinion (销号): whether the text at its place is another one than that on which it was raised.

One truth for the office before it submits, for the bureau, and for the marks of its queue. Which texts are compared
belongs in `queries.verdicts`, changes that nobody asked for in `resubmissions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.domain import documents, forms
from portal.domain.changes import Operation
from portal.domain.documents import EXTRA, ROW_LISTS, Document
from portal.domain.opinions import Answer, OpinionState
from portal.domain.resubmissions import Change, asked_places, concerns
from portal.domain.text_differences import Segment


class Verdict(StrEnum):
    """In the order of lists: problems first. icon and tag (a CSS class) define its badge."""

    NOT_CHANGED = "not_changed"
    KEPT_BUT_CHANGED = "kept_but_changed"
    CHANGED_AFTER_ACCEPTANCE = "changed_after_acceptance"
    UNANSWERED = "unanswered"
    ROW_GONE = "row_gone"
    KEPT = "kept_with_reason"
    CHANGED = "changed"
    SETTLED = "settled"

    @property
    def label(self) -> str:
        return _LOOKS[self][0]

    @property
    def icon(self) -> str:
        return _LOOKS[self][1]

    @property
    def tag(self) -> str:
        return _LOOKS[self][2]

    @property
    def is_problem(self) -> bool:
        return self in _PROBLEMS

    @property
    def rank(self) -> int:
        return list(Verdict).index(self)


_LOOKS = {
    Verdict.NOT_CHANGED: ("答“已修改”但未改", "x-lg", "tag-error"),
    Verdict.KEPT_BUT_CHANGED: ("答“保留原文”但改了", "exclamation-triangle", "tag-warning"),
    Verdict.CHANGED_AFTER_ACCEPTANCE: ("采纳后又改", "exclamation-triangle", "tag-warning"),
    Verdict.UNANSWERED: ("未答复", "hourglass", "tag-warning"),
    Verdict.ROW_GONE: ("该行已删除", "dash-lg", "tag-advice"),
    Verdict.KEPT: ("保留，有理由", "chat-left-text", "tag-advice"),
    Verdict.CHANGED: ("改了", "check-lg", "tag-good"),
    Verdict.SETTLED: ("已采纳，没有再改", "check-lg", "tag-plain"),
}
_PROBLEMS = frozenset(
    {Verdict.NOT_CHANGED, Verdict.KEPT_BUT_CHANGED, Verdict.CHANGED_AFTER_ACCEPTANCE, Verdict.UNANSWERED}
)


@dataclass(frozen=True, slots=True)
class AnsweredOpinion:
    """An opinion with the office's answer, None without one. place: its words when it was written."""

    path: str
    place: str
    state: OpinionState
    answer: Answer | None
    proposed: Sequence[Operation] = ()

    @property
    def asked(self) -> Sequence[str]:
        return asked_places(self.path, self.proposed)


@dataclass(frozen=True, slots=True)
class OpinionVerdict:
    """place: with the row's number then and now. text: of an opinion on one text, from the old one to the new one.

    changes: all at its place, that of `text` too.
    """

    verdict: Verdict
    place: str
    text: Sequence[Segment]
    changes: Sequence[Change]


def judge(
    opinion: AnsweredOpinion,
    before: Document,
    now: Document,
    changes: Sequence[Change],
    *,
    enclosures_changed: bool = False,
) -> OpinionVerdict:
    """`before`: the text on which the opinion was last raised, for an accepted one that last decided on.

    changes: all between the two texts. enclosures_changed: counts for an opinion on the whole table.
    """
    own = [each for each in changes if any(concerns(place, each) for place in opinion.asked)]
    is_changed = bool(own) or (not opinion.path and enclosures_changed)
    former = forms.label(before, opinion.path) if _has_row(before, opinion.path) else opinion.place
    return OpinionVerdict(
        _verdict(opinion, is_changed, is_gone=not _has_row(now, opinion.path)),
        forms.label_now(now, opinion.path, former),
        _text(before, now, opinion.path, own),
        own,
    )


def _verdict(opinion: AnsweredOpinion, is_changed: bool, *, is_gone: bool) -> Verdict:
    if opinion.state is OpinionState.ACCEPTED:
        return Verdict.CHANGED_AFTER_ACCEPTANCE if is_changed else Verdict.SETTLED
    if opinion.answer is None:
        return Verdict.UNANSWERED
    if is_gone and is_changed:
        return Verdict.ROW_GONE
    if opinion.answer is Answer.KEPT:
        return Verdict.KEPT_BUT_CHANGED if is_changed else Verdict.KEPT
    return Verdict.CHANGED if is_changed else Verdict.NOT_CHANGED


def _has_row(document: Document, path: str) -> bool:
    """False for a path in a row that the document does not have."""
    list_name, _, rest = path.partition("/")
    if list_name not in ROW_LISTS[document.kind] or not rest:
        return True
    return documents.find_row(document, list_name, rest.partition("/")[0]) is not None


def _text(before: Document, now: Document, path: str, own: Sequence[Change]) -> Sequence[Segment]:
    """The segments from the old text to the new one; none for a place that is no single text in both."""
    is_cell = documents.split_cell(now.kind, path) is not None
    if not (is_cell or path in documents.SCALARS[now.kind] or path.startswith(f"{EXTRA}/")):
        return ()
    if not (_has_row(before, path) and _has_row(now, path)):
        return ()
    whole = (("equal", documents.value_at(now, path) or ""),)
    return next((each.difference.segments for each in own if each.path == path), whole)
