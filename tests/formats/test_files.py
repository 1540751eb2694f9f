"""Formats by ending and by name."""

from __future__ import annotations

import pytest

from portal.domain import forms
from portal.domain.documents import PerformanceText, ProjectDocument
from portal.formats import files, json_file, text
from portal.formats.reading import Unreadable

WRITTEN = PerformanceText(tables=(ProjectDocument(project_name="甲"),))


@pytest.mark.parametrize("name", ["a.txt", "/x/A.TXT", "text"])
def test_text_is_read_by_ending_and_by_name(name: str) -> None:
    assert files.read(name, text.write(WRITTEN)).text == WRITTEN


def test_forms_that_are_wanted_reach_the_reader() -> None:
    found = files.read("a.txt", text.write(WRITTEN), [forms.get("national-2021")])
    assert [table.form for table in found.text.tables] == ["national-2021"]


def test_json_names_its_forms_itself() -> None:
    found = files.read("a.json", json_file.write(WRITTEN), [forms.get("national-2021")])
    assert [table.form for table in found.text.tables] == ["hebei-2017"]


def test_json_is_read_by_its_ending() -> None:
    assert files.read("甲.json", json_file.write(WRITTEN)).text == WRITTEN


def test_formats_are_written_by_ending_and_by_name() -> None:
    assert files.write("a.json", WRITTEN) == json_file.write(WRITTEN)
    assert files.write("text", WRITTEN, "第 1 号") == text.write(WRITTEN, "第 1 号")
    assert files.write("a.docx", WRITTEN)[:4] == b"PK\x03\x04"


@pytest.mark.parametrize(
    ("name", "ending"), [("a.docx", ".docx"), ("a.pdf", ".pdf"), ("a", "a"), ("docx", "docx"), (".txt", ".txt")]
)
def test_other_endings_are_not_read(name: str, ending: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        files.read(name, b"")
    assert refusal.value.message == f"不能读取“{ending}”这种文件，可以读取的是 .txt、.json。"


def test_other_endings_are_not_written() -> None:
    with pytest.raises(Unreadable) as refusal:
        files.write("a.doc", WRITTEN)
    assert refusal.value.message == "不能写出“.doc”这种文件，可以写出的是 .txt、.json、.docx。"


def test_every_reader_and_writer_is_a_known_format() -> None:
    assert (files.READERS.keys() | files.WRITERS.keys()) == files.FORMATS.keys()
