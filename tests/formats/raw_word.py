"""Word files from WordprocessingML: what offices' files hold and python-docx cannot write."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Callable, Mapping

from portal.domain.forms import Grid
from tests.formats.layout_files import grid

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{html.escape(text)}</w:t></w:r>'


def paragraph(content: str = "", properties: str = "") -> str:
    """content: runs, or plain text."""
    inner = content if content.startswith("<") else run(content)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def paragraphs(text: str) -> str:
    return "".join(map(paragraph, text.split("\n")))


def table(source: str | Grid, content: Callable[[str], str] = paragraphs) -> str:
    """A drawing as a table. content: of the cell with this text."""
    held = source if isinstance(source, Grid) else grid(source)
    rows = []
    for row in range(held.height):
        covering = sorted((cell for cell in held.cells if cell.row <= row < cell.end_row), key=lambda cell: cell.column)
        cells = []
        for cell in covering:
            merge = "" if cell.rowspan == 1 else f'<w:vMerge w:val="{"restart" if cell.row == row else "continue"}"/>'
            properties = f'<w:tcPr><w:gridSpan w:val="{cell.colspan}"/>{merge}</w:tcPr>'
            cells.append(f"<w:tc>{properties}{content(cell.text) if cell.row == row else '<w:p/>'}</w:tc>")
        rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def document(*body: str, parts: Mapping[str, str] | None = None) -> bytes:
    """parts: by the last word of their relationship's type (footnotes, numbering), their content without root."""
    more = dict(parts or {})
    inner = "".join(f'<Relationship Id="r{name}" Type="{_OFFICE}/{name}" Target="{name}.xml"/>' for name in more)
    types = f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
    main = f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    files = {
        "[Content_Types].xml": types,
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{main}</Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{"".join(body)}</w:body></w:document>',
        **{f"word/{name}.xml": f'<w:{name} xmlns:w="{W}">{content}</w:{name}>' for name, content in more.items()},
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()
