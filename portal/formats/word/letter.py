"""A text of paragraphs as a Word document: heading, paragraphs, a closing line. Documents are written in `writer`."""

from __future__ import annotations

import io
from collections.abc import Sequence

import docx

from portal.formats.word import styles
from portal.formats.word.elements import paragraph, run


def write_letter(heading: str, paragraphs: Sequence[str], closing: str) -> bytes:
    document = docx.Document()
    styles.apply(document)
    document.core_properties.title = heading
    document.core_properties.author = ""
    body = document.element.body
    for n, made in enumerate(
        [
            paragraph("Heading1", run(heading)),
            *(paragraph("Text", run(text)) for text in paragraphs),
            paragraph("Text", run(closing), jc="right"),
        ]
    ):
        body.insert(n, made)
    styles.footer(document, "")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
