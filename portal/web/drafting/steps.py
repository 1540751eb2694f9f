"""改动记录: the saves of a draft, undo of a single save, and restoring the text as of any save."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import documents, forms
from portal.domain.changes import Delete, Insert, Move, Operation, Set
from portal.domain.documents import ROW_LISTS, Document
from portal.domain.permissions import Permission
from portal.domain.quotation import quote
from portal.extensions import db
from portal.services.drafting import change_log, undo_redo
from portal.services.drafting.change_log import StepLine
from portal.web.filters import moment
from portal.web.guards import actor, needs
from portal.web.rendering import render
from portal.web.table_page import load

bp = Blueprint("steps", __name__)

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class StepView:
    version: int
    at: str
    by: str
    words: str
    can_be_undone: bool


@bp.get("/tables/<int:table_id>/steps")
@needs(Permission.EDIT)
def steps(table_id: int) -> Response:
    loaded = load(table_id, Permission.EDIT)
    before = request.args.get("before", type=int)
    found = change_log.latest_steps(db.session(), table_id, before, ON_A_PAGE)
    older = found[-1].version if len(found) == ON_A_PAGE and found[-1].version > 1 else None
    document = loaded.table.document
    return render("drafting/steps.html", loaded=loaded, steps=[_view(document, step) for step in found], older=older)


@bp.post("/tables/<int:table_id>/steps/<int:version>/undo")
@needs(Permission.EDIT)
def undo_step(table_id: int, version: int) -> AnyResponse:
    undo_redo.undo_step(db.session(), actor(), table_id, version)
    flash("已撤销这一步。", "success")
    return redirect(url_for(".steps", table_id=table_id), 303)


@bp.post("/tables/<int:table_id>/steps/<int:version>/return")
@needs(Permission.EDIT)
def return_to(table_id: int, version: int) -> AnyResponse:
    undo_redo.return_to(db.session(), actor(), table_id, version)
    flash("已恢复到那一刻的内容；这也是一步，可以撤销。", "success")
    return redirect(url_for("edit.edit", table_id=table_id), 303)


def _view(document: Document, step: StepLine) -> StepView:
    words = _words(document, step.first)
    if step.undoes is not None:
        words = f"{'重做' if step.again else '撤销'}第 {step.undoes} 步：{words}"
    if step.size > 1:
        words += f"，等 {step.size} 处"
    return StepView(step.version, moment(step.at), step.by, words, step.version > 1 and not _is_of_ordinal(step))


def _is_of_ordinal(step: StepLine) -> bool:
    """Whether the step only gave the table another ordinal, which is given back in another way (`ordering`)."""
    return step.size == 1 and isinstance(step.first, Set) and step.first.path == "ordinal"


def _words(document: Document, operation: Operation) -> str:
    match operation:
        case Set(path, base, new):
            return f"{forms.label(document, path)}：{_around(base, new)}"
        case Insert(_, row_id, _):
            return f"增加{_row(document, row_id) or '一行，后来已删除'}"
        case Move(row_id, _):
            return f"移动{_row(document, row_id) or '一行，后来已删除'}"
        case Delete(row_id):
            return f"删除{_row(document, row_id) or '一行'}"


def _row(document: Document, row_id: str) -> str:
    """The label of the row; "" where it was deleted."""
    lists = (name for name in ROW_LISTS[document.kind] if documents.find_row(document, name, row_id))
    return next((f" {forms.label(document, f'{name}/{row_id}')}" for name in lists), "")


_BEFORE = 6
"""Count of characters shown before the first difference."""


def _around(base: str, new: str) -> str:
    """Both texts from shortly before the first difference, so that a change at the end of a long text shows."""
    same = next((n for n, (one, other) in enumerate(zip(base, new, strict=False)) if one != other), None)
    start = max((min(len(base), len(new)) if same is None else same) - _BEFORE, 0)
    old, now = (quote(("…" if start else "") + text[start:]) if text else "空白" for text in (base, new))
    return f"{old} 改为 {now}"
