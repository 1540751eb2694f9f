"""Recovery of a form that could not be processed: the user gets it back filled in.

Reasons are an expired session or token, and a fault of the server.
The sign-in page carries the posted fields, and only their author sees them again. Only forms of our own pages are
accepted, so that no other site can make a user post a form of its own: the browser says so (Sec-Fetch-Site, which it
sends over TLS only), or the origin is the host, or the form names its author with our signature. The signature counts
behind a proxy that passes another Host; another site cannot read one for this person.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask, Response, current_app, flash, redirect, request, url_for
from flask_login import current_user
from itsdangerous import BadSignature, Signer
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import documents, forms
from portal.domain.documents import Kind
from portal.extensions import db
from portal.services.session import signing_in
from portal.web.rendering import render
from portal.web.session import sessions

_OURS = ("csrf_token", "_author", "_capacity", "_resume", "_once")


def init_app(app: Flask) -> None:
    app.jinja_env.globals["signed_author"] = lambda: _signer().sign(str(current_user.user.id)).decode()


def posted() -> dict[str, Any] | None:
    """Path, author and fields of a POST from our own pages; None otherwise, and for forms that hold passwords."""
    if request.method != "POST" or request.blueprint == "signing_in" or not _is_from_here():
        return None
    fields = [(name, text) for name, text in request.form.items(multi=True) if name not in _OURS]
    author = request.form.get("_author", "").partition(".")[0]
    return {"path": request.full_path.rstrip("?"), "author": author, "fields": fields}


def _is_from_here() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or _host_of(origin) == request.host or _has_signed_author()


def _host_of(address: str) -> str:
    """The host of an address; blank for a text that is no address."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def _has_signed_author() -> bool:
    try:
        _signer().unsign(request.form.get("_author", ""))
    except BadSignature:
        return False
    return True


def _signer() -> Signer:
    return Signer(current_app.secret_key or "", salt="author of a form")


def sign_in_page(
    status: int,
    *,
    goal: str = "",
    resume: str = "",
    username: str = "",
    error: str = "",
    notice: str = "",
) -> Response:
    """The sign-in form. resume: a posted form as JSON. error: a refused sign-in. notice: why the form appears."""
    return render(
        "session/sign_in.html",
        status,
        layout="plain",
        goal=goal,
        resume=resume,
        username=username,
        errors={"password": error} if error else {},
        notice=notice,
    )


def not_signed_in_page(status: int) -> Response | AnyResponse:
    """The sign-in form, carrying the requested URL or the posted fields."""
    if request.path == url_for("signing_in.sign_out"):
        return _signed_out_already()
    waiting = posted()
    if waiting:
        return sign_in_page(status, resume=json.dumps(waiting, ensure_ascii=False), notice=_KEPT)
    if request.endpoint == "signing_in.change_password":
        return sign_in_page(
            status, goal=request.path, notice="登录已失效，这一次没有修改密码；如果刚才已经改过，请用新密码登录。"
        )
    return sign_in_page(status, goal=request.full_path.rstrip("?") if request.method == "GET" else "")


def _signed_out_already() -> AnyResponse:
    """Also ends a session on the server that was idle too long, so that no copy of its cookie lives on."""
    if request.method == "POST":
        signing_in.end_session(db.session(), sessions.key())
        sessions.end()
    flash("已退出登录。", "success")
    return redirect(url_for("signing_in.sign_in_form"), 303)


_KEPT = "登录已失效，你刚才填写的内容没有丢失：重新登录后可以继续提交。"


def go_on(goal: str, resume: str) -> Response | AnyResponse:
    """Redirect to the requested page, or show the form that was posted too late or in another capacity."""
    waiting = _waiting(resume)
    if waiting and waiting["author"] == str(current_user.user.id):
        return _filled_form(200, waiting)
    if waiting:
        flash("刚才填写的内容属于另一位用户，没有保留在这个账号下。", "warning")
    return redirect(local_path(goal), 303)


def expired_page(status: int) -> Response | AnyResponse:
    """The answer to a refused token: another session has begun or ended in this browser since the page was opened."""
    form = request.form
    match request.endpoint:
        case "signing_in.sign_out":
            return redirect(url_for("signing_in.confirm_sign_out"), 303)
        case "signing_in.sign_in":
            resume = form.get("resume", "") if _is_from_here() else ""
            return sign_in_page(
                status,
                goal=form.get("goal", ""),
                resume=resume,
                username=form.get("username", ""),
                notice="登录页面已过期，这一次没有登录；请再输入一次密码。",
            )
        case "signing_in.change_password" if current_user.is_authenticated:
            flash("页面已过期，这一次没有修改密码；请再填一次。", "warning")
            return redirect(url_for("signing_in.password"), 303)
    return _expired_form(status) if current_user.is_authenticated else not_signed_in_page(status)


def _expired_form(status: int) -> Response:
    """The posted form with a new token for its author; for anybody else the way to sign in as the author."""
    waiting = posted()
    if waiting and waiting["author"] in ("", str(current_user.user.id)):
        return _filled_form(status, waiting)
    if waiting:
        return sign_in_page(
            status,
            resume=json.dumps(waiting, ensure_ascii=False),
            notice="这个页面是另一位用户打开的，操作没有办理。填写的内容没有丢失：由那位用户登录后可以继续提交。",
        )
    return render(
        "errors/error.html", status, title="页面已过期", message="这个页面已过期，操作没有办理；请返回后刷新再试。"
    )


def sign_in_again(status: int, sentence: str) -> Response:
    """The sign-in form as it was posted, with the reason why nobody could be signed in."""
    form = request.form
    return render(
        "session/sign_in.html",
        status,
        layout="plain",
        goal=form.get("goal", ""),
        resume=form.get("resume", ""),
        username=form.get("username", ""),
        errors={"password": sentence},
    )


def other_capacity_page(status: int, sentence: str, now: str, was: str, capacity: str) -> Response:
    """The form of a page that was opened in another capacity (代办), to be sent in the present one or in that.

    now, was: what the two are called. capacity: the key of the latter, "" if it is over.
    """
    waiting = posted()
    if not waiting:
        return render("errors/error.html", status, title="身份已切换", message=sentence)
    switch = Switch(capacity, f"换回“{was}”再提交", json.dumps(waiting, ensure_ascii=False)) if capacity else None
    return _filled_form(
        status,
        waiting,
        "身份已切换",
        f"{sentence}你填写的内容都还在。",
        button=f"以“{now}”的身份提交",
        switch=switch,
    )


@dataclass(frozen=True, slots=True)
class Switch:
    """A button that changes the capacity and comes back with the form. key: of the capacity; resume: the form."""

    key: str
    words: str
    resume: str


def retry_page(status: int, title: str, sentence: str) -> Response | None:
    """The posted form, to be sent again after a fault of the server; None if it has no fields, or passwords.

    Needs no database. The form goes back to the browser that sent it, so its author is not compared.
    """
    waiting = posted()
    if not waiting or not waiting["fields"] or any(name.endswith("password") for name, _ in waiting["fields"]):
        return None
    return _filled_form(status, waiting, title, f"{sentence}你填写的内容都在下面，可以再提交一次。", layout="plain")


def _filled_form(
    status: int,
    waiting: dict[str, Any],
    title: str = "继续提交",
    sentence: str = "页面在提交之前已过期。你填写的内容都还在，按下面的按钮即可继续提交。",
    layout: str = "page",
    *,
    button: str = "继续提交",
    switch: Switch | None = None,
) -> Response:
    texts = [(label, text) for name, text in waiting["fields"] if text and (label := _label(name))]
    return render(
        "session/resume.html",
        status,
        layout=layout,
        title=title,
        sentence=sentence,
        waiting=waiting,
        texts=texts,
        button=button,
        switch=switch,
    )


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
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return {"path": path, "author": author, "fields": fields} if is_local(path) else None


def local_path(goal: str) -> str:
    """`goal` if it is a path on this server, else the home page."""
    return goal if is_local(goal) else url_for("home.home")


def is_local(goal: str) -> bool:
    """Whether a browser finds `goal` on this server.

    Browsers drop tabs and line breaks from addresses and read a backslash as a slash: "/\\t/host" is another host.
    """
    if not goal.startswith("/") or goal.startswith("//") or "\\" in goal or not goal.isprintable():
        return False
    try:
        reached, here = urlsplit(urljoin(request.host_url, goal)), urlsplit(request.host_url)
    except ValueError:
        return False
    return (reached.scheme, reached.netloc) == (here.scheme, here.netloc)
