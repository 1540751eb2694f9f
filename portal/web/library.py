"""指标库: the indicators suggested while drafting. Everyone reads them; the bureau adds, corrects and retires them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain import searching
from portal.domain.errors import Invalid, Stale
from portal.domain.library import CATEGORIES, Entry, IndicatorKind, category_of_name, kind_of_name
from portal.domain.library import get as category_with_id
from portal.domain.permissions import Permission, may
from portal.extensions import db
from portal.queries.library import Item
from portal.services.library import entry_changes as service
from portal.services.library.entry_changes import EntryChange, EntryForm
from portal.web.form_state import FormState
from portal.web.guards import actor, needs, signed_in
from portal.web.rendering import render

bp = Blueprint("library", __name__)

_LONGEST_NAME = 40
_FIELDS = tuple(EntryForm.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class EntryLine:
    """standing: origin of the entry's text; by: the person who changed it last, "" if unchanged."""

    key: str
    kind: str
    entry: Entry
    standing: str
    by: str
    is_retired: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A spending category with the entries of it that the page shows."""

    id: str
    title: str
    lines: Sequence[EntryLine]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The current values of the filter bar."""

    category: str
    q: str


@bp.get("/library")
@signed_in
def library() -> Response:
    chosen = _chosen()
    groups = _groups(queries.library.items(db.session()), chosen)
    return render(
        "library/library.html",
        fragment="library/_list.html",
        groups=groups,
        count=sum(len(group.lines) for group in groups),
        chosen=chosen,
        categories=_categories(),
        may_change=may(actor(), Permission.MANAGE_LIBRARY),
    )


@bp.get("/library/new")
@needs(Permission.MANAGE_LIBRARY)
def new() -> Response:
    """Filled in as far as the list that led here, and the name searched for, tell."""
    name = request.args.get("name", "").strip()[:_LONGEST_NAME]
    category = _chosen().category or category_of_name(name) or ""
    return _form_page(None, FormState.of(category=category, kind=kind_of_name(name) or "", name=name))


@bp.post("/library/new")
@needs(Permission.MANAGE_LIBRARY)
def add() -> Response | AnyResponse:
    form = FormState.posted()
    try:
        item = service.add_entry(db.session(), actor(), _entry_form(form))
    except Invalid as refusal:
        return _form_page(None, form.refused(refusal))
    entry = item.entry
    placed = f"{category_with_id(entry.category).title}，{entry.kind.label}，指标值 {entry.value}"
    flash(f"指标库已新增“{entry.name}”：{placed}。", "success")
    return _back_to(item)


@bp.get("/library/entries/<key>")
@needs(Permission.MANAGE_LIBRARY)
def entry(key: str) -> Response:
    item = queries.library.item(db.session(), key)
    return _form_page(item, _stored(item.entry))


@bp.post("/library/entries/<key>")
@needs(Permission.MANAGE_LIBRARY)
def correct(key: str) -> Response | AnyResponse:
    form = FormState.posted()
    try:
        service.correct_entry(db.session(), actor(), key, form["seen"], _entry_form(form))
    except (Invalid, Stale) as refusal:
        return _form_page(queries.library.item(db.session(), key), form.refused(refusal))
    return _done(key, EntryChange.CORRECTED)


@bp.post("/library/entries/<key>/retire")
@needs(Permission.MANAGE_LIBRARY)
def retire(key: str) -> AnyResponse:
    service.retire_entry(db.session(), actor(), key)
    return _done(key, EntryChange.RETIRED)


@bp.post("/library/entries/<key>/restore")
@needs(Permission.MANAGE_LIBRARY)
def restore(key: str) -> AnyResponse:
    service.restore_entry(db.session(), actor(), key)
    return _done(key, EntryChange.RESTORED)


@bp.post("/library/entries/<key>/put-back")
@needs(Permission.MANAGE_LIBRARY)
def put_back(key: str) -> AnyResponse:
    service.put_back_entry(db.session(), actor(), key)
    return _done(key, EntryChange.PUT_BACK)


def _done(key: str, done: EntryChange) -> AnyResponse:
    item = queries.library.item(db.session(), key)
    flash(f"“{item.entry.name}”已{done.label}。", "success")
    return _back_to(item)


def _back_to(item: Item) -> AnyResponse:
    """Redirect to the row of `item`, in the list of its category."""
    return redirect(url_for(".library", category=item.entry.category, _anchor=f"entry-{item.key}"), 303)


def _groups(items: Sequence[Item], chosen: Chosen) -> list[Group]:
    found = (
        Group(
            category.id,
            category.title,
            [_line(item) for item in items if item.entry.category == category.id and _says(item.entry, chosen.q)],
        )
        for category in CATEGORIES
        if chosen.category in ("", category.id)
    )
    return [group for group in found if group.lines]


def _says(entry: Entry, text: str) -> bool:
    texts = "\n".join((entry.name, entry.description, entry.value, entry.basis))
    return searching.finds(searching.words(text), texts)


def _line(item: Item) -> EntryLine:
    by = item.change.changed_by_name if item.change else ""
    return EntryLine(item.key, item.entry.kind.label, item.entry, _standing(item), by, item.is_retired)


def _standing(item: Item) -> str:
    if item.is_retired:
        return "已停用"
    if item.shipped is None:
        return "财政局新增"
    return "财政局修改" if item.is_reworded else "随系统"


def _chosen() -> Chosen:
    category = request.args.get("category", "")
    known = {each.id for each in CATEGORIES}
    return Chosen(category if category in known else "", request.args.get("q", "").strip()[:100])


def _categories() -> list[tuple[str, str]]:
    return [(category.id, category.title) for category in CATEGORIES]


def _entry_form(form: FormState) -> EntryForm:
    return EntryForm(**{name: form[name] for name in _FIELDS})


def _stored(entry: Entry) -> FormState:
    return FormState.of(**{name: str(getattr(entry, name)) for name in _FIELDS})


def _form_page(item: Item | None, form: FormState) -> Response:
    """`item`: the entry to change; None for a new entry."""
    return render(
        "library/entry.html",
        form.status,
        item=item,
        line=_line(item) if item else None,
        seen=service.stamp(item) if item else "",
        form=form,
        categories=_categories(),
        titles=dict(_categories()),
        kinds=[(kind.value, kind.label) for kind in IndicatorKind],
    )
