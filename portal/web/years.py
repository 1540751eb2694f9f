"""Stub."""

from flask import Blueprint

pages = Blueprint("years", __name__)


@pages.get("/stub/years")
def years() -> str:
    return ""
