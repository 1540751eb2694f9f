"""The document from top to bottom: title, table of contents, the two parts.

The department's sheet becomes paragraphs here; a project's sheet becomes tables in `table`. Styles are in `styles`,
elements of the file format in `elements`, estimated page numbers in `pages`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import docx
from docx.document import Document as WordDocument

from portal.domain import forms, markup
from portal.domain.chinese_numerals import to_chinese
from portal.domain.documents import (
    MARKED,
    DepartmentDocument,
    Document,
    Kind,
    PerformanceText,
    ProjectDocument,
    title,
    value_at,
)
from portal.domain.forms import Cell, Form, Role, Sheet, SheetRow
from portal.domain.imprint import DocumentState, Imprint
from portal.formats.assembling import COVER
from portal.formats.word import pages, styles
from portal.formats.word.elements import Element, bookmarked, element, field_begin, field_end, paragraph, run, tab
from portal.formats.word.elements import field as word_field
from portal.formats.word.table import sheet_tables

_REMARK = re.compile("(?<=.)（([^（）]*)）$")
_GAP = "　　"
"""Space between texts on the same side of a line."""


@dataclass(frozen=True, slots=True)
class _Heading:
    text: str
    level: int
    bookmark: str
    page: int


@dataclass(slots=True)
class _Body:
    """Sections (whether of drafts, with their paragraphs and tables), the headings for the table of contents, and the
    number of pages so far. is_single: the document is one table, without cover, contents and headings of parts.

    states: of the documents not written yet.
    """

    is_single: bool
    states: Iterator[DocumentState]
    sections: list[tuple[bool, list[Element]]] = field(default_factory=list)
    headings: list[_Heading] = field(default_factory=list)
    pages: int = 1
    state: DocumentState | None = None

    @property
    def content(self) -> list[Element]:
        return self.sections[-1][1]

    def begin(self) -> bool:
        """Begin the next document; True if it begins a section, and so a page, or the whole file."""
        self.state = next(self.states, None)
        is_draft = self.state is not None and self.state.is_draft
        if self.sections and self.sections[-1][0] == is_draft:
            return False
        self.sections.append((is_draft, []))
        return True

    def heading(self, text: str, level: int, page: int, *, new_page: bool = False, centred: bool = False) -> None:
        bookmark = f"_Toc{len(self.headings) + 1:08d}"
        self.headings.append(_Heading(text, level, bookmark, page))
        marked = bookmarked(bookmark, len(self.headings), run(text))
        looks = ({"pageBreakBefore": 1} if new_page else {}) | ({"jc": "center"} if centred else {})
        self.content.append(paragraph(f"Heading{level}", *marked, **looks))

    def standing_line(self) -> None:
        """What the document is, below its heading; the header of a single one says it."""
        if self.state and not self.is_single:
            self.content.append(paragraph(styles.STANDING, run(self.state.words)))


def write(text: PerformanceText, imprint: Imprint | None = None) -> bytes:
    """Return the document as a docx file; a single table without cover and contents. imprint: see there."""
    document, copy = docx.Document(), imprint or Imprint()
    styles.apply(document)
    styles.footer(document, copy.anchor)
    office = next((" ".join(table.office_name.split()) for table in text.tables if table.office_name), "")
    own: list[Document] = [*([] if text.department is None else [text.department]), *text.tables]
    _properties(document, " ".join(title(own[0]).split()) if len(own) == 1 else COVER, office)
    body = _Body(len(own) == 1, iter(copy.states))
    if not body.is_single:
        body.sections.append((False, []))
    if text.department is not None:
        _department(body, text.department)
    _projects(body, text.tables)
    if not body.is_single:
        body.sections[0][1][:0] = _front(office, body.headings)
    _write_sections(document, body.sections, copy)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _write_sections(document: WordDocument, sections: Sequence[tuple[bool, list[Element]]], imprint: Imprint) -> None:
    for n, (is_draft, content) in enumerate(sections):
        section = document.add_section() if n else document.sections[0]
        if n:
            _flatten_last_paragraph(document)
        if imprint.source:
            styles.header(section, imprint, is_draft=is_draft)
        place = document.element.body.sectPr
        for made in content:
            place.addprevious(made)


def _flatten_last_paragraph(document: WordDocument) -> None:
    """The paragraph that ends a section takes no room, so that it does not fall on a page of its own."""
    flat = element("w:spacing", before="0", after="0", line="20", lineRule="exact")
    document.paragraphs[-1]._p.get_or_add_pPr().insert(0, flat)


def _properties(document: WordDocument, name: str, office: str) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.comments = name[:255], office[:255], ""
    properties.created = properties.modified = datetime.now(UTC).replace(tzinfo=None, microsecond=0)


# --- front ---------------------------------------------------------------------------------------


def _front(office: str, headings: list[_Heading]) -> list[Element]:
    front = [paragraph("Title", run(COVER))]
    if office:
        front.append(paragraph("Subtitle", run(office)))
    front.append(paragraph("ContentsTitle", run("目　录")))
    return front + _contents(headings)


def _contents(headings: list[_Heading]) -> list[Element]:
    """Build the table of contents: a field that Word can update, with estimated page numbers until then."""
    lines = [paragraph(f"toc{heading.level}", _link(heading)) for heading in headings]
    if lines:
        for position, made in enumerate(field_begin('TOC \\o "1-2" \\h \\z \\u'), 1):
            lines[0].insert(position, made)
        lines[-1].append(field_end())
    return lines


def _link(heading: _Heading) -> Element:
    number = word_field(f"PAGEREF {heading.bookmark} \\h", str(heading.page))
    return element("w:hyperlink", run(heading.text), tab(), *number, anchor=heading.bookmark, history="1")


# --- parts ---------------------------------------------------------------------------------------


def _department(body: _Body, document: DepartmentDocument) -> None:
    sheet = forms.layout(document)
    starts, count = pages.text_pages(sheet.blocks)
    first = body.pages + 1
    begins_page = body.begin()
    name = Kind.DEPARTMENT.label if body.is_single else f"第一部分　{Kind.DEPARTMENT.label}"
    body.heading(name, 1, first, new_page=not begins_page)
    body.standing_line()
    body.content.extend(_above(document, sheet))
    for block, start in zip(sheet.blocks, starts, strict=True):
        if block.heading:
            heading, remark = _without_remark(block.heading)
            body.heading(heading, 2, first + start)
            body.content.extend([paragraph("SectionCaption", run(remark))] if remark else [])
        for n, row in enumerate(block.body, 1):
            body.content.extend(_titled_row(document, n, row) if block.list_name else _head_row(document, row))
    body.pages += count


def _without_remark(heading: str) -> tuple[str, str]:
    """Split 二、分项绩效目标（职责分类目标）: as text, the document has the bracket as a caption below the heading."""
    remark = _REMARK.search(heading)
    return (heading[: remark.start()], remark[1]) if remark else (heading, "")


def _head_row(document: Document, row: SheetRow) -> Iterator[Element]:
    for cell in _values(row):
        if cell.field in MARKED:
            yield paragraph("SectionCaption", run(forms.label(document, cell.path)))
        yield from _field(forms.label(document, cell.path), cell)


def _titled_row(document: Document, position: int, row: SheetRow) -> Iterator[Element]:
    """Write the first field as heading and the others below it."""
    form, values = forms.of(document), _values(row)
    yield paragraph("Heading3", run(f"{to_chinese(position)}、{''.join(cell.text for cell in values[:1])}"))
    for cell in values[1:]:
        yield from _field(form.label(cell.field), cell)


def _values(row: SheetRow) -> list[Cell]:
    return [cell for cell in row.cells if cell.role is Role.VALUE]


def _field(label: str, cell: Cell) -> list[Element]:
    if cell.field in MARKED:
        return _paragraphs(cell.text)
    first, *further = [line for line in cell.text.split("\n") if line.strip()] or [""]
    labelled = paragraph("Text", run(f"{label}：", bold=True), run(first))
    return [labelled, *(paragraph("Text", run(line)) for line in further)]


def _paragraphs(text: str) -> list[Element]:
    """A blank line is an empty paragraph, so that reading the file gives the same lines."""
    return [paragraph("Text", *(run(span.text, bold=span.is_strong) for span in spans)) for spans in markup.lines(text)]


def _projects(body: _Body, tables: tuple[ProjectDocument, ...]) -> None:
    for n, table in enumerate(tables):
        sheet = forms.layout(table)
        begins_page = body.begin()
        if n == 0 and not body.is_single:
            body.heading("第二部分　预算项目绩效目标", 1, body.pages + 1, new_page=not begins_page)
        body.heading(sheet.title or _title(table), 2, body.pages + 1, new_page=n > 0 and not begins_page, centred=True)
        body.standing_line()
        body.content.extend([*_above(table, sheet), *sheet_tables(sheet)])
        body.pages += pages.table_pages(sheet, used=1_000 if n else 1_900)


def _title(document: ProjectDocument) -> str:
    """Return the heading of a table whose form has no title."""
    number = f"{document.ordinal}、" if document.ordinal else ""
    return f"{number}{' '.join(title(document).split())}"


def _above(document: Document, sheet: Sheet) -> list[Element]:
    """Build the line above a table: the last cell at the right; the others, project code and name at the left.

    A single cell is at the right only if it is a caption, for example the unit of amounts.
    """
    form, cells = forms.of(document), sheet.above
    left = [_above_cell(form, cell) for cell in cells]
    right = left.pop() if len(cells) > 1 or any(cell.role is Role.CAPTION for cell in cells) else ""
    identity = {path: value_at(document, path) for path in form.above_the_sheet}
    left += [f"{form.label(path)}：{text}" for path, text in identity.items() if text]
    if not left and not right:
        return []
    return [paragraph("AboveTable", run(_GAP.join(left)), *([tab(), run(right)] if right else []))]


def _above_cell(form: Form, cell: Cell) -> str:
    """Return the text of a cell; a value without words around it gets the label of its (last) field."""
    text = " ".join(cell.text.split("\n"))
    fields = [piece for piece in cell.pieces if not isinstance(piece, str)] or [(cell.path, "")]
    has_words = cell.role is Role.CAPTION or len(fields) < len(cell.pieces)
    return text if has_words else f"{form.label(fields[-1][0])}：{text}"
