"""从指标库选几条: several indicators of the library and of approved tables at once, added as one step.

`suggestions` offers single ones while a name is typed; both rank the same candidates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain import library
from portal.domain.documents import Indicator, ProjectDocument
from portal.domain.errors import Invalid, NotVisible
from portal.domain.library import CATEGORIES, Candidate, Source
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.services.drafting import whole_steps
from portal.web.drafting.suggestions import source_of
from portal.web.guards import actor, needs
from portal.web.rendering import render
from portal.web.review import notes
from portal.web.table_page import TablePage, load

bp = Blueprint("library_choice", __name__)

MOST = 60
"""Candidates on a page without a filter, the best first."""
_OWN = "own"
"""The filter for indicators of the office's own approved tables; other values are ids of categories."""


@dataclass(frozen=True, slots=True)
class ChoiceLine:
    candidate: Candidate
    source: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """The candidates of one 二级指标, the best first."""

    level1: str
    level2: str
    lines: Sequence[ChoiceLine]


@bp.get("/tables/<int:table_id>/library")
@needs(Permission.EDIT)
def choose(table_id: int) -> Response:
    return _page(load(table_id, Permission.EDIT))


@bp.post("/tables/<int:table_id>/library")
@needs(Permission.EDIT)
def add(table_id: int) -> Response | AnyResponse:
    loaded = load(table_id, Permission.EDIT)
    names = request.form.getlist("name")
    wanted = {each.name: each for each in _ranked(loaded, "")}
    chosen = [_row(wanted[name]) for name in dict.fromkeys(names) if name in wanted]
    try:
        ids = whole_steps.insert_rows(db.session(), actor(), table_id, chosen)
    except Invalid as refusal:
        return _page(loaded, 422, refusal.message)
    flash(f"已加入 {len(ids)} 行指标；“__”请换成本项目的数。不要了，按“撤销”一次撤回。", "success")
    return redirect(url_for("edit.edit", table_id=table_id, _anchor=notes.anchor(f"indicators/{ids[0]}")), 303)


def _page(loaded: TablePage, status: int = 200, error: str = "") -> Response:
    typed, category = request.values.get("q", "").strip(), request.values.get("category", "")
    found = [each for each in _ranked(loaded, typed) if _is_in(each, category)]
    shown = found if typed or category else found[:MOST]
    return render(
        "drafting/library_choice.html",
        status,
        fragment="drafting/_library_choice.html" if request.method == "GET" else None,
        loaded=loaded,
        groups=_groups(shown, loaded, set(request.form.getlist("name"))),
        typed=typed,
        category=category,
        categories=[(_OWN, "本单位已批复的"), *((each.id, each.title) for each in CATEGORIES)],
        error=error,
    )


def _ranked(loaded: TablePage, typed: str) -> list[Candidate]:
    """All candidates for the table but those that it has, the best first. Raises NotVisible for a department table."""
    document, framework = loaded.table.document, loaded.rules.framework
    if not isinstance(document, ProjectDocument):
        raise NotVisible("只有项目绩效目标表有绩效指标。")
    candidates = queries.library.candidates(db.session(), loaded.actor, loaded.table, framework)
    about = "\n".join((document.project_name, document.goals, document.purpose))
    present = [row.level3 for row in document.indicators]
    return library.suggest(typed, candidates, about, framework, present=present, most=len(candidates))


def _is_in(candidate: Candidate, category: str) -> bool:
    if category == _OWN:
        return candidate.source is Source.APPROVED
    title = next((each.title for each in CATEGORIES if each.id == category), "")
    return candidate.category == title if title else True


def _groups(shown: Iterable[Candidate], loaded: TablePage, ticked: set[str]) -> list[ChoiceGroup]:
    """In the order of the framework; levels that it does not have last."""
    by_level: dict[tuple[str, str], list[ChoiceLine]] = {
        (level1, level2): [] for level1, below in loaded.rules.framework.levels.items() for level2 in below
    }
    for each in shown:
        line = ChoiceLine(each, source_of(each), each.name in ticked)
        by_level.setdefault((each.level1, each.level2), []).append(line)
    return [ChoiceGroup(*levels, lines) for levels, lines in by_level.items() if lines]


def _row(candidate: Candidate) -> Indicator:
    return Indicator(
        "",
        candidate.level1,
        candidate.level2,
        candidate.name,
        candidate.description,
        candidate.target_value,
        candidate.basis,
    )
