"""Small valid files of every type that may be attached, and functions for hostile ones."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

from portal.domain.attachments import MediaType

TYPES = "[Content_Types].xml"


def archive(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", compression) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return file.getvalue()


def docx(**more: bytes) -> bytes:
    return archive({TYPES: b"<Types/>", "word/document.xml": b"<w/>"} | more)


def xlsx(**more: bytes) -> bytes:
    return archive({TYPES: b"<Types/>", "xl/workbook.xml": b"<x/>"} | more)


def ole(*names: str, filler: int = 0) -> bytes:
    """Return a compound file of 512-byte sectors: allocation table, `filler` sectors, directory of `names`."""
    entries = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(name) + 2) + bytes(62)
        for name in ("Root Entry", *names)
    )
    entries += bytes(-len(entries) % 512)
    first, count = 1 + filler, len(entries) // 512
    table = [0xFFFFFFFE] * (1 + filler) + [*range(first + 1, first + count), 0xFFFFFFFE]
    numbers = struct.pack("<128L", *(table + [0xFFFFFFFF] * 128)[:128])
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6)
    header = header.ljust(48, b"\0") + struct.pack("<L", first)
    header = header.ljust(68, b"\0") + struct.pack("<2L", 0xFFFFFFFE, 0)
    return header + struct.pack("<109L", 0, *[0xFFFFFFFF] * 108) + numbers + bytes(512 * filler) + entries


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    head = struct.pack(">2L5B", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    b"\xff\xc0\x00\x0b\x08\0\x01\0\x01\x01\x01\x11\0"
    b"\xff\xda\x00\x08\x01\x01\0\0\x3f\0\x12\x34\xff\xd9"
)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"

WHOLE: dict[MediaType, bytes] = {
    MediaType.PDF: PDF,
    MediaType.PNG: png(),
    MediaType.JPEG: JPEG,
    MediaType.DOCX: docx(),
    MediaType.XLSX: xlsx(),
    MediaType.DOC: ole("1Table", "WordDocument"),
    MediaType.XLS: ole("Workbook"),
    MediaType.OFD: archive({"OFD.xml": b"<ofd/>", "Doc_0/Document.xml": b"<d/>"}),
    MediaType.TEXT: "合同编号：古城〔2020〕1号\r\n".encode(),
}
