"""Our own static files, under an address that carries their version: /static/<version>/drafting/page.js.

The version stands in the path, so that what a script imports by a relative path carries it too: a browser may keep
every file long, and the scripts of two releases never mix. Vendored files carry their versions in their names; in
service Granian hands them out itself (SERVE in the Makefile).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, url_for
from werkzeug.middleware.shared_data import SharedDataMiddleware

KEPT_FOR = 365 * 24 * 60 * 60
"""Seconds that a browser may keep a file without asking again."""


def init_app(app: Flask) -> None:
    folder = Path(app.static_folder or "")
    version = _version(folder)
    # Before the application, whose answers vary with the session's cookie and would be fetched again with each.
    app.wsgi_app = SharedDataMiddleware(  # type: ignore[method-assign]
        app.wsgi_app, {f"{app.static_url_path}/{version}": str(folder)}, cache_timeout=KEPT_FOR
    )
    app.jinja_env.globals["own_file"] = lambda name: url_for("static", filename=f"{version}/{name}")


def _version(folder: Path) -> str:
    """Changes with any of our own files."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.*")):
        if "vendor" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:10]
