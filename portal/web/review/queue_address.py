"""The queue in addresses: what a list shows and in which order, and the place of an opened table in it.

The page of a table carries the list from which it was opened (`queue`, `place`), so that it leads back to the same
list and on to the table behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import Flask, request, url_for
from werkzeug.datastructures import MultiDict

from portal import queries
from portal.domain.marks import MARKS
from portal.domain.permissions import Actor
from portal.domain.queue import QueueOrder, QueueSort, QueueTab
from portal.extensions import db
from portal.queries.queue import QueueFilters

MOST_YUAN = 10**12
MOST_DAYS = 400
FURTHEST_PLACE = 100_000
_LONGEST_QUERY = 2_000
QUEUE, PLACE = "queue", "place"

Args = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """Where an opened table stands in its list. place: from 1. next_url: "" where nothing follows."""

    back_url: str
    place: int
    count: int
    next_url: str


def init_app(app: Flask) -> None:
    app.jinja_env.globals["queue_args"] = queue_args


def filters_of(args: Args, years: tuple[int, ...], tab: QueueTab) -> QueueFilters:
    known = {mark.name for mark in MARKS}
    return QueueFilters(
        years,
        tab,
        marks=tuple(dict.fromkeys(name for name in args.getlist("mark") if name in known)),
        again=args.get("again") == "1",
        office=args.get("office", "")[:12],
        least_fen=100 * min(max(args.get("least", 0, int), 0), MOST_YUAN),
        waited_days=min(max(args.get("waited", 0, int), 0), MOST_DAYS),
        unclaimed=args.get("free") == "1",
        text=args.get("q", ""),
    )


def order_of(args: Args) -> QueueOrder:
    text = args.get("sort", "")
    name = text.removeprefix("-")
    return QueueOrder(QueueSort(name), text != name) if name in set(QueueSort) else QueueOrder()


def list_args(query: str) -> str:
    """The list of `query` (its own parameters) in the address of a table; "" for rows of no list."""
    return urlencode({QUEUE: query}) if query else ""


def row_url(table_id: int, args: str, place: int) -> str:
    """The page of a table opened at `place` of the list of `args` (`list_args`)."""
    path = f"{request.script_root}/tables/{table_id}"
    return f"{path}?{args}&{PLACE}={place}" if args else path


def queue_args() -> dict[str, str]:
    """The parameters that keep the list from which this table was opened, for links and forms of its page."""
    given = request.args
    return {name: value for name in (QUEUE, PLACE) if (value := given.get(name))}


def next_url(me: Actor, table_id: int) -> str:
    """The next table of the list from which this one was opened; "" without a list, or at its end."""
    place = place_of(me, table_id)
    return place.next_url if place else ""


def place_of(me: Actor, table_id: int) -> QueuePlace | None:
    """The place of this table in the list of the address; None where the address names none.

    The next table is the one behind it, whether or not this one is still in the list; it skips what others review.
    """
    query = request.args.get(QUEUE, "")[:_LONGEST_QUERY]
    args = Args(parse_qsl(query))
    if args.get("tab") not in set(QueueTab):
        return None
    session, place = db.session(), min(max(request.args.get(PLACE, 1, int), 1), FURTHEST_PLACE)
    asked = args.get("year", type=int)
    covered = () if asked is None else (asked,)
    filters, order = filters_of(args, covered, QueueTab(args["tab"])), order_of(args)
    found = queries.queue.from_place(session, me, filters, order, place)
    behind = ((number, row) for number, row in enumerate(found, place) if row.id != table_id)
    following, next_id = next(((number, row.id) for number, row in behind if row.is_free), (0, 0))
    return QueuePlace(
        back_url=f"{url_for('home.home')}?{urlencode(list(args.items(multi=True)))}",
        place=place,
        count=found[0].list_count if found else place,
        next_url=row_url(next_id, list_args(query), following) if next_id else "",
    )
