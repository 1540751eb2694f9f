"""Which files are taken: told by content, whatever they are called; and under what name they are kept."""

from __future__ import annotations

import codecs
import struct
import unicodedata
from io import BytesIO

import pytest
from docx import Document as WordFile
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.attachments import (
    ENDINGS,
    MAX_FILE,
    MAX_FILES,
    MAX_TABLE,
    MediaType,
    check_room,
    recognise,
    safe_name,
)
from portal.domain.attachments.containers import MAX_DIRECTORY, MAX_ENTRIES, MAX_TYPES, MAX_UNPACKED
from portal.domain.attachments.names import MAX_BYTES, MAX_NAME
from portal.domain.enclosures import EnclosedAttachment, attachments_changed
from portal.domain.errors import Invalid
from tests.domain.files import JPEG, PDF, TYPES, WHOLE, archive, docx, ole, png, xlsx


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        recognise(name, data)
    return refused.value.message


# --- kinds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", MediaType)
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_is_taken_exactly_where_ending_and_content_agree(content: MediaType, ending: str) -> None:
    name, data = f"合同{ending}", WHOLE[content]
    if ENDINGS[ending] is content:
        assert recognise(name, data) is content
        assert recognise(name.upper(), data) is content
    else:
        told = f"“{name}”没有添加：后缀 {ending} 表示{ENDINGS[ending].label}，内容却是{content.label}。"
        assert refusal(name, data) == told


def test_file_that_a_program_writes_is_taken() -> None:
    word = BytesIO()
    WordFile().save(word)
    assert recognise("a.docx", word.getvalue()) is MediaType.DOCX


@pytest.mark.parametrize("name", ["a.exe", "a.html", "a.svg", "a.pptx", "a.docm", "a.zip", "a.pdf.js", "a", "附件"])
def test_other_endings_are_refused_whatever_the_content(name: str) -> None:
    assert "没有添加：不收" in refusal(name, PDF)


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\nno end",
        b"%PDF-x\n%%EOF",
        b"\n" + PDF.replace(b"%%EOF", b"\x00"),
        PDF[:-7] + archive({"a": b"b"}),
    ],
)
def test_what_only_begins_as_a_pdf_is_none(data: bytes) -> None:
    assert refusal("a.pdf", data).endswith("内容却是别的东西，或者文件不完整。")


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
        "文字".encode("gbk"),
    ],
)
def test_markup_named_as_a_pdf_is_told_to_be_text(data: bytes) -> None:
    assert refusal("a.pdf", data) == "“a.pdf”没有添加：后缀 .pdf 表示PDF 文件，内容却是纯文本。"


@pytest.mark.parametrize("name", ["a.pdf", "a.png", "a.jpg", "a.doc", "a.txt"])
def test_two_files_in_one_are_neither(name: str) -> None:
    hidden = archive({"evil.class": b"x"})
    whole = WHOLE[ENDINGS[name[1:]]]
    assert recognise(name, whole)
    assert refusal(name, whole + hidden).endswith("内容却是别的东西，或者文件不完整。")
    commented = whole + hidden[:-2] + struct.pack("<H", 6) + b"%%EOF\n"
    assert refusal(name, commented).endswith("内容却是别的东西，或者文件不完整。")
    assert refusal("a.docx", whole + docx()).startswith("“a.docx”没有添加：后缀 .docx")


@pytest.mark.parametrize("data", [png()[:20], png()[:-12], b"\x89PNG\r\n\x1a\n" + b"x" * 40])
def test_cut_pictures_are_refused(data: bytes) -> None:
    assert refusal("a.png", data).endswith("文件不完整。")
    assert refusal("a.jpg", JPEG[:-2]).endswith("文件不完整。")
    assert refusal("a.jpg", b"\xff\xd8\xff" + b"\xff" * 50_000).endswith("文件不完整。")


@pytest.mark.parametrize(
    "data",
    [
        b"a\0b",
        b"\x7fELF",
        b"a\x1b[31m",
        b"\xff\xfea\0\0\0",
        b"\xff\xfea",
        b"a\x1ab",
        "é".encode("latin-1"),
        b"MZ\x90\0",
        b"\x80\x81\xff",
    ],
)
def test_text_has_no_control_bytes_and_a_known_encoding(data: bytes) -> None:
    assert "内容却是别的东西" in refusal("a.txt", data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("end", ["", "\x1a", "\x1a\x1a"])
def test_text_in_what_offices_write(encoding: str, end: str) -> None:
    assert recognise("a.txt", f"说明：\t甲方，乙方。\r\n{end}".encode(encoding)) is MediaType.TEXT


MAIN_TYPES = {
    "a.docx": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "a.xlsx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}


@pytest.mark.parametrize("name", MAIN_TYPES)
def test_office_file_is_taken_whatever_its_main_part_is_called(name: str) -> None:
    assert recognise(name, archive({TYPES: MAIN_TYPES[name], "word/document2.xml": b"<w/>"})) is ENDINGS[name[1:]]


def test_office_file_with_two_main_types_is_none() -> None:
    both = archive({TYPES: b"".join(MAIN_TYPES.values()), "word/document2.xml": b"<w/>"})
    assert refusal("a.docx", both).endswith("内容却是别的东西，或者文件不完整。")


@pytest.mark.parametrize("data", [codecs.BOM_UTF8 + PDF, PDF + b"\r\n<mail footer>", PDF + bytes(1_000)])
def test_pdf_with_a_mark_before_or_bytes_behind_it_is_taken(data: bytes) -> None:
    assert recognise("a.pdf", data) is MediaType.PDF


# --- macros, passwords, bombs --------------------------------------------------------------------

MACRO_TYPES = b'<Override PartName="/word/x.bin" ContentType="application/vnd.ms-office.vbaProject"/>'


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", docx(**{"word/vbaProject.bin": b"x"})),
        ("a.xlsx", xlsx(**{"xl/VBAPROJECT.BIN": b"x"})),
        ("a.docx", docx(**{TYPES: MACRO_TYPES, "word/x.bin": b"x"})),
        ("a.docx", docx(**{TYPES: MACRO_TYPES.decode().encode("utf-16-le")})),
        ("a.xlsx", xlsx(**{TYPES: b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"})),
        ("a.doc", ole("WordDocument", "Macros", "VBA")),
        ("a.xls", ole("Workbook", "_VBA_PROJECT_CUR")),
        ("a.xls", ole("Workbook", *"abcdefgh", "_VBA_PROJECT_CUR", filler=20)),
    ],
)
def test_macros_are_refused(name: str, data: bytes) -> None:
    assert refusal(name, data) == f"“{name}”没有添加：带有宏，请另存为不带宏的文件再添加。"


def encrypted(data: bytes) -> bytes:
    """With the flag of encryption in every entry of the directory."""
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data = data[: at + 8] + b"\x01" + data[at + 9 :]
        at = data.find(b"PK\x01\x02", at + 1)
    return data


@pytest.mark.parametrize(
    ("name", "data"), [("a.docx", ole("EncryptionInfo", "EncryptedPackage")), ("a.ofd", encrypted(docx()))]
)
def test_passwords_are_refused(name: str, data: bytes) -> None:
    assert refusal(name, data) == f"“{name}”没有添加：带有打开密码，请去掉密码再添加。"


def declaring(size: int) -> bytes:
    """A docx whose first entry says in the directory that it unpacks to `size` bytes."""
    data = docx()
    at = data.find(b"PK\x01\x02") + 24
    return data[:at] + struct.pack("<L", size) + data[at + 4 :]


def test_bombs_are_refused_by_what_their_directory_says() -> None:
    assert "压缩炸弹" in refusal("a.docx", declaring(MAX_UNPACKED + 1))
    assert "压缩炸弹" in refusal("a.docx", declaring(0xFFFFFFF0))
    overlapping = docx()
    at = overlapping.find(b"PK\x01\x02") + 20
    overlapping = overlapping[:at] + struct.pack("<L", len(overlapping)) + overlapping[at + 4 :]
    assert "压缩炸弹" in refusal("a.docx", overlapping)
    zeros = docx(**{"word/media/a": bytes(2_000_000)})
    assert recognise("a.docx", zeros) is MediaType.DOCX
    assert "损坏" in refusal("a.docx", docx(**{TYPES: bytes(MAX_TYPES + 1)}))


def test_directories_are_bounded_before_they_are_read() -> None:
    many = {f"word/{n}": b"" for n in range(MAX_ENTRIES)}
    assert "文件太多" in refusal("a.docx", docx(**many))
    data = docx()
    end = len(data) - 22
    long = data[:end] + bytes(MAX_DIRECTORY) + data[end : end + 12]
    (size,) = struct.unpack_from("<L", data, end + 12)
    long += struct.pack("<L", size + MAX_DIRECTORY) + data[end + 16 :]
    assert "文件太多" in refusal("a.docx", long)


@pytest.mark.parametrize(
    "data",
    [
        docx()[:-1],
        docx() + b"\0",
        docx()[:-2] + b"\x01\x00x",  # a comment
        docx()[:40] + b"\0" + docx()[40:],
        archive({"word/document.xml": b""}),
        archive({TYPES: b""}),
        docx(**{"xl/workbook.xml": b""}),
        docx(**{"OFD.xml": b""}),
        b"PK\x03\x04",
        b"PK\x03\x04" + bytes(18) + b"PK\x05\x06" + bytes(18),
    ],
)
def test_archives_that_are_not_whole_or_not_one_kind_are_refused(data: bytes) -> None:
    assert refusal("a.docx", data).endswith("内容却是别的东西，或者文件不完整。")


def test_compound_files_are_read_to_the_end_of_their_directory_or_refused() -> None:
    whole = ole("WordDocument", *"abcdefgh", filler=10)
    assert recognise("a.doc", whole) is MediaType.DOC
    assert recognise("a.wps", whole) is MediaType.DOC
    for cut in (8, 40, 100, 511, 600, len(whole) - 512, len(whole) - 100):
        assert refusal("a.doc", whole[:cut]).endswith("文件不完整。")
    endless = ole("WordDocument")[: 512 + 4] + struct.pack("<L", 1) + ole("WordDocument")[512 + 8 :]
    assert refusal("a.doc", endless).endswith("文件不完整。")
    assert refusal("a.doc", ole("WordDocument", "Workbook")).endswith("文件不完整。")


@given(st.binary(max_size=400), st.sampled_from(sorted(ENDINGS)), st.sampled_from([b"", *WHOLE.values()]), st.data())
def test_no_bytes_make_anything_but_a_kind_or_a_refusal(
    noise: bytes, ending: str, whole: bytes, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(whole)))
    cut = data.draw(st.integers(at, len(whole)))
    try:
        assert recognise(f"a{ending}", whole[:at] + noise + whole[cut:]) is ENDINGS[ending]
    except Invalid as refused:
        assert refused.message.startswith(f"“a{ending}”")  # noqa: PT017


# --- limits --------------------------------------------------------------------------------------


def test_sizes() -> None:
    assert refusal("a.txt", b"") == "“a.txt”是空文件，没有添加。"
    assert recognise("a.txt", b"a" * MAX_FILE) is MediaType.TEXT
    assert refusal("a.txt", b"a" * (MAX_FILE + 1)) == "“a.txt”超过 10 兆，没有添加；一个附件最大 10 兆。"


def attached(name: str, size: int = 1) -> EnclosedAttachment:
    return EnclosedAttachment(name, f"digest of {name}", size, "text/plain")


def room_refused(present: list[EnclosedAttachment], name: str, size: int = 1) -> str:
    try:
        check_room(present, name, f"digest of {name}", size)
    except Invalid as refused:
        return refused.message
    return ""


def test_room_in_a_table() -> None:
    nineteen = [attached(f"{n}.txt") for n in range(MAX_FILES - 1)]
    assert room_refused(nineteen, "a.txt") == ""
    assert room_refused([*nineteen, attached("x.txt")], "a.txt") == "“a.txt”没有添加：一张表最多 20 个附件。"
    assert room_refused([attached("x.txt", MAX_TABLE - 5)], "a.txt", 5) == ""
    assert (
        room_refused([attached("x.txt", MAX_TABLE - 5)], "a.txt", 6) == "“a.txt”没有添加：一张表的附件合计最多 50 兆。"
    )
    assert room_refused([attached("a.txt")], "a.txt") == "“a.txt”已经在附件里（“a.txt”），不必再添加。"


def test_attachments_changed_goes_by_name_and_content() -> None:
    a, b, c = attached("a"), attached("b"), attached("c")
    renamed = EnclosedAttachment("z", a.digest, 1, "text/plain")
    by_another = EnclosedAttachment(b.name, b.digest, 1, "text/plain", "王经办", "2026-11-24T01:02:03+00:00")
    assert attachments_changed([a, b], [by_another, c]) == ((a,), (c,))
    assert attachments_changed([a], [renamed]) == ((a,), (renamed,))
    assert attachments_changed([], []) == ((), ())


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("合同 2020.pdf", "合同 2020.pdf"),
        ("..\\..\\a.html", "a.html"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\王\\桌面\\发票.jpg", "发票.jpg"),
        ("=cmd|'/c calc'!A0.xlsx", "c calc!A0.xlsx"),
        ("=cmd.xlsx", "cmd.xlsx"),
        ("+-@=a.txt", "a.txt"),
        ("合同\u202efdp.exe", "合同fdp.exe"),
        ("\u2067a\u2069\u200b.pdf", "a.pdf"),
        ("a\"b'c<d>e:f|g?h*i.pdf", "abcdefghi.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie x.pdf"),
        ("a\0.pdf", "a.pdf"),
        (".htaccess", "附件.htaccess"),
        ("...pdf", "附件.pdf"),
        ("a.pdf. . ", "a.pdf"),
        ("", "附件"),
        ("///", "附件"),
        ("..", "附件"),
        ("CON.txt", "附件 CON.txt"),
        ("com1.tar.docx", "附件 com1.tar.docx"),
        ("e\u0301.txt", "é.txt"),
        ("a\u037eb\u1fef.txt", "a;b.txt"),
        ("\ud800a.txt", "a.txt"),
        ("第一季度.2020年", "第一季度.2020年"),
    ],
)
def test_safe_name(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_long_names_keep_their_ending() -> None:
    assert safe_name("长" * 500 + ".docx") == "长" * ((MAX_BYTES - 5) // 3) + ".docx"
    assert safe_name("a" * 500 + ".docx") == "a" * (MAX_NAME - 5) + ".docx"
    assert len(safe_name("a" * 100_000)) == MAX_NAME
    assert safe_name("a." + "b" * 300) == ("a." + "b" * 300)[:MAX_NAME]


NASTY = st.text(
    st.one_of(st.characters(), st.sampled_from("./\\ \u202e\u200d\"'=-\u0301\u0338;`CONaux1\r\n\t")), max_size=200
)


@given(NASTY)
def test_safe_names_are_safe_and_stay_as_they_are(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe) <= MAX_NAME and len(safe.encode()) <= MAX_BYTES
    assert safe_name(safe) == safe
    assert unicodedata.is_normalized("NFC", safe)
    assert not set(safe) & set("<>:\"|?*\\/'`\r\n\t\0")
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in safe)
    assert safe[0] not in " .=+-@~" and safe[-1] not in " ."
