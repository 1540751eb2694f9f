"""Template filters that format values: local times, dates, amounts. A filter never makes a decision."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask

from portal.database import LOCAL, local_today
from portal.domain import forms
from portal.domain.amounts import format_yuan
from portal.domain.audit_events import event_label
from portal.domain.states import State
from portal.web.markdown import to_html


def init_app(app: Flask) -> None:
    app.jinja_env.filters |= {"moment": moment, "day": day, "yuan": format_yuan, "act_label": event_label}
    app.jinja_env.globals |= {"markdown": to_html, "STATES": {state.value: state for state in State}}
    app.jinja_env.globals["layout_of"] = forms.layout


def moment(value: datetime | None) -> str:
    """Local time to the minute: 2026-11-23 09:05."""
    return value.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M") if value else ""


def clock(value: datetime) -> str:
    """Local time of day to the minute: 09:05."""
    return value.astimezone(LOCAL).strftime("%H:%M")


def day(value: date | None) -> str:
    return value.isoformat() if value else ""


def is_overdue(due: date | None) -> bool:
    """A due date is inclusive."""
    return due is not None and due < local_today()
