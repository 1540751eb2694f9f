"""Forms as data: the fields of a table, their places and captions; layout of documents and recognition of files.

Each form is one TOML file beside this module; to add a form, add a file. A released file never changes: a correction
gets a new id. The definition of fields belongs in `documents`, checks of their texts in `rules`.
"""

from __future__ import annotations

from portal.domain.forms import captions
from portal.domain.forms.conversion import amounts_converted, convert
from portal.domain.forms.form import IDENTITY, Form, Sum
from portal.domain.forms.layouts import layout, left_out, sheet_title
from portal.domain.forms.notation import FormError
from portal.domain.forms.places import is_place, label, label_now, places, yuan
from portal.domain.forms.recognition import Recognised, recognise
from portal.domain.forms.sheets import Block, Cell, Grid, GridCell, Role, Sheet, SheetRow, as_grid
from portal.domain.forms.shipped import available, field_label, for_year, get, likeliest, of

__all__ = [
    "IDENTITY",
    "Block",
    "Cell",
    "Form",
    "FormError",
    "Grid",
    "GridCell",
    "Recognised",
    "Role",
    "Sheet",
    "SheetRow",
    "Sum",
    "amounts_converted",
    "as_grid",
    "available",
    "captions",
    "convert",
    "field_label",
    "for_year",
    "get",
    "is_place",
    "label",
    "label_now",
    "layout",
    "left_out",
    "likeliest",
    "of",
    "places",
    "recognise",
    "sheet_title",
    "yuan",
]
