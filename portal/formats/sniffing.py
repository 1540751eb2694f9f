"""The format of a file by its content; names and endings only decide between JSON and text.

A file that no reader takes is refused by what it is, with what to do instead; as Convertible if LibreOffice reads it.
Nothing is interpreted here.
"""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO
from pathlib import PurePath

from portal.domain.attachments import containers
from portal.formats.excel.compound import CompoundFile
from portal.formats.packages import LOCKED, MACROS, Package
from portal.formats.reading import Convertible, Unreadable

_RTF = b"{\\rtf"
_SAVE_AS_WORD = "请用 Word 或 WPS 打开，选“另存为”，类型选“Word 文档（*.docx）”，再导入"
_SAVE_AS_EXCEL = "请用 Excel 或 WPS 打开，选“另存为”，类型选“Excel 工作簿（*.xlsx）”，再导入"
_STARTS = (
    (b"%PDF", "这是 PDF 文件，读不出里面的表格；请用原来的 Word 或 Excel 文件导入。"),
    (b"\x89PNG", "这是图片，读不出里面的文字；请用原来的 Word 或 Excel 文件导入。"),
    (b"\xff\xd8\xff", "这是图片，读不出里面的文字；请用原来的 Word 或 Excel 文件导入。"),
    (b"GIF8", "这是图片，读不出里面的文字；请用原来的 Word 或 Excel 文件导入。"),
    (b"BM", "这是图片，读不出里面的文字；请用原来的 Word 或 Excel 文件导入。"),
    (b"Rar!", "这是压缩包；请解压以后导入里面的文件。"),
    (b"7z\xbc\xaf", "这是压缩包；请解压以后导入里面的文件。"),
    (b"\x1f\x8b", "这是压缩包；请解压以后导入里面的文件。"),
    (b"MZ", "这是程序文件，不是绩效目标表。"),
)
_HEAD = 4_096
_HTML = (b"<html", b"<table", b"<!doctype html", b"<frameset", b"<body", b"<head", b"<meta", b"<div", b"<p>")
_OLD_XML = b"mso-application"
_MACRO_STREAMS = {"VBA", "_VBA_PROJECT", "Macros"}


_FLAGS, _ENCRYPTED = 10, 0x0100
"""Offset of the flags in a Word document's head (FIB), and the one of a password."""


def format_of(name: str, data: bytes) -> str:
    """The name of the reader for `data`. Raises Unreadable; Convertible for what LibreOffice reads."""
    if data.startswith(containers.OLE):
        return _of_compound_file(data)
    if data.startswith(_RTF):
        raise _document("这是 RTF 文件", "rtf")
    for start, sentence in _STARTS:
        if data.startswith(start) and not (start == b"BM" and b"\0" not in data[:_HEAD]):
            raise Unreadable(sentence)
    if data.startswith(b"PK") or (b"\0" in data[:_HEAD] and zipfile.is_zipfile(BytesIO(data))):
        return _of_package(data)
    if PurePath(name).suffix.lower() == ".json":
        return "json"
    head = data[:_HEAD].replace(b"\0", b"").lower().lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n")
    if head.startswith(b"<?xml") and _OLD_XML in head:
        raise (_document if b"word.document" in head else _workbook)("这是旧的 XML 格式", "xml")
    if head.startswith(b"<") and any(mark in head for mark in _HTML):
        return "html"
    if head.startswith(b"mime-version:"):
        raise Unreadable(f"这是单个文件网页（mht）；{_SAVE_AS_EXCEL}。")
    return "text"


def _of_compound_file(data: bytes) -> str:
    try:
        names = set(containers.stream_names(data))
    except containers.Broken:
        raise Unreadable("文件已损坏或不完整，读不出来；请打开后另存一份再导入。") from None
    if names & {"EncryptedPackage", "EncryptionInfo"}:
        raise Unreadable(LOCKED)
    if names & {"Workbook", "Book"}:
        return "xls"
    if "WordDocument" in names:
        if names & _MACRO_STREAMS:
            raise Unreadable(MACROS)
        if _has_password(data):
            raise Unreadable(LOCKED)
        raise _document("这是旧版 Word 或 WPS 文字文档（.doc、.wps）", "doc")
    raise Unreadable("认不出这个文件；请用 Word、Excel 或 WPS 打开后另存为 .docx 或 .xlsx 再导入。")


def _has_password(data: bytes) -> bool:
    """Whether the head of a Word document says so; LibreOffice would ask nobody for the password."""
    try:
        (flags,) = struct.unpack_from("<H", CompoundFile(data).stream("WordDocument"), _FLAGS)
    except (struct.error, IndexError, StopIteration):
        return False  # damaged, which LibreOffice finds too
    return bool(flags & _ENCRYPTED)


def _of_package(data: bytes) -> str:
    package = Package(data)
    main = package.main()
    kind = package.type_of(main).lower() if main else ""
    if "sheet.binary" in kind or main.endswith(".bin"):
        raise _workbook("这是二进制工作簿（.xlsb）", "xlsb")
    if "wordprocessingml" in kind or (not kind and main.startswith("word/")):
        return "docx"
    if "spreadsheetml" in kind or (not kind and main.startswith("xl/")):
        return "xlsx"
    if "macroenabled" in kind:
        raise Unreadable(MACROS)
    if package.has("mimetype") and package.has("content.xml"):
        is_sheet = b"spreadsheet" in package.read("mimetype")
        raise _workbook("这是 OpenDocument 文件", "ods") if is_sheet else _document("这是 OpenDocument 文件", "odt")
    if package.has("OFD.xml"):
        raise Unreadable("这是 OFD 版式文件，读不出里面的表格；请用原来的 Word 或 Excel 文件导入。")
    raise Unreadable("这是压缩包，不是 Word 或 Excel 文件；请解压以后导入里面的文件。")


def _document(what: str, ending: str) -> Convertible:
    return Convertible(what, _SAVE_AS_WORD, ending=ending, target="docx")


def _workbook(what: str, ending: str) -> Convertible:
    return Convertible(what, _SAVE_AS_EXCEL, ending=ending, target="xlsx")
