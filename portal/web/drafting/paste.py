"""Preview of a block pasted from the clipboard, cell by cell. It writes nothing: the page sends the operations."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from portal.domain import changes, documents
from portal.domain.documents import Kind
from portal.domain.pasting import paste
from portal.domain.permissions import Permission
from portal.formats import clipboard
from portal.web.drafting.json_requests import sent
from portal.web.guards import needs
from portal.web.table_page import load

bp = Blueprint("paste", __name__)


@bp.post("/tables/<int:table_id>/paste")
@needs(Permission.EDIT)
def preview(table_id: int) -> Response:
    body = sent()
    loaded = load(table_id, Permission.EDIT)
    document, inserts = loaded.table.document, body.get("inserts") is True
    block = clipboard.read(_text(body.get("html")), _text(body.get("text")))
    framework = loaded.rules.framework if document.kind is Kind.PROJECT else None
    pasted = paste(document, _text(body.get("path")), block, framework, documents.new_row_id, inserts=inserts)
    return jsonify(
        version=loaded.table.version,
        operations=[changes.to_plain(operation) for operation in pasted.operations],
        preview=render_template("drafting/_pasted.html", pasted=pasted, inserts=inserts),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
