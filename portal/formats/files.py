"""The table of file formats, and reading and writing by a format's name or a file's ending. Parsing is not here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from portal.domain.documents import PerformanceText
from portal.domain.forms import Form
from portal.formats import json_file, text, word
from portal.formats.reading import Reading, Unreadable

Reader = Callable[[bytes, Sequence[Form]], Reading]
Writer = Callable[[PerformanceText, str], bytes]


@dataclass(frozen=True, slots=True)
class Format:
    """ending: with its dot. label: for lists in the interface."""

    name: str
    ending: str
    media_type: str
    label: str


FORMATS = {
    entry.name: entry
    for entry in (
        Format("text", ".txt", "text/plain; charset=utf-8", "文本"),
        Format("json", ".json", "application/json", "JSON"),
        Format(
            "docx",
            ".docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "Word 文档",
        ),
    )
}
READERS: dict[str, Reader] = {"text": text.read, "json": json_file.read}
WRITERS: dict[str, Writer] = {"text": text.write, "json": json_file.write, "docx": word.write}


def read(name: str, data: bytes, wanted: Sequence[Form] = ()) -> Reading:
    """Read the documents of a file called `name`; its ending decides the format. Raises Unreadable.

    wanted: the forms that the documents may have, the likeliest first; empty: all shipped forms. Documents that name
    their form in the file keep it.
    """
    return READERS[_format(name, READERS, "读取").name](data, wanted)


def write(name: str, content: PerformanceText, anchor: str = "") -> bytes:
    """Return the file as bytes. name: a format's name or a file name. Raises Unreadable for an unknown ending."""
    return WRITERS[_format(name, WRITERS, "写出").name](content, anchor)


def format_to_write(name: str) -> Format:
    """Return the format for writing `name`, a format's name or a file name. Raises Unreadable."""
    return _format(name, WRITERS, "写出")


def _format(name: str, available: dict[str, Reader] | dict[str, Writer], act: str) -> Format:
    ending = PurePath(name).suffix.lower()
    for entry in FORMATS.values():
        if entry.name in available and (entry.ending == ending or entry.name == name):
            return entry
    endings = "、".join(FORMATS[known].ending for known in available)
    raise Unreadable(f"不能{act}“{ending or name}”这种文件，可以{act}的是 {endings}。")
