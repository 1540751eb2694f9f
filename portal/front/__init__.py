"""The ASGI front of the WSGI application: receives request bodies and hands requests to threads.

A request takes a thread only once its body is complete, and requests that may write never take the threads of those
that read. So neither a slow client nor a held database lock stops other requests. Nothing of the portal belongs here:
no page, no sentence, no database.
"""

from __future__ import annotations

from flask import Flask

from portal.front.application import Front
from portal.front.bodies import Limits
from portal.front.open_files import raise_limit


def serve(app: Flask) -> Front:
    """The ASGI application of a server process."""
    raise_limit()
    return Front(app.wsgi_app, app.config["THREADS"], Limits(body=app.config["MAX_CONTENT_LENGTH"]))
