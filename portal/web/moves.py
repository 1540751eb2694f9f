"""送审, 取消送审, 退回, 批复, 退回调整: a page that asks, and the act. A confirmation never acts on GET."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from flask import Blueprint, Response, flash, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from portal.database import local_today
from portal.domain.errors import Forbidden, Invalid, NotVisible, Refused, Stale
from portal.domain.permissions import Permission
from portal.domain.workflow import TRANSITIONS, Action, Demand, Request, is_lawful
from portal.extensions import db
from portal.queries.review import OpinionLine
from portal.services import demands, workflow
from portal.services.workflow import meanwhile
from portal.web import answering, notes, rounds
from portal.web.errors import status_of
from portal.web.guards import actor, needs
from portal.web.loading import Loaded, findings_of, load, opinions_of
from portal.web.obstacles import Obstacle, obstacle
from portal.web.rendering import render

pages = Blueprint("moves", __name__)

DAYS_TO_CORRECT = 5
_NAMES = ",".join(f'"{action.value}"' for action in Action)
_DONE = {
    Action.SUBMIT: "已送审，等待财政局审核。",
    Action.WITHDRAW: "已取消送审，可以继续修改。",
    Action.RETURN: "已退回，单位可以看到全部意见。",
    Action.APPROVE: "已批复。",
    Action.REOPEN: "已退回调整；原批复的版本在下次批复之前仍然有效。",
}


@pages.get(f"/tables/<int:table_id>/<any({_NAMES}):name>")
@needs(Permission.SEE)
def confirm(table_id: int, name: str) -> Response:
    loaded, action = load(table_id), Action(name)
    if not loaded.may(TRANSITIONS[action].permission):
        raise Forbidden(f"你没有对这张表“{action.label}”的权限。")
    if not is_lawful(loaded.actor, action, loaded.facts):
        raise Stale(meanwhile(db.session(), loaded.table))
    return _confirm_page(table_id, action, 200, None)


@pages.post(f"/tables/<int:table_id>/<any({_NAMES}):name>")
@needs(Permission.SEE)
def carry_out(table_id: int, name: str) -> Response | AnyResponse:
    action, form = Action(name), request.form
    due, reason = _date(form.get("due", "")), form.get("reason", "")
    asked = Request(action, form.get("digest", ""), due, reason, form.get("enclosed", ""))
    try:
        workflow.perform(db.session(), actor(), table_id, asked)
    except (NotVisible, Forbidden):
        raise
    except Refused as refusal:
        return _confirm_page(table_id, action, status_of(refusal), refusal)
    flash(_DONE[action], "success")
    return redirect(load(table_id).url, 303)


def _confirm_page(table_id: int, action: Action, status: int, refusal: Refused | None) -> Response:
    """What the person is about to do, what stands in the way, and the form; after a refusal with what was typed."""
    loaded = load(table_id)
    wanted = TRANSITIONS[action].demands
    findings = findings_of(loaded, loaded.shown.document) if loaded.shown and action is Action.SUBMIT else []
    opinions = opinions_of(loaded)
    still_lawful = is_lawful(loaded.actor, action, loaded.facts)
    refusals = demands.in_the_way(db.session(), loaded.table, action) if still_lawful else []
    is_submission = still_lawful and action is Action.SUBMIT and loaded.shown is not None
    return render(
        "moves/confirm.html",
        status,
        loaded=loaded,
        action=action,
        wants_due=Demand.DUE_DATE in wanted,
        wants_reason=Demand.REASON in wanted,
        obstacles=_told(loaded, refusals),
        is_told=refusal is None or refusal.message in [refused.message for refused in refusals],
        round=_since_last(loaded, opinions) if is_submission else None,
        document=loaded.shown.document if loaded.shown else None,
        findings=notes.finding_groups(loaded.shown.document, findings, loaded.shown.enclosed.explanations)
        if loaded.shown
        else [],
        opinions=notes.opinion_views(loaded.shown.document, [o for o in opinions if o.is_open]) if loaded.shown else [],
        due=request.form.get("due") or (local_today() + timedelta(days=DAYS_TO_CORRECT)).isoformat(),
        reason=request.form.get("reason", ""),
        refusal=refusal,
        field=refusal.path if isinstance(refusal, Invalid) else "",
        still_lawful=still_lawful,
    )


def _told(loaded: Loaded, refusals: Sequence[Refused]) -> list[Obstacle]:
    if loaded.may(Permission.EDIT):
        return [obstacle(each, loaded.table.id, loaded.table.document) for each in refusals]
    return [Obstacle(each.message) for each in refusals]


def _since_last(loaded: Loaded, opinions: Sequence[OpinionLine]) -> rounds.Round | None:
    return rounds.since_last(loaded, answering.answerable(loaded, loaded.table.document, opinions))


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
