"""Rendering of templates. Only this module decides whether a request gets a page or the fragment that htmx asked for.

It also holds what every page shows around its content: navigation, name of the signed-in person, version.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, Response, make_response, render_template, request, url_for
from flask_login import current_user

from portal import queries
from portal.domain.overview import scopes
from portal.domain.permissions import Actor, Permission, Role, grants_held, may
from portal.extensions import db
from portal.queries.awaiting import Awaiting
from portal.queries.session import MOST_UNREAD

VERSION = "0.2.0"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Link:
    """awaiting: what awaits the viewer there."""

    url: str
    label: str
    current: bool = False
    awaiting: Awaiting | None = None


@dataclass(frozen=True, slots=True)
class ViewerLine:
    """The signed-in person, as the page header shows them."""

    name: str
    office: str
    roles: str
    account_url: str
    stand_ins_url: str
    sign_out_url: str
    notices_url: str
    unread_notices: str


def init_app(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.auto_reload = app.debug
    app.jinja_env.globals |= {
        "version": VERSION,
        "district": app.config["DISTRICT"],
    }


def _is_partial() -> bool:
    """Whether htmx asked for a part of the page. Boosted requests and history restores need the whole page."""
    headers = request.headers
    return headers.get("HX-Request-Type") == "partial" and "HX-History-Restore-Request" not in headers


def wants_json() -> bool:
    """Whether the request comes from one of our own scripts, which displays the answer itself."""
    return request.headers.get("Accept") == "application/json"


def render(
    page: str, status: int = 200, /, *, fragment: str | None = None, layout: str = "page", **context: Any
) -> Response:
    """The template `page` in `layout`; for a partial request the template `fragment`.

    Without `fragment`, a partial request gets the title and content of `page`.
    """
    partial = _is_partial()
    context["layout"] = f"layouts/{'fragment' if partial else layout}.html"
    template = fragment if partial and fragment else page
    if not partial and layout == "page" and current_user.is_authenticated:
        context |= {"navigation": _navigation(current_user.actor), "viewer": _viewer_line(current_user)}
        context["searches"] = bool(grants_held(current_user.actor, Permission.SEE)) and request.blueprint != "search"
    response = make_response(render_template(template, **context), status)
    response.vary.update(("HX-Request-Type", "HX-History-Restore-Request"))
    return response


def page_or_fragment(page: Callable[[], T], fragment: Callable[[], T]) -> T:
    """The result of one of the two; for work that only one of them needs, and where the page is a redirect."""
    return fragment() if _is_partial() else page()


def _navigation(actor: Actor) -> list[Link]:
    endpoints = []
    if grants_held(actor, Permission.SEE):
        endpoints.append(("home.home", "我的工作"))
    if grants_held(actor, Permission.SEE_OVERVIEW):
        endpoints.append(("overview.latest", scopes.title(actor)))
    if grants_held(actor, Permission.SEE):
        endpoints.append(("tables.tables", "绩效目标表"))
    if grants_held(actor, Permission.SEE_REGISTER):
        endpoints.append(("register.latest", "应报清单"))
    if grants_held(actor, Permission.SEE):
        endpoints.append(("library.library", "指标库"))
    if may(actor, Permission.READ_AUDIT_LOG):
        endpoints.append(("history.history", "办理经过"))
    if may(actor, Permission.MANAGE):
        endpoints += [("offices.offices", "预算单位"), ("people.people", "人员"), ("years.years", "预算年度")]
        endpoints.append(("calendar.calendar", "工作日历"))
    if may(actor, Permission.READ_ADMIN_LOG):
        endpoints.append(("audit_log.log", "审计记录"))
    endpoints.append(("handbook.handbook", "使用手册"))
    room = (request.blueprint or "").partition("_")[0]
    return [
        Link(url_for(name), label, name.partition(".")[0] in (room, request.blueprint), _awaiting(actor, name))
        for name, label in endpoints
    ]


def _awaiting(actor: Actor, endpoint: str) -> Awaiting | None:
    return queries.awaiting.awaiting(db.session(), actor) if endpoint == "home.home" else None


def _viewer_line(viewer: Any) -> ViewerLine:
    actor: Actor = viewer.actor
    return ViewerLine(
        name=actor.signature,
        office=viewer.account.chosen_office if actor.principal else viewer.account.office_name,
        roles="、".join(role.label for role in Role if role in actor.roles),
        account_url=url_for("account.account"),
        stand_ins_url=url_for("stand_ins.stand_ins"),
        sign_out_url=url_for("signing_in.sign_out"),
        notices_url=url_for("notices.inbox"),
        unread_notices=unread_notices(),
    )


def unread_notices() -> str:
    """The number beside 通知; "" for none."""
    count: int = current_user.account.unread_notices
    return f"{MOST_UNREAD - 1}+" if count >= MOST_UNREAD else str(count or "")
