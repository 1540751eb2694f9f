"""The command line. Each module holds the commands of one subject; none has rights of its own."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    pass
