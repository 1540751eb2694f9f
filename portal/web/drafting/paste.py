"""Preview of a block pasted from the clipboard, cell by cell. It writes nothing: the page sends the operations."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from portal.domain import changes, documents
from portal.domain.documents import ROW_LISTS, Document, Kind
from portal.domain.errors import Invalid
from portal.domain.pasting import place
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
    document = loaded.table.document
    list_name, row_id, field = _place(document, body.get("path"))
    block = clipboard.read(_text(body.get("html")), _text(body.get("text")))
    framework = loaded.rules.framework if document.kind is Kind.PROJECT else None
    pasted = place(document, list_name, row_id, field, block, framework, documents.new_row_id)
    return jsonify(
        version=loaded.table.version,
        operations=[changes.to_plain(operation) for operation in pasted.operations],
        preview=render_template("drafting/_pasted.html", rows=pasted.cells, left_out=pasted.left_out),
    )


def _place(document: Document, path: Any) -> tuple[str, str, str]:
    """List, row and field of the target cell. Raises Invalid."""
    parts = path.split("/", 2) if isinstance(path, str) else []
    if len(parts) != 3 or parts[0] not in ROW_LISTS[document.kind]:
        raise Invalid("成片的内容只能粘贴到指标、职责或措施的行里。")
    return parts[0], parts[1], parts[2]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
