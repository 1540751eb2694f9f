"""导入文件: upload, correction of what its captions mean, import after a preview, and taking that back."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain import forms
from portal.domain.errors import Invalid, Stale
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.formats import files
from portal.formats.reading import Unreadable
from portal.services.files import import_undo, imports
from portal.services.files.imports import ImportResult
from portal.web.acts import result_key
from portal.web.drafting.new_tables import or_start_page
from portal.web.errors import status_of
from portal.web.files import jobs, kept_imports, workbook_returns
from portal.web.files.import_pages import caption_choices, document_page, overview, seen
from portal.web.files.kept_imports import KeptImport
from portal.web.guards import actor, needs

bp = Blueprint("imports", __name__)

NOT_READ = "不读入的"
"""Before a caption that the person does not want to be read: no form knows such a caption."""


@bp.post("/tables/new/file")
@needs(Permission.CREATE)
def upload() -> Response | AnyResponse:
    def answer() -> AnyResponse:
        uploaded = request.files.get("file")
        if uploaded is None or not uploaded.filename:
            raise Invalid("请选择要导入的文件。")
        year = request.form.get("year", default=0, type=int)
        form = queries.administration.years.open_year(db.session(), year).project_form
        name, data = uploaded.filename, uploaded.read()
        if copy := files.returned_copy(data):
            return workbook_returns.begin(copy, name, year)
        if files.takes_long(name, data, can_convert=bool(current_app.config["SOFFICE"])):
            return jobs.read_later(name, data, form, year)
        reading = files.read(name, data, forms.likeliest(form))
        imports.plan(db.session(), actor(), reading.text, actor().office or "", year)
        kept = KeptImport(result_key(), name, year, reading, {})
        kept_imports.keep(kept)
        return redirect(url_for(".preview", key=kept.key), 303)

    return or_start_page(answer)


@bp.get("/tables/new/import/<key>")
@needs(Permission.CREATE)
def preview(key: str) -> Response | AnyResponse:
    return or_start_page(lambda: overview(kept_imports.find(key)))


@bp.get("/tables/new/import/<key>/<int:number>")
@needs(Permission.CREATE)
def document(key: str, number: int) -> Response | AnyResponse:
    return or_start_page(lambda: document_page(kept_imports.find(key), number))


@bp.post("/tables/new/import/<key>/captions")
@needs(Permission.CREATE)
def assign_captions(key: str) -> Response | AnyResponse:
    """Read the file again with the captions that the person assigned."""

    def answer() -> Response | AnyResponse:
        kept = kept_imports.find(key)
        assigned = dict(zip(request.form.getlist("caption"), request.form.getlist("path"), strict=False))
        try:
            kept_imports.keep(_not_imported(kept).read_again(_renamed(kept, assigned)))
        except (Invalid, Unreadable) as refusal:
            return overview(kept, 422, refusal=refusal.message, assigned=assigned)
        flash("已按选定的栏目重新读入，请再看一遍。", "success")
        return redirect(url_for(".preview", key=key), 303)

    return or_start_page(answer)


def _renamed(kept: KeptImport, assigned: dict[str, str]) -> dict[str, str]:
    """The captions to read under other names. Raises Invalid where two are assigned to one field."""
    renamed, takers = dict(kept.renamed), dict[tuple[str, str], str]()
    for use, choices in caption_choices(kept):
        path = assigned.get(use.caption, use.path)
        choice = next((each for each in choices if each.path == path), None)
        if choice:
            other = takers.setdefault((use.list_name, path), use.caption)
            if other != use.caption:
                raise Invalid(f"“{other}”和“{use.caption}”都选了“{choice.label}”，一栏只能从一处读入。")
        if path != use.path:
            renamed[use.caption] = choice.caption if choice else f"{NOT_READ}{use.caption}"
    return renamed


@bp.post("/tables/new/import/<key>")
@needs(Permission.CREATE)
def confirm(key: str) -> Response | AnyResponse:
    def answer() -> Response | AnyResponse:
        kept = kept_imports.find(key)
        chosen = frozenset(request.form.getlist("import", type=int))
        try:
            done = _import(kept, chosen)
        except (Invalid, Stale) as refusal:
            return overview(kept, status_of(refusal), refusal=f"没有导入：{refusal.message}", chosen=chosen)
        flash(_result_sentence(done), "success")
        return redirect(url_for(".preview", key=key), 303)

    return or_start_page(answer)


def _import(kept: KeptImport, chosen: frozenset[int]) -> ImportResult:
    session, text, office = db.session(), kept.reading.text, actor().office or ""
    if request.form.get("seen") != seen(_not_imported(kept), imports.plan(session, actor(), text, office, kept.year)):
        raise Stale("预览以后，文件改按别的栏目读入，或者现有的表又有改动；请再看一遍。")
    if not chosen:
        raise Invalid("一张表也没有勾选。")
    done = imports.import_text(session, actor(), text, office, kept.year, replace_drafts=True, only=chosen)
    kept_imports.keep(replace(kept, made=done.tables))
    return done


def _not_imported(kept: KeptImport) -> KeptImport:
    if kept.made is not None:
        raise Invalid("这份文件已经导入过，要再导入请重新选择文件。")
    return kept


@bp.post("/tables/new/import/<key>/undo")
@needs(Permission.CREATE)
def take_back(key: str) -> Response | AnyResponse:
    def answer() -> AnyResponse:
        kept = kept_imports.find(key)
        if kept.made is None or kept.taken_back:
            raise Invalid("这次导入还没有做，或者已经撤销。")
        done = import_undo.take_back(db.session(), actor(), kept.made)
        kept_imports.keep(replace(kept, taken_back=True))
        flash(f"已撤销这次导入：{done.count} 张表回到导入以前，新建的在回收站里。", "success")
        for title, reason in done.kept:
            flash(f"《{title}》没有撤销：{reason}", "warning")
        return redirect(url_for(".preview", key=key), 303)

    return or_start_page(answer)


def _result_sentence(done: ImportResult) -> str:
    counts = done.counts
    unchanged = f"，{counts['unchanged']} 张与现有的相同" if counts["unchanged"] else ""
    return f"已导入：新建 {counts['created']} 张，替换 {counts['replaced']} 张{unchanged}。"
