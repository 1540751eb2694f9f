"""What the edit page's scripts send: JSON that says whose page it comes from and which version that page shows."""

from __future__ import annotations

from typing import Any

from flask import request

from portal.domain.errors import Invalid, Stale
from portal.web.guards import actor


def sent() -> dict[str, Any]:
    """What the page sent. Raises Invalid; Stale where the page is another person's."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Invalid("请求的内容不完整。")
    if body.get("author") != actor().id:
        raise Stale("这个页面是另一位用户打开的，没有保存。")
    return body


def known(body: dict[str, Any], name: str = "version") -> int:
    """The version that the page shows, or showed. Raises Invalid."""
    version = body.get(name)
    if not isinstance(version, int) or isinstance(version, bool):
        raise Invalid("请求的内容不完整。")
    return version


def listed(value: Any) -> list[Any]:
    """Raises Invalid for anything but a list."""
    if not isinstance(value, list):
        raise Invalid("请求的内容不完整。")
    return value
