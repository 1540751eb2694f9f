"""Writer of the text format: the reader returns equal documents. Rows, department part and leftovers have modules."""

from __future__ import annotations

from portal.domain import forms
from portal.domain.documents import PerformanceText, ProjectDocument, value_at
from portal.domain.forms import Form
from portal.formats.text import cells, lines, places
from portal.formats.text.department import write_department
from portal.formats.text.leftovers import write_leftovers
from portal.formats.text.rows import write_rows


def write(text: PerformanceText, anchor: str = "") -> bytes:
    """Return the file in UTF-8 with LF. anchor: the head of the audit log, written as the last line."""
    written: list[str] = []
    if text.department is not None:
        written += write_department(text.department)
    if text.tables:
        written += ["第二部分", "预算项目绩效目标"]
    for table in text.tables:
        written += [*_table(table), ""]
    if anchor:
        written += [f"审计记录：{' '.join(anchor.split())}"]
    return "\n".join([*written, ""]).encode()


def _table(document: ProjectDocument) -> list[str]:
    form = forms.of(document)
    layout = places.layout_of(form)
    written = [_heading(form, document)]
    for row in (*layout.rows, *layout.list_head):
        written += cells.row(*(_cell(place, document) for place in row))
    table = places.list_of(form)
    if table:
        written += write_rows(document, table)
    return written + write_leftovers(document, form.fields)


def _heading(form: Form, document: ProjectDocument) -> str:
    """Return the heading. It repeats the project's name for people; the reader takes the name from its cell."""
    number = f"{document.ordinal}、" if document.ordinal else ""
    name = " ".join(document.project_name.replace(lines.GUARD, "").split())
    return f"{number}{name}{lines.title_ending(form)}"


def _cell(place: places.Place, document: ProjectDocument) -> str:
    if place.pattern is None:
        return cells.caption(place.caption)
    return cells.value(place.pattern.join(lambda path: value_at(document, path) or ""))
