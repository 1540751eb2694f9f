"""The request class: what no request may be. Limits of forms in both encodings, depth of JSON, the Host header.

Limits of bodies as such are in `front.bodies`.
"""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any
from urllib.parse import urlsplit

from flask import Flask, Request, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from portal.database import LOCK_PATIENCE, REQUEST_PATIENCE
from portal.front.application import MAY_WAIT

_READING_PATIENCE = 1.0
"""Seconds; for a download or print view, which is entered into the record."""
_NEVER_IN_HOST = frozenset("/\\?#@ \t<>\"'%")


class _FormParser(FormDataParser):
    """Werkzeug limits size and number of fields for multipart/form-data only."""

    def _parse_urlencoded(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> tuple[IO[bytes], MultiDict[str, Any], MultiDict[str, Any]]:
        if content_length is None or content_length > (self.max_form_memory_size or 0):
            raise RequestEntityTooLarge
        body = stream.read()
        if body.count(b"&") >= (self.max_form_parts or 0):
            raise RequestEntityTooLarge
        return super()._parse_urlencoded(BytesIO(body), mimetype, content_length, options)


class PortalRequest(Request):
    form_data_parser_class = _FormParser

    def __init__(self, environ: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(environ, *args, **kwargs)
        if not _is_host(environ.get("HTTP_HOST", "localhost")):
            environ["HTTP_HOST"] = "localhost"  # for the addresses in the error page
            self.routing_exception = BadRequest()

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """As in Flask; JSON that is nested too deeply is treated as JSON that is wrong."""
        try:
            return super().get_json(force, silent, cache)
        except RecursionError:
            if silent:
                return None
            raise BadRequest from None


def _is_host(text: str) -> bool:
    """Whether addresses can be built with this Host: a name or number with or without a port."""
    try:
        parts = urlsplit(f"//{text}")
        parts.port  # noqa: B018, raises ValueError
        name = parts.hostname or ""
        name.encode("idna")
    except ValueError:
        return False
    return bool(name) and parts.netloc == text and not set(text) & _NEVER_IN_HOST


def init_app(app: Flask) -> None:
    app.request_class = PortalRequest
    app.before_request(_bound_waiting)


def _bound_waiting() -> None:
    """A request that shares its threads with those that read hardly waits for a lock."""
    LOCK_PATIENCE.set(REQUEST_PATIENCE if request.environ.get(MAY_WAIT, True) else _READING_PATIENCE)
