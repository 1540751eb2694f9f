"""使用手册: the chapters in `portal/handbook`, and two generated from ACTIONS, PERMISSIONS and RULES."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nh3
from flask import Blueprint, Response, abort, send_from_directory, url_for
from markdown import Markdown
from markdown.extensions.toc import TocExtension, slugify_unicode
from markupsafe import Markup

from portal import queries
from portal.domain import frameworks, matrices
from portal.domain.audit_events import AUDIT_EVENTS
from portal.domain.permissions import Role
from portal.domain.rules import RULES
from portal.domain.states import State
from portal.extensions import db
from portal.web.guards import signed_in
from portal.web.rendering import render

bp = Blueprint("handbook", __name__)

FOLDER = Path(__file__).resolve().parent.parent / "handbook"
GENERATED = {"permissions": "权限与流程", "rules": "检查规则与指标体系"}
"""Template name → title of the generated chapters, which follow the chapters from files."""
_TAGS = {"h2", "h3", "p", "br", "em", "strong", "ul", "ol", "li", "a", "code", "pre", "blockquote", "hr"} | {
    "table",
    "thead",
    "tbody",
    "img",
    "tr",
    "th",
    "td",
}
_FIRST_CELL = re.compile(r"(<tr>\s*)<td>(.*?)</td>", re.DOTALL)
"""The first cell of a row of a table body, which names the row."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """sections: (id, title) of the second-level headings."""

    title: str
    html: Markup
    sections: Sequence[tuple[str, str]]


@bp.get("/handbook/")
@signed_in
def handbook() -> Response:
    return _page(next(iter(titles())))


@bp.get("/handbook/<name>")
@signed_in
def chapter(name: str) -> Response:
    return _page(name) if name in titles() else abort(404)


@bp.get("/handbook/<name>.png")
@signed_in
def picture(name: str) -> Response:
    return send_from_directory(FOLDER, f"{name}.png")


def _page(name: str) -> Response:
    contents = [(url_for(".chapter", name=key), title, key == name) for key, title in titles().items()]
    if name in GENERATED:
        return render(f"handbook/{name}.html", title=GENERATED[name], contents=contents, **_GENERATORS[name]())
    found = written(name)
    return render("handbook/chapter.html", title=found.title, contents=contents, chapter=found, sections=found.sections)


@cache
def titles() -> Mapping[str, str]:
    """Name → title of all chapters in order: the number in a file name (10-office.md) gives the order."""
    return {name: written(name).title for name in _files()} | GENERATED


@cache
def _files() -> Mapping[str, Path]:
    return {path.stem.partition("-")[2]: path for path in sorted(FOLDER.glob("[0-9]*-*.md"))}


@cache
def written(name: str) -> Chapter:
    """A chapter read from its file; the first line is the title."""
    first, _, text = _files()[name].read_text("utf-8").partition("\n")
    reader = Markdown(extensions=["tables", "sane_lists", TocExtension(slugify=slugify_unicode)], output_format="html")
    html = nh3.clean(
        reader.convert(text),
        tags=_TAGS,
        attributes={"a": {"href"}, "h2": {"id"}, "h3": {"id"}, "img": {"src", "alt"}},
        link_rel=None,
    )
    html = _FIRST_CELL.sub(r'\1<th scope="row">\2</th>', html)
    tokens: list[dict[str, Any]] = reader.toc_tokens  # type: ignore[attr-defined]
    return Chapter(first.lstrip("# ").strip(), Markup(html), [(token["id"], token["name"]) for token in tokens])


# --- chapters generated from the code -----------------------------------------------------------------


def _permissions() -> dict[str, Any]:
    return {
        "sections": [("moves", "状态与流转"), ("rights", "谁可以做什么"), ("acts", "哪些操作记入审计记录")],
        "states": [(state.label, state.whose_move) for state in State],
        "moves": matrices.action_rows(),
        "roles": list(Role),
        "rights": matrices.permission_rows(),
        "acts": [event.label for event in AUDIT_EVENTS.values()],
    }


def _rules() -> dict[str, Any]:
    return {
        "sections": [("rules", "检查规则"), ("years", "各年度的规定"), ("frameworks", "指标体系")],
        "rules": RULES,
        "years": queries.administration.years.all_years(db.session()),
        "frameworks": [frameworks.get(name) for name in frameworks.available()],
    }


_GENERATORS = {"permissions": _permissions, "rules": _rules}
