"""Error handlers: each refusal or exception becomes one sentence, as an error page, a fragment or JSON.

A form that could not be processed is returned filled in (see `session/resume.py`).
"""

from __future__ import annotations

import logging
from contextlib import suppress

from flask import Flask, Response, abort, g, jsonify, make_response, request, url_for
from flask_login import AnonymousUserMixin, current_user
from flask_wtf.csrf import CSRFError, generate_csrf
from sqlalchemy.exc import DataError, SQLAlchemyError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.attachments import MAX_AT_ONCE, in_megabytes
from portal.domain.errors import Forbidden, Invalid, Lost, NotVisible, Refused, Stale
from portal.extensions import db, login
from portal.faults import Fault, fault_of
from portal.front.application import REFUSED
from portal.services.session.signing_in import SlowDown
from portal.web.rendering import render, wants_json
from portal.web.session import resume
from portal.web.typed_texts import typed_texts

log = logging.getLogger(__name__)

STATUSES: dict[type[Refused], int] = {
    NotVisible: 404,
    Forbidden: 403,
    Stale: 409,
    Invalid: 422,
    SlowDown: 429,
    Lost: 500,
}
TITLES = {
    400: "请求不完整",
    401: "请先登录",
    403: "没有权限",
    404: "没有找到",
    405: "不能这样操作",
    408: "提交中断",
    409: "内容已有变化",
    413: "内容太大",
    422: "不能这样办理",
    429: "请稍候再试",
    500: "系统出错",
    503: "系统繁忙",
    507: "没有保存",
}
SENTENCES = {
    400: "请求不完整，请返回后重试。",
    404: "没有这个页面。",
    405: "这个地址不支持这样的操作。",
    408: "提交的内容没有传完，系统没有接收；请检查网络后再试。",
}
"""Of the statuses that Werkzeug and the front give."""
FAULTS = {
    Fault.BUSY: (503, "系统正忙，刚才的操作没有办理；请稍候再试。"),
    Fault.FULL: (507, "服务器的磁盘已满，刚才的操作没有保存；请告诉系统管理员；清理磁盘之前，再试也不会成功。"),
    Fault.READ_ONLY: (
        503,
        "服务器上的数据现在只能读、不能写，刚才的操作没有保存；请告诉系统管理员检查文件权限。",
    ),
    Fault.AWAY: (503, "系统现在连不上数据库，刚才的操作没有办理；请稍候再试，仍然不行时请告诉系统管理员。"),
    Fault.DAMAGED: (
        500,
        "服务器读写数据时出错，磁盘可能已满，或有损坏，刚才的操作没有办理；请立即告诉系统管理员。",
    ),
}
"""Status and sentence: what is wrong, and whom to tell unless it passes by itself."""
_FAULT_TITLES = {Fault.READ_ONLY: "没有保存", Fault.AWAY: "连不上数据库"}
"""Of the faults that the title of their status does not fit."""
_BY_STATUS = {503: Fault.BUSY, 507: Fault.FULL}


def init_app(app: Flask) -> None:
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _token_expired)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DataError, _impossible)
    app.register_error_handler(OverflowError, _impossible)
    app.register_error_handler(Exception, _failed)
    login.unauthorized_handler(_not_signed_in)
    # Before the token is checked: the front refuses a request whose body is missing, or whose thread is.
    app.before_request_funcs[None][:0] = [_refuse]


def _refuse() -> Response | None:
    """Refuse what the front could not receive or has no thread for."""
    status = request.environ.get(REFUSED)
    if status in _BY_STATUS:
        return _not_done(_BY_STATUS[status])
    return abort(status) if status else None


def status_of(refusal: Refused) -> int:
    return next((status for kind, status in STATUSES.items() if isinstance(refusal, kind)), 422)


def error_page(status: int, message: str, layout: str = "page", title: str = "") -> Response:
    """One sentence: JSON for our own scripts, otherwise a page or fragment, with where to go on."""
    if wants_json():
        return make_response(jsonify(message=message), status)
    title = title or TITLES.get(status, "出错了")
    return render(
        "errors/error.html",
        status,
        layout=layout,
        title=title,
        message=message,
        links=_ways_on(status),
        left=typed_texts() if request.method == "POST" and status in (403, 404, 409, 422) else [],
    )


def _ways_on(status: int) -> list[tuple[str, str]]:
    """(URL, label): the same page once more where that may help, and the table that the request was about."""
    ways = []
    if status in (500, 503) and request.method == "GET":
        ways.append((request.script_root + request.full_path.removesuffix("?"), "再试一次"))
    table_id = (request.view_args or {}).get("table_id")
    if status in (403, 409, 422) and table_id and request.endpoint != "table.show":
        ways.append((url_for("table.show", table_id=table_id), "看这张表现在的情况"))
    return ways


def _refused(refusal: Refused) -> Response:
    status = status_of(refusal)
    if isinstance(refusal, Lost):
        log.error("lost %s %s: %s", request.method, request.path, refusal.message)
    elif not isinstance(refusal, NotVisible):
        log.info("refused %s %s: %s", request.method, request.path, refusal.message)
    return error_page(status, refusal.message)


def _not_signed_in() -> Response | AnyResponse:
    if wants_json():
        return _sign_in_on_the_spot("登录已过期，请重新登录。")
    return resume.not_signed_in_page(401)


def _sign_in_on_the_spot(message: str) -> Response:
    """Includes a new CSRF token: the token in the page belongs to a session that may have ended."""
    return make_response(jsonify(message=message, csrf=generate_csrf()), 401)


def _token_expired(error: CSRFError) -> Response | AnyResponse:
    log.info("token refused: %s %s: %s", request.method, request.path, error.description)
    if wants_json():
        return _sign_in_on_the_spot("页面已过期，请重新登录。")
    return resume.expired_page(400 if current_user.is_authenticated else 401)


def _too_large(_: RequestEntityTooLarge) -> Response:
    if request.endpoint == "attachments.add":
        most = in_megabytes(MAX_AT_ONCE)
        return error_page(413, f"这一次选的文件合计太大，都没有添加；请分几次添加，一次合计不超过 {most}。")
    return error_page(413, "提交的内容太大，系统没有接收；请精简后再试。")


def _http(error: HTTPException) -> Response:
    code = error.code or 500
    if error.response is not None or isinstance(error, RequestRedirect):
        return error.get_response()  # type: ignore[return-value]
    return error_page(code, SENTENCES.get(code, "请求没有办成，请返回后重试。"))


def _impossible(error: DataError | OverflowError) -> Response:
    """A value that the database cannot store: an integer out of range, a NUL character."""
    db.session.rollback()
    log.info("impossible value: %s %s: %s", request.method, request.path, error)
    if request.method == "GET":
        return error_page(404, "没有这样的内容。")
    return error_page(422, "提交的内容里有系统不能保存的字符或数字，没有办理。")


def _failed(error: Exception) -> Response:
    with suppress(SQLAlchemyError):  # a connection that broke
        db.session.rollback()
    g.setdefault("_login_user", AnonymousUserMixin())  # the error page must not look for the person again
    if fault := fault_of(error):
        log.error("%s: %s %s: %s", fault.name, request.method, request.path, error)
        return _not_done(fault)
    log.exception("unexpected: %s %s", request.method, request.path, exc_info=error)
    sentence = "系统出了错，刚才的操作没有办理。请稍候再试；仍然不行时，请告诉系统管理员发生的时间。"
    return error_page(500, sentence, "plain")  # the plain layout needs no database query


def _not_done(fault: Fault) -> Response:
    """A fault of the server. A posted form comes back filled in, if it was received."""
    status, sentence = FAULTS[fault]
    title = _FAULT_TITLES.get(fault, TITLES[status])
    if request.method == "POST" and not wants_json() and _is_form_received():
        if request.endpoint == "signing_in.sign_in":
            return resume.sign_in_again(status, sentence)
        if page := resume.retry_page(status, title, sentence):
            return page
    return error_page(status, sentence, "plain", title)


def _is_form_received() -> bool:
    try:
        return bool(request.form)
    except (HTTPException, OSError):  # too large, or no room for its files
        return False
