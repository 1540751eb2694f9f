"""The accepted kinds of files and their limits. `recognising` determines the kind of bytes."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from portal.domain.enclosures import EnclosedAttachment
from portal.domain.errors import Invalid

MEGABYTE = 1024 * 1024
MAX_FILE = 10 * MEGABYTE
MAX_FILES = 20
MAX_TABLE = 50 * MEGABYTE
MAX_AT_ONCE = 20 * MEGABYTE
"""Bytes of one file, files of one table, bytes of one table, bytes of one upload."""


class MediaType(Enum):
    """A kind of file: its label, its media type, the extensions of its names."""

    PDF = ("PDF 文件", "application/pdf", (".pdf",))
    PNG = ("PNG 图片", "image/png", (".png",))
    JPEG = ("JPEG 图片", "image/jpeg", (".jpg", ".jpeg", ".jfif"))
    DOCX = (
        "Word 文档（docx）",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (".docx",),
    )
    XLSX = (
        "Excel 工作簿（xlsx）",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        (".xlsx",),
    )
    DOC = ("旧版 Word 或 WPS 文字文档", "application/msword", (".doc", ".wps"))
    XLS = ("旧版 Excel 或 WPS 表格", "application/vnd.ms-excel", (".xls", ".et"))
    OFD = ("OFD 版式文件", "application/ofd", (".ofd",))
    TEXT = ("纯文本", "text/plain", (".txt",))

    def __init__(self, label: str, media_type: str, endings: tuple[str, ...]) -> None:
        self.label = label
        self.media_type = media_type
        self.endings = endings


ENDINGS = {ending: kind for kind in MediaType for ending in kind.endings}
WHAT_IS_TAKEN = (
    "PDF、OFD、Word（docx、doc）、Excel（xlsx、xls）、WPS（wps、et）、图片（jpg、png）、纯文本（txt），不带宏、不加密"
)


def in_megabytes(size: int) -> str:
    return f"{size // MEGABYTE} 兆"


HOW_MUCH = (
    f"一个文件不超过 {in_megabytes(MAX_FILE)}，一次合计不超过 {in_megabytes(MAX_AT_ONCE)}，"
    f"一张表最多 {MAX_FILES} 个、合计 {in_megabytes(MAX_TABLE)}"
)


def check_size(name: str, size: int) -> None:
    """Raises Invalid for an empty file and for one above MAX_FILE bytes."""
    if not size:
        raise Invalid(f"“{name}”是空文件，没有添加。")
    if size > MAX_FILE:
        raise Invalid(f"“{name}”超过 {in_megabytes(MAX_FILE)}，没有添加；一个附件最大 {in_megabytes(MAX_FILE)}。")


def check_room(present: Sequence[EnclosedAttachment], name: str, digest: str, size: int) -> None:
    """Raises Invalid if the file does not fit beside the files that a table has, or is one of them."""
    for each in present:
        if each.digest == digest:
            raise Invalid(f"“{name}”已经在附件里（“{each.name}”），不必再添加。")
    if len(present) >= MAX_FILES:
        raise Invalid(f"“{name}”没有添加：一张表最多 {MAX_FILES} 个附件。")
    if sum(each.size for each in present) + size > MAX_TABLE:
        raise Invalid(f"“{name}”没有添加：一张表的附件合计最多 {in_megabytes(MAX_TABLE)}。")
