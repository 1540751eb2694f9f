"""审计记录: reading, verifying and exporting the audit log.

The auditor reads all entries, the administrator only those about accounts, offices and years.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, redirect, request, stream_with_context, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.database import LOCAL
from portal.domain import chain
from portal.domain.audit_events import AUDIT_EVENTS, About, event_label
from portal.domain.errors import NotVisible
from portal.domain.permissions import Permission, may
from portal.extensions import db
from portal.models import AuditEntry
from portal.queries.record import PAGE, LogFilters
from portal.services import form_posts
from portal.services.files import exports
from portal.services.record import verification
from portal.web.acts import result_key
from portal.web.guards import actor, needs
from portal.web.record import audit_words
from portal.web.record.history_filters import day, midnight, number
from portal.web.rendering import render

bp = Blueprint("audit_log", __name__)

SHOWN_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class LogLine:
    """An entry as the page shows it. repeated: count of identical refusals within the same minute.

    facts: what the entry states for verification.
    """

    number: int
    at: str
    who: str
    act: str
    about: str
    name: str
    url: str
    detail: list[tuple[str, str]]
    facts: list[tuple[str, str]]
    repeated: int
    algorithm: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """The current values of the filter bar; dates are local and inclusive."""

    actor: str = ""
    act: str = ""
    about: str = ""
    text: str = ""
    since: str = ""
    until: str = ""

    def as_query(self) -> dict[str, str]:
        texts = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: text for name, text in texts.items() if text}


@bp.get("/audit")
@needs(Permission.READ_ADMIN_LOG)
def log() -> Response:
    return _log_page(200, {})


def _log_page(status: int, errors: dict[str, str]) -> Response:
    session, chosen, before = db.session(), _chosen(), number(request.args.get("before", ""))
    found = queries.record.entries(session, actor(), _filters(chosen, before))
    lines = _lines(found[:PAGE])
    older = chosen.as_query() | {"before": str(lines[-1].number)} if len(found) > PAGE else None
    return render(
        "record/log.html",
        status,
        fragment=None if errors else "record/_list.html",
        lines=lines,
        chosen=chosen,
        acts=[(event.name, event.label) for event in AUDIT_EVENTS.values()],
        kinds=[(about.value, about.label) for about in About],
        head=queries.record.head(session),
        sees_all=may(actor(), Permission.READ_AUDIT_LOG),
        newest_url=f"{url_for('.log')}?{urlencode(chosen.as_query())}" if before else "",
        older_url=f"{url_for('.log')}?{urlencode(older)}" if older else "",
        anchors=request.args.get("anchors", ""),
        errors=errors,
    )


def _lines(entries: Sequence[AuditEntry]) -> list[LogLine]:
    session, me = db.session(), actor()
    repeated = queries.record.repeated_since(session, entries)
    names = queries.record_words.table_names(session, me, entries)
    words = queries.record_words.words(session, me, entries)
    links = may(me, Permission.READ_AUDIT_LOG)
    return [
        _line(entry, names.get(entry.object_id), words.get(entry.number, {}), repeated.get(entry.number, 0), links)
        for entry in entries
    ]


def _line(entry: AuditEntry, table_name: str | None, words: Mapping[str, str], repeated: int, links: bool) -> LogLine:
    """words: of the detail, see `queries.record_words`."""
    is_table = entry.object_kind == About.TABLE and entry.object_id.isdecimal()
    stored = queries.record_words.detail_of(entry)
    hidden = queries.record_words.WORDS.get(entry.act, frozenset())
    told = {key: value for key, value in stored.items() if key not in hidden}
    return LogLine(
        number=entry.number,
        at=entry.at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M:%S"),
        who=queries.record_words.who_acted(entry),
        act=event_label(entry.act),
        about=About(entry.object_kind).label,
        name=table_name if is_table and table_name else entry.object_name,
        url=url_for("table.show", table_id=int(entry.object_id)) if is_table and links else "",
        detail=audit_words.detail(entry.act, {**told, **words}),
        facts=audit_words.facts(entry.act, stored),
        repeated=repeated,
        algorithm=entry.algorithm,
        previous=entry.previous,
        hash=entry.hash,
    )


def _chosen() -> Chosen:
    args = request.args
    act, about = args.get("act", ""), args.get("about", "")
    return Chosen(
        actor=args.get("actor", "").strip()[:100],
        act=act if act in AUDIT_EVENTS else "",
        about=about if about in set(About) else "",
        text=args.get("text", "").strip()[:100],
        since=str(day(args.get("since", "")) or ""),
        until=str(day(args.get("until", "")) or ""),
    )


def _filters(chosen: Chosen, before: int | None) -> LogFilters:
    since, until = day(chosen.since), day(chosen.until)
    return LogFilters(
        chosen.actor,
        chosen.act,
        chosen.about,
        chosen.text,
        midnight(since) if since else None,
        midnight(until + timedelta(days=1)) if until else None,
        before,
    )


@bp.get("/audit/verify")
@needs(Permission.READ_AUDIT_LOG)
def verify() -> Response:
    try:
        anchors = [chain.parse_anchor(line) for line in request.args.get("anchors", "").split()]
    except ValueError as error:
        message = f"“{str(error)[:80]}”不是校验值：应写作“编号:校验值”，校验值至少 16 位。"
        return _log_page(422, {"anchors": message})
    result = verification.verify(db.session(), anchors, current_app.extensions["attachments"])
    shown = result.problems[:SHOWN_PROBLEMS]
    return render("record/verified.html", result=result, problems=shown, left=len(result.problems) - len(shown))


@bp.post("/audit/export")
@needs(Permission.READ_AUDIT_LOG)
def export() -> AnyResponse:
    """Enter the export. The file has an address of its own, so that a second request for it is no second export."""
    key = result_key()
    form_posts.keep_outcome(db.session(), actor().id, key, {"anchor": exports.enter_log_export(db.session(), actor())})
    return redirect(url_for(".exported", key=key), 303)


@bp.get("/audit/exports/<key>.jsonl")
@needs(Permission.READ_AUDIT_LOG)
def exported(key: str) -> Response:
    outcome = form_posts.outcome(db.session(), actor().id, key)
    if outcome is None or "anchor" not in outcome:
        raise NotVisible("没有这份导出文件，或者已经过期；请重新导出。")
    number, _, digits = outcome["anchor"].partition(":")
    taken = exports.exported_log(db.session(), outcome["anchor"])
    response = Response(stream_with_context(taken.lines), mimetype="application/jsonl")
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{number}-{digits[:16]}.jsonl"'
    return response
