"""The draft opinions that a decision can raise, as its page lists them to tick."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import request

from portal.domain.permissions import Actor
from portal.models import Opinion
from portal.queries.review import OpinionLine


@dataclass(frozen=True, slots=True)
class DraftChoice:
    """A draft opinion; author: "" for one's own."""

    id: int
    place: str
    binding: bool
    text: str
    author: str
    is_ticked: bool


def draft_choices(actor: Actor, drafts: Iterable[Opinion | OpinionLine], field: str) -> list[DraftChoice]:
    """One's own are ticked at first, those of colleagues are not; after a refusal, as posted in `field`."""
    posted = set(posted_drafts(field)) if request.method == "POST" else None
    return [
        DraftChoice(
            each.id,
            each.place,
            each.binding,
            each.text,
            "" if each.author_id == actor.id else each.author_name,
            each.author_id == actor.id if posted is None else each.id in posted,
        )
        for each in drafts
    ]


def posted_drafts(field: str) -> list[int]:
    return request.form.getlist(field, type=int)
