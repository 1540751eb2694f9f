"""预算单位: the tree, adding and changing offices. Merging: `office_mergers`; whole lists: `office_imports`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain import searching
from portal.domain.errors import Invalid, NotVisible
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.models import Office
from portal.queries.administration.offices import OfficeNode
from portal.services.administration import office_names
from portal.services.administration import offices as service
from portal.services.administration.offices import OfficeForm
from portal.web.form_state import FormState
from portal.web.guards import actor, needs
from portal.web.rendering import render

bp = Blueprint("offices", __name__)

FEW = 60
"""Offices that are shown unfolded."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A top office with all below it. alone: those without any below, which share one branch."""

    lines: Sequence[OfficeNode]
    alone: bool = False

    @property
    def unreviewed_count(self) -> int:
        return sum(node.office.active and not node.reviewers for node in self.lines)


@bp.get("/offices")
@needs(Permission.MANAGE)
def offices() -> Response:
    wanted = request.args.get("q", "").strip()[:100]
    nodes, words = queries.administration.offices.tree(db.session()), searching.words(wanted)
    names = {node.office.code: node.office.name for node in nodes}
    found = [node for node in nodes if searching.finds(words, _words(node))]
    return render(
        "administration/offices.html",
        found=found,
        branches=[] if wanted else _branches(nodes),
        unfolded=len(nodes) <= FEW,
        names=names,
        unreviewed_count=sum(node.office.active and not node.reviewers for node in nodes),
        q=wanted,
    )


def _words(node: OfficeNode) -> str:
    """The text that the filter searches."""
    return f"{node.office.code} {node.office.name} {node.office.phone} {' '.join(node.reviewers)}"


def _branches(nodes: Sequence[OfficeNode]) -> list[Branch]:
    by_top: dict[str, list[OfficeNode]] = {}
    for node in nodes:
        by_top.setdefault(node.top, []).append(node)
    alone = [node for lines in by_top.values() if len(lines) == 1 for node in lines]
    found = [Branch(lines) for lines in by_top.values() if len(lines) > 1]
    return [*found, *([Branch(alone, alone=True)] if alone else [])]


@bp.get("/offices/new")
@needs(Permission.MANAGE)
def new() -> Response:
    return _new_page(FormState.of(parent=request.args.get("parent", "")))


@bp.post("/offices/new")
@needs(Permission.MANAGE)
def add() -> Response | AnyResponse:
    form = FormState.posted()
    try:
        office = service.add_office(db.session(), actor(), form["code"], form["name"], form["parent"], form["phone"])
    except Invalid as refusal:
        return _new_page(form.refused(refusal))
    flash(f"已新增单位 {office.code} {office.name}。", "success")
    return redirect(url_for(".offices"), 303)


def _new_page(form: FormState) -> Response:
    nodes = queries.administration.offices.tree(db.session())
    return render("administration/office_new.html", form.status, parents=choices(nodes), form=form)


def choices(nodes: Sequence[OfficeNode], without: Office | None = None) -> list[tuple[str, str]]:
    """Offices that others can be put below, as a tree: neither merged ones nor `without` and those below it."""
    return [
        (node.office.code, f"{'　' * node.depth}{node.office.code} {node.office.name}")
        for node in nodes
        if not node.merged_into and not (without and node.office.lineage.startswith(without.lineage))
    ]


@bp.get("/offices/<code>")
@needs(Permission.MANAGE)
def office(code: str) -> Response:
    found = office_of(code)
    return _office_page(
        found,
        FormState.of(
            name=found.name,
            parent=found.parent_code or "",
            phone=found.phone,
            active="1" if found.active else "0",
        ),
    )


@bp.post("/offices/<code>")
@needs(Permission.MANAGE)
def change(code: str) -> Response | AnyResponse:
    found, form = office_of(code), FormState.posted()
    parent = form["parent"] if form.all("parent") else found.parent_code or ""
    wanted = OfficeForm(form["name"], parent, form["phone"], form["active"] == "1")
    try:
        named = service.change_office(db.session(), actor(), code, wanted)
    except Invalid as refusal:
        return _office_page(office_of(code), form.refused(refusal))
    flash(f"单位 {code} 已修改。{f'{named} 张草稿里的单位名称一并改了。' if named else ''}", "success")
    return redirect(url_for(".offices"), 303)


def office_of(code: str) -> Office:
    """Raises NotVisible."""
    found = db.session().get(Office, code)
    if found is None:
        raise NotVisible("没有这个单位。")
    return found


def _office_page(office: Office, form: FormState) -> Response:
    session = db.session()
    tree = queries.administration.offices.tree(session)
    return render(
        "administration/office.html",
        form.status,
        office=office,
        contacts=queries.administration.people.contacts(session, [office.code]).get(office.code, []),
        parents=choices(tree, office),
        node=next(node for node in tree if node.office.code == office.code),
        below=[node for node in tree if node.office.parent_code == office.code],
        merger=queries.administration.offices.merger(session, office.code),
        drafts=office_names.named_drafts(session, office.code, office.name),
        form=form,
    )
