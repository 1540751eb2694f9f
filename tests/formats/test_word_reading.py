"""Reading .docx files: what the portal wrote comes back, and what Word shows is what is read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain import documents
from portal.domain.documents import Document, Kind, PerformanceText, ProjectDocument
from portal.domain.forms import Form
from portal.domain.imprint import DocumentState, Imprint
from portal.formats import files, text, word
from tests.domain.form_documents import FORMS, in_form
from tests.formats.word_files import printable

SEED = Path(__file__).parents[1] / "data" / "gucheng-2020.txt"
PROJECT_FORMS = [form for form in FORMS if form.kind is Kind.PROJECT]
EVERY_FORM = pytest.mark.parametrize("form", PROJECT_FORMS, ids=lambda form: form.id)


def read_back(*written: Document) -> PerformanceText:
    tables = tuple(each for each in written if isinstance(each, ProjectDocument))
    return files.read("a.docx", word.write(PerformanceText(tables=tables))).text


# --- the law -------------------------------------------------------------------------------------


@EVERY_FORM
@given(data=st.data())
@settings(max_examples=12)
def test_document_written_as_word_reads_back(form: Form, data: st.DataObject) -> None:
    document = printable(data.draw(in_form(form)))
    document = documents.with_value(document, "project_name", documents.value_at(document, "project_name") or "甲")
    # The line above a table says code, name and unit: an office called 单位：元, or by six figures, is not told apart.
    document = documents.with_value(document, "office_code", "610002")
    document = documents.with_value(document, "office_name", "古城街道办事处")
    (found,) = read_back(document).tables
    assert documents.without_ids(found) == documents.without_ids(document)


@EVERY_FORM
def test_table_of_sixty_rows_reads_back(form: Form) -> None:
    row_fields = {field.partition("/")[2] for field in form.fields if field.startswith("indicators/")}
    rows = []
    for n in range(60):
        row = documents.Indicator(f"r{n:03d}")
        for field in row_fields:
            row = documents.with_row_text(row, field, f"{field}{n // 7}" if "level" in field else f"{field}第{n}行" * 9)
        rows.append(row)
    document = replace(documents.blank(Kind.PROJECT, form.id), project_name="甲", indicators=tuple(rows))
    (found,) = read_back(document).tables
    assert documents.without_ids(found) == documents.without_ids(document)


def test_real_document_reads_back_whole() -> None:
    seed = text.read(SEED.read_bytes()).text
    standings = tuple(DocumentState("草拟，没有送审", is_draft=n % 2 == 0) for n in range(9))
    reading = files.read("a.docx", word.write(seed, Imprint("1:ab", "2020 年度　古城", "某", standings)))
    found = reading.text
    assert reading.unplaced == ()
    assert seed.department and found.department
    alone = files.read("a.docx", word.write(PerformanceText(seed.department))).text
    assert alone == PerformanceText(found.department)
    assert documents.without_ids(found.department) == documents.without_ids(seed.department)
    assert [documents.without_ids(table) for table in found.tables] == [
        documents.without_ids(table) for table in seed.tables
    ]
