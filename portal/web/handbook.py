"""使用手册: the chapters written in `portal/handbook`, and two that are made from the tables that are the law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nh3
from flask import Blueprint, Response, abort, url_for
from markdown import Markdown
from markdown.extensions.toc import TocExtension, slugify_unicode
from markupsafe import Markup

from portal import queries
from portal.domain import frameworks
from portal.domain.acts import Act
from portal.domain.permissions import PERMISSIONS, Grant, Permission, Relation, Role, Rule
from portal.domain.rules import RULES
from portal.domain.states import State
from portal.domain.workflow import TRANSITIONS
from portal.extensions import db
from portal.web.guards import signed_in
from portal.web.rendering import render

pages = Blueprint("handbook", __name__)

FOLDER = Path(__file__).resolve().parent.parent / "handbook"
GENERATED = {"permissions": "权限与流程", "rules": "检查规则与指标体系"}
"""Chapters without a file of their own, after those that have one, by their template."""
_TAGS = {"h2", "h3", "p", "br", "em", "strong", "ul", "ol", "li", "a", "code", "pre", "blockquote", "hr"} | {
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}


@dataclass(frozen=True, slots=True)
class Chapter:
    """sections: (id, title) of its second-level headings."""

    title: str
    html: Markup
    sections: Sequence[tuple[str, str]]


@pages.get("/handbook/")
@signed_in
def handbook() -> Response:
    return _page(next(iter(titles())))


@pages.get("/handbook/<name>")
@signed_in
def chapter(name: str) -> Response:
    return _page(name) if name in titles() else abort(404)


def _page(name: str) -> Response:
    contents = [(url_for(".chapter", name=key), title, key == name) for key, title in titles().items()]
    if name in GENERATED:
        return render(f"handbook/{name}.html", title=GENERATED[name], contents=contents, **_GENERATORS[name]())
    found = written(name)
    return render("handbook/chapter.html", title=found.title, contents=contents, chapter=found, sections=found.sections)


@cache
def titles() -> Mapping[str, str]:
    """Names and titles of all chapters in their order: files are named 10-office.md and so on."""
    return {name: written(name).title for name in _files()} | GENERATED


@cache
def _files() -> Mapping[str, Path]:
    return {path.stem.partition("-")[2]: path for path in sorted(FOLDER.glob("[0-9]*-*.md"))}


@cache
def written(name: str) -> Chapter:
    """A chapter from its file; the first line is its title."""
    first, _, text = _files()[name].read_text("utf-8").partition("\n")
    reader = Markdown(extensions=["tables", "sane_lists", TocExtension(slugify=slugify_unicode)], output_format="html")
    html = nh3.clean(
        reader.convert(text), tags=_TAGS, attributes={"a": {"href"}, "h2": {"id"}, "h3": {"id"}}, link_rel=None
    )
    tokens: list[dict[str, Any]] = reader.toc_tokens  # type: ignore[attr-defined]
    return Chapter(first.lstrip("# ").strip(), Markup(html), [(token["id"], token["name"]) for token in tokens])


# --- chapters made from the code -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MoveLine:
    label: str
    sources: str
    target: str
    who: str
    demands: Sequence[str]


def _permissions() -> dict[str, Any]:
    return {
        "sections": [("moves", "状态与流转"), ("rights", "谁可以做什么"), ("acts", "哪些操作记入审计记录")],
        "states": [(state.label, state.whose_move) for state in State],
        "moves": [
            MoveLine(
                action.label,
                "、".join(state.label for state in State if state in move.sources),
                move.target.label if move.target else "送审之前的状态",
                "、".join(grant.role.label for grant in PERMISSIONS[move.permission].grants),
                [demand.label for demand in move.demands],
            )
            for action, move in TRANSITIONS.items()
        ],
        "roles": list(Role),
        "rights": [(right.label, _when(right), _by_role(PERMISSIONS[right])) for right in Permission],
        "acts": [act.label for act in Act],
    }


def _when(permission: Permission) -> str:
    """The states in which a permission is of use: its own, or those from which its move starts."""
    rule = PERMISSIONS[permission]
    starts = [state for move in TRANSITIONS.values() if move.permission is permission for state in move.sources]
    words = ["、".join(state.label for state in State if state in (rule.states or starts))]
    return "；".join(word for word in [*words, "从未送审过" if rule.never_submitted else ""] if word)


def _by_role(rule: Rule) -> list[str]:
    """What each role may, in the order of `Role`; "" where nothing."""
    return ["；".join(_grant(grant) for grant in rule.grants if grant.role is role) for role in Role]


def _grant(grant: Grant) -> str:
    where = [relation.label for relation in Relation if relation in grant.relations] if grant.relations else ["可以"]
    conditions = [text for holds, text in _conditions(grant) if holds]
    return "、".join(where) + (f"（{'，'.join(conditions)}）" if conditions else "")


def _conditions(grant: Grant) -> Sequence[tuple[bool, str]]:
    return ((grant.submitted_once, "首次送审以后"), (grant.not_own_work, "自己没有编辑、送审过"))


def _rules() -> dict[str, Any]:
    return {
        "sections": [("rules", "检查规则"), ("years", "各年度的规定"), ("frameworks", "指标体系")],
        "rules": RULES,
        "years": queries.years.all_years(db.session()),
        "frameworks": [frameworks.get(name) for name in frameworks.available()],
    }


_GENERATORS = {"permissions": _permissions, "rules": _rules}
