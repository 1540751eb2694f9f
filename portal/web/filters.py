"""How values are written in templates: local times, dates, amounts. No filter decides anything."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask

from portal.database import LOCAL, local_today
from portal.domain import forms
from portal.domain.acts import Act
from portal.domain.amounts import format_yuan
from portal.web.markdown import to_html


def init_app(app: Flask) -> None:
    app.jinja_env.filters |= {"moment": moment, "day": day, "yuan": format_yuan, "act_label": act_label}
    app.jinja_env.globals |= {"markdown": to_html, "layout_of": forms.layout}


def moment(value: datetime | None) -> str:
    """A time, to the minute, in local time: 2026-11-23 09:05."""
    return value.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M") if value else ""


def clock(value: datetime) -> str:
    """The local time of day, to the minute: 09:05."""
    return value.astimezone(LOCAL).strftime("%H:%M")


def day(value: date | None) -> str:
    return value.isoformat() if value else ""


def is_overdue(due: date | None) -> bool:
    """A due date is inclusive."""
    return due is not None and due < local_today()


def act_label(name: str) -> str:
    return Act(name).label
