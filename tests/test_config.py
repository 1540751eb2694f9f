"""Settings from the environment: what they make of cookies, proxies, the database's address and the secret."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request

import config
from portal import create_app
from portal.extensions import db
from tests.databases import on_sqlite
from tests.world import PASSWORD, World


def loaded(folder: Path, **environ: str) -> dict[str, Any]:
    return config.load({"INSTANCE": str(folder), **environ})


def session_cookie(app: Flask, base_url: str) -> set[str]:
    """The attributes of the session's cookie after signing in."""
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().post("/login", base_url=base_url, data={"username": "drafter", "password": PASSWORD})
    (cookie,) = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("session=")]
    return {attribute.strip() for attribute in cookie.split(";")[1:]}


@on_sqlite
@pytest.mark.parametrize(("https", "is_secure"), [("1", True), ("0", False), ("", False)])
def test_session_cookie_is_kept_from_scripts_other_sites_and_with_https_from_plain_http(
    database_url: str, world: World, tmp_path: Path, https: str, is_secure: bool
) -> None:
    app = create_app(loaded(tmp_path / "served", DATABASE_URL=database_url, HTTPS=https))
    attributes = session_cookie(app, "https://localhost" if is_secure else "http://localhost")
    with app.app_context():
        db.engine.dispose()
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= attributes
    assert ("Secure" in attributes) == is_secure


@pytest.mark.parametrize(
    ("hops", "seen"),
    [
        ("0", ("10.0.0.9", "http", "localhost")),
        ("1", ("192.0.2.2", "https", "portal.example")),
        ("2", ("192.0.2.1", "http", "outer.example")),
    ],
)
def test_address_scheme_and_host_come_from_as_many_proxies_as_are_trusted(
    tmp_path: Path, hops: str, seen: tuple[str, str, str]
) -> None:
    app = create_app(loaded(tmp_path, TRUSTED_PROXIES=hops))
    found = []

    @app.before_request
    def _look() -> str:
        found.append((request.remote_addr, request.scheme, request.host))
        return ""

    app.test_client().get(
        "/",
        environ_base={"REMOTE_ADDR": "10.0.0.9"},
        headers={
            "X-Forwarded-For": "192.0.2.1, 192.0.2.2",
            "X-Forwarded-Proto": "http, https",
            "X-Forwarded-Host": "outer.example, portal.example",
        },
    )
    assert found == [seen]


def test_no_proxy_is_trusted_and_no_cookie_secure_unless_configured(tmp_path: Path) -> None:
    settings = loaded(tmp_path)
    assert (settings["TRUSTED_PROXIES"], settings["SESSION_COOKIE_SECURE"]) == (0, False)
    assert settings["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{tmp_path / 'portal.db'}"
    assert (settings["DISTRICT"], settings["IDLE_LIMIT"]) == ("山海关区", timedelta(hours=2))
    assert (settings["SESSION_LIMIT"], settings["ONE_TIME_LIMIT"]) == (timedelta(hours=12), timedelta(days=3))
    assert settings["SQLALCHEMY_ENGINE_OPTIONS"]["execution_options"]["separate_duties"] is True


def test_settings_of_the_environment_are_taken(tmp_path: Path) -> None:
    url = "postgresql://portal@localhost/portal"
    limits = {"IDLE_MINUTES": "30", "SESSION_HOURS": "8", "ONE_TIME_HOURS": "24"}
    settings = loaded(tmp_path, DATABASE_URL=url, AUDIT_HASH="sm3", SEPARATE_DUTIES="0", DISTRICT="北戴河区", **limits)
    assert settings["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://portal@localhost/portal"
    assert settings["SQLALCHEMY_ENGINE_OPTIONS"]["execution_options"] == {
        "audit_hash": "sm3",
        "separate_duties": False,
    }
    assert (settings["DISTRICT"], settings["IDLE_LIMIT"]) == ("北戴河区", timedelta(minutes=30))
    assert (settings["SESSION_LIMIT"], settings["ONE_TIME_LIMIT"]) == (timedelta(hours=8), timedelta(days=1))


def test_secret_is_made_once_for_the_owner_alone_and_given_by_the_environment_if_set(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    first = loaded(folder)["SECRET_KEY"]
    assert len(first) == 64
    assert loaded(folder)["SECRET_KEY"] == first
    assert loaded(tmp_path / "other")["SECRET_KEY"] != first
    assert loaded(folder, SECRET_KEY="given")["SECRET_KEY"] == "given"
    assert [path.name for path in folder.iterdir()] == ["secret"]
    assert ((folder / "secret").stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)


def test_libreoffice_is_the_one_named_or_on_the_path_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "soffice"
    program.touch(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert loaded(tmp_path)["SOFFICE"] == str(program)
    assert loaded(tmp_path, SOFFICE="/opt/soffice")["SOFFICE"] == "/opt/soffice"
    assert loaded(tmp_path, SOFFICE="")["SOFFICE"] == ""
    program.unlink()
    assert loaded(tmp_path)["SOFFICE"] == ""
