"""Conversion of a document into another form; texts without a place there are reported, never dropped in silence."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.amounts import read_amount, write_amount
from portal.domain.documents import GROUPS, Document, Kind, value_at, with_value
from portal.domain.forms import shipped, units
from portal.domain.forms.form import Form
from portal.domain.forms.layouts import left_out
from portal.domain.forms.places import label


def convert(document: Document, form: Form) -> tuple[Document, dict[str, str]]:
    """`document` in `form`, with amounts in its unit; and the texts that have no place there, by label.

    Raises Invalid if the form is of another kind.
    """
    shipped.get(form.id, document.kind)
    old = shipped.of(document)
    if old.id == form.id:
        return document, {}
    left_texts: dict[str, str] = {}
    for path, text in left_out(form, document).items():
        left_texts[label(document, path)] = text
        document = with_value(document, path, "")
    if old.unit != form.unit:
        document = _with_unit(document, old.unit, form.unit)
    return replace(document, form=form.id), left_texts


def amounts_converted(document: Document, form: Form) -> tuple[str, ...]:
    """A sentence on each amount that `convert` writes in another unit."""
    old = shipped.of(document)
    paths = (f"budget/{name}" for name in GROUPS[Kind.PROJECT]["budget"].__slots__)
    if document.kind is not Kind.PROJECT or old.unit == form.unit:
        return ()
    texts = {path: value_at(document, path) or "" for path in paths if form.has(path)}
    return units.convert_amounts(form, texts, old.unit)[1]


def _with_unit(document: Document, old: str, new: str) -> Document:
    """Readable amounts are converted; others stay as typed, for the rules to report."""
    for path in (f"budget/{name}" for name in GROUPS[Kind.PROJECT]["budget"].__slots__):
        yuan = read_amount(value_at(document, path) or "", old)
        if yuan is not None:
            document = with_value(document, path, write_amount(yuan, new))
    return document
