"""Hidden marks of a workbook: whatever stands on the hidden sheet, it is read whole or not at all."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import forms
from portal.formats import excel
from portal.formats.excel import marked, marks
from portal.formats.excel.marks import BookMarks, CellMark, ColumnMark, SheetMarks
from portal.formats.packages import Package
from tests.formats.workbook_files import Clerk, altered, offline
from tests.world import sound_project

SHEET = SheetMarks(
    "hebei-2017",
    "甲绩效目标表",
    3,
    (CellMark("r3", "c1", "project_code"), CellMark("r9", "c1", "goals", cut=True)),
    {"indicators": (ColumnMark("c0", "level1"), ColumnMark("c3", "target_value", "sign"))},
    ("indicators/aaaa/basis",),
    12,
    5,
    "ab",
)
BOOK = BookMarks((SHEET,), "610002", 2020)
_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.sampled_from(sorted(forms.available()))),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=4)),
    max_leaves=12,
)


def signed(lines: list[str]) -> list[list[str]]:
    """The rows of a hidden sheet with these lines and the checksum that belongs to them."""
    return [
        ["target-table-portal 1", hashlib.sha256("\n".join(lines).encode()).hexdigest()],
        *([line] for line in lines),
    ]


def test_marks_come_back_equal() -> None:
    assert marks.from_rows(marks.to_rows(BOOK)) == BOOK


def test_marks_longer_than_a_cell_come_back_equal() -> None:
    many = BookMarks((SheetMarks("hebei-2017", "甲", 1, SHEET.cells * 3_000),), "610002", 2020)
    rows = marks.to_rows(many)
    assert len(rows[2]) > 2 and all(len(text) <= 30_000 for text in rows[2])
    assert marks.from_rows(rows) == many


@pytest.mark.parametrize(
    "rows", [[], [[]], [["target-table-portal 1"]], [["other", "x"]], [["target-table-portal 1", ""]]]
)
def test_rows_without_signature_or_checksum_are_no_marks(rows: list[list[str]]) -> None:
    assert marks.from_rows(rows) is None


def test_one_changed_character_makes_no_marks() -> None:
    rows = marks.to_rows(BOOK)
    rows[2][0] = rows[2][0].replace('"table":12', '"table":13')
    assert marks.from_rows(rows) is None


@given(st.lists(_json, max_size=3))
def test_any_signed_json_is_read_or_refused(plain: list[Any]) -> None:
    found = marks.from_rows(signed([json.dumps(each) for each in plain]))
    assert found is None or isinstance(found, BookMarks)


@given(
    st.sampled_from(sorted({"form", "title", "ordinal", "table", "version", "digest", "cells", "lists", "cuts"})), _json
)
def test_any_value_of_any_key_is_read_or_refused(key: str, value: Any) -> None:
    about, sheet = (json.loads(row[0]) for row in marks.to_rows(BOOK)[1:])
    found = marks.from_rows(signed([json.dumps(about), json.dumps(sheet | {key: value})]))
    assert found is None or found.office == "610002"


@pytest.mark.parametrize("key", ["table", "version", "ordinal"])
@pytest.mark.parametrize("number", ["1e999", "Infinity", "-1", "2147483648", "1.5", '"1"'])
def test_number_that_no_table_has_makes_no_marks(key: str, number: str) -> None:
    about, sheet = (row[0] for row in marks.to_rows(BOOK)[1:])
    plain = json.loads(sheet) | {key: "here"}
    assert marks.from_rows(signed([about, json.dumps(plain).replace('"here"', number)])) is None


@pytest.mark.parametrize("path", ["nothing", "indicators/aaaa/nothing", "extra/ä", "budget"])
def test_path_that_no_document_has_makes_no_marks(path: str) -> None:
    about, sheet = (json.loads(row[0]) for row in marks.to_rows(BOOK)[1:])
    sheet["cells"] = [["r3", "c1", path, 0]]
    assert marks.from_rows(signed([json.dumps(about), json.dumps(sheet)])) is None


def test_form_that_this_portal_has_not_makes_an_ordinary_workbook() -> None:
    data = altered(offline(sound_project()), "hebei-2017", "1999-gone")
    assert marked.read(Package(data)) is None
    assert excel.read(data).text.tables[0].project_name == sound_project().project_name


def test_formula_counts_by_the_value_that_excel_shows() -> None:
    clerk = Clerk.opens(offline(sound_project()))
    row, column = clerk.find("23000.00")
    data = clerk.saves(formulas={(clerk.visible[0], row, column): ("=20000+3500", 23500)})
    copy = excel.returned_copy(data)
    assert copy is not None and copy.tables[0].texts["budget/total"] == "23500"


def test_hidden_sheets_that_somebody_shows_are_no_other_tables() -> None:
    clerk = Clerk.opens(offline(sound_project()))
    clerk.hidden.clear()
    copy = excel.returned_copy(clerk.saves())
    assert copy is not None and copy.told == [] and len(copy.tables) == 1
