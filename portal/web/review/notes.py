"""View models of findings and opinions: by the path that they concern, and as lists with links to that path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.domain import forms
from portal.domain.documents import Document
from portal.domain.enclosures import EnclosedExplanation
from portal.domain.opinions import BY_STEP, Answer, OpinionState
from portal.domain.rules import RULES, Finding, Severity
from portal.domain.target_values import readings
from portal.models import OpinionEvent
from portal.queries.review import OpinionLine
from portal.web.filters import moment


@dataclass(frozen=True, slots=True)
class Note:
    """A note in a cell; severity: error, warning, binding, advice, reading.

    mark: short name of a warning. The panel shows the whole text, because a cell may have ten warnings.
    """

    severity: str
    text: str
    url: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class FindingLine:
    id: str
    path: str
    place: str
    url: str
    message: str
    explained: EnclosedExplanation | None = None
    """The office's valid explanation."""
    lapsed: EnclosedExplanation | None = None
    """An explanation that lapsed because the text changed."""


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """The findings of one rule in a table: either all explained ones or all unexplained ones."""

    rule: str
    severity: str
    demand: str
    explained: bool
    lines: Sequence[FindingLine]

    @property
    def id(self) -> str:
        """Stable while the rule has findings, so that a group that the user opened stays open."""
        return f"{'explained' if self.explained else 'rule'}-{self.rule}"


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
    state: OpinionState
    quoted: str
    revision_number: int
    events: Sequence[EventLine]


_TITLES = {rule.id: rule.title for rule in RULES}


def anchor(path: str) -> str:
    """The HTML id of the cell that shows `path`."""
    return f"at-{path.replace('/', '-')}"


def by_place(document: Document, findings: Iterable[Finding], opinions: Iterable[OpinionLine]) -> dict[str, list[Note]]:
    """Notes by path: readings of target values, findings in the order given, open opinions."""
    found: dict[str, list[Note]] = {}
    findings = list(findings)
    told = {finding.path for finding in findings if finding.rule == "E6" and finding.severity is Severity.ERROR}
    for path, words in readings(document).items():
        if path not in told:  # E6 says what cannot be read and how to correct it
            found[path] = [Note("reading", words)]
    for finding in findings:
        is_warning = finding.severity is Severity.WARNING
        at = (f"#{finding_id(finding.rule, finding.path)}", finding.rule) if is_warning else ()
        # For a warning the cell shows only the title of the rule; the panel shows the message.
        note = Note(finding.severity.value, _TITLES[finding.rule] if is_warning else finding.message, *at)
        found.setdefault(finding.path, []).append(note)
    for opinion in opinions:
        if opinion.state.is_open:
            severity = "binding" if opinion.binding else "advice"
            note = Note(severity, opinion.text, f"#opinion-{opinion.id}")
            found.setdefault(opinion.path, []).append(note)
    return found


def finding_groups(
    document: Document,
    findings: Iterable[Finding],
    explained: Iterable[EnclosedExplanation] = (),
    lapsed: Iterable[EnclosedExplanation] = (),
) -> list[FindingGroup]:
    """Errors, then unexplained warnings, then explained warnings; each in the order of the rules."""
    now, before = ({(each.rule, each.path): each for each in said} for said in (explained, lapsed))
    groups: dict[tuple[bool, bool, str], list[FindingLine]] = {}
    for finding in findings:
        key, is_warning = (finding.rule, finding.path), finding.severity is Severity.WARNING
        line = FindingLine(
            finding_id(finding.rule, finding.path),
            finding.path,
            forms.label(document, finding.path),
            f"#{anchor(finding.path)}",
            finding.message,
            now.get(key) if is_warning else None,
            before.get(key) if is_warning else None,
        )
        groups.setdefault((is_warning, line.explained is not None, finding.rule), []).append(line)
    return [
        FindingGroup(rule, "warning" if is_warning else "error", _TITLES[rule], is_explained, lines)
        for (is_warning, is_explained, rule), lines in sorted(groups.items(), key=lambda item: item[0][:2])
    ]


def finding_id(rule: str, path: str) -> str:
    """The HTML id of the finding in the panel."""
    return f"finding-{rule}-{path.replace('/', '-')}"


def opinion_views(document: Document, opinions: Iterable[OpinionLine]) -> list[OpinionView]:
    return [
        OpinionView(
            id=opinion.id,
            place=forms.label_now(document, opinion.path, opinion.place),
            url=f"#{anchor(opinion.path)}" if forms.is_place(document, opinion.path) else "",
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
    lead = Answer(event.answer).lead if event.answer else ""
    return EventLine(moment(event.at), event.actor_name, BY_STEP[event.act].words.thread, f"{lead}{event.text}")
