"""Stub."""

from flask import Blueprint

pages = Blueprint("audit_log", __name__)


@pages.get("/stub/audit_log")
def log() -> str:
    return ""
