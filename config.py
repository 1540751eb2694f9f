"""Configuration read from environment variables. The table in the README lists every variable."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent


def load(environ: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the settings for `create_app`. Creates the instance folder and, on first run, the secret in it."""
    env = os.environ if environ is None else environ
    instance = Path(env.get("INSTANCE", ROOT / "instance")).resolve()
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    url = env.get("DATABASE_URL") or f"sqlite:///{instance / 'portal.db'}"
    return {
        "INSTANCE": instance,
        "SECRET_KEY": env.get("SECRET_KEY") or _secret(instance / "secret"),
        "SQLALCHEMY_DATABASE_URI": url.replace("postgresql://", "postgresql+psycopg://", 1),
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(
            int(env.get("THREADS", "4")),
            env.get("AUDIT_HASH", "sha256"),
            separate_duties=env.get("SEPARATE_DUTIES", "1") != "0",
        ),
        "DISTRICT": env.get("DISTRICT", "山海关区"),
        "SESSION_COOKIE_SECURE": env.get("HTTPS", "") == "1",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=7),
        "IDLE_LIMIT": timedelta(minutes=int(env.get("IDLE_MINUTES", "120"))),
        "SESSION_LIMIT": timedelta(hours=int(env.get("SESSION_HOURS", "12"))),
        "ONE_TIME_LIMIT": timedelta(hours=int(env.get("ONE_TIME_HOURS", "72"))),
        "WTF_CSRF_TIME_LIMIT": None,  # a token is valid as long as its session
        "THREADS": int(env.get("THREADS", "4")),
        "SOFFICE": soffice(env),
        "MAIL_SERVER": env.get("MAIL_SERVER", ""),
        "MAIL_FROM": env.get("MAIL_FROM", ""),
        "MAIL_TIMEOUT": float(env.get("MAIL_TIMEOUT", "10")),
        "PORTAL_URL": env.get("PORTAL_URL", "").rstrip("/"),
        "TRUSTED_PROXIES": int(env.get("TRUSTED_PROXIES", "0")),
        "MAX_CONTENT_LENGTH": 24 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 12 * 1024 * 1024,
        "MAX_FORM_PARTS": 20_000,
    }


def soffice(environ: Mapping[str, str] | None = None) -> str:
    """The path of LibreOffice; "" if there is none, or if SOFFICE is set to nothing."""
    env = os.environ if environ is None else environ
    return env.get("SOFFICE", shutil.which("soffice") or "")


def engine_options(threads: int, audit_hash: str, separate_duties: bool = True) -> dict[str, Any]:
    """Execution options are how the services, which do not know Flask, read settings.

    A connection for each thread of `portal.front`, those that read and those that write. No pool_pre_ping: it costs a
    round trip each time. After a restart of PostgreSQL one request must be retried.
    """
    settings = {"audit_hash": audit_hash, "separate_duties": separate_duties}
    return {"execution_options": settings, "pool_size": 2 * threads, "max_overflow": 2 * threads}


def _secret(path: Path) -> str:
    """Read the secret of this installation. Created once, with mode 0600."""
    if not path.exists():
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(32), encoding="ascii")
        # link() is atomic and fails if the file exists: two workers that start together read the same complete secret.
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text(encoding="ascii")
