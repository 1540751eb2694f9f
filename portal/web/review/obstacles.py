"""Obstacles to a transition: the message of each refusal, with links to the fields that must be corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from portal.domain import forms
from portal.domain.documents import Document
from portal.domain.errors import Invalid, Refused
from portal.domain.rules import Blocked
from portal.web.review.notes import anchor

MAX_LINKS = 5


@dataclass(frozen=True, slots=True)
class Obstacle:
    """links: (address, label)."""

    message: str
    links: Sequence[tuple[str, str]] = ()


def obstacle(refusal: Refused, table_id: int, document: Document) -> Obstacle:
    """Links lead to the edit page, so call this only for people who may edit the table."""
    page = url_for("edit.edit", table_id=table_id)
    if isinstance(refusal, Blocked):
        places = dict.fromkeys(finding.path for finding in refusal.findings)
        # After the attempt the page shows what is missing as errors.
        links = [(f"{page}?check=1#{anchor(path)}", forms.label(document, path)) for path in places]
        return Obstacle(refusal.message, links[:MAX_LINKS])
    if isinstance(refusal, Invalid) and refusal.path == "opinions":
        return Obstacle(refusal.message, [(f"{page}#opinions", "去答复")])
    return Obstacle(refusal.message)
