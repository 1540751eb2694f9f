"""The shipped forms, and the superset that replaces a form that is no longer shipped."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from portal.domain.documents import FIRST_FORMS, ROW_LISTS, SCALARS, Document, Kind, row_fields
from portal.domain.errors import Invalid
from portal.domain.forms import captions, notation
from portal.domain.forms.form import NUMBER, Column, Form, ListTable, Section, Slot
from portal.domain.forms.patterns import Pattern, Placeholder

_NO_FORM = frozenset({"captions.toml"})
_SUPERSET_WIDTH = 13


def get(id: str, kind: Kind | None = None) -> Form:
    """The form with this id. Raises Invalid if none is shipped, or it is of another kind."""
    form = _all().get(id)
    if form is None or kind not in (None, form.kind):
        raise Invalid(f"没有名为“{id[:40]}”的表样；可用的有：{'、'.join(available(kind))}。")
    return form


def of(document: Document) -> Form:
    """The form of a document; the superset if that form is no longer shipped."""
    found = _all().get(document.form)
    return found if found and found.kind is document.kind else superset(document.kind)


def likeliest(*ids: str) -> tuple[Form, ...]:
    """All forms, those with these ids first: the order in which recognition tries them."""
    first = [_all()[id] for id in ids if id in _all()]
    return (*first, *(form for form in _all().values() if form not in first))


def for_year(year: int, kind: Kind) -> str:
    """The id of the default form of a budget year for this kind."""
    return FIRST_FORMS[kind]


def available(kind: Kind | None = None) -> tuple[str, ...]:
    """The ids of the shipped forms, of one kind or all."""
    return tuple(id for id, form in _all().items() if kind in (None, form.kind))


def field_label(field: str) -> str:
    """The label of a field without a document: the default one, else that of the first form with the field."""
    if captions.names(field):
        return captions.label(field)
    return next((form.label(field) for form in _all().values() if form.has(field)), captions.label(field))


@cache
def superset(kind: Kind) -> Form:
    """Every field of the documents of this kind, one below the other, under the shared captions."""
    rows = tuple(
        (Slot(n, 0, 1, 1, captions.label(path)), Slot(n, 1, 1, _SUPERSET_WIDTH - 1, pattern=_plain(path)))
        for n, path in enumerate(path for path in SCALARS[kind] if path != "ordinal")
    )
    lists = tuple(
        Section(captions.label(name), len(row_fields(row_type)) + 1, table=_whole(name, row_fields(row_type)))
        for name, row_type in ROW_LISTS[kind].items()
    )
    sections = (Section("", _SUPERSET_WIDTH, rows), *lists)
    return Form("", "（表样已不在系统中）", kind, "", "元", sections)


def _plain(path: str) -> Pattern:
    return Pattern((Placeholder(path),))


def _whole(name: str, fields: tuple[str, ...]) -> ListTable:
    columns = (Column((captions.label(f"{name}/{field}"),), Placeholder(field), 1) for field in fields)
    return ListTable(name, (Column(("序号",), NUMBER, 1), *columns))


@cache
def _all() -> dict[str, Form]:
    names = sorted(entry.name for entry in files(__package__).iterdir() if entry.name.endswith(".toml"))
    ids = (name.removesuffix(".toml") for name in names if name not in _NO_FORM)
    sources = {id: files(__package__).joinpath(f"{id}.toml").read_text("utf-8") for id in ids}
    return {id: notation.read(id, text) for id, text in sources.items()}
