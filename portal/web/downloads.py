"""Files as answers to a browser. What is in them belongs in `formats`, who may take them in the views."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from urllib.parse import quote

from flask import Response

from portal.domain.attachments import safe_name


def download(body: bytes | Iterable[str], name: str, media_type: str) -> Response:
    """name: with its ending, in any script; made safe. Old browsers save the file as "export"."""
    shown, ending = quote(safe_name(name)), PurePath(name).suffix
    response = Response(body, mimetype=media_type)
    response.headers["Content-Disposition"] = f"attachment; filename=\"export{ending}\"; filename*=UTF-8''{shown}"
    return response
