"""Security and cache headers: what they allow, on every kind of answer, whatever the code's constants say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.web.signing import signed_in_client
from tests.world import World

PLACES = {
    "page": ("/", 200),
    "form": ("/tables/new", 200),
    "hidden table": ("/tables/999", 404),
    "unknown address": ("/nowhere", 404),
    "redirect": ("/login", 303),
    "download": ("/tables/1/export/text", 200),
    "static file": ("/static/portal.css", 200),
}


def policy(answer: TestResponse) -> dict[str, set[str]]:
    """Directive of the Content-Security-Policy → its sources."""
    directives = [directive.split() for directive in answer.headers["Content-Security-Policy"].split(";")]
    return {name: set(sources) for name, *sources in directives}


@pytest.fixture(params=PLACES)
def answer(request: pytest.FixtureRequest, app: Flask, world: World) -> Iterator[TestResponse]:
    world.submitted()
    place, status = PLACES[request.param]
    with signed_in_client(app, "head").get(place) as found:
        assert found.status_code == status
        yield found


def test_policy_lets_a_page_load_from_this_server_only(answer: TestResponse) -> None:
    allowed = policy(answer)
    assert allowed["default-src"] <= {"'self'", "'none'"} and allowed["default-src"]
    for directive, sources in allowed.items():
        embedded = {"data:"} if directive == "img-src" else set()
        assert sources <= {"'self'", "'none'"} | embedded, directive


@pytest.mark.parametrize(
    ("directive", "sources"),
    [
        ("form-action", {"'self'"}),  # not covered by default-src, as the next two
        ("base-uri", {"'none'"}),
        ("frame-ancestors", {"'none'"}),
        ("object-src", {"'none'"}),
    ],
)
def test_policy_names_what_default_src_does_not_cover(
    app: Flask, world: World, directive: str, sources: set[str]
) -> None:
    assert policy(signed_in_client(app, "head").get("/"))[directive] == sources


def test_browser_neither_guesses_types_nor_frames_nor_tells_addresses(answer: TestResponse) -> None:
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_pages_and_downloads_are_never_kept_by_a_cache(app: Flask, world: World) -> None:
    world.submitted()
    client = signed_in_client(app, "head")
    for kind, (place, _) in PLACES.items():
        with client.get(place) as answer:
            assert ("no-store" in answer.headers.get("Cache-Control", "")) == (kind != "static file"), kind


def test_browser_is_told_to_stay_with_https_only_over_https(app: Flask) -> None:
    client = app.test_client()
    assert "Strict-Transport-Security" not in client.get("/login").headers
    told = client.get("/login", base_url="https://localhost").headers["Strict-Transport-Security"]
    assert int(told.partition("max-age=")[2]) >= 180 * 24 * 3600
