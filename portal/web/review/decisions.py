"""Claiming, recommending, returning and approving many tables: what is chosen, what is asked once, and the result.

The result has an address of its own: it can be left, reloaded and printed as a covering list, and goes on with what
still waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.actions import FieldKind, TransitionRequest
from portal.domain.amounts import format_yuan
from portal.domain.batches import CLAIM_MANY, MOST_TABLES, RECOMMEND_MANY, BatchAct
from portal.domain.conclusions import ALL_DIMENSIONS, Dimension
from portal.domain.documents import Kind
from portal.domain.errors import Forbidden, Invalid, NotVisible, Refused
from portal.domain.permissions import Permission, TableFacts, grants_held, may
from portal.domain.states import State
from portal.extensions import db
from portal.models import Opinion, TargetTable
from portal.services.review import batch_obstacles, batches, preconditions
from portal.services.review.batches import BatchItem
from portal.services.session.signing_in import SlowDown
from portal.web.acts import result_key
from portal.web.errors import status_of
from portal.web.guards import account, actor, needs
from portal.web.rendering import render
from portal.web.review.draft_choices import DraftChoice, draft_choices, posted_drafts
from portal.web.review.standing import words_of
from portal.web.review.table import HIGHEST_ID
from portal.web.review.transitions import field_view, typed_date

bp = Blueprint("decisions", __name__)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A chosen table. obstacle: why it cannot be decided now, "" where it can."""

    id: int
    name: str
    office: str
    amount: str
    fen: int
    digest: str
    enclosed: str
    obstacle: str
    drafts: Sequence[DraftChoice] = ()


@dataclass(frozen=True, slots=True)
class ResultLine:
    """told: what became of it, "" while it waits; is_refused: nothing changed."""

    name: str
    office: str
    amount: str
    url: str
    digest: str
    told: str
    is_refused: bool


@bp.get("/decide/<batch_act:act>")
@needs(Permission.CLAIM)
def confirm(act: BatchAct) -> Response:
    return _confirm_page(act, _chosen(act), None)


@bp.post("/decide/<batch_act:act>")
@needs(Permission.CLAIM)
def start(act: BatchAct) -> Response | AnyResponse:
    table_ids = _chosen(act)
    digests = {n: request.form.get(f"digest-{n}", "") for n in table_ids}
    items = [
        BatchItem(n, digests[n], request.form.get(f"enclosed-{n}", ""), posted_drafts(_drafts_field(n)))
        for n in table_ids
    ]
    try:
        fields = _fields(act, table_ids)
        key = result_key()
        password = request.form.get("password", "") if _asks_password(act, table_ids) else None
        batches.start(db.session(), actor(), key, act, items, fields=fields, password=password)
    except (Invalid, SlowDown) as refusal:
        return _confirm_page(act, table_ids, refusal)
    batches.advance(db.session(), actor(), key)
    return redirect(url_for(".results", key=key), 303)


@bp.get("/decide/<batch_act:act>/news")
@needs(Permission.CLAIM)
def news(act: BatchAct) -> Response:
    """What others decided or claimed of the listed tables since the entry number `since`; 204 if nothing."""
    session, me = db.session(), actor()
    states = {
        table.id: State(table.state)
        for table, facts in _load(_chosen(act))
        if may(me, Permission.SEE_BUREAU_NOTES, facts)
    }
    entries = queries.news.latest_of_many(session, me, list(states), request.args.get("since", 0, int))
    told = {table_id: words_of(entry, me, states[table_id]) for table_id, entry in entries.items()}
    return jsonify(seen=account().latest_entry, told=told) if told else Response(status=204)


@bp.get("/decide/results/<key>")
@needs(Permission.CLAIM)
def results(key: str) -> Response:
    batch = batches.find(db.session(), actor(), key)
    if batch is None:
        raise NotVisible("没有这次办理的结果，或者已经过期；各张表的状态请看“我的工作”。")
    visible = {table.id: table for table, _ in _load([item.id for item in batch.items])}
    lines = [_result(batch.act, item, visible.get(item.id)) for item in batch.items]
    done = [visible[item.id] for item in batch.items if item.is_done and item.id in visible]
    refused = [item.id for item in batch.items if item.refused is not None and item.id in visible]
    again_url = url_for(".confirm", act=batch.act, table=refused, after=key)
    return render(
        "review/decision_results.html",
        act=batch.act,
        key=key,
        lines=lines,
        waiting=batch.waiting_count,
        done_count=sum(item.is_done for item in batch.items),
        done_sum=format_yuan(sum(table.submitted_total_fen or 0 for table in done)),
        refused_count=sum(item.refused is not None for item in batch.items),
        again_url=again_url if refused and not batch.waiting_count else "",
        by=actor().signature,
    )


@bp.post("/decide/results/<key>")
@needs(Permission.CLAIM)
def go_on(key: str) -> AnyResponse:
    batches.advance(db.session(), actor(), key)
    return redirect(url_for(".results", key=key), 303)


def _chosen(act: BatchAct) -> list[int]:
    """The distinct ids of the request. Raises Forbidden, or Invalid for more than MOST_TABLES."""
    if not grants_held(actor(), act.permission):
        raise Forbidden(f"你没有“{act.label}”的权限。")
    sent = dict.fromkeys(request.values.getlist("table", type=int))
    table_ids = [n for n in sent if 0 < n <= HIGHEST_ID]
    if len(table_ids) > MOST_TABLES:
        raise Invalid(f"一次最多{act.label} {MOST_TABLES} 张表，这里选了 {len(table_ids)} 张；请分几次办理。")
    return table_ids


def _load(table_ids: Sequence[int]) -> list[tuple[TargetTable, TableFacts]]:
    return queries.tables.tables_with_facts(db.session(), actor(), table_ids)


def _asks_password(act: BatchAct, table_ids: Sequence[int]) -> bool:
    asks = any(field.kind is FieldKind.PASSWORD for field in act.asks)
    return asks and any(table.budget_year.password_at_approval for table, _ in _load(table_ids))


def _fields(act: BatchAct, table_ids: Sequence[int]) -> dict[str, object]:
    """What the page asks for once, checked. Raises Invalid with the field."""
    form, due = request.form, typed_date(request.form.get("due", ""))
    if not table_ids:
        raise Invalid("没有选中任何表。")
    if act is RECOMMEND_MANY and set(form.getlist("dimensions")) != {each.value for each in ALL_DIMENSIONS}:
        raise Invalid("四维都确认了才能建议批复。", "dimensions")
    if act.action and any(field.kind is FieldKind.DATE for field in act.asks):
        for table, _ in _load(table_ids)[:1]:
            preconditions.check_due_date(db.session(), actor(), table, TransitionRequest(act.action, due=due))
    return {
        "due": due.isoformat() if due else "",
        "reason": form.get("reason", ""),
        "grade": form.get("grade", ""),
        "dimensions": form.getlist("dimensions"),
    }


def _confirm_page(act: BatchAct, table_ids: Sequence[int], refusal: Refused | None) -> Response:
    drafts = queries.review.drafts(db.session(), table_ids) if act.action else {}
    chosen = [_candidate(act, table, facts, drafts.get(table.id, ())) for table, facts in _load(table_ids)]
    ready = [each for each in chosen if not each.obstacle]
    shows_password = _asks_password(act, table_ids)
    fields = [each for each in act.asks if each.kind is not FieldKind.PASSWORD or shows_password]
    before = batches.find(db.session(), actor(), request.args["after"]) if "after" in request.args else None
    typed = before.fields if before else {}
    return render(
        "review/decisions.html",
        status_of(refusal) if refusal else 200,
        act=act,
        ready=ready,
        total=format_yuan(sum(each.fen for each in ready)),
        hindered=[each for each in chosen if each.obstacle],
        unseen_count=len(table_ids) - len(chosen),
        fields=[field_view(each, refusal, typed.get(each.name, "")) for each in fields if each.name != "dimensions"],
        dimensions=tuple(Dimension) if act is RECOMMEND_MANY else (),
        ticked=request.form.getlist("dimensions") or typed.get("dimensions", ()),
        seen=account().latest_entry,
        refusal=refusal,
    )


def _drafts_field(table_id: int) -> str:
    return f"drafts-{table_id}"


def _candidate(act: BatchAct, table: TargetTable, facts: TableFacts, drafts: Sequence[Opinion]) -> Chosen:
    session = db.session()
    enclosed = queries.enclosures.of_table(session, table).digest if act is not CLAIM_MANY else ""
    return Chosen(
        id=table.id,
        name=_name(table),
        office=f"{table.office_code} {table.office.name}",
        amount="" if table.kind == Kind.DEPARTMENT else format_yuan(table.submitted_total_fen),
        fen=table.submitted_total_fen or 0,
        digest=table.digest if facts.submitted_once else "",
        enclosed=enclosed,
        obstacle=batch_obstacles.obstacle(session, actor(), act, table, facts),
        drafts=draft_choices(actor(), drafts, _drafts_field(table.id)),
    )


def _name(table: TargetTable) -> str:
    """As submitted: the bureau sees no working copy."""
    if table.kind == Kind.DEPARTMENT:
        return Kind.DEPARTMENT.label
    return f"{table.position}、{table.submitted_name or '（未命名）'}"


def _result(act: BatchAct, item: BatchItem, table: TargetTable | None) -> ResultLine:
    told = act.done if item.is_done else item.refused or ""
    if table is None:
        return ResultLine(f"编号 {item.id}", "", "", "", item.digest, told or NotVisible().message, not item.is_done)
    return ResultLine(
        _name(table),
        f"{table.office_code} {table.office.name}",
        "" if table.kind == Kind.DEPARTMENT else format_yuan(table.submitted_total_fen),
        url_for("table.show", table_id=table.id),
        item.digest,
        told,
        item.refused is not None,
    )
