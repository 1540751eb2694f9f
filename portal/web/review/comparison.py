"""Comparison of two versions of a table, row by row and word by word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request

from portal import queries
from portal.domain.differences import compare
from portal.domain.documents import Document
from portal.domain.enclosures import EnclosedAttachment, attachments_changed
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.web.filters import moment
from portal.web.guards import needs
from portal.web.rendering import render
from portal.web.table_page import TablePage, load

bp = Blueprint("comparison", __name__)

WORKING = 0
"""The number of the working copy; revisions count from 1."""


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    label: str


@bp.get("/tables/<int:table_id>/compare")
@needs(Permission.SEE)
def versions(table_id: int) -> Response:
    loaded = load(table_id)
    in_force = queries.revisions.in_force_number(db.session(), loaded.table)
    choices = _choices(loaded, in_force)
    numbers = [choice.number for choice in choices]
    new = _asked("new", numbers, 0)
    old = _asked("old", numbers, _before(numbers, new, in_force))
    changes = compare(_document(loaded, old), _document(loaded, new)) if numbers else []
    removed, added = attachments_changed(_attachments(loaded, old), _attachments(loaded, new))
    return render(
        "review/compare.html",
        loaded=loaded,
        choices=[(choice.number, choice.label) for choice in choices],
        labels={choice.number: choice.label for choice in choices},
        old=old,
        new=new,
        changes=changes,
        removed=removed,
        added=added,
    )


def _before(numbers: list[int], new: int, in_force: int | None) -> int:
    """The place of the version that `new` is compared with: the one in force while another is in the works."""
    if not numbers:
        return 0
    place = numbers.index(new)
    if in_force in numbers[place + 1 :]:
        return numbers.index(in_force)
    return min(place + 1, len(numbers) - 1)


def _choices(loaded: TablePage, in_force: int | None) -> list[Version]:
    """The versions that the viewer may see, latest first."""
    found = [
        Version(
            sent.number,
            f"第 {sent.number} 次送审（{moment(sent.submitted_at)} {sent.submitted_by_name}）"
            f"{'，现行有效' if sent.number == in_force else ''}",
        )
        for sent in queries.revisions.revisions(db.session(), loaded.table.id)
    ]
    if loaded.may(Permission.SEE_WORKING_COPY) and loaded.table.state in ("drafted", "returned"):
        found.insert(0, Version(WORKING, "现在的草稿"))
    return found


def _asked(name: str, numbers: list[int], otherwise: int) -> int:
    number = request.args.get(name, type=int)
    if number in numbers:
        return number
    return numbers[otherwise] if numbers else WORKING


def _document(loaded: TablePage, number: int) -> Document:
    if number == WORKING:
        return loaded.table.document
    return queries.revisions.revision(db.session(), loaded.table.id, number).document


def _attachments(loaded: TablePage, number: int) -> Sequence[EnclosedAttachment]:
    """`number` is one of the choices, or WORKING where there are no choices."""
    if number == WORKING:
        return loaded.shown.enclosed.attachments if loaded.shown else ()
    return queries.enclosures.of_revision(db.session(), loaded.table.id, number).attachments
