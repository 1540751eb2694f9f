"""Forms: what a file may say, layout, recognition, and the law that the two agree."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain import documents
from portal.domain.documents import Document
from portal.domain.forms import Form
from portal.domain.forms.layouts import layout
from portal.domain.forms.recognition import recognise
from portal.domain.forms.sheets import as_grid
from tests.domain.form_documents import FORMS, in_form

EVERY_FORM = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)


def numbered(name: str, n: int) -> str:
    return f"{n:04d}"


def shown_only(form: Form, document: Document) -> Document:
    """`document` without what its form keeps outside the sheet."""
    for path in form.above_the_sheet:
        document = documents.with_value(document, path, "")
    return documents.without_ids(document)


# --- the law -------------------------------------------------------------------------------------


@EVERY_FORM
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_recognising_a_layout_gives_the_document(form: Form, data: st.DataObject) -> None:
    document = data.draw(in_form(form))
    found = recognise(as_grid(layout(document)), FORMS, numbered)
    if found is None:
        assert not any(documents.texts(shown_only(form, document)).values()), "a filled form was not recognised"
        return
    assert (found.form.id, found.document, found.unplaced) == (form.id, shown_only(form, document), ())


@EVERY_FORM
@given(data=st.data())
@settings(max_examples=50, deadline=None)
def test_every_text_of_a_document_is_in_its_layout(form: Form, data: st.DataObject) -> None:
    document = data.draw(in_form(form))
    sheet = layout(document)
    for path, text in documents.texts(document).items():
        if text and path not in ("ordinal", *form.above_the_sheet):
            told = [piece[1] for cell in sheet.cells() for piece in cell.pieces if not isinstance(piece, str)]
            assert sheet.shows(path) or text in told, path
