"""Functions that build WordprocessingML: elements, runs, paragraphs, fields, bookmarks.

python-docx opens and saves the package, but its cell and run objects are too slow for tables of hundreds of rows, so
the body is built from lxml elements. The content of a document is not here but in `writer` and `table`.
"""

from __future__ import annotations

import re
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

Element = Any
"""An lxml element, for which there are no types."""

_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_SPACE = qn("xml:space")


def element(tag: str, *children: Element, **attributes: str | int) -> Element:
    """Build an element: `element("w:jc", val="center")`. Attributes are in the namespace w."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    made.extend(children)
    return made


def run(text: str, bold: bool = False) -> Element:
    """Build a run. A newline becomes a line break, a character that XML forbids becomes U+FFFD."""
    made = element("w:r")
    if bold:
        made.append(element("w:rPr", element("w:b")))
    for n, line in enumerate(_NOT_IN_XML.sub("\ufffd", text).split("\n")):
        if n:
            made.append(element("w:br"))
        if line:
            made.append(_text("w:t", line))
    return made


def tab() -> Element:
    return element("w:r", element("w:tab"))


def paragraph(style: str, *content: Element, **properties: str | int) -> Element:
    """Build a paragraph. style: a style id. properties: those with a single value, for example `jc="center"`."""
    own = [element(f"w:{name}", val=value) for name, value in properties.items()]
    return element("w:p", element("w:pPr", element("w:pStyle", val=style), *own), *content)


def field(instruction: str, shown: str) -> list[Element]:
    """Build a field. shown: the result that Word shows until it updates the field."""
    return [*field_begin(instruction), run(shown), field_end()]


def field_begin(instruction: str) -> list[Element]:
    return [
        element("w:r", element("w:fldChar", fldCharType="begin")),
        element("w:r", _text("w:instrText", f" {instruction} ")),
        element("w:r", element("w:fldChar", fldCharType="separate")),
    ]


def field_end() -> Element:
    return element("w:r", element("w:fldChar", fldCharType="end"))


def bookmarked(name: str, number: int, *content: Element) -> list[Element]:
    return [
        element("w:bookmarkStart", id=number, name=name),
        *content,
        element("w:bookmarkEnd", id=number),
    ]


def _text(tag: str, text: str) -> Element:
    made = element(tag)
    made.text = text
    made.set(_SPACE, "preserve")
    return made
