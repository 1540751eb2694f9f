"""Findings and opinions as the forms show them: by the place they point at, and as lists with links to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.domain import documents
from portal.domain.documents import Document
from portal.domain.rules import Finding, Severity
from portal.models import OpinionEvent
from portal.queries.review import OpinionLine
from portal.web.filters import moment


@dataclass(frozen=True, slots=True)
class Note:
    """What stands in a cell; severity: error, warning, binding, advice.

    mark: what a warning is called there; its text stands in the panel, since a cell has no room for ten.
    """

    severity: str
    text: str
    url: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class FindingLine:
    id: str
    rule: str
    severity: str
    place: str
    url: str
    message: str


@dataclass(frozen=True, slots=True)
class EventLine:
    at: str
    who: str
    act: str
    text: str


@dataclass(frozen=True, slots=True)
class OpinionView:
    """An opinion as its card shows it."""

    id: int
    place: str
    url: str
    binding: bool
    state: str
    quoted: str
    revision_number: int
    events: Sequence[EventLine]


_ACTS = {"raised": "提出", "answered": "答复", "accepted": "采纳", "raised_again": "再次提出"}
_ANSWERS = {"changed": "已修改。", "kept": "保留原文，因为："}


def anchor(path: str) -> str:
    """The id of the cell that shows `path`."""
    return f"at-{path.replace('/', '-')}"


def by_place(findings: Iterable[Finding], opinions: Iterable[OpinionLine]) -> dict[str, list[Note]]:
    """Path → notes; open opinions only, errors first as they come."""
    found: dict[str, list[Note]] = {}
    for finding in findings:
        is_warning = finding.severity is Severity.WARNING
        at = (f"#{_id(finding)}", finding.rule) if is_warning else ()
        note = Note(finding.severity.value, finding.message, *at)
        found.setdefault(finding.path, []).append(note)
    for opinion in opinions:
        if opinion.is_open:
            severity = "binding" if opinion.binding else "advice"
            note = Note(severity, opinion.text, f"#opinion-{opinion.id}")
            found.setdefault(opinion.path, []).append(note)
    return found


def finding_lines(document: Document, findings: Iterable[Finding]) -> list[FindingLine]:
    """Errors first, each in the order of the rules."""
    return [
        FindingLine(
            _id(finding),
            finding.rule,
            finding.severity.value,
            documents.label(document, finding.path),
            f"#{anchor(finding.path)}",
            finding.message,
        )
        for finding in sorted(findings, key=lambda finding: finding.severity is Severity.WARNING)
    ]


def _id(finding: Finding) -> str:
    return f"finding-{finding.rule}-{finding.path.replace('/', '-')}"


def opinion_views(document: Document, opinions: Iterable[OpinionLine]) -> list[OpinionView]:
    return [
        OpinionView(
            id=opinion.id,
            place=opinion.place,
            url=f"#{anchor(opinion.path)}" if documents.is_place(document, opinion.path) else "",
            binding=opinion.binding,
            state=opinion.state,
            quoted=opinion.quoted,
            revision_number=opinion.revision_number,
            events=_events(opinion),
        )
        for opinion in opinions
    ]


def _events(opinion: OpinionLine) -> list[EventLine]:
    if not opinion.events:
        return [EventLine(moment(opinion.at), opinion.author, "拟写（尚未提出）", opinion.text)]
    return [_event(event) for event in opinion.events]


def _event(event: OpinionEvent) -> EventLine:
    text = f"{_ANSWERS.get(event.answer or '', '')}{event.text}"
    return EventLine(moment(event.at), event.actor_name, _ACTS[event.act], text)
