"""The bureau's examination of a submitted table, and the office's answers to its opinions.

Which acts an opinion knows is said in `domain.opinions`. Opinions are the bureau's drafts until a decision is made
(`effects` makes them visible). None of these acts moves a table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import queries
from portal.database import now
from portal.domain import audit_events, documents, forms, opinions
from portal.domain.audit_events import AUDIT_EVENTS
from portal.domain.documents import checked_text
from portal.domain.errors import Forbidden, Invalid, NotVisible, Stale
from portal.domain.opinions import Answer, OpinionAct, OpinionState
from portal.domain.permissions import PERMISSIONS, Actor, Permission, may
from portal.models import Opinion, OpinionEvent, TargetTable
from portal.services.record import audit
from portal.services.review.workflow import stale_message
from portal.services.transaction import write


def claim(session: Session, actor: Actor, table_id: int) -> None:
    """Say that one is reviewing this table; from then on it cannot be withdrawn."""
    with write(session):
        table = _table_for(session, actor, table_id, Permission.CLAIM)
        if table.claimed_by_id not in (None, actor.id):
            raise Stale("这张表已由同事认领审核。")
        if table.claimed_by_id == actor.id:
            return
        table.claimed_by_id = actor.id
        audit.record(session, actor, audit_events.CLAIM, audit.thing_of_table(table))


def release(session: Session, actor: Actor, table_id: int) -> None:
    with write(session):
        table = _table_for(session, actor, table_id, Permission.CLAIM)
        if table.claimed_by_id != actor.id:
            raise Stale("这张表不是由你认领的。")
        table.claimed_by_id = None
        audit.record(session, actor, audit_events.RELEASE, audit.thing_of_table(table))


def raise_opinion(session: Session, actor: Actor, table_id: int, *, path: str, binding: bool, text: str) -> Opinion:
    """A draft opinion at a place of the submitted text ("" = the whole). Raises Invalid for a place it has not."""
    with write(session):
        table = _table_for(session, actor, table_id, opinions.DRAFT.permission)
        document = table.document
        if not forms.is_place(document, path):
            raise Invalid("表中没有这个位置，请重新选择意见针对的位置。", "path")
        opinion = Opinion(
            table_id=table.id,
            revision_number=table.submission_count,
            path=path,
            place=forms.label(document, path),
            quoted=_quoted(document, path),
            binding=binding,
            text=_required(text, "请写明意见。"),
            state=OpinionState.DRAFT,
            author_id=actor.id,
            author_name=actor.name,
        )
        session.add(opinion)
        session.flush()
        _record(session, actor, table, opinions.DRAFT, _detail(opinion))
    return opinion


def discard_opinion(session: Session, actor: Actor, table_id: int, opinion_id: int) -> None:
    """Remove a draft opinion; a raised one stays for ever."""
    with write(session):
        table, opinion = _opinion_for(session, actor, table_id, opinion_id, opinions.DISCARD)
        detail = _detail(opinion)
        session.delete(opinion)
        session.flush()
        _record(session, actor, table, opinions.DISCARD, detail)


def answer(session: Session, actor: Actor, table_id: int, opinion_id: int, *, kind: str, text: str) -> None:
    """The office's answer to a raised opinion; `kind` is one of Answer."""
    with write(session):
        table, opinion = _opinion_for(session, actor, table_id, opinion_id, opinions.ANSWER)
        if kind not in set(Answer):
            raise Invalid("请选择“已修改”或“保留原文”。", "answer")
        words = _required(text, "保留原文要写明理由。") if Answer(kind).needs_reason else checked_text(text)
        _step(session, actor, opinion, opinions.ANSWER, words, Answer(kind))
        _record(session, actor, table, opinions.ANSWER, _detail(opinion) | {"answer": kind, "reply": words})


def accept(session: Session, actor: Actor, table_id: int, opinion_id: int) -> None:
    """The bureau is satisfied with an answer."""
    with write(session):
        table, opinion = _opinion_for(session, actor, table_id, opinion_id, opinions.ACCEPT)
        _step(session, actor, opinion, opinions.ACCEPT, "", opinion.answer)
        _record(session, actor, table, opinions.ACCEPT, _detail(opinion))


def raise_again(session: Session, actor: Actor, table_id: int, opinion_id: int, *, text: str) -> None:
    """The bureau is not satisfied; what was accepted by mistake in this round can be raised again too."""
    with write(session):
        table, opinion = _opinion_for(session, actor, table_id, opinion_id, opinions.RAISE_AGAIN)
        words = _required(text, "再次提出要写明还差什么。")
        _step(session, actor, opinion, opinions.RAISE_AGAIN, words, None)
        _record(session, actor, table, opinions.RAISE_AGAIN, _detail(opinion) | {"words": words})


HANDLERS: Mapping[str, Callable[..., Any]] = {
    opinions.DRAFT.name: raise_opinion,
    opinions.DISCARD.name: discard_opinion,
    opinions.ANSWER.name: answer,
    opinions.ACCEPT.name: accept,
    opinions.RAISE_AGAIN.name: raise_again,
}
"""What carries out an opinion act, by its name; raising is part of a decision (`effects`)."""


def _table_for(session: Session, actor: Actor, table_id: int, permission: Permission) -> TargetTable:
    """The table, locked, if the actor holds `permission` now; Stale where only the state stands against it."""
    table, facts = queries.tables.table_with_facts(session, actor, table_id, lock=True)
    if may(actor, permission, facts):
        return table
    if any(may(actor, permission, replace(facts, state=state)) for state in PERMISSIONS[permission].states or ()):
        raise Stale(stale_message(session, table))
    raise Forbidden(f"你没有对这张表“{permission.label}”的权限。")


def _opinion_for(
    session: Session, actor: Actor, table_id: int, opinion_id: int, act: OpinionAct
) -> tuple[TargetTable, Opinion]:
    """Table and opinion, locked, if the actor may do `act` now. Raises Stale where the opinion's state is no source."""
    table = _table_for(session, actor, table_id, act.permission)
    found = session.scalar(select(Opinion).where(Opinion.id == opinion_id, Opinion.table_id == table.id))
    if found is None:
        raise NotVisible("没有这条意见。")
    if found.state not in act.sources:
        raise Stale(act.words.refused)
    return table, found


def _step(session: Session, actor: Actor, opinion: Opinion, act: OpinionAct, text: str, kind: str | None) -> None:
    """Bring the opinion to the target of `act`, with a step in its thread. `kind`: the answer that stands from now."""
    assert act.target
    opinion.state, opinion.answer = act.target, kind
    session.add(
        OpinionEvent(
            opinion_id=opinion.id,
            act=act.step,
            answer=kind if act is opinions.ANSWER else None,
            text=text,
            actor_id=actor.id,
            actor_name=actor.name,
            at=now(),
        )
    )
    session.flush()


def _record(session: Session, actor: Actor, table: TargetTable, act: OpinionAct, detail: dict[str, object]) -> None:
    audit.record(session, actor, AUDIT_EVENTS[act.event], audit.thing_of_table(table), **detail)


def _required(text: str, otherwise: str) -> str:
    words = checked_text(text)
    if not words:
        raise Invalid(otherwise, "text")
    return words


def _quoted(document: documents.Document, path: str) -> str:
    try:
        return documents.value_at(document, path) or ""
    except Invalid:
        return ""  # a row, a list or the whole


def _detail(opinion: Opinion) -> dict[str, object]:
    return {
        "opinion": opinion.id,
        "path": opinion.path,
        "place": opinion.place,
        "binding": opinion.binding,
        "text": opinion.text,
    }
