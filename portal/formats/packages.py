"""Office packages (.docx, .xlsx): ZIP archives of XML parts, read within limits; relationships between parts.

No entity is resolved, nothing outside the package is opened, and no part is inflated beyond the limits, whatever sizes
its directory claims. The content of the parts is read in `word` and `excel`.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from lxml import etree

from portal.formats.reading import Unreadable

MAX_ENTRIES = 10_000
MAX_PART = 48 * 1024 * 1024
MAX_TOTAL = 96 * 1024 * 1024
MAX_TAGS = 1_500_000
"""Entries, bytes of one part and of all parts that are read, and marks `<` in one part."""

DAMAGED = "文件已损坏或不完整，读不出来；请用 Word、Excel 或 WPS 打开后另存一份再导入。"
LOCKED = "文件带有打开密码，请去掉密码后再导入。"
MACROS = "文件带有宏，请另存为不带宏的 .docx 或 .xlsx 再导入。"
BOMB = "文件展开后太大，不是绩效目标表（也可能是压缩炸弹），没有读取；请只保留目标表再导入。"
ENTITIES = "文件里有实体声明（DOCTYPE），正常的 Word、Excel 文件没有，没有读取。"

_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, IndexError),
    *(KeyError, OverflowError, UnicodeError),
)
_TYPES = "[Content_Types].xml"
_OFFICE = "/relationships/officeDocument"


@dataclass(frozen=True, slots=True)
class Relationship:
    """type: its last words, for example `worksheet`. target: the name of the part; "" for one outside the package."""

    id: str
    type: str
    target: str


class Package:
    """Raises Unreadable if the archive cannot be opened, has macros or a password."""

    def __init__(self, data: bytes) -> None:
        self._left = MAX_TOTAL
        try:
            self._archive = zipfile.ZipFile(BytesIO(data))
            entries = self._archive.infolist()
        except _BROKEN:
            raise Unreadable(DAMAGED) from None
        if len(entries) > MAX_ENTRIES:
            raise Unreadable(BOMB)
        # A name that is there twice would show two readers two different files: the first counts.
        self.names = {entry.filename.replace("\\", "/").lstrip("/"): entry for entry in reversed(entries)}
        self._lower = {name.lower(): name for name in self.names}
        if any(entry.flag_bits & 1 for entry in entries):
            raise Unreadable(LOCKED)
        if any(name.endswith("vbaproject.bin") for name in self._lower) or self._declares_macros():
            raise Unreadable(MACROS)

    def has(self, name: str) -> bool:
        return name.lower() in self._lower

    @property
    def has_pictures(self) -> bool:
        return any("/media/" in name for name in self._lower)

    @property
    def xml_size(self) -> int:
        """Bytes of all XML parts, as the directory claims."""
        return sum(entry.file_size for name, entry in self.names.items() if name.endswith(".xml"))

    def read(self, name: str) -> bytes:
        """The bytes of a part; b"" if there is none. Raises Unreadable beyond the limits."""
        if not self.has(name):
            return b""
        try:
            with self._archive.open(self.names[self._lower[name.lower()]]) as part:
                data = part.read(min(MAX_PART, self._left) + 1)
        except _BROKEN:
            raise Unreadable(DAMAGED) from None
        if len(data) > min(MAX_PART, self._left):
            raise Unreadable(BOMB)
        self._left -= len(data)
        return data

    def xml(self, name: str) -> Any:
        """The root of a part; None if there is none. Raises Unreadable."""
        data = self.read(name)
        return parsed(data) if data else None

    def main(self) -> str:
        """The name of the main part, by relationships; "" if there is none."""
        return next((each.target for each in self.relationships("") if each.type == "officeDocument"), "")

    def relationships(self, source: str) -> Iterator[Relationship]:
        """The relationships of a part; source "": of the package."""
        folder, name = posixpath.split(source)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        for entry in () if root is None else root.iterchildren("{*}*"):
            target = entry.get("Target") or ""
            is_inside = target and entry.get("TargetMode") != "External"
            absolute = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/") if is_inside else ""
            yield Relationship(entry.get("Id") or "", (entry.get("Type") or "").rpartition("/")[2], absolute)

    def type_of(self, name: str) -> str:
        """The content type of a part, "" if the package does not say."""
        root = self.xml(_TYPES)
        for entry in () if root is None else root.iterchildren("{*}*"):
            if (entry.get("PartName") or "").lstrip("/").lower() == name.lower():
                return entry.get("ContentType") or ""
        return ""

    def _declares_macros(self) -> bool:
        plain = self.read(_TYPES).replace(b"\0", b"").lower()
        return b"vbaproject" in plain or b"macroenabled" in plain


def parsed(data: bytes) -> Any:
    """The root of an XML text. Raises Unreadable for damaged XML, for entities and for too many elements."""
    if data.count(b"<") > MAX_TAGS:
        raise Unreadable(BOMB)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Unreadable(DAMAGED) from None
    refuse_entities(root)
    return root


def refuse_entities(root: Any) -> None:
    """Raises Unreadable for a document with a DOCTYPE."""
    if root is not None and root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable(ENTITIES)
