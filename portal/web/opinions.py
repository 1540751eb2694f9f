"""The bureau's opinions on a table and the office's answers, each a small form on the table's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import Invalid
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.services import review
from portal.web.guards import actor, needs
from portal.web.loading import load
from portal.web.tables import table_page

pages = Blueprint("opinions", __name__)

Answer = Response | AnyResponse


@pages.post("/tables/<int:table_id>/claim")
@needs(Permission.CLAIM)
def claim(table_id: int) -> Answer:
    return _do(table_id, "", review.claim)


@pages.post("/tables/<int:table_id>/release")
@needs(Permission.CLAIM)
def release(table_id: int) -> Answer:
    return _do(table_id, "", review.release)


@pages.post("/tables/<int:table_id>/opinions")
@needs(Permission.RAISE)
def raise_opinion(table_id: int) -> Answer:
    form = request.form
    return _do(
        table_id,
        "opinions",
        review.raise_opinion,
        path=form.get("path", ""),
        binding=form.get("binding") == "1",
        text=form.get("text", ""),
    )


@pages.post("/tables/<int:table_id>/opinions/<int:opinion_id>/discard")
@needs(Permission.RAISE)
def discard(table_id: int, opinion_id: int) -> Answer:
    return _do(table_id, "opinions", review.discard_opinion, opinion_id)


@pages.post("/tables/<int:table_id>/opinions/<int:opinion_id>/answer")
@needs(Permission.ANSWER)
def answer(table_id: int, opinion_id: int) -> Answer:
    form = request.form
    particulars = {"kind": form.get("answer", ""), "text": form.get("text", "")}
    return _do(table_id, f"opinion-{opinion_id}", review.answer, opinion_id, **particulars)


@pages.post("/tables/<int:table_id>/opinions/<int:opinion_id>/accept")
@needs(Permission.ACCEPT)
def accept(table_id: int, opinion_id: int) -> Answer:
    return _do(table_id, f"opinion-{opinion_id}", review.accept, opinion_id)


@pages.post("/tables/<int:table_id>/opinions/<int:opinion_id>/again")
@needs(Permission.RAISE)
def raise_again(table_id: int, opinion_id: int) -> Answer:
    return _do(table_id, f"opinion-{opinion_id}", review.raise_again, opinion_id, text=request.form.get("text", ""))


def _do(table_id: int, place: str, service: Callable[..., Any], *arguments: Any, **particulars: Any) -> Answer:
    """Call the service and go back to `place` on the page; refused, show the page with what was typed."""
    try:
        service(db.session(), actor(), table_id, *arguments, **particulars)
    except Invalid as refusal:
        return table_page(load(table_id), 422, {place or "opinions": refusal.message})
    return redirect(load(table_id).url + (f"#{place}" if place else ""), 303)
