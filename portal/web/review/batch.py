"""送审 of several tables at once: a confirmation page, and the submission with one result per table.

Each table is submitted in its own transaction, as on its own page; a refused table does not stop the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain import actions
from portal.domain.actions import TransitionRequest, is_lawful
from portal.domain.amounts import format_yuan
from portal.domain.documents import Kind
from portal.domain.errors import Forbidden, Invalid, NotVisible, Refused, Stale
from portal.domain.opinions import OpinionState
from portal.domain.permissions import Actor, Permission, TableFacts, grants_held, may
from portal.domain.rules import Blocked
from portal.extensions import db
from portal.models import TargetTable
from portal.queries.drafting.presence import PresentPerson
from portal.queries.review import BindingCounts
from portal.services import form_posts
from portal.services.review import preconditions, workflow
from portal.services.review.next_ready import next_ready
from portal.web.acts import result_key
from portal.web.guards import actor, needs
from portal.web.rendering import render
from portal.web.review.obstacles import Obstacle, obstacle
from portal.web.review.table import HIGHEST_ID, NextTable

bp = Blueprint("batch", __name__)

MAX_TABLES = 100


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chosen table. Without obstacles it can be submitted; digest and enclosed identify what is submitted.

    editing: who else has it open for editing. unchanged: number of opinions answered “changed” whose place did not
    change, with is_as_returned: whether the whole text did not; such a table is not ticked in advance.
    """

    id: int
    name: str
    year: int
    url: str
    ordinal: int
    amount: str
    errors: int
    warnings: int
    opinions: BindingCounts
    obstacles: Sequence[Obstacle]
    editing: Sequence[PresentPerson]
    unchanged: int = 0
    is_as_returned: bool = False
    digest: str = ""
    enclosed: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """The result for one table; refused is None where it was submitted."""

    id: int
    name: str
    url: str
    refused: Obstacle | None


@bp.get("/submit")
@needs(Permission.SUBMIT)
def confirm() -> Response:
    return _confirm_page(_chosen(), 200)


@bp.post("/submit")
@needs(Permission.SUBMIT)
def carry_out() -> Response | AnyResponse:
    table_ids = _chosen()
    if not table_ids:
        return _confirm_page(table_ids, 422)
    refusals = {table_id: _submit(table_id) for table_id in table_ids}
    visible = {table.id: table for table, _ in _load(table_ids)}
    told = [_told(table_id, refusals[table_id], visible.get(table_id)) for table_id in table_ids]
    key = result_key()
    form_posts.keep_outcome(db.session(), actor().id, key, {"submitted": told})
    return redirect(url_for(".results", key=key), 303)


@bp.get("/submit/results/<key>")
@needs(Permission.SUBMIT)
def results(key: str) -> Response:
    outcome = form_posts.outcome(db.session(), actor().id, key)
    if outcome is None or "submitted" not in outcome:
        raise NotVisible("没有这次送审的结果，或者已经过期；各张表的状态请看“我的工作”。")
    told = {each["id"]: Obstacle(**each["refused"]) if each["refused"] else None for each in outcome["submitted"]}
    visible = {table.id: (table, facts) for table, facts in _load(list(told))}
    results = [_result(table_id, refused, visible.get(table_id)) for table_id, refused in told.items()]
    refused = [result.id for result in results if result.refused]
    again = [table_id for table_id in refused if table_id in visible]
    last = next((visible[result.id][0] for result in reversed(results) if not result.refused and result.url), None)
    offered = next_ready(db.session(), actor(), last) if last else None
    return render(
        "review/batch_results.html",
        results=results,
        refused=refused,
        retry_url=url_for(".confirm", table=again) if again else "",
        next_table=NextTable.of(offered) if offered and offered.id not in refused else None,
    )


def _chosen() -> list[int]:
    """The distinct ids of the request. Raises Forbidden, or Invalid for more than MAX_TABLES."""
    if not grants_held(actor(), Permission.SUBMIT):
        raise Forbidden("你没有送审的权限。")
    sent = dict.fromkeys(request.values.getlist("table", type=int))
    table_ids = [n for n in sent if 0 < n <= HIGHEST_ID]
    if len(table_ids) > MAX_TABLES:
        raise Invalid(f"一次最多送审 {MAX_TABLES} 张表，这里选了 {len(table_ids)} 张；请分几次办理。")
    return table_ids


def _load(table_ids: Sequence[int]) -> list[tuple[TargetTable, TableFacts]]:
    return queries.tables.tables_with_facts(db.session(), actor(), table_ids)


def _submit(table_id: int) -> Refused | None:
    digest, enclosed = (request.form.get(f"{name}-{table_id}", "") for name in ("digest", "enclosed"))
    try:
        workflow.perform(db.session(), actor(), table_id, TransitionRequest(actions.SUBMIT, digest, enclosed=enclosed))
    except Refused as refusal:
        return refusal
    return None


def _told(table_id: int, refusal: Refused | None, table: TargetTable | None) -> dict[str, Any]:
    """What became of a table, as JSON; its name is joined when the result is shown."""
    if refusal is None and table is None:
        refusal = NotVisible()
    told = refusal and (obstacle(refusal, table_id, table.document) if table else Obstacle(refusal.message))
    return {"id": table_id, "refused": asdict(told) if told else None}


def _result(table_id: int, refused: Obstacle | None, found: tuple[TargetTable, TableFacts] | None) -> Result:
    if found is None:
        return Result(table_id, f"编号 {table_id}", "", refused)
    table, facts = found
    return Result(table_id, _name(actor(), table, facts), _url(table_id), refused)


def _confirm_page(table_ids: Sequence[int], status: int) -> Response:
    session, visible = db.session(), _load(table_ids)
    opinions = queries.review.binding_counts(session, [table.id for table, _ in visible])
    editable = [table.id for table, facts in visible if may(actor(), Permission.EDIT, facts)]
    editing = queries.drafting.presence.others_editing(session, actor(), editable)
    candidates = [
        _candidate(table, facts, opinions.get(table.id, BindingCounts()), editing.get(table.id, ()))
        for table, facts in visible
    ]
    return render(
        "review/batch_confirm.html",
        status,
        action=actions.SUBMIT,
        ready=[each for each in candidates if not each.obstacles],
        hindered=[each for each in candidates if each.obstacles],
        unseen=sorted(set(table_ids) - {each.id for each in candidates}),
        nothing_visible=NotVisible().message,
    )


def _candidate(
    table: TargetTable, facts: TableFacts, opinions: BindingCounts, editing: Sequence[PresentPerson]
) -> Candidate:
    session, me = db.session(), actor()
    lawful = is_lawful(me, actions.SUBMIT, facts)
    refusals = preconditions.unmet(session, me, table, actions.SUBMIT) if lawful else [_unlawful(me, table, facts)]
    unchanged, is_as_returned = (0, False) if refusals else _unchanged(table, facts)
    return Candidate(
        id=table.id,
        name=_name(me, table, facts),
        year=table.year,
        url=_url(table.id),
        ordinal=table.position,
        amount=format_yuan(table.total_fen) if lawful and table.kind == Kind.PROJECT else "",
        errors=sum(len(each.findings) for each in refusals if isinstance(each, Blocked)),
        warnings=table.warnings if lawful else 0,
        opinions=opinions if lawful else BindingCounts(),
        obstacles=[obstacle(each, table.id, table.document) for each in refusals],
        editing=editing,
        unchanged=unchanged,
        is_as_returned=is_as_returned,
        digest=table.digest if lawful else "",
        enclosed=queries.enclosures.of_table(session, table).digest if lawful and not refusals else "",
    )


def _unchanged(table: TargetTable, facts: TableFacts) -> tuple[int, bool]:
    """Candidate.unchanged and Candidate.is_as_returned."""
    if not table.submission_count:
        return 0, False
    lines = queries.review.opinions(db.session(), actor(), table, facts)
    is_answered = any(line.state is OpinionState.ANSWERED for line in lines)
    found = queries.verdicts.of_round(db.session(), table, lines) if is_answered else None
    if found is None or not found.not_changed:
        return 0, False
    return len(found.not_changed), found.before.digest == table.digest


def _unlawful(me: Actor, table: TargetTable, facts: TableFacts) -> Refused:
    """The refusal that `workflow.perform` raises before it checks preconditions."""
    if may(me, Permission.SUBMIT, facts):
        return Stale(workflow.stale_message(db.session(), table))
    return Forbidden(f"你没有对这张表“{actions.SUBMIT.label}”的权限。")


def _name(me: Actor, table: TargetTable, facts: TableFacts) -> str:
    """The name as far as the viewer may see it."""
    if table.kind == Kind.DEPARTMENT:
        return Kind.DEPARTMENT.label
    name = table.project_name if may(me, Permission.SEE_WORKING_COPY, facts) else table.submitted_name
    return name or "（未命名）"


def _url(table_id: int) -> str:
    return url_for("table.show", table_id=table_id)
