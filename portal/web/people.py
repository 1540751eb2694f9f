"""Stub."""

from flask import Blueprint

pages = Blueprint("people", __name__)


@pages.get("/stub/people")
def people() -> str:
    return ""
