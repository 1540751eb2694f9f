"""The capacity of a session (代办): what the head of every page says of it, and refusing a page of another capacity.

Each form says in which capacity its page was opened (`macros/form.html`), each request of the edit page's scripts in a
header. A page that another tab left behind acts in no other name than it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Flask, Response, jsonify, make_response, request
from flask_login import current_user

from portal import queries
from portal.database import local_today
from portal.extensions import db
from portal.queries.session import Account
from portal.queries.stand_ins import StandInLine
from portal.web.rendering import wants_json
from portal.web.session import resume

FIELD, HEADER, OWN = "_capacity", "X-Capacity", "0"
_EXEMPT = frozenset({"signing_in", "account", "stand_ins"})
"""Blueprints whose acts are always done in the own capacity, or choose one."""


def init_app(app: Flask) -> None:
    app.before_request(_refuse_other_capacity)
    app.jinja_env.globals |= {"capacity": key, "capacity_bar": capacity_bar}


def key() -> str:
    """The key of the present capacity."""
    chosen = current_user.account.chosen
    return str(chosen.row.id) if chosen else OWN


def _refuse_other_capacity() -> Response | None:
    """Refuse a post of a page that was opened in another capacity than the session has now."""
    if request.method != "POST" or request.blueprint in _EXEMPT or not current_user.is_authenticated:
        return None
    opened = request.headers.get(HEADER) or request.form.get(FIELD) or key()
    if opened == key():
        return None
    was, now = _name(opened), name_of(current_user.account.chosen)
    sentence = f"这个页面是以“{was}”的身份打开的，现在的身份是“{now}”，所以没有办理，免得记错名字。"
    if wants_json():
        return make_response(jsonify(message=f"{sentence}请换回原来的身份再继续。"), 409)
    return resume.other_capacity_page(409, sentence, now, was, opened if _is_available(opened) else "")


def name_of(line: StandInLine | None) -> str:
    return f"代{line.person}" if line else "本人"


def _name(opened: str) -> str:
    """How the capacity was called in which a page was opened; also one that is over."""
    own: int = current_user.user.id
    line = queries.stand_ins.line(db.session(), int(opened), local_today()) if _is_number(opened) else None
    return name_of(line) if line and line.row.stand_in_id == own else "本人" if opened == OWN else "代办"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) < 2**31 if len(text) < 12 else False


def _is_available(opened: str) -> bool:
    return opened == OWN or any(str(line.row.id) == opened for line in _own_offers(current_user.account))


# --- the head of every page ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """A capacity that the person can take: its key, and the principal with the last day."""

    key: str
    words: str


@dataclass(frozen=True, slots=True)
class CapacityBar:
    """acting: in whose capacity the person works now, "" in the own one. by: who stands in for the person.

    lapsed: a capacity that was chosen and holds no longer.
    """

    acting: str
    offers: Sequence[Offer]
    by: Sequence[str]
    lapsed: str


def capacity_bar() -> CapacityBar | None:
    """None for people without a stand-in today."""
    account: Account = current_user.account
    if not account.stand_ins and not account.lapsed:
        return None
    offers = [Offer(str(line.row.id), _until(name_of(line), line.row.ends_on)) for line in _own_offers(account)]
    return CapacityBar(
        acting=_until(name_of(account.chosen), account.chosen.row.ends_on) if account.chosen else "",
        offers=[Offer(OWN, "本人"), *offers] if account.chosen else offers,
        by=[
            _until(line.stand_in, line.row.ends_on)
            for line in account.stand_ins
            if line.row.person_id == account.own.id
        ],
        lapsed=name_of(account.lapsed) if account.lapsed else "",
    )


def _own_offers(account: Account) -> list[StandInLine]:
    """The capacities that the person can take, without the present one."""
    return [line for line in account.stand_ins if line.row.stand_in_id == account.own.id and line is not account.chosen]


def _until(words: str, last: date) -> str:
    """代李主任（至 12-11）"""
    return f"{words}（至 {last:%m-%d}）" if last.year == local_today().year else f"{words}（至 {last}）"
