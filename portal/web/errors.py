"""Error handlers: each refusal or exception becomes one sentence, as an error page, a fragment or JSON.

A form whose token or session has expired is returned filled in (see `session/resume.py`).
"""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify, make_response, request
from flask_wtf.csrf import CSRFError, generate_csrf
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.attachments import MAX_AT_ONCE, in_megabytes
from portal.domain.errors import Forbidden, Invalid, Lost, NotVisible, Refused, Stale
from portal.extensions import db, login
from portal.services.session.signing_in import SlowDown
from portal.web.rendering import render, wants_json
from portal.web.session import resume

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
    409: "内容已有变化",
    413: "内容太大",
    422: "不能这样办理",
    429: "请稍候再试",
    500: "系统出错",
    503: "系统繁忙",
}


def init_app(app: Flask) -> None:
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _token_expired)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(DataError, _impossible)
    app.register_error_handler(OverflowError, _impossible)
    app.register_error_handler(Exception, _broken)
    login.unauthorized_handler(_not_signed_in)


def status_of(refusal: Refused) -> int:
    return next((status for kind, status in STATUSES.items() if isinstance(refusal, kind)), 422)


def error_page(status: int, message: str, layout: str = "page") -> Response:
    """One sentence: JSON for our own scripts, otherwise a page or fragment."""
    if wants_json():
        return make_response(jsonify(message=message), status)
    return render("errors/error.html", status, layout=layout, title=TITLES.get(status, "出错了"), message=message)


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
    return resume.expired_page(400)


def _too_large(_: RequestEntityTooLarge) -> Response:
    if request.endpoint == "attachments.add":
        most = in_megabytes(MAX_AT_ONCE)
        return error_page(413, f"这一次选的文件合计太大，都没有添加；请分几次添加，一次合计不超过 {most}。")
    return error_page(413, "提交的内容太大，系统没有接收；请精简后再试。")


def _http(error: HTTPException) -> Response:
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()  # type: ignore[return-value]
    sentences = {404: "没有这个页面。", 405: "这个地址不支持这样的操作。", 400: "请求不完整，请返回后重试。"}
    return error_page(error.code or 500, sentences.get(error.code or 500, "请求没有办成，请返回后重试。"))


def _busy(error: OperationalError) -> Response:
    db.session.rollback()
    log.error("database: %s", error)
    return error_page(503, "系统正忙，刚才的操作没有办理；请稍候再试。", "plain")


def _impossible(error: DataError | OverflowError) -> Response:
    """A value that the database cannot store: an integer out of range, a NUL character."""
    db.session.rollback()
    log.info("impossible value: %s %s: %s", request.method, request.path, error)
    if request.method == "GET":
        return error_page(404, "没有这样的内容。")
    return error_page(422, "提交的内容里有系统不能保存的字符或数字，没有办理。")


def _broken(error: Exception) -> Response:
    db.session.rollback()
    log.exception("unexpected: %s %s", request.method, request.path, exc_info=error)
    sentence = "系统出了错，刚才的操作没有办理。请稍候再试；仍然不行时，请告诉系统管理员发生的时间。"
    return error_page(500, sentence, "plain")  # the plain layout needs no database query
