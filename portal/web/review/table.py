"""The page of one table, its history, and discarding a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain import documents, forms
from portal.domain.actions import ACTIONS, SUBMIT, is_lawful
from portal.domain.audit_events import HAND_UPS, event_label
from portal.domain.conclusions import Dimension
from portal.domain.deadlines import due_date
from portal.domain.documents import Kind
from portal.domain.errors import Stale
from portal.domain.permissions import Permission
from portal.domain.rules import Finding
from portal.domain.states import State
from portal.extensions import db
from portal.models import AuditEntry, TargetTable
from portal.queries.review import OpinionLine
from portal.services.drafting import drafts
from portal.services.review import proof
from portal.web.drafting import attempts
from portal.web.filters import moment, time_left
from portal.web.guards import actor, needs
from portal.web.journeys import JourneyLine, journey_line
from portal.web.record import entry_lines
from portal.web.rendering import page_or_fragment, render
from portal.web.review import conclusions, desk, edit_marks, notes, opinion_fields, opinion_marks, rounds, treatments
from portal.web.review.adjustment_views import adjustment_of
from portal.web.review.opinion_fields import OpinionFields
from portal.web.review.opinion_forms import opinion_forms
from portal.web.review.rounds import RoundView
from portal.web.status_bar import review_of
from portal.web.table_page import TablePage, findings_shown, load, opinions_of, others_editing
from portal.web.typed_texts import typed_texts

bp = Blueprint("table", __name__)

HIGHEST_ID = 2**31 - 1


@bp.get("/tables/<int:table_id>")
@needs(Permission.SEE)
def show(table_id: int) -> Response:
    return table_page(load(table_id))


def table_page(
    loaded: TablePage, status: int = 200, errors: dict[str, str] | None = None, stale: Stale | None = None
) -> Response:
    """errors: messages of a refused form, by the place of the form on the page. stale: of one that it may lack now."""
    session, shown, table = db.session(), loaded.shown, loaded.table
    findings = findings_shown(loaded, shown) if shown else []
    opinions = opinions_of(loaded)
    entries = history_entries(loaded)
    is_calm = not attempts.was_made(table.id, table.submission_count)
    is_desk = desk.is_reviewing(loaded)
    round = rounds.round_view(loaded, opinions) if table.state == State.SUBMITTED and table.return_count else None
    in_force = queries.revisions.in_force_number(session, table)
    return render(
        "review/desk.html" if is_desk else "review/table.html",
        status,
        **(desk.context(loaded, opinions, round) if is_desk else {}),
        loaded=loaded,
        table=table,
        document=shown.document if shown else None,
        notes=_notes(loaded, findings, opinions, round, is_calm=is_calm),
        findings=_finding_groups(loaded, findings, is_calm=is_calm),
        treated=treatments.of_findings(loaded, findings),
        opinions=rounds.problems_first(notes.opinion_views(shown.document, opinions), round) if shown else [],
        round=round,
        forms=opinion_forms(loaded, opinions, errors or {}, request.form),
        may_raise=loaded.may(Permission.RAISE),
        may_accept_all=loaded.may(Permission.SUBMIT) and proof.offer(session, table) is not None,
        raising=_raising(loaded, findings, "opinions" in (errors or {})),
        bureau_notes=queries.review.bureau_notes(session, loaded.actor, table, loaded.facts),
        may_write_notes=loaded.may(Permission.WRITE_NOTES),
        typed=request.form,
        may_void=loaded.may(Permission.VOID) and table.kind == Kind.PROJECT,
        claim=conclusions.claim_of(loaded),
        conclusion=conclusions.conclusion_of(loaded, opinions),
        dimensions=tuple(Dimension),
        places=places(shown.document) if shown else [],
        history=history_lines(loaded, entries[:1]),
        journey=_journey(loaded, entries),
        in_force=in_force,
        adjustment=adjustment_of(loaded, in_force),
        errors=errors or {},
        stale=stale.message if stale else "",
        left=typed_texts() if stale else [],
        next_table=next_to_submit(),
    )


def _notes(
    loaded: TablePage,
    findings: Sequence[Finding],
    opinions: Sequence[OpinionLine],
    round: RoundView | None,
    *,
    is_calm: bool,
) -> Mapping[str, Sequence[object]]:
    if loaded.shown is None:
        return {}
    of_findings = notes.by_place(loaded.shown.document, findings, is_calm=is_calm)
    return edit_marks.with_edit_marks(opinion_marks.with_notes(of_findings, opinions, round), loaded)


def _finding_groups(loaded: TablePage, findings: Sequence[Finding], *, is_calm: bool) -> list[notes.FindingGroup]:
    shown = loaded.shown
    if shown is None:
        return []
    dismissed = queries.review.dismissals(db.session(), loaded.actor, loaded.table, loaded.facts, shown.document)
    explained = shown.enclosed.explanations
    return notes.finding_groups(shown.document, findings, explained, is_calm=is_calm, dismissed=dismissed)


def _raising(loaded: TablePage, findings: Sequence[Finding], is_refused: bool) -> OpinionFields | None:
    if loaded.shown is None or not loaded.may(Permission.RAISE):
        return None
    form, document = request.form, loaded.shown.document
    if is_refused:
        return opinion_fields.typed(document, opinion_fields.NEW, form.get("path", ""), form.get("rule", ""))
    return opinion_fields.blank(document, findings)


@bp.get("/tables/<int:table_id>/composer")
@needs(Permission.RAISE)
def composer(table_id: int) -> Response | AnyResponse:
    """The form for a new opinion at the place, or from the finding, that the address names."""
    loaded = load(table_id, Permission.RAISE)
    assert loaded.shown is not None
    document, found = loaded.shown.document, findings_shown(loaded, loaded.shown)
    return page_or_fragment(
        lambda: redirect(f"{loaded.url}?{urlencode(list(request.args.items(multi=True)))}#raise", 303),
        lambda: render(
            "review/_raise.html",
            loaded=loaded,
            table=loaded.table,
            raising=opinion_fields.blank(document, found),
            places=places(document),
        ),
    )


@dataclass(frozen=True, slots=True)
class NextTable:
    """A table that can be submitted, offered after the submission of another; url: its confirmation."""

    title: str
    url: str

    @classmethod
    def of(cls, table: TargetTable) -> NextTable:
        return cls(table.title, url_for("transitions.confirm", table_id=table.id, action=SUBMIT))


def next_to_submit() -> NextTable | None:
    """The table that the address names, if the viewer may still submit it."""
    wanted = request.args.get("next", 0, type=int)
    if not 0 < wanted <= HIGHEST_ID:
        return None
    found = queries.tables.tables_with_facts(db.session(), actor(), [wanted])
    return next((NextTable.of(table) for table, facts in found if is_lawful(actor(), SUBMIT, facts)), None)


def places(document: documents.Document) -> list[tuple[str, str]]:
    """(path, label) of every place that an opinion can concern, in the order of the form."""
    found = {"": forms.label(document, "")}
    for path in forms.places(document):
        group = path.partition("/")[0]
        if group in documents.GROUPS[document.kind]:
            found[group] = forms.label(document, group)
        if path not in documents.ASSIGNED_FIELDS:
            found[path] = forms.label(document, path)
    return list(found.items())


@dataclass(frozen=True, slots=True)
class HistoryLine:
    at: str
    who: str
    act: str
    detail: str
    state: str | None


def history_entries(loaded: TablePage) -> list[AuditEntry]:
    return queries.tables.history(db.session(), loaded.actor, loaded.table.id, loaded.facts)


def _journey(loaded: TablePage, entries: Sequence[AuditEntry]) -> JourneyLine:
    table = loaded.table
    if table.state == State.SUBMITTED:
        now = review_of(loaded.actor, table, loaded.facts)
    else:
        now = time_left(due_date(table.state, table.due_on, table.budget_year.deadline))
    return journey_line(queries.journeys.of_entries(entries), now)


def history_lines(loaded: TablePage, entries: Sequence[AuditEntry]) -> list[HistoryLine]:
    """Words of hand-ups, which their entries leave out, for those who may see the working copy."""
    session = db.session()
    handed = loaded.may(Permission.SEE_WORKING_COPY) and any(HAND_UPS & {entry.act} for entry in entries)
    notes = queries.hand_ups.notes(session, loaded.table.id) if handed else {}
    return [_history_line(entry, notes) for entry in entries]


def _history_line(entry: AuditEntry, notes: Mapping[int, str]) -> HistoryLine:
    """`state`: the target of the entry's action; None where the target varies or the entry is no transition."""
    action = ACTIONS.get(entry.act)
    detail = queries.record_words.detail_of(entry)
    if entry.act in HAND_UPS:
        detail["reason"] = notes.get(detail["step"], "")
    return HistoryLine(
        at=moment(entry.at),
        who=queries.record_words.who_acted(entry),
        act=event_label(entry.act),
        detail=entry_lines.summary(detail),
        state=action.target.value if action and action.target else None,
    )


@bp.get("/tables/<int:table_id>/history")
@needs(Permission.SEE)
def history(table_id: int) -> Response:
    loaded = load(table_id)
    session = db.session()
    return render(
        "review/history.html",
        loaded=loaded,
        entries=history_lines(loaded, history_entries(loaded)),
        revisions=queries.revisions.revisions(session, table_id),
        in_force=queries.revisions.in_force_number(session, loaded.table),
    )


@bp.get("/tables/<int:table_id>/discard")
@needs(Permission.DISCARD)
def confirm_discard(table_id: int) -> Response:
    loaded = load(table_id, Permission.DISCARD)
    return render("drafting/discard.html", loaded=loaded, editing=others_editing(loaded))


@bp.post("/tables/<int:table_id>/discard")
@needs(Permission.DISCARD)
def discard(table_id: int) -> AnyResponse:
    title = drafts.discard(db.session(), actor(), table_id)
    flash(f"《{title}》的草稿已删除，可以在回收站里恢复。", "success")
    return redirect(url_for("home.home"), 303)
