"""Formats by ending and by name."""

from __future__ import annotations

import pytest

from portal.domain import forms
from portal.domain.documents import PerformanceText, ProjectDocument
from portal.formats import files, json_file, text, word
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


@pytest.mark.parametrize("name", ["a.docx", "a.pdf", "a", "a.xls", ""])
def test_content_decides_and_not_the_ending(name: str) -> None:
    assert files.read(name, text.write(WRITTEN)).text == WRITTEN
    assert files.read(name, word.write(WRITTEN)).text == WRITTEN


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"%PDF-1.7", "这是 PDF 文件，读不出里面的表格；请用原来的 Word 或 Excel 文件导入。"),
        (b"\x89PNG\r\n", "这是图片，读不出里面的文字；请用原来的 Word 或 Excel 文件导入。"),
        (b"{\\rtf1", "这是 RTF 文件；请用 Word 或 WPS 打开，选“另存为”，类型选“Word 文档（*.docx）”，再导入。"),
        (b"PK\x03\x04", "文件已损坏或不完整，读不出来；请用 Word、Excel 或 WPS 打开后另存一份再导入。"),
        (b"Rar!\x1a", "这是压缩包；请解压以后导入里面的文件。"),
        (b"", "文件是空的。"),
        (b"  \n", "文件是空的。"),
    ],
)
def test_file_that_is_not_read_is_refused_by_what_it_is(data: bytes, told: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        files.read("a.docx", data)
    assert refusal.value.message == told


def test_other_endings_are_not_written() -> None:
    with pytest.raises(Unreadable) as refusal:
        files.write("a.doc", WRITTEN)
    assert refusal.value.message == "不能写出“.doc”这种文件，可以写出的是 .txt、.json、.docx。"


def test_every_reader_and_writer_is_a_known_format() -> None:
    assert (files.READERS.keys() | files.WRITERS.keys()) == files.FORMATS.keys()
