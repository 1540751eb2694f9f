"""Markdown subset of the department form: emphasis, lists, links; line breaks are kept, raw HTML is not allowed.

All other syntax is disabled, so that plain text from a file is shown unchanged. nh3 sanitises the result.
"""

from __future__ import annotations

from functools import lru_cache

import nh3
from markdown import Markdown
from markupsafe import Markup

_BLOCKS_OFF = ("code", "hashheader", "setextheader", "hr", "quote", "reference", "indent")
_INLINE_OFF = (
    "backtick",
    "html",
    "entity",
    "image_link",
    "image_reference",
    "short_image_ref",
    "short_reference",
    "reference",
    "autolink",
    "automail",
)
_TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "a"}


def _reader() -> Markdown:
    reader = Markdown(extensions=["nl2br", "sane_lists"], output_format="html")
    for name in _BLOCKS_OFF:
        if name in reader.parser.blockprocessors:
            reader.parser.blockprocessors.deregister(name)
    for name in _INLINE_OFF:
        if name in reader.inlinePatterns:
            reader.inlinePatterns.deregister(name)
    reader.preprocessors.deregister("html_block")
    return reader


@lru_cache(maxsize=512)
def to_html(text: str) -> Markup:
    """Safe HTML of `text`."""
    html = _reader().convert(text)
    return Markup(
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener noreferrer",
        )
    )
