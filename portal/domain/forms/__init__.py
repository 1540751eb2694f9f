"""Forms as data: what a table shows, where and under which caption; layout of a document, and recognition of a file.

One TOML file a form beside this module; adding a form is adding one. A file that was released never changes: a
correction is a new id. What fields there are is said by `documents`, what is wrong with their texts by `rules`.
"""

from __future__ import annotations

from portal.domain.forms import captions
from portal.domain.forms.conversion import convert
from portal.domain.forms.form import IDENTITY, Form, Sum
from portal.domain.forms.layouts import layout, left_out
from portal.domain.forms.notation import FormError
from portal.domain.forms.places import is_place, label, places, yuan
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
    "as_grid",
    "available",
    "captions",
    "convert",
    "field_label",
    "for_year",
    "get",
    "is_place",
    "label",
    "layout",
    "left_out",
    "likeliest",
    "of",
    "places",
    "recognise",
    "yuan",
]
