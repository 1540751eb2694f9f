"""The table of file formats; reading by a file's content, writing by a format's name or a file's ending.

Parsing is not here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from portal.domain.documents import PerformanceText
from portal.domain.forms import Form
from portal.domain.imprint import Imprint
from portal.domain.offline import ReturnedCopy
from portal.formats import excel, html, json_file, sniffing, text, word
from portal.formats.assembling import assemble
from portal.formats.libreoffice import NotConverted
from portal.formats.packages import Package
from portal.formats.reading import Convertible, Reading, Unreadable
from portal.formats.text import lines_of_cells

MAX_BYTES = 50 * 1024 * 1024
LONG = {"docx": 8_000_000, "xlsx": 2_000_000, "xls": 1_500_000, "html": 1_000_000, "text": 3_500_000}
"""Bytes to parse (of packages, of XML) that take some two seconds: 0.26, 0.9, 1.2, 2.0 and 0.6 s for a million."""

Converter = Callable[[bytes, str, str], bytes]
"""Bytes, their ending, the format wanted → a file of that format; such as `libreoffice.LibreOffice(…).convert`."""
Reader = Callable[[bytes, Sequence[Form]], Reading]
Writer = Callable[[PerformanceText, Imprint], bytes]


@dataclass(frozen=True, slots=True)
class Format:
    """endings: of file names, with the dot, the usual one first. label: for lists in the interface."""

    name: str
    endings: tuple[str, ...]
    media_type: str
    label: str

    @property
    def ending(self) -> str:
        return self.endings[0]


FORMATS = {
    entry.name: entry
    for entry in (
        Format(
            "docx",
            (".docx",),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "Word 文档",
        ),
        Format(
            "xlsx",
            (".xlsx",),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "Excel 工作簿",
        ),
        Format("xls", (".xls", ".et"), "application/vnd.ms-excel", "旧版 Excel 工作簿、WPS 表格"),
        Format("html", (".html", ".htm"), "text/html; charset=utf-8", "网页"),
        Format("text", (".txt",), "text/plain; charset=utf-8", "文本"),
        Format("json", (".json",), "application/json", "JSON"),
    )
}


def _read_text(data: bytes, wanted: Sequence[Form]) -> Reading:
    """A text in the portal's format, with a cell on each line; else one with a row on each line."""
    try:
        return text.read(data, wanted)
    except text.NoTables:
        return assemble(lines_of_cells.pieces(data), wanted)


READERS: dict[str, Reader] = {
    "docx": word.read,
    "xlsx": excel.read,
    "xls": excel.read_old,
    "html": html.read,
    "text": _read_text,
    "json": json_file.read,
}
CONVERTED = (".doc", ".wps", ".rtf", ".odt")
"""Endings of files that LibreOffice's Writer reads; its Calc reads .ods and .xlsb too, which are not promised."""
SHEET_READERS = {"xlsx": excel.read, "xls": excel.read_old}
"""Readers of workbooks, which can read one sheet alone."""
WRITERS: dict[str, Writer] = {
    "text": lambda content, imprint: text.write(content, imprint.anchor),
    "json": lambda content, imprint: json_file.write(content, imprint.anchor),
    "docx": word.write,
    "xlsx": excel.write,
}


def read(
    name: str, data: bytes, wanted: Sequence[Form] = (), sheet: str = "", convert: Converter | None = None
) -> Reading:
    """Read the documents of a file. Raises Unreadable, with one sentence that says what the file is.

    name: of the file, or of a format; the content decides, not the ending. wanted: the forms that the documents may
    have, the likeliest first; empty: all shipped forms. Documents that name their form in the file keep it. sheet: the
    only sheet of a workbook to read. convert: for files that no reader takes, which takes seconds.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，不读取。")
    try:
        format = name if name in READERS else sniffing.format_of(name, data)
    except Convertible as unread:
        if convert is None:
            raise
        format, data = unread.target, _converted(data, unread, convert)
    if not sheet:
        return READERS[format](data, wanted)
    if format not in SHEET_READERS:
        raise Unreadable(f"文件不是工作簿，没有工作表“{sheet[:31]}”。")
    return SHEET_READERS[format](data, wanted, sheet)


def returned_copy(data: bytes) -> ReturnedCopy | None:
    """The offline copy that this file is; None for any other file, which `read` reads."""
    return excel.returned_copy(data) if len(data) <= MAX_BYTES else None


def _converted(data: bytes, unread: Convertible, convert: Converter) -> bytes:
    try:
        return convert(data, unread.ending, unread.target)
    except NotConverted:
        raise Unreadable(f"服务器上的 LibreOffice 读不出这个文件，可能已损坏；{unread.way_out}。") from None


def takes_long(name: str, data: bytes, *, can_convert: bool) -> bool:
    """Whether reading takes longer than a person should look at a page that loads; False for what is refused."""
    try:
        format = sniffing.format_of(name, data)
        size = Package(data).xml_size if format in ("docx", "xlsx") else len(data)
        return size > LONG.get(format, MAX_BYTES)
    except Convertible:
        return can_convert
    except Unreadable:
        return False


def endings(*, can_convert: bool = False) -> list[str]:
    """The endings of files that can be read, for lists in the interface."""
    return [ending for name in READERS for ending in FORMATS[name].endings] + [*CONVERTED] * can_convert


def write(name: str, content: PerformanceText, imprint: Imprint | None = None) -> bytes:
    """Return the file as bytes. name: a format's name or a file name. Raises Unreadable for an unknown ending."""
    return WRITERS[format_to_write(name).name](content, imprint or Imprint())


def format_to_write(name: str) -> Format:
    """Return the format for writing `name`, a format's name or a file name. Raises Unreadable."""
    ending = PurePath(name).suffix.lower()
    for entry in FORMATS.values():
        if entry.name in WRITERS and (ending in entry.endings or entry.name == name):
            return entry
    known = "、".join(FORMATS[each].ending for each in WRITERS)
    raise Unreadable(f"不能写出“{ending or name}”这种文件，可以写出的是 {known}。")
