"""Stub."""

from flask import Blueprint

pages = Blueprint("offices", __name__)


@pages.get("/stub/offices")
def offices() -> str:
    return ""
