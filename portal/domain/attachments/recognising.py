"""The kind of a file, determined by its content; the name has to agree.

Unpacks nothing and interprets only what determines the kind: of archives only the directory.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import PurePosixPath

from portal.domain.attachments import containers, kinds
from portal.domain.attachments.kinds import MediaType
from portal.domain.errors import Invalid

PDF_TAIL = 2048
"""Bytes at the end of a PDF that must hold its end mark; mail programs and scanners write behind it."""

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_STARTS_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MAX_SEGMENTS = 10_000


def recognise(name: str, data: bytes) -> MediaType:
    """The kind of a file with a safe `name`. Raises Invalid unless content and extension are one accepted kind."""
    kinds.check_size(name, len(data))
    ending = PurePosixPath(name).suffix.lower()
    named = kinds.ENDINGS.get(ending)
    if named is None:
        what = f"{ending} 文件" if ending else "没有后缀的文件"
        raise Invalid(f"“{name}”没有添加：不收{what}；可以添加 {kinds.WHAT_IS_TAKEN}。")
    try:
        found = _kind_of(data)
    except containers.Unwanted as unwanted:
        raise Invalid(f"“{name}”没有添加：{unwanted.reason}。") from None
    if found is not named:
        content = found.label if found else "别的东西，或者文件不完整"
        raise Invalid(f"“{name}”没有添加：后缀 {ending} 表示{named.label}，内容却是{content}。")
    return named


def _kind_of(data: bytes) -> MediaType | None:
    """None for an unknown kind. Raises Unwanted for a known kind that is not accepted."""
    if data.startswith(containers.ZIP):
        return containers.kind_of_zip(data)
    # A picture at the front with an archive at the end is accepted as neither.
    if containers.ends_as_zip(data):
        return None
    if data.startswith(containers.OLE):
        return containers.kind_of_ole(data)
    if data.startswith(codecs.BOM_UTF8 + b"%PDF-"):
        data = data.removeprefix(codecs.BOM_UTF8)
    for start, is_whole, kind in _PLAIN_KINDS:
        if data.startswith(start):
            return kind if is_whole(data) else None
    return MediaType.TEXT if _is_text(data) else None


def _is_pdf(data: bytes) -> bool:
    """A version after the mark, and an end mark near the end."""
    return data[5:6].isdigit() and b"%%EOF" in data[-PDF_TAIL:]


def _is_png(data: bytes) -> bool:
    return data[12:16] == b"IHDR" and b"IEND\xaeB`\x82" in data


def _is_jpeg(data: bytes) -> bool:
    """Segments up to the scan, with a frame among them, and an end mark after it."""
    at, has_frame = 2, False
    for _ in range(_MAX_SEGMENTS):
        if at + 4 > len(data) or data[at] != 0xFF:
            return False
        marker = data[at + 1]
        if marker == 0xDA:
            return has_frame and data.find(b"\xff\xd9", at) > 0
        has_frame = has_frame or marker in _STARTS_OF_FRAME
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        at += 2 + max(int.from_bytes(data[at + 2 : at + 4], "big"), 2)
    return False


_PLAIN_KINDS: tuple[tuple[bytes, Callable[[bytes], bool], MediaType], ...] = (
    (b"%PDF-", _is_pdf, MediaType.PDF),
    (_PNG, _is_png, MediaType.PNG),
    (_JPEG, _is_jpeg, MediaType.JPEG),
)
_NO_TEXT = frozenset(map(chr, set(range(0x20)) - set(b"\t\n\f\r"))) | {"\x7f"}
_END_OF_FILE = "\x1a"
"""Ctrl+Z, with which DOS programs end a text."""


def _is_text(data: bytes) -> bool:
    """UTF-16 with its mark, UTF-8 or GBK, without control characters."""
    is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if is_utf16 else ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _NO_TEXT.isdisjoint(text.rstrip(_END_OF_FILE))
    return False
