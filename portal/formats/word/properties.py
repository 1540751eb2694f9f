"""Reading WordprocessingML: names, attributes and properties of elements, whatever prefix or namespace a writer uses.

What the elements hold is read in `reader`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

Element = Any

_OFF = ("0", "false", "off")


def name_of(element: Element) -> str:
    """The local name of an element of WordprocessingML, and of those that wrap its elements; "" for a comment."""
    tag = element.tag
    return _local(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1_024)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def inside(parent: Element, name: str) -> Iterator[Element]:
    """The rows of a table or cells of a row, also those in content controls and accepted insertions."""
    stack = list(reversed(parent))
    while stack:
        element = stack.pop()
        if name_of(element) == name:
            yield element
        elif name_of(element) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            stack += reversed(element)


def is_gone(row: Element) -> bool:
    """Whether the row is deleted or hidden."""
    properties = child(row, "trPr")
    return properties is not None and any(name_of(each) == "del" or is_on(each, "hidden") for each in properties)


def is_hidden(run: Element) -> bool:
    properties = child(run, "rPr")
    return properties is not None and any(is_on(each, "vanish") for each in properties)


def is_bold(run: Element) -> bool:
    properties = child(run, "rPr")
    return properties is not None and any(is_on(each, "b") for each in properties)


def is_mark_deleted(paragraph: Element) -> bool:
    """Whether the end of the paragraph is deleted, so that the next one continues it."""
    properties = child(child(paragraph, "pPr"), "rPr")
    return properties is not None and any(name_of(each) in ("del", "moveFrom") for each in properties)


def is_contents(control: Element) -> bool:
    """Whether a content control is the table of contents."""
    gallery = child(child(control, "sdtPr"), "docPartObj")
    return "Contents" in value(gallery, "docPartGallery")


def is_placeholder(control: Element) -> bool:
    """Whether a content control shows its prompt (单击此处输入文字), because nobody has filled it in."""
    return child(child(control, "sdtPr"), "showingPlcHdr") is not None


def is_on(element: Element, name: str) -> bool:
    return name_of(element) == name and attribute(element, "val") not in _OFF


def merge(properties: Element | None, name: str) -> str:
    """restart, continue, or "" for a cell that is not merged."""
    found = child(properties, name)
    return "" if found is None else attribute(found, "val") or "continue"


def child(parent: Element | None, name: str) -> Element | None:
    return None if parent is None else next((each for each in parent if name_of(each) == name), None)


def value(parent: Element | None, name: str) -> str:
    found = child(parent, name)
    return "" if found is None else attribute(found, "val")


def attribute(element: Element, name: str) -> str:
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")


def number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else default
