"""Opinion acts: the bureau drafts, discards, accepts and raises again, the office answers.

The acts are defined in `domain.opinions`. An opinion is a draft of the bureau until a decision (`effects`) raises it.
None of these acts changes the state of a table. Claims: `claims`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.database import now
from portal.domain import documents, forms, opinions
from portal.domain.audit_events import AUDIT_EVENTS
from portal.domain.documents import checked_text
from portal.domain.errors import Invalid, NotVisible, Stale
from portal.domain.opinions import Answer, OpinionAct, OpinionState
from portal.domain.permissions import Actor
from portal.models import Opinion, OpinionEvent, TargetTable
from portal.services.record import audit
from portal.services.record.facts import Facts, of_deleted, of_rows
from portal.services.review import claims
from portal.services.review.workflow import permitted_table
from portal.services.transaction import write


def raise_opinion(session: Session, actor: Actor, table_id: int, *, path: str, binding: bool, text: str) -> Opinion:
    """Draft an opinion at a place of the submitted text ("" = the whole). Raises Invalid for an unknown place."""
    with write(session):
        table = permitted_table(session, actor, table_id, opinions.DRAFT.permission)
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
            author_name=actor.signature,
        )
        session.add(opinion)
        session.flush()
        leaves = of_rows(opinion) | claims.renew(session, actor, table)
        _record(session, actor, table, opinions.DRAFT, leaves, _detail(opinion))
    return opinion


def discard_opinion(session: Session, actor: Actor, table_id: int, opinion_id: int) -> None:
    """Delete a draft opinion; a raised one can never be deleted."""
    with write(session):
        table, opinion = _opinion_for(session, actor, table_id, opinion_id, opinions.DISCARD)
        detail = _detail(opinion)
        session.delete(opinion)
        session.flush()
        _record(session, actor, table, opinions.DISCARD, of_deleted(Opinion, table.id, opinion_id), detail)


def answer(session: Session, actor: Actor, table_id: int, opinion_id: int, *, kind: str, text: str) -> None:
    """Answer a raised opinion, for the office; `kind` is one of Answer."""
    with write(session):
        table, opinion = _opinion_for(session, actor, table_id, opinion_id, opinions.ANSWER)
        if kind not in set(Answer):
            raise Invalid("请选择“已修改”或“保留原文”。", "answer")
        words = _required(text, "保留原文要写明理由。") if Answer(kind).needs_reason else checked_text(text)
        step = _step(session, actor, opinion, opinions.ANSWER, words, Answer(kind))
        _record(session, actor, table, opinions.ANSWER, of_rows(step), {"opinion": opinion.id, "step": step.id})


def accept(session: Session, actor: Actor, table_id: int, opinion_id: int) -> None:
    """Accept the office's answer, for the bureau."""
    with write(session):
        table, opinion = _opinion_for(session, actor, table_id, opinion_id, opinions.ACCEPT)
        step = _step(session, actor, opinion, opinions.ACCEPT, "", opinion.answer)
        leaves = of_rows(step) | claims.renew(session, actor, table)
        _record(session, actor, table, opinions.ACCEPT, leaves, _detail(opinion))


def raise_again(session: Session, actor: Actor, table_id: int, opinion_id: int, *, text: str) -> None:
    """Raise an opinion again, for the bureau; also one that was accepted by mistake in this round."""
    with write(session):
        table, opinion = _opinion_for(session, actor, table_id, opinion_id, opinions.RAISE_AGAIN)
        words = _required(text, "再次提出要写明还差什么。")
        step = _step(session, actor, opinion, opinions.RAISE_AGAIN, words, None)
        leaves = of_rows(step) | claims.renew(session, actor, table)
        _record(session, actor, table, opinions.RAISE_AGAIN, leaves, _detail(opinion) | {"words": words})


HANDLERS: Mapping[str, Callable[..., Any]] = {
    opinions.DRAFT.name: raise_opinion,
    opinions.DISCARD.name: discard_opinion,
    opinions.ANSWER.name: answer,
    opinions.ACCEPT.name: accept,
    opinions.RAISE_AGAIN.name: raise_again,
}
"""Functions by name of the opinion act; raising has none, since it is part of a decision (`effects`)."""


def _opinion_for(
    session: Session, actor: Actor, table_id: int, opinion_id: int, act: OpinionAct
) -> tuple[TargetTable, Opinion]:
    """Table and opinion, locked, if the actor may do `act`. Raises Stale if `act.sources` lacks its state."""
    table = permitted_table(session, actor, table_id, act.permission)
    found = session.scalar(select(Opinion).where(Opinion.id == opinion_id, Opinion.table_id == table.id))
    if found is None:
        raise NotVisible("没有这条意见。")
    if found.state not in act.sources:
        raise Stale(act.words.refused)
    return table, found


def _step(
    session: Session, actor: Actor, opinion: Opinion, act: OpinionAct, text: str, kind: str | None
) -> OpinionEvent:
    """Set the opinion to the target state of `act` and add the event. `kind`: the opinion's answer from now on."""
    assert act.target
    opinion.state, opinion.answer = act.target, kind
    step = OpinionEvent(
        opinion_id=opinion.id,
        act=act.step,
        answer=kind if act is opinions.ANSWER else None,
        text=text,
        actor_id=actor.id,
        actor_name=actor.signature,
        at=now(),
    )
    session.add(step)
    session.flush()
    return step


def _record(
    session: Session, actor: Actor, table: TargetTable, act: OpinionAct, leaves: Facts, detail: dict[str, object]
) -> None:
    audit.record(session, actor, AUDIT_EVENTS[act.event], audit.object_of_table(table), leaves, **detail)


def _required(text: str, message: str) -> str:
    words = checked_text(text)
    if not words:
        raise Invalid(message, "text")
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
