"""Bytes of text files to text: the encoding, and the place of damage. What a line means belongs to the readers."""

from __future__ import annotations

import codecs

from portal.formats.reading import Unreadable

_MOST_DAMAGED = 20
"""One in so many characters may be damaged in a text of a known encoding."""
_HEAD = 4_096
_UNKNOWN = "认不出文件的文字编码，请另存为 UTF-8 或 GBK 编码的文本文件。"


def decode(data: bytes) -> str:
    """UTF-8, UTF-16 (by its mark or its line ends) or GB18030. Raises Unreadable."""
    encoding = _encoding(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(place_of_damage(data, encoding, error.start) or _UNKNOWN) from None


def _encoding(data: bytes) -> str:
    """UTF-16 by its mark or its line ends; else UTF-8 or GB18030, whichever fits better."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\n\0" in data[:_HEAD] or b"\0\n" in data[:_HEAD]:
        return "utf-16-le" if b"\n\0" in data[:_HEAD] else "utf-16-be"
    damage = _damage(data, "utf-8-sig")
    return "utf-8-sig" if not damage or damage <= _damage(data, "gb18030") or damage * _MOST_DAMAGED < 1 else "gb18030"


def _damage(data: bytes, encoding: str) -> float:
    """The share of characters beyond ASCII that cannot be decoded."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        beyond = sum(character > "\x7f" for character in text)
        return text.count("\ufffd") / max(beyond, 1)
    return 0.0


def place_of_damage(data: bytes, encoding: str, start: int) -> str:
    """A sentence with the place of the first damaged byte, at `start`; "" if so many are damaged that the encoding is
    another.
    """
    if _damage(data, encoding) * _MOST_DAMAGED >= 1:
        return ""
    before = data[:start].decode(encoding, "replace").replace("\r\n", "\n").replace("\r", "\n")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return f"文件第 {line} 行第 {column} 个字符损坏，不是文字；请在原来的软件里改正这一处，再另存一份。"
