"""Template filters that format values: local times, dates, amounts. A filter never makes a decision."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask
from markupsafe import Markup, escape

from portal import queries
from portal.database import LOCAL, local_today
from portal.domain import forms, markup
from portal.domain.amounts import format_yuan
from portal.domain.audit_events import event_label
from portal.domain.register import Standing
from portal.domain.states import State
from portal.extensions import db
from portal.web.guards import account


def init_app(app: Flask) -> None:
    app.jinja_env.filters |= {
        "moment": moment,
        "day": day,
        "due": due_day,
        "yuan": format_yuan,
        "act_label": event_label,
        "marked": marked,
        "short_office": short_office,
        "slug": slug,
    }
    app.jinja_env.globals |= {
        "STATES": {state.value: state for state in State},
        "STANDINGS": {standing.value: standing for standing in Standing},
    }
    app.jinja_env.globals["layout_of"] = forms.layout


def moment(value: datetime | None) -> str:
    """Local time to the minute: 2026-11-23 09:05."""
    return value.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M") if value else ""


def clock(value: datetime) -> str:
    """Local time of day to the minute: 09:05."""
    return value.astimezone(LOCAL).strftime("%H:%M")


def day(value: date | None) -> str:
    return value.isoformat() if value else ""


def due_day(value: date | None) -> str:
    """A date by which something is due, with a word where the holidays of its year are not known."""
    if value is None:
        return ""
    return value.isoformat() if not announcement(value) else f"{value}（节假日安排尚未公布）"


def short_office(name: str) -> str:
    """Without what the names of all offices begin with; its code may stand before it."""
    return name.replace(account().common_beginning, "", 1)


def is_overdue(due: date | None) -> bool:
    """A due date is inclusive."""
    return due is not None and due < local_today()


def time_left(due: date | None) -> str:
    """Working days until a due date, or since; without a number where the holidays of a year are not known."""
    today = local_today()
    if due is None or due == today:
        return "今天到期" if due else ""
    calendar = queries.calendar.current(db.session())
    count = calendar.count(today, due)
    number = f" {abs(count)} 个工作日" if count and calendar.is_announced(due) and calendar.is_announced(today) else ""
    if due < today:
        return f"已逾期{number}"
    return f"还有{number}" if number else announcement(due).rstrip("。")


def weekday(value: date) -> str:
    """12月7日 周一"""
    return f"{value.month}月{value.day}日 周{'一二三四五六日'[value.weekday()]}"


def announcement(on: date) -> str:
    """The sentence beside a date of a year whose holidays are not known; "" for other dates."""
    calendar = queries.calendar.current(db.session())
    return "" if calendar.is_announced(on) else f"{on.year} 年的节假日安排尚未公布。"


def slug(path: str) -> str:
    """A path as a part of an HTML id."""
    return path.replace("/", "-")


def marked(text: str) -> Markup:
    """HTML of a text of the department form; its line breaks are kept by `white-space: pre-wrap`."""
    return Markup("\n").join(Markup().join(_span(span) for span in spans) for spans in markup.lines(text))


def _span(span: markup.Span) -> Markup:
    html = escape(span.text)
    if span.address:
        html = Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(span.address, html)
    return Markup("<strong>{}</strong>").format(html) if span.is_strong else html
