"""The edit page and its whole-form save, merged with concurrent saves; no typed text is lost.

`field_saves` has the saves by field that the page's scripts send.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import forms
from portal.domain.changes import Conflict
from portal.domain.documents import ROW_LISTS, Document, Kind, PostedForm
from portal.domain.errors import Invalid, Stale
from portal.domain.permissions import Permission
from portal.domain.text_differences import segments
from portal.extensions import db
from portal.services.drafting import change_log, confirming, drafts, whole_steps
from portal.services.drafting.drafts import FormSaveResult
from portal.web.drafting import attempts
from portal.web.drafting.corrections import offers
from portal.web.drafting.origins import origin_context
from portal.web.filters import moment
from portal.web.guards import actor, needs
from portal.web.rendering import render
from portal.web.review import answers, notes
from portal.web.table_page import TablePage, explanations_of, findings_of, load, opinions_of

bp = Blueprint("edit", __name__)


@dataclass(frozen=True, slots=True)
class ConflictNote:
    """The other side of a conflict: its text, author and time. segments: from their text to one's own."""

    theirs: str
    by: str
    at: str
    segments: Sequence[tuple[str, str]]


@bp.get("/tables/<int:table_id>/edit")
@needs(Permission.EDIT)
def edit(table_id: int) -> Response:
    loaded = load(table_id, Permission.EDIT)
    if request.args.get("check"):
        attempts.remember(table_id)
    return _edit_page(loaded, loaded.table.document, loaded.table.version)


@bp.post("/tables/<int:table_id>/edit")
@needs(Permission.EDIT)
def save(table_id: int) -> Response | AnyResponse:
    loaded = load(table_id)
    posted, focus = _posted(Kind(loaded.table.kind))
    opened = request.form.get("version", default=-1, type=int)
    try:
        saved = drafts.save(db.session(), actor(), table_id, opened, posted)
    except Stale as refusal:
        loaded = load(table_id)
        typed = posted.onto(loaded.table.document)
        return render("drafting/not_saved.html", 409, loaded=loaded, document=typed, message=refusal.message)
    except Invalid as refusal:
        loaded = load(table_id)
        return _edit_page(loaded, posted.onto(loaded.table.document), opened, status=422, refusal=refusal)
    if saved.conflicts and saved.merged:
        conflicts = _conflict_notes(table_id, opened, saved.conflicts)
        return _edit_page(load(table_id), saved.merged, saved.version, status=409, conflicts=conflicts)
    _tell_done(table_id, saved)
    return redirect(url_for(".edit", table_id=table_id, _anchor=notes.anchor(focus) if focus else None), 303)


def _tell_done(table_id: int, saved: FormSaveResult) -> None:
    """What the button did, for browsers without scripts."""
    pressed, _, act = request.form.get("_row", "").rpartition("/")
    if ticked := request.form.get("_confirm") or request.form.get("_unconfirm"):
        is_right = "_confirm" in request.form
        confirming.confirm(db.session(), actor(), table_id, ticked.split(), is_right=is_right)
        flash("已记下：核对无误。" if is_right else "已取消核对。", "success")
    elif not pressed:
        flash("已保存。" if saved.operations else "没有改动，不需要保存。", "success")
    elif act == "delete":
        list_name, _, row_id = pressed.partition("/")
        shown = request.form.getlist(list_name)
        row = f"第{shown.index(row_id) + 1}行" if row_id in shown else "这一行"
        flash(f"已删除{row}；要恢复，请在“改动记录”里撤销这一步。", "success")
    elif act == "sort":
        try:
            whole_steps.sort_rows(db.session(), actor(), table_id, saved.version)
        except Stale as refusal:
            flash(refusal.message, "warning")
        else:
            flash("已按分类排序；要恢复，请在“改动记录”里撤销这一步。", "success")


def _edit_page(
    loaded: TablePage,
    document: Document,
    version: int,
    *,
    status: int = 200,
    conflicts: Mapping[str, ConflictNote] | None = None,
    refusal: Invalid | None = None,
    refused_answer: answers.RefusedAnswer | None = None,
) -> Response:
    findings, (explained, lapsed) = findings_of(loaded, document), explanations_of(loaded)
    is_calm = not attempts.was_made(loaded.table.id, loaded.table.submission_count)
    answerable = answers.answerable(loaded, document, opinions_of(loaded), refused_answer)
    return render(
        "drafting/edit.html",
        status,
        loaded=loaded,
        table_id=loaded.table.id,
        document=document,
        sheet=forms.layout(document, editing=True),
        opened=version,
        levels=loaded.rules.framework.levels,
        notes=notes.by_place(document, findings, is_calm=is_calm),
        findings=notes.finding_groups(document, findings, explained, lapsed, is_calm=is_calm),
        # What is typed and not saved cannot be corrected.
        offers=offers(loaded.table.id, document, findings, explained) if status == 200 else None,
        answerable=answerable,
        answers=answers.by_place(answerable),
        gone=[each for each in answerable if each.at is None],
        due=answers.due(answerable),
        conflicts=conflicts or {},
        row_conflicts=[(path, note) for path, note in (conflicts or {}).items() if path.count("/") == 1],
        refusal=refusal,
        is_unsaved=status != 200 and refused_answer is None,
        **origin_context(loaded, document),
    )


def page_with_refused_answer(loaded: TablePage, refused: answers.RefusedAnswer) -> Response:
    """The edit page with the stored text, and the refused answer in its form."""
    return _edit_page(loaded, loaded.table.document, loaded.table.version, status=422, refused_answer=refused)


def _posted(kind: Kind) -> tuple[PostedForm, str]:
    """The posted form after applying the pressed row button, if any; and the path to focus next."""
    shown = set(request.form.getlist("_lists")) & ROW_LISTS[kind].keys()
    posted = PostedForm(request.form, {name: request.form.getlist(name) for name in shown})
    list_name, _, rest = request.form.get("_row", "").partition("/")
    if list_name not in shown:
        return posted, ""
    row_id, _, act = rest.partition("/")
    posted, row_id = posted.after(act, list_name, row_id)
    return posted, f"{list_name}/{row_id}" if row_id else list_name


def _conflict_notes(table_id: int, opened: int, conflicts: Sequence[Conflict]) -> dict[str, ConflictNote]:
    """Conflicts by path, each with author and time of the other side."""
    authors = change_log.last_changes(db.session(), table_id, opened)
    found = {}
    for conflict in conflicts:
        row_id = conflict.path.split("/")[1] if "/" in conflict.path else ""
        by, at = authors.get(conflict.path) or authors.get(row_id) or ("同事", None)
        is_of_texts = conflict.theirs is not None and conflict.mine is not None
        compared = segments(conflict.theirs or "", conflict.mine or "") if is_of_texts else ()
        found[conflict.path] = ConflictNote(_theirs(conflict), by, moment(at), compared)
    return found


def _theirs(conflict: Conflict) -> str:
    if conflict.theirs is None:
        return "（删除了这一行）"
    return "（修改了这一行，而你删除了它）" if conflict.mine is None else conflict.theirs
