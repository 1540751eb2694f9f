"""Attachments of a table: upload, removal and download. The browser never displays or runs one in a page."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO
from urllib.parse import quote

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.attachments import ENDINGS, HOW_MUCH, MAX_FILE, MAX_FILES, WHAT_IS_TAKEN
from portal.domain.errors import Invalid, NotVisible
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.services.drafting import attachments
from portal.storage import AttachmentStore
from portal.web.acts import gives_out
from portal.web.guards import actor, needs
from portal.web.rendering import render
from portal.web.table_page import load

bp = Blueprint("attachments", __name__)

TOLD = 5
"""Refusals reported one by one; the limit exists because flash messages are stored in the session cookie."""

_BLOCK = 1 << 16


@bp.post("/tables/<int:table_id>/attachments")
@needs(Permission.EDIT)
def add(table_id: int) -> AnyResponse:
    """Accepts several files: valid ones are stored, the page reports each refused one."""
    added, refused = 0, []
    chosen = [file for file in request.files.getlist("files") if file.filename]
    for file in chosen[:MAX_FILES]:
        try:
            attachments.attach(db.session(), actor(), _store(), table_id, file.filename or "", file.read(MAX_FILE + 1))
            added += 1
        except Invalid as refusal:
            refused.append(refusal.message)
    _flash_result(added, refused, len(chosen) - added - len(refused))
    return _back(table_id)


def _flash_result(added: int, refused: Sequence[str], left: int) -> None:
    """left: count of files beyond MAX_FILES, which were not read."""
    for sentence in refused[:TOLD]:
        flash(sentence, "danger")
    if untold := len(refused[TOLD:]) + left:
        flash(f"另有 {untold} 个文件也没有添加。", "danger")
    if added:
        flash(f"已添加 {added} 个附件。", "success")
    elif not refused:
        flash("没有选择文件，请先选择要添加的附件。", "warning")


@bp.get("/tables/<int:table_id>/attachments/<digest>/remove")
@needs(Permission.EDIT)
def confirm_removal(table_id: int, digest: str) -> Response:
    loaded = load(table_id, Permission.EDIT)
    attached = loaded.shown.enclosed.attachments if loaded.shown else ()
    file = next((each for each in attached if each.digest == digest), None)
    if file is None:
        raise NotVisible("没有这个附件，可能已经移除。")
    here = request.args.get("here", "")
    return render(
        "drafting/remove_attachment.html", loaded=loaded, file=file, here=here, back_url=_back_url(table_id, here)
    )


@bp.post("/tables/<int:table_id>/attachments/<digest>/remove")
@needs(Permission.EDIT)
def remove(table_id: int, digest: str) -> AnyResponse:
    name = attachments.detach(db.session(), actor(), table_id, digest)
    flash(f"已移除附件“{name}”；已送审的版本里的不受影响。", "success")
    return _back(table_id)


@bp.get("/tables/<int:table_id>/attachments/<digest>")
@gives_out
@needs(Permission.EXPORT)
def download(table_id: int, digest: str) -> Response:
    taken = attachments.take(db.session(), actor(), _store(), table_id, digest)
    response = Response(_blocks(taken.file), mimetype="application/octet-stream")
    response.call_on_close(taken.file.close)
    response.content_length = os.fstat(taken.file.fileno()).st_size
    name = quote(taken.attached.name, safe="")
    response.headers["Content-Disposition"] = f"attachment; filename=\"attachment\"; filename*=UTF-8''{name}"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block


def _store() -> AttachmentStore:
    store: AttachmentStore = current_app.extensions["attachments"]
    return store


def _back(table_id: int) -> AnyResponse:
    return redirect(_back_url(table_id, request.form.get("here", "")), 303)


def _back_url(table_id: int, here: str) -> str:
    return url_for("edit.edit" if here == "edit" else "table.show", table_id=table_id, _anchor="attachments")


# --- for the attachments panel -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Terms:
    """Which files may be added. accept: file extensions for the browser's file dialog."""

    accept: str
    kinds: str
    limits: str


@bp.app_template_global("attachment_terms")
def terms() -> Terms:
    return Terms(",".join(ENDINGS), WHAT_IS_TAKEN, HOW_MUCH)


@bp.app_template_filter("file_size")
def file_size(size: int) -> str:
    """Formats a number of bytes: 12 KB, 3.4 MB."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / 1024 / 1024:.1f} MB"
