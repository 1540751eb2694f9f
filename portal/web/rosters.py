"""What the imports of lists share on the web: the posted file or pasted cells, and the kept reading of a preview."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask import request

from portal.domain.errors import Invalid
from portal.domain.rosters import SheetRows
from portal.extensions import db
from portal.formats import rosters
from portal.services import form_posts
from portal.web.acts import result_key
from portal.web.guards import actor

MAX_PREVIEW = 6_000_000
"""Characters of a kept list."""
SHOWN = 100
"""Rows that each block of a preview shows."""


def posted() -> tuple[str, list[SheetRows]]:
    """The name of the file and its rows; pasted cells count where no file was chosen. Raises Invalid, Unreadable."""
    uploaded, pasted = request.files.get("file"), request.form.get("pasted", "")
    if uploaded is not None and uploaded.filename:
        return uploaded.filename, rosters.read(uploaded.filename, uploaded.read())
    if not pasted.strip():
        raise Invalid("请选择文件，或者粘贴清单。")
    return "粘贴的清单", rosters.read_text(pasted)


def keep(kind: str, rows: Sequence[tuple[object, ...]], **others: object) -> str:
    """Keep what the preview is made from, as JSON; return its key. Raises Invalid for too much text."""
    if len(json.dumps(rows, ensure_ascii=False)) > MAX_PREVIEW:
        raise Invalid("清单里的文字太多；请分成几份导入。")
    form_posts.keep_outcome(db.session(), actor().id, result_key(), {kind: rows, **others})
    return result_key()


def kept(kind: str, key: str) -> dict[str, Any]:
    """What `keep` kept for this person. Raises Invalid where there is nothing of this kind."""
    found = form_posts.outcome(db.session(), actor().id, key)
    if found is None or kind not in found:
        raise Invalid("这次预览已经过期，没有导入；请重新选择文件。")
    return found
