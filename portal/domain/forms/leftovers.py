"""Finds the field of a text that a form does not show, by the label under which files list it (表样以外的内容).

`layouts` writes these labels.
"""

from __future__ import annotations

import re
from collections.abc import Container

from portal.domain.documents import EXTRA, ROW_LISTS, SCALARS, Document, is_field, row_fields, rows
from portal.domain.forms.form import Form

_IN_A_ROW = re.compile(r"(.+)第([0-9]{1,4})行·(.+)", re.DOTALL)


def path_of(form: Form, document: Document, label: str, placed: Container[str]) -> str:
    """The path whose label is `label`; "" for none. placed: fields (without row id) that stand elsewhere."""
    in_row = _IN_A_ROW.fullmatch(label)
    for name in ROW_LISTS[document.kind]:
        if in_row and in_row[1] == form.label(name):
            own = rows(document, name)
            field, n = _field(form, name, in_row[3], placed), int(in_row[2])
            return f"{name}/{own[n - 1].id}/{field.partition('/')[2]}" if field and 0 < n <= len(own) else ""
    return _field(form, "", label, placed)


def _field(form: Form, list_name: str, label: str, placed: Container[str]) -> str:
    """The field with this label, in a list or ("") outside lists. An extra text without caption has its name."""
    row_type = ROW_LISTS[form.kind].get(list_name)
    known = [f"{list_name}/{name}" for name in row_fields(row_type)] if row_type else list(SCALARS[form.kind])
    prefix = f"{list_name}/{EXTRA}/".lstrip("/")
    known += (field for field in form.fields if field.startswith(prefix))
    field = next((field for field in known if field not in placed and form.label(field) == label), "")
    extra = prefix + label
    return field or (extra if is_field(form.kind, extra) and extra not in placed else "")
