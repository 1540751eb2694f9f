"""Recovery of a form posted with an expired session or token: the user gets it back filled in.

The sign-in page carries the posted fields, and only their author sees them again. Only forms from our own origin
are accepted, so that no other site can make a user post a form of its own.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from flask import Response, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import documents, forms
from portal.domain.documents import Kind
from portal.web.rendering import render

_OURS = ("csrf_token", "_author", "_resume")


def posted() -> dict[str, Any] | None:
    """Path, author and fields of a POST from our own origin; None otherwise."""
    if request.method != "POST" or not _is_from_here() or request.endpoint == "signing_in.sign_in":
        return None
    fields = [(name, text) for name, text in request.form.items(multi=True) if name not in _OURS]
    return {"path": request.full_path.rstrip("?"), "author": request.form.get("_author", ""), "fields": fields}


def _is_from_here() -> bool:
    origin = request.headers.get("Origin")
    if origin:
        return urlsplit(origin).netloc == request.host
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def sign_in_page(status: int) -> Response:
    """The sign-in form, carrying the requested URL or the posted fields."""
    waiting = posted()
    goal = request.full_path.rstrip("?") if request.method == "GET" else ""
    return render(
        "session/sign_in.html",
        status,
        layout="plain",
        goal=goal,
        resume=json.dumps(waiting, ensure_ascii=False) if waiting else "",
        username="",
        errors={},
    )


def after_sign_in(goal: str, resume: str) -> Response | AnyResponse:
    """Redirect to the requested page, or show the form that was posted too late."""
    waiting = _waiting(resume)
    if waiting and waiting["author"] == str(current_user.user.id):
        return _filled_form(200, waiting)
    if waiting:
        flash("刚才填写的内容属于另一位用户，没有保留在这个账号下。", "warning")
    return redirect(goal if _is_path(goal) else url_for("home.home"), 303)


def filled_form_page(status: int) -> Response:
    """The posted form with a new token, for a signed-in person whose token was refused."""
    waiting = posted()
    if waiting and waiting["author"] in ("", str(current_user.user.id)):
        return _filled_form(status, waiting)
    return render(
        "errors/error.html", status, title="页面已过期", message="这个页面已过期，操作没有办理；请返回后刷新再试。"
    )


def _filled_form(status: int, waiting: dict[str, Any]) -> Response:
    texts = [(label, text) for name, text in waiting["fields"] if text and (label := _label(name))]
    return render("session/resume.html", status, waiting=waiting, texts=texts)


def _label(name: str) -> str:
    """The label of a field of a table; "" for row ids and hidden fields of the page."""
    for kind in Kind:
        field = documents.field_of(kind, name)
        if documents.is_field(kind, field):
            return forms.field_label(field)
    return ""


def _waiting(resume: str) -> dict[str, Any] | None:
    try:
        waiting = json.loads(resume or "{}")
        fields = [(str(name), str(text)) for name, text in waiting["fields"]]
        path, author = str(waiting["path"]), str(waiting["author"])
    except (ValueError, TypeError, KeyError):
        return None
    return {"path": path, "author": author, "fields": fields} if _is_path(path) else None


def _is_path(goal: str) -> bool:
    """Whether `goal` is a path on this server, not a redirect to another one."""
    return goal.startswith("/") and not goal.startswith(("//", "/\\")) and "\n" not in goal and "\r" not in goal
