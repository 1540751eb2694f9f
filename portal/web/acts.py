"""Looking is no act, and a form acts once.

A page that is opened, fetched ahead or asked for by HEAD writes nothing; only views marked with `gives_out` enter in
the record that they gave something out. Each form carries a token (`macros/form.html`): the same token with the same
fields, from a double press, a reload or a slow line, gets the first answer again; with other fields it is a new act.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import TypeVar, cast

from flask import Flask, Response, current_app, g, request, session
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from portal.database import Busy, now
from portal.extensions import db
from portal.models import FormPost
from portal.services import form_posts
from portal.services.form_posts import Repeated
from portal.services.transaction import LookingOnly, only_look
from portal.web.errors import error_page
from portal.web.filters import clock

log = logging.getLogger(__name__)

TOKEN = "_once"
_MESSAGES = "_flashes"
"""Where Flask keeps the messages of `flash` in the session."""
_PATIENCE = timedelta(seconds=10)
"""How long after its act the first request may be waited for; then it died before its answer was kept."""
_PAUSE = 0.05
"""Seconds between two looks for that answer."""
_LONGEST_BODY = 500_000

View = TypeVar("View", bound=Callable[..., object])


def init_app(app: Flask) -> None:
    app.before_request(_only_look)
    app.before_request(_first_answer_again)
    app.after_request(_keep_answer)
    app.register_error_handler(Repeated, _repeated)
    app.register_error_handler(LookingOnly, _not_given_out)
    app.jinja_env.globals["once"] = lambda: secrets.token_urlsafe(9)


def gives_out(view: View) -> View:
    """Marks a view whose GET enters in the record that it gave something out: exports and print views."""
    view.gives_out = True  # type: ignore[attr-defined]
    return view


def result_key() -> str:
    """The key under which the outcome of this post is kept; a form without a token gets one here."""
    if "result_key" not in g:
        g.result_key = g.get("form_post") or secrets.token_hex(32)
    key: str = g.result_key
    return key


# --- looking -------------------------------------------------------------------------------------------


def _only_look() -> None:
    if request.method in ("GET", "HEAD", "OPTIONS") and not (_is_meant() and _gives_out()):
        only_look(db.session())


def _is_meant() -> bool:
    """Whether a person asked for this answer; browsers fetch pages ahead of a click that may never come."""
    purposes = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    return request.method != "HEAD" and not any("prefetch" in purpose.lower() for purpose in purposes)


def _gives_out() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "gives_out", False)


def _not_given_out(error: LookingOnly) -> Response:
    if _is_meant():
        raise error  # a page that writes is a fault of the portal
    if request.method == "HEAD":
        return Response(headers={"Cache-Control": "no-store"})
    return error_page(403, "这一页要记入审计记录，只在真正打开时给出。")


# --- once ----------------------------------------------------------------------------------------------


def _first_answer_again() -> Response | None:
    if request.method != "POST" or not request.form.get(TOKEN) or not current_user.is_authenticated:
        return None
    key = _key(current_user.user.id)
    if form_posts.find(db.session(), key):
        return _first_answer(key)
    g.form_post = key
    form_posts.expect(db.session(), current_user.user.id, key)
    return None


def _key(user_id: int) -> str:
    fields = [(name, text) for name, text in request.form.items(multi=True) if name != "csrf_token"]
    files = []
    for name, file in request.files.items(multi=True):
        files.append((name, file.filename, hashlib.file_digest(cast(BytesIO, file.stream), "sha256").hexdigest()))
        file.stream.seek(0)
    return hashlib.sha256(json.dumps([user_id, request.full_path, fields, files]).encode()).hexdigest()


def _repeated(_: Repeated) -> Response:
    return _first_answer(g.pop("form_post"))


def _first_answer(key: str) -> Response:
    """The answer of the request that posted the form first, which may still be at work on it."""
    while (post := form_posts.find(db.session(), key)) and post.status is None and now() - post.at < _PATIENCE:
        db.session().rollback()  # ends the snapshot, in which the answer will never be there
        time.sleep(_PAUSE)
    assert post is not None
    return _answer(post)


def _answer(post: FormPost) -> Response:
    if post.status is None:
        age = "正在办理" if (now() - post.at).total_seconds() < 60 else f"已于 {clock(post.at)} 办理"
        return error_page(409, f"这一次提交{age}，不用再次提交；请返回查看结果。")
    if post.messages:
        session[_MESSAGES] = [tuple(message) for message in json.loads(post.messages)]
    headers = {"Location": post.location} if post.location else None
    return Response(post.body, post.status, headers, mimetype="text/html")


def _keep_answer(response: Response) -> Response:
    key = g.pop("form_post", None)
    if key is None or response.is_streamed or response.status_code >= 500:
        return response
    is_page = response.mimetype == "text/html" and not response.location
    body = response.get_data(as_text=True) if is_page else ""
    messages = session.get(_MESSAGES)
    try:
        form_posts.keep_answer(
            db.session(),
            key,
            response.status_code,
            location=response.location or "",
            body=body if len(body) <= _LONGEST_BODY else "",
            messages=json.dumps(messages, ensure_ascii=False) if messages else "",
        )
    except (Busy, SQLAlchemyError) as error:  # the act is done: its answer stands
        log.warning("answer not kept: %s %s: %s", request.method, request.path, error)
    return response
