"""The document from top to bottom: title, contents, the two parts.

Looks are in `styles`, the form in `table`, the pieces of the file format in `elements`.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import docx
from docx.document import Document

from portal.domain.chinese_numerals import to_chinese
from portal.domain.documents import DepartmentDocument, PerformanceText, ProjectDocument
from portal.formats.word import markdown, pages, styles
from portal.formats.word.elements import Element, bookmarked, element, field_begin, field_end, paragraph, run, tab
from portal.formats.word.elements import field as word_field
from portal.formats.word.table import project_table

TITLE = "部门预算绩效文本"


@dataclass(frozen=True, slots=True)
class _Heading:
    text: str
    level: int
    bookmark: str
    page: int


@dataclass(slots=True)
class _Body:
    """Paragraphs and tables in order, and the headings for the contents."""

    content: list[Element] = field(default_factory=list)
    headings: list[_Heading] = field(default_factory=list)
    pages: int = 1

    def heading(self, text: str, level: int, page: int, *, new_page: bool = False, centred: bool = False) -> None:
        bookmark = f"_Toc{len(self.headings) + 1:08d}"
        self.headings.append(_Heading(text, level, bookmark, page))
        marked = bookmarked(bookmark, len(self.headings), run(text))
        looks = ({"pageBreakBefore": 1} if new_page else {}) | ({"jc": "center"} if centred else {})
        self.content.append(paragraph(f"Heading{level}", *marked, **looks))


def write(text: PerformanceText, anchor: str = "") -> bytes:
    """The document as a docx file; `anchor`, the head of the audit log, stands in the footer."""
    document = docx.Document()
    styles.apply(document)
    styles.footer(document, anchor)
    office = next((" ".join(table.office_name.split()) for table in text.tables if table.office_name), "")
    _properties(document, office)
    body = _Body()
    if text.department is not None:
        _department(body, text.department)
    _projects(body, text.tables)
    place = document.element.body.sectPr
    for made in [*_front(office, body.headings), *body.content]:
        place.addprevious(made)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _properties(document: Document, office: str) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.comments = TITLE, office[:255], ""
    properties.created = properties.modified = datetime.now(UTC).replace(tzinfo=None, microsecond=0)


# --- front ---------------------------------------------------------------------------------------


def _front(office: str, headings: list[_Heading]) -> list[Element]:
    front = [paragraph("Title", run(TITLE))]
    if office:
        front.append(paragraph("Subtitle", run(office)))
    front.append(paragraph("ContentsTitle", run("目　录")))
    return front + _contents(headings)


def _contents(headings: list[_Heading]) -> list[Element]:
    """A field that Word can compute anew, filled in so that it shows without."""
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
    starts, count = pages.text_pages(document)
    first = body.pages + 1
    body.heading("第一部分　部门整体绩效目标", 1, first, new_page=True)
    body.heading("一、总体绩效目标", 2, first + starts[0])
    body.content += _paragraphs(document.overall)
    body.heading("二、分项绩效目标", 2, first + starts[1])
    for n, duty in enumerate(document.duties, 1):
        body.content.append(paragraph("Heading3", run(f"{to_chinese(n)}、{duty.name}")))
        lines = [line for line in duty.goal.split("\n") if line.strip()] or [""]
        body.content.append(paragraph("Text", run("绩效目标：", bold=True), run(lines[0])))
        body.content += [paragraph("Text", run(line)) for line in lines[1:]]
    body.heading("三、工作保障措施", 2, first + starts[2])
    for n, safeguard in enumerate(document.safeguards, 1):
        body.content.append(paragraph("Heading3", run(f"{to_chinese(n)}、{safeguard.title}")))
        body.content += _paragraphs(safeguard.body)
    body.pages += count


def _paragraphs(text: str) -> list[Element]:
    made = []
    for block in markdown.blocks(text):
        runs = [run(span.text, span.bold, span.italic) for span in block.spans]
        made.append(paragraph("Item", run("• "), *runs) if block.is_item else paragraph("Text", *runs))
    return made


def _projects(body: _Body, tables: tuple[ProjectDocument, ...]) -> None:
    if tables:
        body.heading("第二部分　预算项目绩效目标", 1, body.pages + 1, new_page=True)
    for n, table in enumerate(tables):
        number = f"{table.ordinal}、" if table.ordinal else ""
        title = f"{number}{' '.join(table.project_name.split())}绩效目标表"
        body.heading(title, 2, body.pages + 1, new_page=n > 0, centred=True)
        office = " ".join(f"{table.office_code}{table.office_name}".split())
        body.content.append(paragraph("AboveTable", run(f"预算单位：{office}"), tab(), run("单位：元")))
        body.content.append(project_table(table))
        body.content.append(_after_table())
        body.pages += pages.table_pages(table, used=1_000 if n else 1_900)


def _after_table() -> Element:
    """The paragraph that must follow a table, as low as can be: a table that fills its page needs no second."""
    made: Any = paragraph("Cell")
    made.pPr.append(element("w:spacing", line=20, lineRule="exact"))
    return made
