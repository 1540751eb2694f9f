"""Clipboard HTML as a stream of tags and texts, in linear time and without an error for anything.

`html.parser` is not used: it raises AssertionError for `<![x]>`, which is near to what Word writes, ValueError for
a long character reference, and takes quadratic time for unclosed tags; and it does so differently from one patch
release of Python to the next.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
      <!--.*?(?:-->|\Z)                                                   # Word hides whole tables in comments
    | <(?P<hidden>style|script|xml|title|template)(?=[\s/>]).*?(?:</(?P=hidden)\b[^>]*>|\Z)
    | <[!?][^>]*>                                                         # <![if !supportLists]> shows its content
    | <(?P<end>/?)(?P<name>[a-z][^\s/>]*)(?P<attributes>(?:=\s*+(?:"[^"]*"|'[^']*')|[^>])*+)>
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_LONG_REFERENCE = re.compile(r"&#[0-9]{8,};?")
_SPAN = re.compile(r"\b(colspan|rowspan)\s*=\s*[\"']?\s*([0-9]{1,5})", re.IGNORECASE)
_SEVERAL_CELLS = re.compile(r"mso-ignore:\s*(colspan)?-?(rowspan)?", re.IGNORECASE)
_HIDDEN = re.compile(r"\bdisplay\s*:\s*none\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tag:
    """`name` in lower case; `attributes` as written."""

    name: str
    is_end: bool
    attributes: str

    @property
    def is_hidden(self) -> bool:
        return _HIDDEN.search(self.attributes) is not None

    def span(self, name: str) -> int:
        """`colspan` or `rowspan`, at least 1."""
        found = (int(value) for key, value in _SPAN.findall(self.attributes) if key.lower() == name)
        return max(next(found, 1), 1)

    @property
    def ignored_spans(self) -> set[str]:
        """Spans that are none: Excel writes blank neighbours, or a text that runs over them, as one wide cell."""
        found = _SEVERAL_CELLS.search(self.attributes)
        return {name.lower() for name in found.groups() if name} if found else set()


def read(source: str) -> Iterator[Tag | str]:
    """Tags and the texts between them, character references read; comments, styles and scripts left out."""
    # Behind the last > there is no tag, and before it every < finds its end: no search runs to the end in vain.
    end = source.rfind(">") + 1
    at = 0
    for token in _TOKEN.finditer(source, 0, end):
        if token.start() > at:
            yield _text(source[at : token.start()])
        if token["name"]:
            yield Tag(token["name"].lower(), token["end"] == "/", token["attributes"])
        at = token.end()
    if at < len(source):
        yield _text(source[at:])


def _text(source: str) -> str:
    return html.unescape(_LONG_REFERENCE.sub("\ufffd", source))
