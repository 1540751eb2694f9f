"""Formats by ending and by name."""

from __future__ import annotations

import io
import zipfile

import pytest

from portal.domain import forms
from portal.domain.documents import PerformanceText, ProjectDocument
from portal.domain.imprint import Imprint
from portal.formats import files, json_file, sniffing, text, word
from portal.formats.reading import Unreadable
from tests.domain.files import archive, ole

AS_WORD = "请用 Word 或 WPS 打开，选“另存为”，类型选“Word 文档（*.docx）”，再导入"
AS_EXCEL = "请用 Excel 或 WPS 打开，选“另存为”，类型选“Excel 工作簿（*.xlsx）”，再导入"
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
    assert files.write("text", WRITTEN, Imprint("第 1 号")) == text.write(WRITTEN, "第 1 号")
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
        (b"{\\rtf1", f"这是 RTF 文件；{AS_WORD}。"),
        (b"PK\x03\x04", "文件已损坏或不完整，读不出来；请用 Word、Excel 或 WPS 打开后另存一份再导入。"),
        (b"\xff\xd8\xff\xe0", "这是图片，读不出里面的文字；请用原来的 Word 或 Excel 文件导入。"),
        (b"GIF89a", "这是图片，读不出里面的文字；请用原来的 Word 或 Excel 文件导入。"),
        (b"BM\x36\0\0", "这是图片，读不出里面的文字；请用原来的 Word 或 Excel 文件导入。"),
        (b"Rar!\x1a", "这是压缩包；请解压以后导入里面的文件。"),
        (b"7z\xbc\xaf\x27", "这是压缩包；请解压以后导入里面的文件。"),
        (b"\x1f\x8b\x08", "这是压缩包；请解压以后导入里面的文件。"),
        (b"MZ\x90", "这是程序文件，不是绩效目标表。"),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?>', f"这是旧的 XML 格式；{AS_WORD}。"),
        (b'\xef\xbb\xbf<?xml?><?mso-application progid="Excel.Sheet"?>', f"这是旧的 XML 格式；{AS_EXCEL}。"),
        (b"\r\nMIME-Version: 1.0\r\n", f"这是单个文件网页（mht）；{AS_EXCEL}。"),
        (b"", "文件是空的。"),
        (b"  \n", "文件是空的。"),
    ],
)
def test_file_that_is_not_read_is_refused_by_what_it_is(data: bytes, told: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        files.read("a.docx", data)
    assert refusal.value.message == told


def test_text_that_begins_as_a_picture_does_is_a_text() -> None:
    assert sniffing.format_of("BMW.txt", b"BM" + "垃圾清运绩效目标表".encode()) == "text"


@pytest.mark.parametrize(
    ("main", "content_type", "other", "told"),
    [
        ("a/b.xml", "x.wordprocessingml.main+xml", {}, "docx"),
        ("word/document.xml", "", {}, "docx"),
        ("a/b.xml", "x.spreadsheetml.main+xml", {}, "xlsx"),
        ("xl/workbook.xml", "", {}, "xlsx"),
        *(
            (main, "x.other+xml", {}, "这是压缩包，不是 Word 或 Excel 文件；请解压以后导入里面的文件。")
            for main in ("word/document.xml", "xl/workbook.xml")
        ),
        ("xl/workbook.bin", "", {}, f"这是二进制工作簿（.xlsb）；{AS_EXCEL}。"),
        ("a.xml", "x.sheet.binary.main", {}, f"这是二进制工作簿（.xlsb）；{AS_EXCEL}。"),
        (
            "",
            "",
            {"mimetype": "x.opendocument.spreadsheet", "content.xml": ""},
            f"这是 OpenDocument 文件；{AS_EXCEL}。",
        ),
        ("", "", {"mimetype": "x.text", "content.xml": ""}, f"这是 OpenDocument 文件；{AS_WORD}。"),
        ("", "", {"OFD.xml": ""}, "这是 OFD 版式文件，读不出里面的表格；请用原来的 Word 或 Excel 文件导入。"),
        ("", "", {"mimetype": "x"}, "这是压缩包，不是 Word 或 Excel 文件；请解压以后导入里面的文件。"),
    ],
)
def test_package_is_what_its_main_part_is(main: str, content_type: str, other: dict[str, str], told: str) -> None:
    data = package(main, content_type, other)
    if told in files.READERS:
        assert sniffing.format_of("a", data) == told
        return
    with pytest.raises(Unreadable) as refusal:
        sniffing.format_of("a", data)
    assert refusal.value.message == told


def package(main: str, content_type: str, other: dict[str, str]) -> bytes:
    """An Office package of a main part, which the relationships name if there is one, and of other parts."""
    parts = dict(other)
    if main:
        kind = "http://x/relationships/officeDocument"
        parts["_rels/.rels"] = f'<R><!-- --><r Id="1" Type="{kind}" Target="/{main}"/></R>'
        parts["[Content_Types].xml"] = f'<T><t PartName="/{main.upper()}" ContentType="{content_type}"/></T>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_other_endings_are_not_written() -> None:
    with pytest.raises(Unreadable) as refusal:
        files.write("a.doc", WRITTEN)
    assert refusal.value.message == "不能写出“.doc”这种文件，可以写出的是 .txt、.json、.docx、.xlsx。"


def test_every_reader_and_writer_is_a_known_format() -> None:
    assert (files.READERS.keys() | files.WRITERS.keys()) == files.FORMATS.keys()


def test_file_takes_long_by_what_is_to_parse_not_by_its_pictures() -> None:
    pictures = word_file({"word/media/a.png": bytes(9_000_000)})
    assert not files.takes_long("a.docx", pictures, can_convert=False)
    assert files.takes_long("a.docx", word_file({"word/header1.xml": bytes(9_000_000)}), can_convert=False)
    assert files.takes_long("a.txt", "绩效目标\n".encode() * 300_000, can_convert=False)
    assert not files.takes_long("a.json", b"{" + b" " * 9_000_000 + b"}", can_convert=False)


@pytest.mark.parametrize("data", [b"{\\rtf1}", ole("WordDocument")], ids=["rtf", "doc"])
def test_file_to_convert_takes_long_and_one_that_is_refused_does_not(data: bytes) -> None:
    assert files.takes_long("a.doc", data, can_convert=True)
    assert not files.takes_long("a.doc", data, can_convert=False)
    assert not files.takes_long("a.doc", data[:1], can_convert=True)
    assert not files.takes_long("a.doc", b"%PDF-1.7", can_convert=True)


def word_file(more: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(files.write("docx", WRITTEN))) as package:
        return archive({name: package.read(name) for name in package.namelist()} | more)
