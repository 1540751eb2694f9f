"""ZIP and OLE, the two containers of Office files: the kind of a file by the names in its directory.

Reads only directories, within limits, and the one part that lists the types of the other parts. Unpacks no other part.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from portal.domain.attachments.kinds import MEGABYTE, MediaType

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

MAX_ENTRIES = 2_000
MAX_DIRECTORY = MEGABYTE
MAX_UNPACKED = 300 * MEGABYTE
"""Limits of an archive: entries, bytes of its directory, bytes that its entries claim to unpack to."""

MAX_TYPES = MEGABYTE // 4
"""Bytes read of [Content_Types].xml."""

MAX_DIRECTORY_SECTORS = 512

_TYPES = "[Content_Types].xml"
_MAIN_PARTS = {"word/document.xml": MediaType.DOCX, "xl/workbook.xml": MediaType.XLSX, "OFD.xml": MediaType.OFD}
_MAIN_TYPES = {
    b"wordprocessingml.document.main+xml": MediaType.DOCX,
    b"spreadsheetml.sheet.main+xml": MediaType.XLSX,
}
"""Types of main parts under another name, such as word/document2.xml, which Word itself writes."""

_MACROS = "带有宏，请另存为不带宏的文件再添加"
_LOCKED = "带有打开密码，请去掉密码再添加"


class Unwanted(Exception):
    """A file of a known kind that is not accepted; `reason` is the second half of a Chinese sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Broken(ValueError):
    """A container whose directory cannot be read."""


# --- ZIP: docx, xlsx, OFD ------------------------------------------------------------------------

_END = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\x05\x06"
_MAX_COMMENT = 0xFFFF


def ends_as_zip(data: bytes) -> bool:
    """Whether a ZIP reader, which searches from the end, would accept the bytes."""
    at = data.rfind(_END_MARK, max(0, len(data) - _END.size - _MAX_COMMENT))
    if at < 0 or at + _END.size > len(data):
        return False
    comment: int = _END.unpack_from(data, at)[-1]
    return at + _END.size + comment == len(data)


def kind_of_zip(data: bytes) -> MediaType | None:
    """The kind by the one main part in the archive. Raises Unwanted for macros, passwords and bombs."""
    try:
        entries = _directory(data)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, EOFError, OSError, IndexError):
        return None
    if entries is None:
        return None
    names = {entry.filename for entry in entries}
    _refuse_bombs(entries, len(data))
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unwanted(_LOCKED)
    types = _types(data) if _TYPES in names else b""
    macros = (b"vbaproject", b"macroenabled")
    if any(name.lower().endswith("vbaproject.bin") for name in names) or any(word in types for word in macros):
        raise Unwanted(_MACROS)
    found = [kind for name, kind in _MAIN_PARTS.items() if name in names] or [
        kind for words, kind in _MAIN_TYPES.items() if words in types
    ]
    if len(found) != 1 or (_TYPES in names) is (found[0] is MediaType.OFD):
        return None
    return found[0]


def _directory(data: bytes) -> list[zipfile.ZipInfo] | None:
    """The entries; None unless the archive ends with its only end record, the directory directly before it."""
    if len(data) < _END.size:
        return None
    mark, disk, first, here, entries, size, offset, comment = _END.unpack_from(data, len(data) - _END.size)
    # A comment, ZIP64 or bytes in front would let two readers see two different archives.
    if mark != _END_MARK or comment or disk or first or here != entries:
        return None
    if offset + size + _END.size != len(data):
        return None
    if entries > MAX_ENTRIES or size > MAX_DIRECTORY:
        raise Unwanted("压缩包里的文件太多")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        found = archive.infolist()
    return found if len(found) == entries else None


def _refuse_bombs(entries: list[zipfile.ZipInfo], size: int) -> None:
    # Overlapping entries claim more compressed bytes than the file has.
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED or sum(e.compress_size for e in entries) > size:
        raise Unwanted("展开后太大，像是压缩炸弹")


def _types(data: bytes) -> bytes:
    """The list of the types of all parts, in lower case and one byte per character."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive, archive.open(_TYPES) as part:
            types = part.read(MAX_TYPES + 1)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, zlib.error, EOFError, OSError, RuntimeError):
        raise Unwanted("文件已损坏") from None
    if len(types) > MAX_TYPES:
        raise Unwanted("文件已损坏")
    return types.replace(b"\0", b"").lower()


# --- OLE: doc, xls, WPS --------------------------------------------------------------------------

_NO_SECTOR = 0xFFFFFFFA
"""Sector numbers from here on are markers, not sectors."""

_IN_HEADER = 109
"""Number of allocation table sectors that the header itself lists."""

_MAX_FURTHER = 4
"""Further sectors of that list that are read: one is enough for every file within our limits."""


def kind_of_ole(data: bytes) -> MediaType | None:
    """The kind by the names of the streams. Raises Unwanted for macros and passwords."""
    try:
        names = set(stream_names(data))
    except Broken:
        return None
    if names & {"EncryptedPackage", "EncryptionInfo"}:
        raise Unwanted(_LOCKED)
    if names & {"VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros"}:
        raise Unwanted(_MACROS)
    found = [k for name, k in (("WordDocument", MediaType.DOC), ("Workbook", MediaType.XLS)) if name in names]
    return found[0] if len(found) == 1 else None


def stream_names(data: bytes) -> list[str]:
    """Every name in the directory. Raises Broken if the directory cannot be read to its end."""
    try:
        return list(_stream_names(data))
    except (struct.error, IndexError):
        raise Broken from None


def _stream_names(data: bytes) -> Iterator[str]:
    """Raises struct.error or IndexError if the directory cannot be read to its end."""
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in (9, 12):
        raise IndexError
    size = 1 << shift
    table = allocation_table(data, size)
    (sector,) = struct.unpack_from("<L", data, 48)
    for _ in range(MAX_DIRECTORY_SECTORS):
        if sector >= _NO_SECTOR:
            return
        start = (sector + 1) * size
        for at in range(start, start + size, 128):
            (length,) = struct.unpack_from("<H", data, at + 64)
            if 2 <= length <= 64:
                yield data[at : at + length - 2].decode("utf-16-le", "replace")
        index, place = divmod(sector, size // 4)
        (sector,) = struct.unpack_from("<L", data, (table[index] + 1) * size + place * 4)
    raise IndexError


def allocation_table(data: bytes, size: int) -> list[int]:
    """The sectors of the table that links each sector to the next: listed in the header, then in further sectors."""
    numbers = list(struct.unpack_from(f"<{_IN_HEADER}L", data, 76))
    further, count = struct.unpack_from("<2L", data, 68)
    for _ in range(min(count, _MAX_FURTHER)):
        if further >= _NO_SECTOR:
            break
        *more, further = struct.unpack_from(f"<{size // 4}L", data, (further + 1) * size)
        numbers += more
    return numbers
