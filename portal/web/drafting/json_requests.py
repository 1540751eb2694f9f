"""Parsing of the JSON that the edit page's scripts send: author of the page, version that it shows, values."""

from __future__ import annotations

from typing import Any

from flask import request

from portal.domain.errors import Invalid, Stale
from portal.web.guards import actor


def sent() -> dict[str, Any]:
    """The JSON object of the request. Raises Invalid; Stale where another person opened the page."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Invalid("请求的内容不完整。")
    if body.get("author") != actor().id:
        raise Stale("这个页面是另一位用户打开的，没有保存。")
    return body


def known(body: dict[str, Any], name: str = "version") -> int:
    """A version number from the body: `name` is the key. Raises Invalid."""
    version = body.get(name)
    if not isinstance(version, int) or isinstance(version, bool):
        raise Invalid("请求的内容不完整。")
    return version


def listed(value: Any) -> list[Any]:
    """Raises Invalid unless `value` is a list."""
    if not isinstance(value, list):
        raise Invalid("请求的内容不完整。")
    return value


def text_of(body: dict[str, Any], name: str) -> str:
    """A text from the body; "" where it has none. Raises Invalid for any other value."""
    value = body.get(name, "")
    if not isinstance(value, str):
        raise Invalid("请求的内容不完整。")
    return value
