"""URLs of our own static files contain a version: /static/<version>/drafting/page.js.

The version is in the path, so that relative imports of a script contain it too: browsers may cache every file for
long, and the scripts of two releases never mix. Vendored files have their version in their names. Granian does not
serve them, because it cannot add headers (nosniff).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, url_for
from werkzeug.middleware.shared_data import SharedDataMiddleware

KEPT_FOR = 365 * 24 * 60 * 60
"""Cache lifetime in seconds."""


def init_app(app: Flask) -> None:
    folder = Path(app.static_folder or "")
    version = _version(folder)
    # Served by middleware, because responses of the application vary by session cookie, which defeats the cache.
    served = {version: folder, "vendor": folder / "vendor"}
    app.wsgi_app = SharedDataMiddleware(  # type: ignore[method-assign]
        app.wsgi_app,
        {f"{app.static_url_path}/{name}": str(path) for name, path in served.items()},
        cache_timeout=KEPT_FOR,
    )
    app.jinja_env.globals["own_file"] = lambda name: url_for("static", filename=f"{version}/{name}")


def _version(folder: Path) -> str:
    """Digest over all of our own files."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.*")):
        if "vendor" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:10]
