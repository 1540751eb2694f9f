"""Which tables the district has, how each ends, and what the register announces. Pure planning: nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from random import Random

from portal.demo import words
from portal.demo.district.flaws import FLAWS, UNFINISHED, Flaw, spoiled
from portal.demo.district.offices import DistrictOffice
from portal.demo.words import Project
from portal.domain.amounts import read_amount, to_fen
from portal.domain.documents import DepartmentDocument, Document, ProjectDocument
from portal.domain.register import EntryRow


class Fate(Enum):
    """How far a table has come by today. `lives` has a function for each."""

    DRAFTED = auto()
    UNFINISHED = auto()
    WITHDRAWN = auto()
    SUBMITTED = auto()
    UNDER_REVIEW = auto()
    SECOND_ROUND = auto()
    RETURNED = auto()
    RETURNED_AGAIN = auto()
    TO_APPROVE = auto()
    APPROVED = auto()
    APPROVED_IN_SECOND_ROUND = auto()
    IN_ADJUSTMENT = auto()
    VOIDED = auto()


SHARES = {
    Fate.DRAFTED: 10,
    Fate.UNFINISHED: 8,
    Fate.WITHDRAWN: 1,
    Fate.SUBMITTED: 12,
    Fate.UNDER_REVIEW: 6,
    Fate.SECOND_ROUND: 8,
    Fate.RETURNED: 13,
    Fate.RETURNED_AGAIN: 3,
    Fate.TO_APPROVE: 5,
    Fate.APPROVED: 16,
    Fate.APPROVED_IN_SECOND_ROUND: 12,
    Fate.IN_ADJUSTMENT: 4,
    Fate.VOIDED: 2,
}
"""Of 100 project tables. Each fate has at least one."""
_OF_DEPARTMENTS = (Fate.APPROVED, Fate.SUBMITTED, Fate.DRAFTED)
_NOT_BEGUN, _EXEMPT = 0.08, 0.02
"""Entries of the register without a table, in parts of the number of tables."""
_AREAS = 4
MOST_TABLES_PER_OFFICE = 4 * len(words.KINDS) * _AREAS
"""Names that every office has (themes × endings × areas), since the trade with the fewest themes has four."""


@dataclass(frozen=True, slots=True)
class Plan:
    """sound: the text without flaws; first: as imported. about None: the department table."""

    office: DistrictOffice
    fate: Fate
    sound: Document
    first: Document
    flaws: Sequence[Flaw] = ()
    about: Project | None = None


@dataclass(frozen=True, slots=True)
class DistrictPlan:
    tables: Sequence[Plan]
    register: Sequence[EntryRow]
    exempt: Sequence[EntryRow]


def plan(rng: Random, offices: Sequence[DistrictOffice], count: int) -> DistrictPlan:
    """`count` tables: a department table for each office, the rest project tables."""
    projects = count - len(offices)
    sizes = _sizes(rng, len(offices), projects)
    fates = _fates(rng, projects)
    tables: list[Plan] = []
    spare: list[tuple[DistrictOffice, Project, str]] = []
    for office, size in zip(offices, sizes, strict=True):
        tables.append(_department(rng, office, len(tables)))
        named = _projects(rng, office)
        for ordinal, (about, code) in enumerate(named[:size], 1):
            tables.append(_project(rng, office, ordinal, about, code, fates.pop()))
        spare += [(office, about, code) for about, code in named[size:]]
    rng.shuffle(spare)
    not_begun = max(1, round(projects * _NOT_BEGUN))
    waiting, exempt = (
        [_owed(rng, *each) for each in spare[:not_begun]],
        [_owed(rng, *each) for each in spare[not_begun : not_begun + max(1, round(projects * _EXEMPT))]],
    )
    announced = [row for row in map(_announced, tables) if row and rng.random() < 0.97]
    return DistrictPlan(tables, [*announced, *waiting, *exempt], exempt)


def _sizes(rng: Random, offices: int, projects: int) -> list[int]:
    """Project tables of each office: some have twice as many as others."""
    weights = [rng.uniform(0.7, 1.3) for _ in range(offices)]
    most = MOST_TABLES_PER_OFFICE - 1
    sizes = [min(most, int(projects * weight / sum(weights))) for weight in weights]
    while (left := projects - sum(sizes)) > 0:
        smallest = sorted((n for n in range(offices) if sizes[n] < most), key=lambda n: sizes[n])
        for n in smallest[:left]:
            sizes[n] += 1
    return sizes


def _fates(rng: Random, projects: int) -> list[Fate]:
    counts = {fate: max(1, projects * share // sum(SHARES.values())) for fate, share in SHARES.items()}
    counts[Fate.SUBMITTED] += max(0, projects - sum(counts.values()))
    fates = [fate for fate, count in counts.items() for _ in range(count)]
    rng.shuffle(fates)
    return fates


def _department(rng: Random, office: DistrictOffice, number: int) -> Plan:
    themes = office.trade.themes
    duties = [f"{theme.thing}{theme.work}" for theme in themes]
    document = words.department(rng, (office.code, office.name), duties, themes[0].people)
    return Plan(office, _OF_DEPARTMENTS[number % len(_OF_DEPARTMENTS)], document, document)


def _projects(rng: Random, office: DistrictOffice) -> list[tuple[Project, str]]:
    """All projects that the office could have, with their codes, in random order."""
    trade = office.trade
    found = [Project(area, theme, kind) for area in trade.areas for kind in words.KINDS for theme in trade.themes]
    start = int(office.code[3:]) * len(found)
    coded = [
        (about, f"{office.code[:3]}-1303-JBN-{words.code_of(start + number)}") for number, about in enumerate(found)
    ]
    rng.shuffle(coded)
    return coded


def _project(rng: Random, office: DistrictOffice, ordinal: int, about: Project, code: str, fate: Fate) -> Plan:
    sound = words.written(rng, (office.code, office.name), ordinal, code, about)
    flaws = tuple(rng.sample(FLAWS, rng.choice((0, 1, 1, 2, 3))))
    first = spoiled(sound, about.theme, flaws)
    if fate is Fate.UNFINISHED:
        first = spoiled(first, about.theme, rng.sample(UNFINISHED, rng.choice((1, 2, 3))))
    return Plan(office, fate, sound, first, flaws, about)


def _owed(rng: Random, office: DistrictOffice, about: Project, code: str) -> EntryRow:
    return EntryRow(office.code, code, about.name, rng.randrange(20, 4_000) * 50_000, is_key=rng.random() < 0.1)


def _announced(table: Plan) -> EntryRow | None:
    """The entry for a project table; every tenth is a key project, some announce another amount."""
    document = table.sound
    if isinstance(document, DepartmentDocument):
        return None
    assert isinstance(document, ProjectDocument)
    amount = to_fen(read_amount(document.budget.total)) or 0
    cut = 500_000 if document.ordinal % 23 == 5 else 0
    name, code = document.project_name, document.project_code
    return EntryRow(table.office.code, code, name, amount + cut, is_key=document.ordinal % 10 == 3)
