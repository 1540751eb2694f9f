"""Tells the browser which kept forms were accepted, so that it forgets what it kept of them.

`static/kept_forms.js` keeps what is typed and posts the key of its entry as `_keep`. The next page that the person
opens names the keys of accepted forms. A form that htmx posts needs no key: the script sees the answer's status.
"""

from __future__ import annotations

from flask import Flask, Response, flash, request, url_for

RECEIVED = "received"
"""Category of the flash messages that hold keys."""
_LONGEST_KEY = 200


def init_app(app: Flask) -> None:
    app.after_request(_note_received)


def _note_received(response: Response) -> Response:
    if request.method == "POST" and response.status_code < 400:
        key = request.form.get("_keep", "")
        if key and len(key) <= _LONGEST_KEY and not _is_postponed(response):
            flash(key, RECEIVED)
    return response


def _is_postponed(response: Response) -> bool:
    """Whether the person was sent to set a password first; nothing was done."""
    return response.location == url_for("signing_in.password")
