"""送审, 取消送审, 退回, 批复, 退回调整: a confirmation page (GET never acts) and the transition (POST).

The texts and fields of the page come from the Action.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.database import local_today
from portal.domain.actions import REOPEN, SUBMIT, Action, FieldKind, FormField, TransitionRequest, is_lawful
from portal.domain.documents import MAX_TEXT
from portal.domain.errors import Forbidden, Invalid, NotVisible, Refused, Stale
from portal.domain.opinions import OpinionState
from portal.domain.permissions import Permission
from portal.domain.rules import Blocked
from portal.extensions import db
from portal.queries.review import OpinionLine
from portal.services.review import preconditions, workflow
from portal.services.review.next_ready import next_ready
from portal.web.drafting import attempts
from portal.web.errors import status_of
from portal.web.filters import announcement
from portal.web.guards import actor, needs
from portal.web.rendering import render
from portal.web.review import conclusions, notes, rounds
from portal.web.review.draft_choices import DraftChoice, draft_choices, posted_drafts
from portal.web.review.obstacles import Obstacle, obstacle
from portal.web.review.queue_address import next_url, queue_args
from portal.web.table_page import TablePage, findings_of, load, opinions_of, others_editing
from portal.web.typed_texts import typed_texts

bp = Blueprint("transitions", __name__)

DAYS_TO_CORRECT = 5
"""Working days until the due date that the form proposes."""


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field of the form; value: the typed text, else the proposed one, which `hint` explains."""

    name: str
    label: str
    kind: FieldKind
    is_required: bool
    value: str
    hint: str
    error: str
    choices: Sequence[tuple[str, str]] = ()


@bp.get("/tables/<int:table_id>/<action:action>")
@needs(Permission.SEE)
def confirm(table_id: int, action: Action) -> Response:
    loaded = load(table_id)
    if not loaded.may(action.permission):
        raise Forbidden(f"你没有对这张表“{action.label}”的权限。")
    if not is_lawful(loaded.actor, action, loaded.facts):
        raise Stale(workflow.stale_message(db.session(), loaded.table))
    return _confirm_page(table_id, action, 200, None)


@bp.post("/tables/<int:table_id>/<action:action>")
@needs(Permission.SEE)
def carry_out(table_id: int, action: Action) -> Response | AnyResponse:
    form = request.form
    due, reason = typed_date(form.get("due", "")), form.get("reason", "")
    asked = TransitionRequest(
        action,
        form.get("digest", ""),
        due,
        reason,
        form.get("enclosed", ""),
        grade=form.get("grade", ""),
        password=form.get("password", ""),
        drafts=frozenset(posted_drafts("drafts")),
    )
    try:
        table = workflow.perform(db.session(), actor(), table_id, asked)
    except (NotVisible, Forbidden):
        raise
    except Refused as refusal:
        return _confirm_page(table_id, action, status_of(refusal), refusal)
    if following := next_url(actor(), table_id):
        flash(f"《{load(table_id).title}》{action.words.done}", "success")
        return redirect(following, 303)
    flash(action.words.done, "success")
    offered = next_ready(db.session(), actor(), table) if action is SUBMIT else None
    kept: dict[str, Any] = queue_args()
    return redirect(url_for("table.show", table_id=table_id, next=offered.id if offered else None, **kept), 303)


def _confirm_page(table_id: int, action: Action, status: int, refusal: Refused | None) -> Response:
    """The question, the obstacles and the form; after a refusal with what was typed."""
    loaded = load(table_id)
    still_lawful = is_lawful(loaded.actor, action, loaded.facts)
    refusals = preconditions.unmet(db.session(), loaded.actor, loaded.table, action) if still_lawful else []
    if any(isinstance(each, Blocked) for each in refusals):
        attempts.remember(table_id)
    shown, opinions = loaded.shown, opinions_of(loaded)
    shows_check = action.look.shows_check and shown is not None
    findings = findings_of(loaded, shown.document) if shown and action.look.shows_findings else []
    return render(
        "review/confirm.html",
        status,
        loaded=loaded,
        action=action,
        question=action.question(workflow.previous_state(loaded.table), loaded.table.submission_count),
        fields=_fields(loaded, action, refusal) if still_lawful else [],
        obstacles=_obstacles(loaded, refusals),
        is_told=refusal is None or refusal.message in [refused.message for refused in refusals],
        round=rounds.round_view(loaded, opinions) if shows_check and still_lawful else None,
        document=shown.document if shown and action.look.shows_document else None,
        findings=notes.finding_groups(shown.document, findings, shown.enclosed.explanations) if shown else [],
        drafts=drafts_of(loaded, action, opinions),
        opinions=notes.opinion_views(shown.document, _to_show(action, opinions), notes.numbers(opinions))
        if shown
        else [],
        left=typed_texts(),
        claim=conclusions.claim_of(loaded),
        conclusion=conclusions.conclusion_of(loaded, opinions),
        refusal=refusal,
        still_lawful=still_lawful,
        editing=others_editing(loaded) if still_lawful else (),
    )


def _fields(loaded: TablePage, action: Action, refusal: Refused | None) -> list[FieldView]:
    """The fields that the table asks for; for REOPEN with the reason of the office's request that waits."""
    session, table = db.session(), loaded.table
    asked = queries.adjustments.waiting(session, table.id) if action is REOPEN else None
    reason = f"单位申请调整：{asked.reason}"[:MAX_TEXT] if asked else ""
    fields = preconditions.asked(session, loaded.actor, table, action)
    return [field_view(each, refusal, reason if each.name == "reason" else "") for each in fields]


def field_view(field: FormField, refusal: Refused | None, text: str = "") -> FieldView:
    """The field as the form shows it after `refusal`, with what was typed. text: the one that is proposed."""
    is_date = field.kind is FieldKind.DATE
    calendar = queries.calendar.current(db.session())
    proposed = calendar.add(local_today(), DAYS_TO_CORRECT)
    return FieldView(
        name=field.name,
        label=field.label,
        kind=field.kind,
        is_required=field.is_required,
        value=_value(field, proposed, text),
        choices=field.choices,
        hint=_told(proposed) if is_date else "",
        error=refusal.message if isinstance(refusal, Invalid) and refusal.path == field.name else "",
    )


def _value(field: FormField, proposed: date, text: str) -> str:
    """What was typed, else what is proposed; a password is never sent back."""
    if field.kind is FieldKind.PASSWORD:
        return ""
    if field.kind is FieldKind.DATE:
        return request.form.get(field.name, "") or text or proposed.isoformat()
    return request.form.get(field.name, text)


def _to_show(action: Action, lines: Sequence[OpinionLine]) -> list[OpinionLine]:
    """The open opinions, without the drafts where the form lists them."""
    lists_drafts = any(each.kind is FieldKind.DRAFTS for each in action.asks)
    return [line for line in lines if line.state.is_open and not (lists_drafts and line.state is OpinionState.DRAFT)]


def drafts_of(loaded: TablePage, action: Action, lines: Sequence[OpinionLine]) -> list[DraftChoice]:
    """The drafts among the table's opinions `lines`, where the action can raise them."""
    field = next((each.name for each in action.asks if each.kind is FieldKind.DRAFTS), "")
    if not field:
        return []
    return draft_choices(loaded.actor, (line for line in lines if line.state is OpinionState.DRAFT), field)


def _told(proposed: date) -> str:
    told = f"期限须是工作日；{proposed} 是从明天起的第 {DAYS_TO_CORRECT} 个工作日。"
    return told + announcement(proposed)


def _obstacles(loaded: TablePage, refusals: Sequence[Refused]) -> list[Obstacle]:
    if loaded.may(Permission.EDIT):
        return [obstacle(each, loaded.table.id, loaded.table.document) for each in refusals]
    return [Obstacle(each.message) for each in refusals]


def typed_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
