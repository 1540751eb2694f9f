"""Preconditions of actions in addition to state and permission: one check for each Precondition of `domain.actions`.

A check raises Refused or returns; it never writes. `workflow.perform` runs the checks inside its transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from portal import queries
from portal.database import local_today
from portal.domain import audit_events, opinions
from portal.domain.actions import Action, FormField, Precondition, TransitionRequest
from portal.domain.conclusions import ErrorsAtApproval
from portal.domain.deadlines import AfterDeadline, due_date
from portal.domain.documents import MAX_TEXT, clean_text
from portal.domain.errors import Invalid, Refused, Stale
from portal.domain.opinions import OpinionState
from portal.domain.permissions import Actor
from portal.domain.rules import Blocked
from portal.models import Opinion, OpinionEvent, TargetTable
from portal.services.drafting import checks
from portal.services.review import draft_choice
from portal.services.session import signing_in


def _same_digest(session: Session, actor: Actor, table: TargetTable, request: TransitionRequest) -> None:
    enclosed = queries.enclosures.of_table(session, table)
    if request.digest != table.digest or request.enclosed != enclosed.digest:
        raise Stale("你打开页面之后表的内容有了变化；请核对最新内容后再操作。")


def _no_errors(session: Session, actor: Actor, table: TargetTable, request: TransitionRequest) -> None:
    queries.administration.years.open_year(session, table.year)
    if errors := checks.errors(session, table):
        raise Blocked(f"还有 {len(errors)} 处错误，改正后才能{request.action.label}。", errors)


def _on_time(session: Session, actor: Actor, table: TargetTable, request: TransitionRequest) -> None:
    year = queries.administration.years.open_year(session, table.year)
    due = due_date(table.state, table.due_on, year.deadline)
    if due and due < local_today() and year.after_deadline == AfterDeadline.EXTENSION:
        raise Invalid(f"送审的期限 {due} 已过；请先申请延期，财政局同意以后才能{request.action.label}。", "due")


def _binding_answered(session: Session, actor: Actor, table: TargetTable, request: TransitionRequest) -> None:
    if open_ones := _count_opinions(session, table, Opinion.binding, Opinion.state == OpinionState.RAISED):
        raise Invalid(f"还有 {open_ones} 条“必须修改”的意见没有答复，答复后才能{request.action.label}。", "opinions")


def _review_not_started(session: Session, actor: Actor, table: TargetTable, request: TransitionRequest) -> None:
    if table.claimant_id(local_today()) is not None or queries.review.is_examined(session, table):
        raise Stale(f"已开始审核，不能{request.action.label}。")


def _drafts(session: Session, actor: Actor, table: TargetTable, request: TransitionRequest) -> None:
    draft_choice.chosen(session, table, request)


def _opinion(session: Session, actor: Actor, table: TargetTable, request: TransitionRequest) -> None:
    """Any draft can be chosen where the request does not choose yet."""
    again = exists().where(
        OpinionEvent.opinion_id == Opinion.id,
        OpinionEvent.act == opinions.RAISE_AGAIN.step,
        OpinionEvent.at > table.state_since,
    )
    is_draft = Opinion.state == OpinionState.DRAFT
    chosen = is_draft if request.drafts is None else and_(is_draft, Opinion.id.in_(request.drafts))
    if not _count_opinions(session, table, or_(chosen, again)):
        if request.drafts is not None and _count_opinions(session, table, is_draft):
            raise Invalid(f"{request.action.label}要附至少一条意见，单位才知道改什么；请勾选要提出的意见。", "drafts")
        raise no_opinion(request.action)


def no_opinion(action: Action) -> Invalid:
    """The refusal of OPINION where there is nothing to choose from."""
    return Invalid(f"{action.label}要附至少一条意见，单位才知道改什么；请先提出意见。", "opinions")


def check_due_date(session: Session, actor: Actor, table: TargetTable, request: TransitionRequest) -> None:
    if request.due is None:
        raise Invalid("请填写再次送审的期限。", "due")
    if request.due < local_today():
        raise Invalid("再次送审的期限不能早于今天。", "due")
    longest = queries.administration.years.year(session, table.year).longest_due
    calendar = queries.calendar.current(session)
    if calendar.count(local_today(), request.due) > longest:
        furthest = calendar.add(local_today(), longest)
        raise Invalid(f"再次送审的期限最远到 {furthest}（{longest} 个工作日，由年度规定）。", "due")
    if not calendar.is_working_day(request.due):
        following = calendar.next_working_day(request.due)
        raise Invalid(f"再次送审的期限 {request.due} 不是工作日，其后第一个工作日是 {following}。", "due")


def _binding_accepted(session: Session, actor: Actor, table: TargetTable, request: TransitionRequest) -> None:
    """Drafts count if the request raises them. What was taken exactly as proposed counts as accepted."""
    open_states = [state for state in OpinionState if state.is_open_for_office]
    not_proven = Opinion.id.not_in(queries.review.proven(session, table))
    if open_ones := _count_opinions(session, table, Opinion.binding, Opinion.state.in_(open_states), not_proven):
        raise Invalid(f"还有 {open_ones} 条“必须修改”的意见没有采纳，不能{request.action.label}。", "opinions")
    if binding := sum(opinion.binding for opinion in draft_choice.chosen(session, table, request)):
        raise Invalid(
            f"勾选的意见中有 {binding} 条“必须修改”，提出来就不能{request.action.label}；请不勾选，或者改为退回。",
            "drafts",
        )


def _reason(session: Session, actor: Actor, table: TargetTable, request: TransitionRequest) -> None:
    if not clean_text(request.reason):
        raise Invalid(f"请写明{request.action.label}的理由。", "reason")
    if len(request.reason) > MAX_TEXT:
        raise Invalid("理由太长。", "reason")


def _recommended(session: Session, actor: Actor, table: TargetTable, request: TransitionRequest) -> None:
    if not queries.conclusions.is_demanded(session, actor, table):
        return
    if not table.is_recommended:
        raise Invalid(f"还没有审核人建议批复，不能{request.action.label}。", "recommendation")
    conclusion = queries.conclusions.of_revision(session, table.id, table.submission_count)
    if conclusion is None and queries.review.is_proven(session, table):
        return
    if conclusion is None or conclusion.digest != table.digest:
        raise Stale(f"建议批复的不是现在的内容，不能{request.action.label}。")
    if table.budget_year.recommender_approves:
        return
    if actor.ids & queries.record.people_behind(session, table.id, audit_events.RECOMMEND):
        raise Invalid(f"这张表是你自己建议批复的，要由另一位审批人{request.action.label}。", "recommendation")


def _no_errors_now(session: Session, actor: Actor, table: TargetTable, request: TransitionRequest) -> None:
    if table.budget_year.errors_at_approval != ErrorsAtApproval.REFUSE:
        return
    if errors := checks.errors(session, table):
        raise Blocked(errors_refusal(len(errors), request.action.label), errors)


def errors_refusal(count: int, label: str) -> str:
    return f"按今天的规则有 {count} 处错误，本年度不能带错误{label}。"


def _errors_explained(session: Session, actor: Actor, table: TargetTable, request: TransitionRequest) -> None:
    if len(request.reason) > MAX_TEXT:
        raise Invalid("理由太长。", "reason")
    if clean_text(request.reason) or not _may_be_explained(session, actor, table):
        return
    errors = checks.errors(session, table)
    raise Invalid(f"按今天的规则有 {len(errors)} 处错误，写明理由才能{request.action.label}。", "reason")


def _may_be_explained(session: Session, actor: Actor, table: TargetTable) -> bool:
    may_be = table.budget_year.errors_at_approval == ErrorsAtApproval.REASON
    return may_be and bool(checks.errors(session, table))


def _password(session: Session, actor: Actor, table: TargetTable, request: TransitionRequest) -> None:
    if _is_password_asked(session, actor, table) and not request.is_password_checked:
        signing_in.require_password(session, actor, request.password)


def _is_password_asked(session: Session, actor: Actor, table: TargetTable) -> bool:
    return table.budget_year.password_at_approval


def _count_opinions(session: Session, table: TargetTable, *conditions: object) -> int:
    statement = select(func.count()).select_from(Opinion).where(Opinion.table_id == table.id, *conditions)  # type: ignore[arg-type]
    return session.scalar(statement) or 0


_Check = Callable[[Session, Actor, TargetTable, TransitionRequest], None]
CHECKS: Mapping[Precondition, _Check] = {
    Precondition.SAME_DIGEST: _same_digest,
    Precondition.NO_ERRORS: _no_errors,
    Precondition.ON_TIME: _on_time,
    Precondition.BINDING_ANSWERED: _binding_answered,
    Precondition.REVIEW_NOT_STARTED: _review_not_started,
    Precondition.DRAFTS: _drafts,
    Precondition.OPINION: _opinion,
    Precondition.DUE_DATE: check_due_date,
    Precondition.BINDING_ACCEPTED: _binding_accepted,
    Precondition.REASON: _reason,
    Precondition.RECOMMENDED: _recommended,
    Precondition.NO_ERRORS_NOW: _no_errors_now,
    Precondition.ERRORS_EXPLAINED: _errors_explained,
    Precondition.PASSWORD: _password,
}

_DEMANDS: Mapping[Precondition, Callable[[Session, Actor, TargetTable], bool]] = {
    Precondition.ERRORS_EXPLAINED: _may_be_explained,
    Precondition.PASSWORD: _is_password_asked,
}
"""Preconditions that demand something of some tables only."""

REQUEST_ATTRIBUTES: Mapping[Precondition, str] = {
    Precondition.SAME_DIGEST: "digest",
    Precondition.DRAFTS: "drafts",
    Precondition.DUE_DATE: "due",
    Precondition.REASON: "reason",
    Precondition.ERRORS_EXPLAINED: "reason",
    Precondition.PASSWORD: "password",
}
"""Preconditions that depend on the person's input → the attribute of TransitionRequest that they need."""


def unmet(session: Session, actor: Actor, table: TargetTable, action: Action) -> list[Refused]:
    """The refusals that `action` would meet now; checks of the person's input, not asked for yet, are left out."""
    found: list[Refused] = []
    for precondition in action.preconditions:
        if precondition not in REQUEST_ATTRIBUTES:
            try:
                CHECKS[precondition](session, actor, table, TransitionRequest(action))
            except Refused as refusal:
                found.append(refusal)
    return found


def asked(session: Session, actor: Actor, table: TargetTable, action: Action) -> list[FormField]:
    """The fields that `action` asks for on this table."""
    return [field for field in action.asks if field.only_for is None or _DEMANDS[field.only_for](session, actor, table)]
