"""View models for answering: the bureau's open opinions, by their place on the edit page, and the count unanswered.

The whole thread of an opinion is shown on the table's page, see `notes.opinion_views`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.domain import documents, forms, proposals
from portal.domain.documents import ASSIGNED_FIELDS, Document
from portal.domain.opinions import Answer
from portal.domain.permissions import Permission
from portal.models import OpinionEvent
from portal.queries.review import OpinionLine
from portal.web.filters import moment
from portal.web.review.notes import kind_words
from portal.web.review.proposed_lines import ProposedLine, proposed_lines
from portal.web.review.rounds import VerdictLine, round_view
from portal.web.table_page import TablePage


@dataclass(frozen=True, slots=True)
class LatestText:
    """The latest text of one side."""

    who: str
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class RefusedAnswer:
    """A refused answer: id of the opinion, reason, and the typed kind and text."""

    id: int
    message: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class AnswerChoice:
    """A radio button of the answer form."""

    value: str
    label: str
    is_checked: bool


@dataclass(frozen=True, slots=True)
class Answerable:
    """Summary of an open opinion. asked: the bureau's latest text, of raised_at; reply: the office's answer to it.

    at: the path at which the edit page shows it, None where its row was deleted; is_named: whether the page must name
    `place`, because no single cell shows it. choices, text: the contents of the form. at_once: the answer that one
    button gives without the form, "" where there is an answer.
    earlier_url: link to the earlier events; "" where there are none. may_adopt: the proposed changes fit the text.
    """

    id: int
    path: str
    at: str | None
    place: str
    is_named: bool
    binding: bool
    kind: str
    asked: LatestText
    raised_at: datetime
    reply: LatestText | None
    reply_kind: Answer | None
    choices: Sequence[AnswerChoice]
    at_once: str
    text: str
    error: str
    earlier_url: str
    may_answer: bool
    proposed: Sequence[ProposedLine]
    may_adopt: bool
    verdict: VerdictLine | None


@dataclass(frozen=True, slots=True)
class AnswerProgress:
    """Progress of answering; next_id: the first unanswered opinion, in the order of the form."""

    total: int
    binding: int
    unanswered: int
    next_id: int | None


def answerable(
    loaded: TablePage, document: Document, lines: Sequence[OpinionLine], refused: RefusedAnswer | None = None
) -> list[Answerable]:
    """The open opinions published to the office, in the order of the form of `document`.

    Their verdicts are on the stored text, also where `document` is a typed one.
    """
    may_answer = loaded.may(Permission.ANSWER)
    round = round_view(loaded, lines) if any(line.state.is_open_for_office for line in lines) else None
    verdicts = round.verdicts if round else {}
    found = [
        _answerable(
            document,
            opinion,
            loaded.url,
            may_answer,
            refused if refused and refused.id == opinion.id else None,
            verdicts.get(opinion.id),
        )
        for opinion in lines
        if opinion.state.is_open_for_office
    ]
    order = {path: n for n, path in enumerate(documents.texts(document))}
    return sorted(found, key=lambda each: (_rank(order, each.at), each.id))


def by_place(found: Iterable[Answerable]) -> dict[str, list[Answerable]]:
    """Opinions by path; those of deleted rows are left out."""
    places: dict[str, list[Answerable]] = {}
    for each in found:
        if each.at is not None:
            places.setdefault(each.at, []).append(each)
    return places


def due(found: Sequence[Answerable]) -> AnswerProgress:
    waiting = [each.id for each in found if each.reply is None]
    binding = sum(each.binding for each in found)
    return AnswerProgress(len(found), binding, len(waiting), waiting[0] if waiting else None)


def _answerable(
    document: Document,
    opinion: OpinionLine,
    table_url: str,
    may_answer: bool,
    refused: RefusedAnswer | None,
    verdict: VerdictLine | None,
) -> Answerable:
    asked, reply = opinion.asked, opinion.reply
    reply_kind = Answer(reply.answer) if reply and reply.answer else None
    return Answerable(
        id=opinion.id,
        path=opinion.path,
        at=_shown_at(document, opinion.path),
        place=forms.label_now(document, opinion.path, opinion.place),
        is_named=opinion.path not in documents.texts(document) or opinion.path in ASSIGNED_FIELDS,
        binding=opinion.binding,
        kind=kind_words(opinion.kind),
        asked=_words(asked),
        raised_at=asked.at,
        reply=_words(reply) if reply else None,
        reply_kind=reply_kind,
        choices=answer_choices("，因为…", refused.kind if refused else reply_kind),
        at_once="" if reply else next(each.value for each in Answer if not each.needs_reason),
        text=refused.text if refused else reply.text if reply else "",
        error=refused.message if refused else "",
        earlier_url=f"{table_url}#opinion-{opinion.id}" if opinion.events[0] is not asked else "",
        may_answer=may_answer,
        proposed=proposed_lines(document, opinion.proposed),
        may_adopt=may_answer and fits(document, opinion),
        verdict=verdict,
    )


def fits(document: Document, opinion: OpinionLine) -> bool:
    """Whether the opinion's proposed changes can be made in the text as it is."""
    return bool(opinion.proposed) and proposals.applied(document, opinion.proposed) is not None


def answer_choices(before_reason: str, chosen: str | None) -> list[AnswerChoice]:
    """`before_reason`: appended to the label of an answer that needs a reason."""
    return [
        AnswerChoice(each.value, each.label + (before_reason if each.needs_reason else ""), each == chosen)
        for each in Answer
    ]


def _words(event: OpinionEvent) -> LatestText:
    return LatestText(event.actor_name, moment(event.at), event.text)


def _shown_at(document: Document, path: str) -> str | None:
    """The path on the edit page, None for a deleted row; a field that cannot be edited counts as the whole table."""
    if path in ASSIGNED_FIELDS:
        return ""
    return path if forms.is_place(document, path) else None


def _rank(order: dict[str, int], path: str | None) -> int:
    """Sort key in the order of the form: the whole table first, a part at its first field, a deleted row last."""
    if path == "":
        return -1
    if path is None:
        return len(order)
    return min((n for text, n in order.items() if f"{text}/".startswith(f"{path}/")), default=len(order))
