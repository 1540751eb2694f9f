"""Routes for claims, opinions, answers, notes and recommendations; each is a small form on the table's page.

The view of an opinion act has the name of the act, see OPINION_ACTS.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import Invalid, NotVisible, Stale
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.services.review import bureau_notes, claims, conclusions, opinion_acts
from portal.web.drafting import edit
from portal.web.errors import status_of
from portal.web.guards import actor, needs
from portal.web.rendering import page_or_fragment, render
from portal.web.review import answers, opinion_fields
from portal.web.review.answers import RefusedAnswer
from portal.web.review.queue_address import next_url, queue_args
from portal.web.review.table import table_page
from portal.web.table_page import load, opinions_of

bp = Blueprint("opinions", __name__)

Answer = Response | AnyResponse


@bp.post("/tables/<int:table_id>/claim")
@needs(Permission.CLAIM)
def claim(table_id: int) -> Answer:
    return _do(table_id, "", claims.claim)


@bp.post("/tables/<int:table_id>/release")
@needs(Permission.CLAIM)
def release(table_id: int) -> Answer:
    return _do(table_id, "", claims.release)


@bp.post("/tables/<int:table_id>/take-over")
@needs(Permission.CLAIM)
def take_over(table_id: int) -> Answer:
    return _do(table_id, "", claims.take_over, request.form.get("claimant", 0, int))


@bp.post("/tables/<int:table_id>/recommend")
@needs(Permission.RECOMMEND)
def recommend(table_id: int) -> Answer:
    """Then to the next table of the queue from which this one was opened."""
    form = request.form
    answer = _do(
        table_id,
        "conclusion",
        conclusions.recommend,
        digest=form.get("digest", ""),
        enclosed=form.get("enclosed", ""),
        dimensions=form.getlist("dimensions"),
        note=form.get("note", ""),
    )
    if answer.status_code != HTTPStatus.SEE_OTHER:
        return answer
    following = next_url(actor(), table_id)
    flash(f"《{load(table_id).title}》已建议批复。" if following else "已建议批复。", "success")
    return redirect(following, 303) if following else answer


@bp.post("/tables/<int:table_id>/recommend/retract")
@needs(Permission.RECOMMEND)
def retract_recommendation(table_id: int) -> Answer:
    return _do(table_id, "conclusion", conclusions.retract)


@bp.post("/tables/<int:table_id>/opinions")
@needs(Permission.RAISE)
def raise_opinion(table_id: int) -> Answer:
    path, rule = request.form.get("path", ""), request.form.get("rule", "")

    def act() -> None:
        wording = opinion_fields.wording(path)
        opinion_acts.raise_opinion(db.session(), actor(), table_id, wording, path=path, rule=rule)

    return _draft(table_id, "opinions", act)


@bp.post("/tables/<int:table_id>/opinions/<int:opinion_id>/revise")
@needs(Permission.RAISE)
def revise(table_id: int, opinion_id: int) -> Answer:
    def act() -> None:
        path = next((line.path for line in opinions_of(load(table_id)) if line.id == opinion_id), "")
        wording = opinion_fields.wording(path)
        opinion_acts.revise_opinion(db.session(), actor(), table_id, opinion_id, wording)

    return _draft(table_id, f"opinion-{opinion_id}", act)


@bp.post("/tables/<int:table_id>/opinions/<int:opinion_id>/discard")
@needs(Permission.RAISE)
def discard(table_id: int, opinion_id: int) -> Answer:
    return _do(table_id, "opinions", opinion_acts.discard_opinion, opinion_id)


@bp.post("/tables/<int:table_id>/opinions/<int:opinion_id>/answer")
@needs(Permission.ANSWER)
def answer(table_id: int, opinion_id: int) -> Answer:
    kind, text = request.form.get("answer", ""), request.form.get("text", "")
    if request.form.get("next") == "edit":
        return _answer_in_place(table_id, opinion_id, kind, text)
    return _do(table_id, f"opinion-{opinion_id}", opinion_acts.answer, opinion_id, kind=kind, text=text)


@bp.post("/tables/<int:table_id>/opinions/<int:opinion_id>/adopt")
@needs(Permission.ANSWER)
def adopt(table_id: int, opinion_id: int) -> Answer:
    opinion_acts.adopt(db.session(), actor(), table_id, opinion_id)
    page = "edit.edit" if request.form.get("next") == "edit" else "table.show"
    return redirect(url_for(page, table_id=table_id, _anchor=f"opinion-{opinion_id}"), 303)


@bp.post("/tables/<int:table_id>/opinions/<int:opinion_id>/accept")
@needs(Permission.ACCEPT)
def accept(table_id: int, opinion_id: int) -> Answer:
    return _do(table_id, f"opinion-{opinion_id}", opinion_acts.accept, opinion_id)


@bp.post("/tables/<int:table_id>/opinions/ticked")
@needs(Permission.ACCEPT)
def accept_ticked(table_id: int) -> Answer:
    return _do(table_id, "opinions", opinion_acts.accept_ticked, request.form.getlist("opinion", type=int))


@bp.post("/tables/<int:table_id>/opinions/<int:opinion_id>/again")
@needs(Permission.RAISE)
def raise_again(table_id: int, opinion_id: int) -> Answer:
    return _do(
        table_id, f"opinion-{opinion_id}", opinion_acts.raise_again, opinion_id, text=request.form.get("text", "")
    )


@bp.post("/tables/<int:table_id>/notes")
@needs(Permission.WRITE_NOTES)
def add_note(table_id: int) -> Answer:
    return _do(table_id, "notes", bureau_notes.add, text=request.form.get("text", ""))


def _answer_in_place(table_id: int, opinion_id: int, kind: str, text: str) -> Answer:
    """An answer given on the edit page: the page again, or for htmx the opinion alone; refused, with what was typed."""
    try:
        opinion_acts.answer(db.session(), actor(), table_id, opinion_id, kind=kind, text=text)
    except (Invalid, Stale) as refusal:
        refused, status = RefusedAnswer(opinion_id, refusal.message, kind, text), status_of(refusal)
        stale = refusal if isinstance(refusal, Stale) else None
        return page_or_fragment(
            lambda: _edit_page_after_refusal(table_id, refused, stale),
            lambda: _opinion_in_place(table_id, opinion_id, status, refused),
        )
    return page_or_fragment(
        lambda: redirect(url_for("edit.edit", table_id=table_id, _anchor=f"opinion-{opinion_id}"), 303),
        lambda: _opinion_in_place(table_id, opinion_id),
    )


def _edit_page_after_refusal(table_id: int, refused: RefusedAnswer, stale: Stale | None) -> Response:
    """Raises `stale`: an opinion that can no longer be answered has no form on the page."""
    if stale:
        raise stale
    return edit.page_with_refused_answer(load(table_id, Permission.EDIT), refused)


def _opinion_in_place(
    table_id: int, opinion_id: int, status: int = 200, refused: RefusedAnswer | None = None
) -> Response:
    loaded = load(table_id)
    answerable = answers.answerable(loaded, loaded.table.document, opinions_of(loaded), refused)
    mine = next((each for each in answerable if each.id == opinion_id), None)
    if mine is None:
        raise NotVisible("没有这条意见，或者已经办结。")
    return render(
        "review/_answered.html",
        status,
        loaded=loaded,
        answer=mine,
        answerable=answerable,
        due=answers.due(answerable),
    )


def _draft(table_id: int, place: str, act: Callable[[], None]) -> Answer:
    """Write a draft; after a refusal show the page with what was typed, in the form if it still has it."""
    try:
        act()
    except (Invalid, Stale) as refusal:
        loaded = load(table_id)
        if isinstance(refusal, Stale) and not loaded.may(Permission.RAISE):
            return table_page(loaded, 409, stale=refusal)
        return table_page(loaded, status_of(refusal), {place: refusal.message})
    return _back(table_id, place)


def _do(table_id: int, place: str, service: Callable[..., Any], *arguments: Any, **particulars: Any) -> Answer:
    """Call the service and redirect to `place` on the page; after a refusal show the page with what was typed."""
    try:
        service(db.session(), actor(), table_id, *arguments, **particulars)
    except Invalid as refusal:
        return table_page(load(table_id), 422, {place or "opinions": refusal.message})
    except Stale as refusal:
        return table_page(load(table_id), 409, stale=refusal)
    return _back(table_id, place)


def _back(table_id: int, place: str) -> AnyResponse:
    """To `place` on the page, which stays the page of a table opened from a queue."""
    address = url_for("table.show", table_id=table_id, _anchor=place or None, **queue_args())  # type: ignore[arg-type]
    return redirect(address, 303)
