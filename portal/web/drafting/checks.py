"""The check panel of the edit page, and the office's explanations of warnings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain import forms
from portal.domain.errors import Invalid
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.services.drafting import checks, explanations
from portal.services.drafting.checks import CheckResult
from portal.web.drafting import attempts
from portal.web.drafting.corrections import offers
from portal.web.guards import actor, needs
from portal.web.rendering import page_or_fragment, render
from portal.web.review import answers, notes
from portal.web.review.answers import Answerable
from portal.web.table_page import TablePage, load, opinions_of

bp = Blueprint("checks", __name__)


@bp.post("/tables/<int:table_id>/checks")
@needs(Permission.EDIT)
def panel(table_id: int) -> Response:
    """The panel, the notes for each field that has any, and what became of each opinion."""
    checked = checks.check(db.session(), actor(), table_id)
    return render(
        "drafting/_checks.html",
        table_id=table_id,
        **_panel(checked),
        notes=notes.by_place(checked.document, checked.findings, is_calm=_is_calm(checked)),
        answerable=_answerable(table_id) if checked.submission_count else (),
    )


def _answerable(table_id: int) -> Sequence[Answerable]:
    loaded = load(table_id)
    return answers.answerable(loaded, loaded.table.document, opinions_of(loaded))


@bp.get("/tables/<int:table_id>/explanations")
@needs(Permission.EDIT)
def explanation(table_id: int) -> Response:
    """The form for one warning, filled with the office's explanation, also with a lapsed one."""
    loaded = load(table_id, Permission.EDIT)
    rule, path = request.args.get("rule", ""), request.args.get("path", "")
    explained, lapsed = queries.enclosures.explanations(db.session(), loaded.table)
    standing = next((each for each in explained if (each.rule, each.path) == (rule, path)), None)
    before = next((each for each in lapsed if (each.rule, each.path) == (rule, path)), None)
    said = standing or before
    return _form(loaded, 200, rule, path, said.text if said else "", lapsed=standing is None and before is not None)


@bp.post("/tables/<int:table_id>/explanations")
@needs(Permission.EDIT)
def explain(table_id: int) -> Response | AnyResponse:
    form = request.form
    rule, path, text = form.get("rule", ""), form.get("path", ""), form.get("text", "")
    try:
        explanations.explain(db.session(), actor(), table_id, rule=rule, path=path, text=text)
    except Invalid as refusal:
        return _form(load(table_id, Permission.EDIT), 422, rule, path, text, error=refusal.message)
    finding = notes.finding_id(rule, path)
    return page_or_fragment(
        lambda: redirect(url_for("edit.edit", table_id=table_id, _anchor=finding), 303),
        lambda: _panel_after_explaining(table_id, finding),
    )


def _panel_after_explaining(table_id: int, finding: str) -> Response:
    checked = checks.check(db.session(), actor(), table_id)
    return render("drafting/_checks_panel.html", table_id=table_id, opened=finding, **_panel(checked))


def _panel(checked: CheckResult) -> dict[str, Any]:
    """The findings, and the corrections that the panel offers."""
    document, explained = checked.document, checked.explained
    return {
        "findings": notes.finding_groups(
            document, checked.findings, explained, checked.lapsed, is_calm=_is_calm(checked)
        ),
        "offers": offers(checked.table_id, document, checked.findings, explained),
    }


def _is_calm(checked: CheckResult) -> bool:
    return not attempts.was_made(checked.table_id, checked.submission_count)


def _form(
    loaded: TablePage, status: int, rule: str, path: str, words: str, *, lapsed: bool = False, error: str = ""
) -> Response:
    """The form: a fragment that replaces the link to it, or a page without scripts."""
    document = loaded.table.document
    return render(
        "drafting/explain.html",
        status,
        fragment="drafting/_explain.html",
        loaded=loaded,
        table_id=loaded.table.id,
        rule=rule,
        rule_name=notes.rule_name(rule),
        path=path,
        place=forms.label(document, path) if forms.is_place(document, path) else "这条提醒",
        finding=notes.finding_id(rule, path),
        words=words,
        lapsed=lapsed,
        error=error,
    )
