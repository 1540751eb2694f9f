"""View models of a round: what became of each opinion, what changed without being asked for, what did not change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal import queries
from portal.domain import forms
from portal.domain.differences import Difference
from portal.domain.documents import Document
from portal.domain.opinions import Answer, OpinionState
from portal.domain.permissions import Permission
from portal.domain.resubmissions import Change
from portal.domain.states import State
from portal.domain.text_differences import Segment
from portal.domain.verdicts import OpinionVerdict, Verdict
from portal.extensions import db
from portal.models import Revision
from portal.queries.review import OpinionLine
from portal.web.filters import moment
from portal.web.review.notes import OpinionView, anchor, numbers
from portal.web.table_page import TablePage


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change as macros/compare.html shows it; url: link to its cell, "" where the row was deleted."""

    label: str
    kind: str
    path: str
    url: str
    segments: Sequence[Segment]
    cells: Sequence[tuple[str, str]]
    words: str
    is_lowered: bool


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """An opinion with what became of it. number: as it was raised. words: of the numbers in `text`.

    is_ticked: its answer is accepted with others unless the reviewer unticks it; not of an opinion on the whole table,
    which any change meets.

    text: of an opinion on one text; else `changes` has what changed at its place.
    """

    id: int
    number: int
    binding: bool
    verdict: Verdict
    is_ticked: bool
    place: str
    url: str
    asked: str
    reply: str
    text: Sequence[Segment]
    words: str
    is_lowered: bool
    changes: Sequence[ChangeLine]


@dataclass(frozen=True, slots=True)
class RoundView:
    """compared: the revision compared with; before: its name. verdicts: by opinion id, problems first.

    differences: all since then, as other and verdicts have them in words.
    """

    compared: Revision
    differences: Sequence[Difference]
    before: str
    is_decided: bool
    verdicts: Mapping[int, VerdictLine]
    other: Sequence[ChangeLine]
    unchanged: Sequence[str]


def round_view(loaded: TablePage, lines: Sequence[OpinionLine]) -> RoundView | None:
    """None without a revision, and for whoever may not see the text compared. `lines`: the table's opinions."""
    table = loaded.table
    may_compare = loaded.may(Permission.SEE_WORKING_COPY) or table.state == State.SUBMITTED.value
    if loaded.shown is None or not may_compare:
        return None
    found = queries.verdicts.of_round(db.session(), table, lines)
    if found is None:
        return None
    numbered, document = numbers(lines), loaded.shown.document
    shown = [_verdict_line(document, line, numbered[line.id], found.opinions[line.id]) for line in found.lines]
    shown.sort(key=lambda each: (each.verdict.rank, each.number))
    sent = found.before
    return RoundView(
        sent,
        [each.difference for each in found.found],
        f"第 {sent.number} 次送审（{moment(sent.submitted_at)}）",
        table.return_count > 0,
        {each.id: each for each in shown},
        [_change_line(document, each) for each in found.changes.other],
        found.unchanged,
    )


def problems_first(opinions: Sequence[OpinionView], round: RoundView | None) -> list[OpinionView]:
    """In the order of the verdicts, those without one last."""
    order = {id: n for n, id in enumerate(round.verdicts)} if round else {}
    return sorted(opinions, key=lambda each: order.get(each.id, len(order)))


def _verdict_line(document: Document, line: OpinionLine, number: int, found: OpinionVerdict) -> VerdictLine:
    own = next((each for each in found.changes if found.text and each.path == line.path), None)
    reply = None if line.state is OpinionState.RAISED else next(each for each in reversed(line.events) if each.answer)
    return VerdictLine(
        id=line.id,
        number=number,
        binding=line.binding,
        verdict=found.verdict,
        is_ticked=found.verdict is Verdict.CHANGED and line.path != "",
        place=found.place,
        url=_url(document, line.path),
        asked=line.asked.text,
        reply=f"{Answer(reply.answer).lead}{reply.text}" if reply and reply.answer else "",
        text=found.text,
        words=own.words if own else "",
        is_lowered=own is not None and own.is_lowered,
        changes=() if found.text else [_change_line(document, each) for each in found.changes],
    )


def _change_line(document: Document, change: Change) -> ChangeLine:
    found = change.difference
    return ChangeLine(
        found.label,
        found.kind.value,
        found.path,
        _url(document, found.path),
        found.segments,
        found.cells,
        change.words,
        change.is_lowered,
    )


def _url(document: Document, path: str) -> str:
    return f"#{anchor(path)}" if path and forms.is_place(document, path) else ""
