"""What must hold for a move besides state and person: one check for each Demand of `domain.workflow`.

A check reads and refuses; it writes nothing. `services.workflow.perform` asks them all inside its transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from portal import queries
from portal.database import local_today
from portal.domain.documents import MAX_TEXT, clean_text
from portal.domain.errors import Invalid, Refused, Stale
from portal.domain.rules import Blocked
from portal.domain.workflow import TRANSITIONS, Action, Demand, Request
from portal.models import Opinion, OpinionEvent, TargetTable
from portal.services import checking


def _same_digest(session: Session, table: TargetTable, request: Request) -> None:
    enclosed = queries.enclosures.of_table(session, table)
    if request.digest != table.digest or request.enclosed != enclosed.digest:
        raise Stale("你打开页面之后表的内容有了变化；请核对最新内容后再操作。")


def _no_errors(session: Session, table: TargetTable, request: Request) -> None:
    queries.years.open_year(session, table.year)
    if errors := checking.errors(session, table):
        raise Blocked(f"还有 {len(errors)} 处错误，改正后才能送审。", errors)


def _binding_answered(session: Session, table: TargetTable, request: Request) -> None:
    if open_ones := _count_opinions(session, table, Opinion.binding, Opinion.state == "raised"):
        raise Invalid(f"还有 {open_ones} 条“必须修改”的意见没有答复，答复后才能送审。", "opinions")


def _not_taken_up(session: Session, table: TargetTable, request: Request) -> None:
    examined = exists().where(
        OpinionEvent.opinion_id == Opinion.id,
        OpinionEvent.act.in_(("accepted", "raised_again")),
        OpinionEvent.at > table.since,
    )
    if table.claimed_by_id or _count_opinions(session, table, or_(Opinion.state == "draft", examined)):
        raise Stale("已开始审核，不能取消送审。")


def _opinion(session: Session, table: TargetTable, request: Request) -> None:
    again = exists().where(
        OpinionEvent.opinion_id == Opinion.id,
        OpinionEvent.act == "raised_again",
        OpinionEvent.at > table.since,
    )
    if not _count_opinions(session, table, or_(Opinion.state == "draft", again)):
        raise Invalid("退回要附至少一条意见，单位才知道改什么；请先提出意见。", "opinions")


def _due_date(session: Session, table: TargetTable, request: Request) -> None:
    if request.due is None:
        raise Invalid("请填写再次送审的期限。", "due")
    if request.due < local_today():
        raise Invalid("再次送审的期限不能早于今天。", "due")


def _binding_accepted(session: Session, table: TargetTable, request: Request) -> None:
    if open_ones := _count_opinions(session, table, Opinion.binding, Opinion.state != "accepted"):
        raise Invalid(f"还有 {open_ones} 条“必须修改”的意见没有采纳，不能批复。", "opinions")


def _reason(session: Session, table: TargetTable, request: Request) -> None:
    if not clean_text(request.reason):
        raise Invalid("请写明退回调整的理由。", "reason")
    if len(request.reason) > MAX_TEXT:
        raise Invalid("理由太长。", "reason")


def _count_opinions(session: Session, table: TargetTable, *conditions: object) -> int:
    statement = select(func.count()).select_from(Opinion).where(Opinion.table_id == table.id, *conditions)  # type: ignore[arg-type]
    return session.scalar(statement) or 0


_Check = Callable[[Session, TargetTable, Request], None]
CHECKS: Mapping[Demand, _Check] = {
    Demand.SAME_DIGEST: _same_digest,
    Demand.NO_ERRORS: _no_errors,
    Demand.BINDING_ANSWERED: _binding_answered,
    Demand.NOT_TAKEN_UP: _not_taken_up,
    Demand.OPINION: _opinion,
    Demand.DUE_DATE: _due_date,
    Demand.BINDING_ACCEPTED: _binding_accepted,
    Demand.REASON: _reason,
}


_ASKED_OF_THE_PERSON = frozenset({Demand.SAME_DIGEST, Demand.DUE_DATE, Demand.REASON})


def in_the_way(session: Session, table: TargetTable, action: Action) -> list[Refused]:
    """What stands against `action` now, before the person is asked for anything: the refusals it would meet."""
    found: list[Refused] = []
    for demand in TRANSITIONS[action].demands:
        if demand not in _ASKED_OF_THE_PERSON:
            try:
                CHECKS[demand](session, table, Request(action))
            except Refused as refusal:
                found.append(refusal)
    return found
