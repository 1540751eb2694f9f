"""View models of findings and opinions: by the path that they concern, and as lists with links to that path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from portal.domain import forms
from portal.domain.documents import Document
from portal.domain.enclosures import EnclosedExplanation
from portal.domain.opinions import BY_STEP, Answer, OpinionKind, OpinionState
from portal.domain.rules import RULES, Finding, Severity
from portal.domain.target_values import readings
from portal.models import Dismissal, OpinionEvent
from portal.queries.review import OpinionLine
from portal.web.filters import moment, slug
from portal.web.review.proposed_lines import ProposedLine, proposed_lines


@dataclass(frozen=True, slots=True)
class Note:
    """A finding in a cell, or a reading of its value; severity: error, missing, warning, reading.

    name, rule: of a finding, which a cell shows as a mark. The panel shows the text too, because a cell may be narrow
    and have ten findings.
    """

    severity: str
    text: str
    url: str = ""
    name: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class DismissalLine:
    text: str
    by: str
    at: str


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
    lacks: str = ""
    """What is missing, where the place does not say it."""
    dismissed: DismissalLine | None = None
    """Why the bureau raises no opinion (不提); only for those who may see it."""


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """The findings of one rule in a table: either all explained ones or all unexplained ones.

    severity "missing": what is not written yet, of all rules; rule, name and demand are "".
    """

    rule: str
    severity: str
    name: str
    demand: str
    explained: bool
    lines: Sequence[FindingLine]

    @property
    def id(self) -> str:
        """Stable while the rule has findings, so that a group that the user opened stays open."""
        return f"{'explained' if self.explained else 'rule'}-{self.rule or self.severity}"


@dataclass(frozen=True, slots=True)
class EventLine:
    at: str
    who: str
    act: str
    text: str


@dataclass(frozen=True, slots=True)
class OpinionView:
    """An opinion as its card shows it. kind: "" for 其他 and where none is known; rule: name and id of the rule."""

    id: int
    number: int
    place: str
    url: str
    binding: bool
    kind: str
    rule: str
    state: OpinionState
    quoted: str
    proposed: Sequence[ProposedLine]
    revision_number: int
    events: Sequence[EventLine]


_RULES = {rule.id: rule for rule in RULES}
_ORDER = ("error", "missing", "warning")


def rule_name(rule_id: str) -> str:
    """The short name of a rule; the id itself where there is no such rule."""
    return _RULES[rule_id].name if rule_id in _RULES else rule_id


def anchor(path: str) -> str:
    """The HTML id of the cell that shows `path`."""
    return f"at-{slug(path)}"


def by_place(document: Document, findings: Iterable[Finding], *, is_calm: bool = False) -> dict[str, list[Note]]:
    """Notes by path: readings of target values, findings in the order given.

    is_calm: what is missing is no error yet.
    """
    found: dict[str, list[Note]] = {}
    findings = list(findings)
    told = {finding.path for finding in findings if finding.rule == "E6" and finding.severity is Severity.ERROR}
    for path, words in readings(document).items():
        if path not in told:  # E6 says what cannot be read and how to correct it
            found[path] = [Note("reading", words)]
    for finding in findings:
        url = f"#{finding_id(finding.rule, finding.path)}"
        name = _RULES[finding.rule].name
        note = Note(_severity(finding, is_calm), finding.message, url, name, finding.rule)
        found.setdefault(finding.path, []).append(note)
    return found


def _severity(finding: Finding, is_calm: bool) -> str:
    return "missing" if is_calm and finding.is_missing else finding.severity.value


def finding_groups(
    document: Document,
    findings: Iterable[Finding],
    explained: Iterable[EnclosedExplanation] = (),
    lapsed: Iterable[EnclosedExplanation] = (),
    *,
    is_calm: bool = False,
    dismissed: Mapping[tuple[str, str], Dismissal] = MappingProxyType({}),
) -> list[FindingGroup]:
    """Errors, what is missing, unexplained warnings, explained warnings; each in the order of the rules.

    is_calm: what is missing is no error yet and has a group of its own. dismissed: by rule and path.
    """
    now, before = ({(each.rule, each.path): each for each in said} for said in (explained, lapsed))
    groups: dict[tuple[int, bool, str], list[FindingLine]] = {}
    for finding in findings:
        key, is_warning = (finding.rule, finding.path), finding.severity is Severity.WARNING
        severity = _severity(finding, is_calm)
        line = FindingLine(
            finding_id(finding.rule, finding.path),
            finding.path,
            forms.label(document, finding.path),
            f"#{anchor(finding.path)}",
            finding.message,
            now.get(key) if is_warning else None,
            before.get(key) if is_warning else None,
            _RULES[finding.rule].name if _RULES[finding.rule].finds_missing else "",
            _dismissal_line(dismissed.get(key)),
        )
        rule = "" if severity == "missing" else finding.rule
        groups.setdefault((_ORDER.index(severity), line.explained is not None, rule), []).append(line)
    for (_, _, rule), lines in groups.items():
        if not rule:
            lines.sort(key=partial(_position, forms.places(document)))  # several rules
    return [
        _group(rule, _ORDER[order], is_explained, lines)
        for (order, is_explained, rule), lines in sorted(groups.items(), key=lambda item: item[0][:2])
    ]


def _dismissal_line(said: Dismissal | None) -> DismissalLine | None:
    return DismissalLine(said.reason, said.author_name, moment(said.at)) if said else None


def _position(places: Sequence[str], line: FindingLine) -> int:
    """In the order of the form; a group or a list stands where its first place does, without one at the end."""
    below = f"{line.path}/"
    return next((n for n, place in enumerate(places) if place == line.path or place.startswith(below)), len(places))


def _group(rule_id: str, severity: str, is_explained: bool, lines: Sequence[FindingLine]) -> FindingGroup:
    rule = _RULES.get(rule_id)
    return FindingGroup(rule_id, severity, rule.name if rule else "", rule.title if rule else "", is_explained, lines)


def finding_id(rule: str, path: str) -> str:
    """The HTML id of the finding in the panel."""
    return f"finding-{rule}-{slug(path)}"


def numbers(lines: Iterable[OpinionLine]) -> dict[int, int]:
    """The number of each opinion of a table by id: as raised first, drafts last; so both sides count alike."""

    def raised(line: OpinionLine) -> tuple[bool, float, int]:
        return not line.events, line.events[0].at.timestamp() if line.events else 0, line.id

    return {line.id: number for number, line in enumerate(sorted(lines, key=raised), 1)}


def opinion_views(
    document: Document, opinions: Sequence[OpinionLine], numbered: Mapping[int, int] | None = None
) -> list[OpinionView]:
    """numbered: the numbers of all opinions of the table, where `opinions` are some of them."""
    numbered = numbered or numbers(opinions)
    return [
        OpinionView(
            id=opinion.id,
            number=numbered[opinion.id],
            place=forms.label_now(document, opinion.path, opinion.place),
            url=f"#{anchor(opinion.path)}" if forms.is_place(document, opinion.path) else "",
            binding=opinion.binding,
            kind=kind_words(opinion.kind),
            rule=f"{rule_name(opinion.rule)} {opinion.rule}" if opinion.rule else "",
            state=opinion.state,
            quoted=opinion.quoted,
            proposed=proposed_lines(document, opinion.proposed),
            revision_number=opinion.revision_number,
            events=_events(opinion),
        )
        for opinion in opinions
    ]


def kind_words(kind: OpinionKind | None) -> str:
    """The words of a kind; none for 其他 and where no kind is known."""
    return kind.label if kind and kind is not OpinionKind.OTHER else ""


def _events(opinion: OpinionLine) -> list[EventLine]:
    if not opinion.events:
        return [EventLine(moment(opinion.at), opinion.author_name, "拟写（尚未提出）", opinion.text)]
    return [_event(event) for event in opinion.events]


def _event(event: OpinionEvent) -> EventLine:
    lead = Answer(event.answer).lead if event.answer else ""
    return EventLine(moment(event.at), event.actor_name, BY_STEP[event.act].words.thread, f"{lead}{event.text}")
