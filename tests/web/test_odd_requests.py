"""Odd requests to every route: each answer is below 500, and one clear sentence if it is a refusal.

Names of query parameters, form fields and JSON keys are read from the source of the views, so that a new one cannot be
forgotten; every one of them gets every odd value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from config import ROOT
from tests.web.signing import client_of, signed_in_client
from tests.world import OFFICE, YEAR, World

ROOMS = {
    "admin": {"offices", "people", "years"},
    "auditor": {"audit_log"},
    "head": {"transitions", "batch"},
    "reviewer": {"opinions", "comparison", "library"},
}
"""Who enters a blueprint; the drafter enters all others."""
ODD = (
    "",
    " \t\r\n",
    "\0",
    "²",
    "٣",
    "-1",
    "1.5",
    "1e9",
    str(2**63),
    "9" * 5000,
    "2020.610002.²…².1",
    f"{YEAR}.{OFFICE}.{2**63}.{2**63}",
    "..%2f..",
    "<script>'\"`",
    "\u202e😀\U0010ffff",
    "\udcff",
    "x" * 20_000,
    "{" * 2_000,
)
"""Values of texts and numbers; "\\udcff" stands for a byte that is not UTF-8."""
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"Accept": "application/json"},
    {"HX-Request": "true", "HX-Request-Type": "partial"},
    {"Accept": "\xff", "Cookie": "session=garbage; =; a", "Range": "bytes=9-1", "If-None-Match": "*"},
    {"Sec-Purpose": "prefetch", "X-Forwarded-For": "²", "X-Forwarded-Host": "evil..com", "Origin": "null"},
    {"Origin": "http://[", "Referer": "http://[", "If-Modified-Since": "²", "Accept-Language": ";q=x"},
)
JSON = ("", "null", "1", '"', "[]", "{}", "[" * 100_000, '{"author": ' * 2_000, "\ufeff{}", '{"a": 1e999}', "\\ud800")
LONGEST_ADDRESS = 2**15
_NAME = re.compile(r"""(?:args|form|body|files|sent|FormState\.posted\(\)|form_state)(?:\.get(?:list)?\(|\[)"(\w+)\"""")


@cache
def names() -> list[str]:
    found = {
        name
        for path in sorted((ROOT / "portal" / "web").rglob("*.py"))
        for name in _NAME.findall(path.read_text(encoding="utf-8"))
    }
    assert {"after", "tab", "year", "rule", "version", "operations"} <= found
    return sorted(found)


def path_of(rule: Rule, table_id: int, odd: str | None) -> str:
    """The address of a rule: with an existing table and year, or with odd values where the rule takes any text."""
    path = rule.rule
    for part in re.findall(r"<[^>]*>", path):
        kind, _, name = part.strip("<>").rpartition(":")
        if kind.startswith("any("):
            value = kind[4:-1].split(",")[0].strip("\" '")
        elif kind == "action":
            value = "submit"
        elif kind == "int":
            value = str({"table_id": table_id, "year": YEAR}.get(name, 1) if odd is None else 2**63)
        else:
            value = {"office_code": OFFICE, "code": OFFICE}.get(name, "a") if odd is None else _quoted(odd)
        path = path.replace(part, value or "x", 1)
    return path


def query_of(odd: str, number: int) -> str:
    """Every name with the odd value, cut so that the server takes the address; the `number`th name has all of it."""
    cut = odd[: LONGEST_ADDRESS // len(names()) // len("%FF")]
    values = dict.fromkeys(names(), cut) | {names()[number % len(names())]: odd}
    return "&".join(f"{name}={_quoted(value)}" for name, value in values.items())


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogateescape"), safe="")


def require_answer(answer: TestResponse, what: str) -> None:
    """Fail for a fault of the portal. A fault of the server (a full disk) has its sentence, but there is none here."""
    text = answer.get_data().decode(errors="replace")
    answer.close()
    assert answer.status_code < 500, f"{what}: {answer.status}\n{text[:2000]}"
    if answer.status_code >= 400 and answer.request.method != "HEAD":
        told = answer.get_json()["message"] if answer.is_json else text
        is_sign_in_form = answer.status_code == 401 and 'type="password"' in text
        assert "。" in told or is_sign_in_form, f"{what}: {answer.status} without a sentence"


class Crowd:
    """Signed-in people; each enters the rooms that are open to them, so that the views are reached."""

    def __init__(self, app: Flask, world: World) -> None:
        self.table_id = world.draft()
        self.author = world.actor("drafter").id
        self._clients = {name: signed_in_client(app, name) for name in (*ROOMS, "drafter")}
        self._rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "signing_in.sign_out"]

    def rules(self, method: str, blueprints: tuple[str, ...] = ()) -> Iterator[tuple[Rule, FlaskClient]]:
        for rule in self._rules:
            room = rule.endpoint.partition(".")[0]
            if method in (rule.methods or set()) and (not blueprints or room in blueprints):
                entering = next((name for name, rooms in ROOMS.items() if room in rooms), "drafter")
                yield rule, self._clients[entering]


@pytest.fixture
def crowd(app: Flask, world: World) -> Crowd:
    return Crowd(app, world)


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: ascii(odd[:12]))
def test_odd_values_in_every_query_and_path(crowd: Crowd, odd: str) -> None:
    for number, (rule, client) in enumerate(crowd.rules("GET")):
        for path in {path_of(rule, crowd.table_id, None), path_of(rule, crowd.table_id, odd)}:
            answer = client.get(path, query_string=query_of(odd, number))
            require_answer(answer, f"GET {path[:80]} with {odd[:20]!r}")


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: ascii(odd[:12]))
def test_odd_values_in_every_form(crowd: Crowd, odd: str) -> None:
    body = "&".join(f"{name}={_quoted(odd)}" for name in names())
    content = odd.encode("utf-8", "surrogateescape")

    for rule, client in crowd.rules("POST"):
        path, what = path_of(rule, crowd.table_id, None), f"POST {rule.rule} with {odd[:20]!r}"
        require_answer(client.post(path, data=body, content_type="application/x-www-form-urlencoded"), what)
        files = {name: (BytesIO(content), f"{odd[:50]!a}.txt") for name in ("file", "files")}
        require_answer(client.post(path, data=files), f"{what} as a file")


@pytest.mark.parametrize("body", JSON, ids=lambda body: ascii(body[:12]))
def test_odd_json_to_every_route(crowd: Crowd, body: str) -> None:
    for rule, client in crowd.rules("POST"):
        path = path_of(rule, crowd.table_id, None)
        answer = client.post(path, data=body.encode(), content_type="application/json", headers=HEADERS[1])
        require_answer(answer, f"POST {rule.rule} with {body[:20]!r}")


@pytest.mark.parametrize("odd", [*ODD, None, [], {}, [[]], True, -1, 2**70, 1.5], ids=lambda odd: ascii(odd)[:14])
def test_odd_values_under_every_key_of_json(crowd: Crowd, odd: Any) -> None:
    value = odd.replace("\udcff", "\ufffd") if isinstance(odd, str) else odd
    operation = dict.fromkeys(("op", "path", "base", "new", "row", "index", "values"), value)
    known = {"author": crowd.author, "version": 1}

    for sent in (
        dict.fromkeys(names(), value) | known,
        known | {"operations": [value]},
        known | {"operations": [operation]},
        known | {"operations": [operation | {"op": "set"}]},
        known | {"operations": [operation | {"op": "set", "path": "goals"}]},
    ):
        for rule, client in crowd.rules("POST", ("field_saves", "steps", "paste", "checks")):
            answer = client.post(path_of(rule, crowd.table_id, None), json=sent, headers=HEADERS[1])
            require_answer(answer, f"POST {rule.rule} with {sent!r:.200}")


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "DELETE", "PROPFIND"])
@pytest.mark.parametrize("headers", HEADERS, ids=lambda headers: ",".join(headers))
def test_odd_headers_to_every_route(crowd: Crowd, method: str, headers: dict[str, str]) -> None:
    kinds = ("text/\xff;=", "multipart/form-data; boundary=\xff", "application/json; charset=x")

    for number, (rule, client) in enumerate(crowd.rules(method if method in ("GET", "HEAD", "POST") else "OPTIONS")):
        path, kind = path_of(rule, crowd.table_id, None), kinds[number % len(kinds)]
        answer = client.open(path, method=method, headers=headers, content_type=kind, data=b"\xff--")
        require_answer(answer, f"{method} {rule.rule} with {headers} {kind}")


def test_odd_values_from_somebody_who_is_not_signed_in(app: Flask, world: World, crowd: Crowd) -> None:
    client, query = client_of(app), "&".join(f"{name}={_quoted('²')}" for name in names())

    for method in ("GET", "POST"):
        for rule, _ in crowd.rules(method):
            answer = client.open(path_of(rule, crowd.table_id, None), method=method, query_string=query)
            require_answer(answer, f"{method} {rule.rule}")


def test_address_with_doubled_slashes_leads_to_the_page(app: Flask) -> None:
    answer = signed_in_client(app, "drafter").get("/tables//new")
    assert (answer.status_code, answer.location) == (308, "http://localhost/tables/new")
