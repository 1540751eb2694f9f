"""The bureau's examination of a submitted table, and the office's answers to its opinions.

Opinions are the bureau's drafts until a decision is made (`workflow` makes them visible). None of these
acts moves a table.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import queries
from portal.database import now
from portal.domain import documents, forms
from portal.domain.acts import Act
from portal.domain.documents import checked_text
from portal.domain.errors import Forbidden, Invalid, NotVisible, Stale
from portal.domain.permissions import PERMISSIONS, Actor, Permission, may
from portal.models import Opinion, OpinionEvent, TargetTable
from portal.services import audit
from portal.services.transaction import write
from portal.services.workflow import meanwhile


def claim(session: Session, actor: Actor, table_id: int) -> None:
    """Say that one is reviewing this table; from then on it cannot be withdrawn."""
    with write(session):
        table = _table_for(session, actor, table_id, Permission.CLAIM)
        if table.claimed_by_id not in (None, actor.id):
            raise Stale("这张表已由同事认领审核。")
        if table.claimed_by_id == actor.id:
            return
        table.claimed_by_id = actor.id
        audit.record(session, actor, Act.CLAIM, audit.thing_of_table(table))


def release(session: Session, actor: Actor, table_id: int) -> None:
    with write(session):
        table = _table_for(session, actor, table_id, Permission.CLAIM)
        if table.claimed_by_id != actor.id:
            raise Stale("这张表不是由你认领的。")
        table.claimed_by_id = None
        audit.record(session, actor, Act.RELEASE, audit.thing_of_table(table))


def raise_opinion(session: Session, actor: Actor, table_id: int, *, path: str, binding: bool, text: str) -> Opinion:
    """A draft opinion at a place of the submitted text ("" = the whole). Raises Invalid for a place it has not."""
    with write(session):
        table = _table_for(session, actor, table_id, Permission.RAISE)
        document = table.document
        if not forms.is_place(document, path):
            raise Invalid("表中没有这个位置，请重新选择意见针对的位置。", "path")
        opinion = Opinion(
            table_id=table.id,
            revision_number=table.submissions,
            path=path,
            place=forms.label(document, path),
            quoted=_quoted(document, path),
            binding=binding,
            text=_needed(text, "请写明意见。"),
            author_id=actor.id,
            author_name=actor.name,
        )
        session.add(opinion)
        session.flush()
        audit.record(session, actor, Act.DRAFT_OPINION, audit.thing_of_table(table), **_detail(opinion))
    return opinion


def discard_opinion(session: Session, actor: Actor, table_id: int, opinion_id: int) -> None:
    """Remove a draft opinion; a raised one stays for ever."""
    with write(session):
        table = _table_for(session, actor, table_id, Permission.RAISE)
        opinion = _opinion(session, table, opinion_id)
        if opinion.state != "draft":
            raise Stale("这条意见已经提出，不能删除。")
        detail = _detail(opinion)
        session.delete(opinion)
        session.flush()
        audit.record(session, actor, Act.DISCARD_OPINION, audit.thing_of_table(table), **detail)


def answer(session: Session, actor: Actor, table_id: int, opinion_id: int, *, kind: str, text: str) -> None:
    """The office's answer to a raised opinion: "changed", or "kept" with a reason."""
    with write(session):
        table = _table_for(session, actor, table_id, Permission.ANSWER)
        opinion = _opinion(session, table, opinion_id)
        if opinion.state not in ("raised", "answered"):
            raise Stale("这条意见已经办结，不需要答复。")
        if kind not in ("changed", "kept"):
            raise Invalid("请选择“已修改”或“保留原文”。", "answer")
        words = _needed(text, "保留原文要写明理由。") if kind == "kept" else checked_text(text)
        opinion.state, opinion.answer = "answered", kind
        _step(session, actor, opinion, "answered", words, kind)
        audit.record(
            session,
            actor,
            Act.ANSWER_OPINION,
            audit.thing_of_table(table),
            **_detail(opinion),
            answer=kind,
            reply=words,
        )


def accept(session: Session, actor: Actor, table_id: int, opinion_id: int) -> None:
    """The bureau is satisfied with an answer."""
    with write(session):
        table = _table_for(session, actor, table_id, Permission.ACCEPT)
        opinion = _opinion(session, table, opinion_id)
        if opinion.state != "answered":
            raise Stale("这条意见还没有答复，或者已经办结。")
        opinion.state = "accepted"
        _step(session, actor, opinion, "accepted", "", None)
        audit.record(session, actor, Act.ACCEPT_OPINION, audit.thing_of_table(table), **_detail(opinion))


def raise_again(session: Session, actor: Actor, table_id: int, opinion_id: int, *, text: str) -> None:
    """The bureau is not satisfied; what was accepted by mistake in this round can be raised again too."""
    with write(session):
        table = _table_for(session, actor, table_id, Permission.RAISE)
        opinion = _opinion(session, table, opinion_id)
        if opinion.state not in ("answered", "accepted"):
            raise Stale("这条意见还没有答复，不必再次提出。")
        opinion.state, opinion.answer = "raised", None
        words = _needed(text, "再次提出要写明还差什么。")
        _step(session, actor, opinion, "raised_again", words, None)
        audit.record(session, actor, Act.RAISE_AGAIN, audit.thing_of_table(table), **_detail(opinion), words=words)


def _table_for(session: Session, actor: Actor, table_id: int, permission: Permission) -> TargetTable:
    """The table, locked, if the actor holds `permission` now; Stale where only the state stands against it."""
    table, facts = queries.tables.table_with_facts(session, actor, table_id, lock=True)
    if may(actor, permission, facts):
        return table
    if any(may(actor, permission, replace(facts, state=state)) for state in PERMISSIONS[permission].states or ()):
        raise Stale(meanwhile(session, table))
    raise Forbidden(f"你没有对这张表“{permission.label}”的权限。")


def _opinion(session: Session, table: TargetTable, opinion_id: int) -> Opinion:
    found = session.scalar(select(Opinion).where(Opinion.id == opinion_id, Opinion.table_id == table.id))
    if found is None:
        raise NotVisible("没有这条意见。")
    return found


def _step(session: Session, actor: Actor, opinion: Opinion, act: str, text: str, kind: str | None) -> None:
    session.add(
        OpinionEvent(
            opinion_id=opinion.id, act=act, answer=kind, text=text, actor_id=actor.id, actor_name=actor.name, at=now()
        )
    )
    session.flush()


def _needed(text: str, otherwise: str) -> str:
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
