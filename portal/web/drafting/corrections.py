"""Corrections of a draft: what its check panel offers, the preview of one or many, and the act without scripts.

The act of the edit page's scripts is in `field_saves`, corrections of many tables in `office_corrections`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.documents import Document
from portal.domain.enclosures import EnclosedExplanation
from portal.domain.errors import Stale
from portal.domain.permissions import Permission
from portal.domain.rules import RULES, Finding
from portal.extensions import db
from portal.services.drafting import checks, corrections
from portal.services.drafting.corrections import CorrectionChoice
from portal.web.corrected_texts import CorrectedText, corrected_texts
from portal.web.guards import actor, needs
from portal.web.rendering import render
from portal.web.review import notes
from portal.web.table_page import load

bp = Blueprint("corrections", __name__)

_NAMES = {rule.id: rule.name for rule in RULES}
_MOST_INLINE = 3
"""Texts of one correction that the panel shows; of more there is a preview."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A correction that the panel offers. shown: the stamp of its texts; "" where they are seen only in a preview."""

    url: str
    shown: str
    size: int
    texts: Sequence[CorrectedText]


@dataclass(frozen=True, slots=True)
class Offers:
    """by_finding: by the finding's id; by_rule: rules with certain corrections of several findings; all: likewise."""

    by_finding: Mapping[str, Offer]
    by_rule: Mapping[str, Offer]
    all: Offer | None


def offers(
    table_id: int, document: Document, findings: Sequence[Finding], explained: Sequence[EnclosedExplanation]
) -> Offers:
    """What the panel of a draft offers to correct, without findings that the office has explained."""
    said = {(each.rule, each.path) for each in explained}
    found = [each for each in findings if each.correction and (each.rule, each.path) not in said]
    of_rules: dict[str, list[Finding]] = {}
    for each in found:
        of_rules.setdefault(each.rule, []).append(each)
    by_rule = {rule: _offer_of_many(table_id, own, rule) for rule, own in of_rules.items()}
    return Offers(
        {notes.finding_id(each.rule, each.path): _offer(table_id, document, each) for each in found},
        {rule: offer for rule, offer in by_rule.items() if offer},
        _offer_of_many(table_id, found),
    )


def _offer(table_id: int, document: Document, finding: Finding) -> Offer:
    assert finding.correction
    operations = finding.correction.operations
    url = url_for("corrections.confirm", table_id=table_id, rule=finding.rule, path=finding.path)
    if len(operations) > _MOST_INLINE:
        return Offer(url, "", len(operations), ())
    return Offer(url, corrections.stamp(operations), len(operations), corrected_texts(document, operations))


def _offer_of_many(table_id: int, findings: Sequence[Finding], rule: str | None = None) -> Offer | None:
    certain = [each for each in findings if each.correction and each.correction.is_certain]
    url = url_for("corrections.confirm", table_id=table_id, rule=rule)
    return Offer(url, "", checks.correctable_count(certain), ()) if len(certain) > 1 else None


@bp.get("/tables/<int:table_id>/corrections")
@needs(Permission.EDIT)
def confirm(table_id: int) -> Response:
    return _page(table_id, _choice(), 200)


@bp.post("/tables/<int:table_id>/corrections")
@needs(Permission.EDIT)
def correct(table_id: int) -> Response | AnyResponse:
    choice, form = _choice(), request.form
    known = form.get("version", default=-1, type=int)
    try:
        done = corrections.correct(db.session(), actor(), table_id, known, choice, form.get("shown", ""))
    except Stale as refusal:
        return _page(table_id, choice, 409, refusal.message)
    flash(f"已改正 {len(done.applied)} 处，可以撤销。", "success")
    return redirect(url_for("edit.edit", table_id=table_id, _anchor="checks"), 303)


def _choice() -> CorrectionChoice:
    return CorrectionChoice(request.values.get("rule", ""), request.values.get("path", ""))


def _page(table_id: int, choice: CorrectionChoice, status: int, refusal: str = "") -> Response:
    loaded = load(table_id, Permission.EDIT)
    found = corrections.preview_of(db.session(), loaded.table, choice)
    return render(
        "drafting/correct.html",
        status,
        fragment="drafting/_correct.html",
        loaded=loaded,
        table_id=table_id,
        choice=choice,
        title=f"改正：{_NAMES[choice.rule]}" if choice.rule in _NAMES else "改正全部可以确定的",
        texts=corrected_texts(loaded.table.document, found.texts),
        stamp=found.stamp,
        version=found.version,
        refusal=refusal,
    )
