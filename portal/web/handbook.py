"""Stub."""

from flask import Blueprint

pages = Blueprint("handbook", __name__)


@pages.get("/stub/handbook")
def handbook() -> str:
    return ""
