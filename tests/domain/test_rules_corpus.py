"""Sound tables and rows of many departments have no finding; each faulty one is found by a rule a reviewer names."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import pytest

from portal.domain.documents import PerformanceText, ProjectDocument
from portal.domain.rules import RULES, RuleContext, YearRules, check_table, check_text, sentences
from tests.domain.corpus import Sound, corpus
from tests.domain.corpus.rows import RowCases, TextCase, row_cases, text_cases

SOUND = corpus()
ROWS, TEXTS = list(row_cases()), list(text_cases())


def test_corpus_is_large_and_varied() -> None:
    assert len(SOUND) >= 30
    assert {sound.year.framework.name for sound in SOUND} == {"hebei-2017", "national-2015", "national-2021"}
    assert len({sound.table.office_name for sound in SOUND}) >= 15


@pytest.mark.parametrize("sound", SOUND, ids=[sound.table.project_name for sound in SOUND])
def test_sound_table_has_no_finding(sound: Sound) -> None:
    assert check_table(sound.table, sound.year) == []


def test_tables_of_one_office_have_no_finding_beside_each_other() -> None:
    """Also where the departments of one year are taken for one office."""
    by_year: defaultdict[tuple[int, str], list[ProjectDocument]] = defaultdict(list)
    for sound in SOUND:
        by_year[sound.year.year, sound.year.framework.name].append(sound.table)
    for (year, framework), tables in by_year.items():
        renamed = tuple(replace(table, office_name="秦皇岛市山海关区", ordinal=n) for n, table in enumerate(tables, 1))
        assert check_text(PerformanceText(tables=renamed), YearRules.for_year(year, framework)) == []


def test_sound_tables_do_not_copy_each_other() -> None:
    for sound in SOUND:
        others = {s.key: o.table.project_name for o in SOUND if o is not sound for s in sentences(o.table)}
        assert check_table(sound.table, sound.year, context=RuleContext(others, others)) == []


def test_examples_of_the_handbook_fit_on_a_line() -> None:
    assert all(len(rule.bad) <= 60 and len(rule.good) <= 60 for rule in RULES)


def test_rows_are_many_and_of_many_departments() -> None:
    rules = [rules for cases in ROWS for rules in cases.rules.values()]
    assert sum(not each for each in rules) >= 400
    assert sum(bool(each) for each in rules) >= 500
    assert len({cases.table.office_name for cases in ROWS}) >= 40


@pytest.mark.parametrize("cases", ROWS, ids=[cases.table.office_name for cases in ROWS])
def test_rows_are_judged_as_a_reviewer_would(cases: RowCases) -> None:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for finding in check_table(cases.table, cases.year):
        if finding.path.startswith("indicators/"):
            found[finding.path.split("/")[1]].add(finding.rule)

    assert cases.misjudged(found) == []


@pytest.mark.parametrize("case", TEXTS, ids=str)
def test_text_is_judged_as_a_reviewer_would(case: TextCase) -> None:
    found = {finding.rule for finding in check_text(PerformanceText(tables=case.tables), case.year)}

    assert bool(found & case.rules) is case.is_found
