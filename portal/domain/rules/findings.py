"""The types of rules: a rule, a finding, the rules of a budget year.

Rules belong in one module for each theme, their list in `catalogue`, their evaluation in `checking`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from portal.domain import frameworks
from portal.domain.changes import Set
from portal.domain.code_patterns import OFFICE_CODE_PATTERN
from portal.domain.documents import DepartmentDocument, Document, PerformanceText, ProjectDocument
from portal.domain.errors import Invalid
from portal.domain.frameworks import Framework


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"

    @property
    def label(self) -> str:
        return {"error": "错误", "warning": "提醒"}[self.value]


@dataclass(frozen=True, slots=True)
class Correction:
    """The right texts, as operations on the document that was checked; some correct several places at once.

    is_certain: the texts can mean nothing else, so many such corrections may be made together; others are offered one
    by one.
    """

    operations: tuple[Set, ...]
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """An objection of rule `rule` to the place `path` of a document, with the right text where it is known.

    `table` is the document's position in its file: 1, 2, …, and 0 for the department part or for a document checked
    alone.
    is_missing: an error only because something is not there yet; a place where a wrong text stands is not missing.
    """

    rule: str
    severity: Severity
    path: str
    message: str
    table: int = 0
    correction: Correction | None = None
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class YearRules:
    """The rules as one budget year applies them.

    `only_warn`: ids of error rules that only warn in this year; `off`: ids of warnings that the year leaves out; errors
    cannot be left out. `portal.domain.code_patterns` reads `code_pattern`.
    """

    year: int
    framework: Framework
    code_pattern: str
    office_code_pattern: str = OFFICE_CODE_PATTERN
    only_warn: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()

    @classmethod
    def for_year(cls, year: int, framework: str | None = None) -> YearRules:
        """The year as shipped, or with another framework. Raises Invalid for an unknown framework."""
        own = frameworks.get(framework or frameworks.for_year(year))
        return cls(year=year, framework=own, code_pattern=own.code_pattern)

    def severity_of(self, rule: Rule) -> Severity:
        return Severity.WARNING if rule.id in self.only_warn else rule.severity

    def applies(self, rule: Rule) -> bool:
        return rule.severity is Severity.ERROR or rule.id not in self.off


@dataclass(frozen=True, slots=True)
class RuleContext:
    """Sentences of other documents, by the key of `sentences`; the caller looks them up.

    `last_year`: those of the same office's tables of the year before, all of them, because near copies are searched
    among them. `elsewhere`: those of other offices; the document's keys are enough. Values: the place in words,
    ``表3“车辆保险费”``. `taken_over`: keys of `last_year` that the portal itself carried over into a table, by the
    table's ordinal (0: department).
    """

    last_year: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    taken_over: Mapping[int, Collection[str]] = field(default_factory=dict)


Place = tuple[str, str]
"""Path and message."""
TablePlace = tuple[int, str, str]
"""Position of the document in the text (0 = department part), path and message."""

ProjectCheck = Callable[[ProjectDocument, YearRules], Iterable[Place]]
DepartmentCheck = Callable[[DepartmentDocument, YearRules], Iterable[Place]]
OfficeCheck = Callable[[PerformanceText, YearRules, Collection[int]], Iterable[TablePlace]]
"""The last argument: positions of the documents that are asked about. A check may also report others, but need not."""
Correct = Callable[[Document, str, YearRules], Correction | None]
"""The correction of a finding at a path; None where the right text is not known."""
ContextCheck = Callable[[Document, YearRules, RuleContext], Iterable[Place]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `name` says in a few characters what is wrong, `title` what it requires, `reason` why; users see all.

    project, department: check one document; office: all documents of an office and year; in_context: one document
    against last year's and other offices'. correct: the right text for a finding. bad, good: examples for the handbook.
    finds_missing: each of its findings says that something is missing, whatever stands at the place.
    """

    id: str
    severity: Severity
    title: str
    reason: str
    name: str = ""
    finds_missing: bool = False
    project: ProjectCheck | None = None
    department: DepartmentCheck | None = None
    office: OfficeCheck | None = None
    in_context: ContextCheck | None = None
    correct: Correct | None = None
    bad: str = ""
    good: str = ""


class Blocked(Invalid):
    """The table's findings block submitting."""

    def __init__(self, message: str, findings: Sequence[Finding]) -> None:
        super().__init__(message)
        self.findings = tuple(findings)
