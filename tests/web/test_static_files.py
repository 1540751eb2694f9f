"""Our own static files under an address that carries their version."""

from __future__ import annotations

import re

from flask import Flask

import config

A_YEAR = 31_536_000


def own_files(app: Flask) -> list[str]:
    """Their addresses, as the sign-in page names them."""
    page = app.test_client().get("/login").text
    return re.findall(r'(?:src|href)="(/static/(?!vendor/)[^"]+)"', page)


def test_own_file_is_kept_long_whoever_is_signed_in(app: Flask) -> None:
    urls = own_files(app)
    assert {url.rsplit("/", 1)[1] for url in urls} >= {"portal.css", "icon.svg", "portal.js"}
    for url in urls:
        answer = app.test_client().get(url, buffered=True)
        assert answer.status_code == 200
        assert f"max-age={A_YEAR}" in answer.headers["Cache-Control"]
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_own_script_has_the_type_that_browsers_demand_of_modules(app: Flask) -> None:
    script = next(url for url in own_files(app) if url.endswith("portal.js"))
    assert app.test_client().get(script, buffered=True).mimetype == "text/javascript"


def test_file_of_another_version_is_not_found(app: Flask) -> None:
    """Else a page of an earlier release would keep a script of this one under the earlier address."""
    script = next(url for url in own_files(app) if url.endswith("portal.js"))
    _, static, version, name = script.split("/", 3)
    assert app.test_client().get(f"/{static}/{version[::-1]}x/{name}").status_code == 404


def test_browsers_take_every_static_file_as_the_type_that_it_is_told(app: Flask) -> None:
    page = app.test_client().get("/login").text
    named = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    fonts = "/static/vendor/bootstrap-icons-1.13.2/bootstrap-icons-1.13.2.woff2"
    assert {url.split("/")[2] == "vendor" for url in named} == {True, False}
    for url in (*named, fonts, "/static/portal.css", "/static/vendor/none.js"):
        answer = app.test_client().get(url, buffered=True)
        assert answer.headers.getlist("X-Content-Type-Options") == ["nosniff"], url
        again = app.test_client().get(url, headers={"If-None-Match": answer.headers.get("ETag", "")}, buffered=True)
        assert again.headers.getlist("X-Content-Type-Options") == ["nosniff"], url


def test_vendored_file_is_kept_long_whoever_is_signed_in(app: Flask) -> None:
    answer = app.test_client().get("/static/vendor/htmx-4.0.1.min.js", buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    assert f"max-age={A_YEAR}" in answer.headers["Cache-Control"]
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_server_serves_no_file_past_the_portal() -> None:
    assert "--static-path" not in (config.ROOT / "Makefile").read_text(encoding="utf-8")
