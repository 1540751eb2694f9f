"""File names from browsers, made safe to keep, to show and to save under on any system."""

from __future__ import annotations

import unicodedata

MAX_NAME = 120
MAX_BYTES = 240
"""Characters, and bytes in UTF-8, the extension included; Linux saves names of up to 255 bytes."""

_MAX_ENDING = 10
_MAX_READ = 1000
"""Characters of a name that are read, from its end: no file system has longer names."""

_RESERVED = frozenset("<>:\"|?*\\/'`")
_NOT_FIRST = " .=+-@~"
"""No name begins with these: they mark hidden files, spreadsheet formulas and command options."""

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Unicode categories that are removed: controls, formats (with bidirectional overrides), non-characters."""

_SPACES = frozenset({"Zs", "Zl", "Zp"})
_DEVICES = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10))})
_NAMELESS = "附件"


def safe_name(name: str) -> str:
    """The base name, in NFC, without characters that could mislead a system, a spreadsheet or a reader; never empty.

    Keeps the extension. `safe_name` of a safe name is that name.
    """
    base = name.replace("\\", "/").rpartition("/")[2][-_MAX_READ:]
    text = unicodedata.normalize("NFC", "".join(map(_allowed, unicodedata.normalize("NFC", base))))
    text = " ".join(text.split()).rstrip(" .")
    stem, dot, ending = text.rpartition(".")
    if not dot or not 0 < len(ending) < _MAX_ENDING or " " in ending:
        stem, ending = text, ""
    ending = f".{ending}" if ending else ""
    stem = _fitting(stem.lstrip(_NOT_FIRST), ending) or _NAMELESS
    if stem.partition(".")[0].rstrip(" ").upper() in _DEVICES:
        stem = _fitting(f"{_NAMELESS} {stem}", ending)
    return stem + ending


def _fitting(stem: str, ending: str) -> str:
    """The longest beginning of `stem` that fits before `ending`."""
    stem = stem[: MAX_NAME - len(ending)]
    return stem.encode()[: MAX_BYTES - len(ending.encode())].decode(errors="ignore").rstrip(" .")


def _allowed(character: str) -> str:
    category = unicodedata.category(character)
    if category in _SPACES or character in "\t\r\n":
        return " "
    return "" if character in _RESERVED or category in _INVISIBLE else character
