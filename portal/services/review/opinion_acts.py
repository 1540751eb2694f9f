"""Opinion acts: the bureau drafts, revises, discards, accepts and raises again, the office answers.

The acts are defined in `domain.opinions`. An opinion is a draft of the bureau until a decision (`effects`) raises it.
None of these acts changes the state of a table. Claims: `claims`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import queries
from portal.database import now
from portal.domain import forms, opinions, proposals
from portal.domain.audit_events import AUDIT_EVENTS
from portal.domain.documents import checked_text
from portal.domain.errors import Forbidden, Invalid, NotVisible, Stale
from portal.domain.opinions import Answer, OpinionAct, OpinionState
from portal.domain.permissions import Actor
from portal.domain.rules import RULES
from portal.models import Opinion, OpinionEvent, TargetTable
from portal.services.drafting import checks, drafts
from portal.services.record import audit
from portal.services.record.facts import Facts, of_deleted, of_rows
from portal.services.review import claims, wordings
from portal.services.review.workflow import permitted_table, refusals_recorded
from portal.services.transaction import write


def raise_opinion(
    session: Session, actor: Actor, table_id: int, wording: wordings.Wording, *, path: str, rule: str = ""
) -> Opinion:
    """Draft an opinion at a place of the submitted text ("" = the whole). `rule`: of the finding that it came from.

    Raises NotVisible, Forbidden, Stale (also where the proposed changes were made on another text), Invalid.
    """
    with _writing(session, actor, table_id, opinions.DRAFT):
        table = permitted_table(session, actor, table_id, opinions.DRAFT.permission)
        if not forms.is_place(table.document, path):
            raise Invalid("表中没有这个位置，请重新选择意见针对的位置。", "path")
        if rule and rule not in {each.id for each in RULES}:
            raise Invalid("没有这条检查规则，请从检查结果重新转为意见。", "rule")
        opinion = Opinion(
            table_id=table.id,
            year=table.year,
            path=path,
            place=forms.label(table.document, path),
            rule=rule or None,
            state=OpinionState.DRAFT,
            author_id=actor.id,
            author_name=actor.signature,
        )
        wordings.write_down(opinion, table, wording)
        session.add(opinion)
        session.flush()
        leaves = of_rows(opinion) | claims.renew(session, actor, table)
        _record(session, actor, table, opinions.DRAFT, leaves, _where(opinion))
    return opinion


def revise_opinion(session: Session, actor: Actor, table_id: int, opinion_id: int, wording: wordings.Wording) -> None:
    """Write one's own draft anew, at its place in the text that is submitted now."""
    with _writing(session, actor, table_id, opinions.REVISE):
        table, opinion = _opinion_for(session, actor, table_id, opinion_id, opinions.REVISE)
        if not forms.is_place(table.document, opinion.path):
            raise Invalid("这条草稿所指的地方已不在表中；请删除这条草稿，另外拟写。", "text")
        opinion.place, opinion.at = forms.label(table.document, opinion.path), now()
        wordings.write_down(opinion, table, wording)
        session.flush()
        leaves = of_rows(opinion) | claims.renew(session, actor, table)
        _record(session, actor, table, opinions.REVISE, leaves, _where(opinion))


def discard_opinion(session: Session, actor: Actor, table_id: int, opinion_id: int) -> None:
    """Delete one's own draft; a raised opinion can never be deleted."""
    with _writing(session, actor, table_id, opinions.DISCARD):
        table, opinion = _opinion_for(session, actor, table_id, opinion_id, opinions.DISCARD)
        detail = _where(opinion)
        session.delete(opinion)
        session.flush()
        _record(session, actor, table, opinions.DISCARD, of_deleted(Opinion, table.id, opinion_id), detail)


def answer(session: Session, actor: Actor, table_id: int, opinion_id: int, *, kind: str, text: str) -> None:
    """Answer a raised opinion, for the office; `kind` is one of Answer."""
    with _writing(session, actor, table_id, opinions.ANSWER):
        table, opinion = _opinion_for(session, actor, table_id, opinion_id, opinions.ANSWER)
        if kind not in set(Answer):
            raise Invalid("请选择“已修改”或“保留原文”。", "answer")
        words = wordings.required(text, "保留原文要写明理由。") if Answer(kind).needs_reason else checked_text(text)
        step = _step(session, actor, opinion, opinions.ANSWER, words, Answer(kind))
        _record(session, actor, table, opinions.ANSWER, of_rows(step), {"opinion": opinion.id, "step": step.id})


def adopt(session: Session, actor: Actor, table_id: int, opinion_id: int) -> None:
    """采用代拟改法, for the office: make the proposed changes in the working copy and answer “changed”, as one act.

    Raises NotVisible, Forbidden, Stale (another text than the one changes were proposed for), Invalid (none proposed).
    """
    with _writing(session, actor, table_id, opinions.ADOPT):
        table, opinion = _opinion_for(session, actor, table_id, opinion_id, opinions.ADOPT)
        queries.administration.years.open_year(session, table.year)
        operations = proposals.load(opinion.proposed)
        if not operations:
            raise Invalid("这条意见没有代拟改法，请自己修改后答复。")
        take(session, actor, table, [opinion])


def take(session: Session, actor: Actor, table: TargetTable, taken: Sequence[Opinion]) -> None:
    """Make the proposed changes of these opinions one save of the working copy, and answer each. Inside `write`."""
    operations = [operation for opinion in taken for operation in proposals.load(opinion.proposed)]
    document = proposals.applied(table.document, operations)
    if document is None:
        raise Stale("原文已变，代拟改法对不上；请自己修改后答复。")
    checks.recount(session, actor, table, document)
    leaves = drafts.rewrite(session, actor, table, document, operations)
    steps = [
        _step(session, actor, opinion, opinions.ANSWER, "采用代拟改法。", Answer.CHANGED, table.version)
        for opinion in taken
    ]
    detail: dict[str, object] = {"opinions": len(taken), "operations": len(operations)}
    _record(session, actor, table, opinions.ADOPT, leaves | of_rows(*steps), detail)


def accept(session: Session, actor: Actor, table_id: int, opinion_id: int) -> None:
    """Accept the office's answer, for the bureau."""
    with _writing(session, actor, table_id, opinions.ACCEPT):
        _accept(session, actor, table_id, opinion_id)


def accept_ticked(session: Session, actor: Actor, table_id: int, opinion_ids: Sequence[int]) -> None:
    """Accept several answers, all or none, with an entry for each."""
    with _writing(session, actor, table_id, opinions.ACCEPT):
        if not opinion_ids:
            raise Invalid("请先勾选看过、要采纳的答复。")
        for opinion_id in dict.fromkeys(opinion_ids):
            _accept(session, actor, table_id, opinion_id)


def _accept(session: Session, actor: Actor, table_id: int, opinion_id: int) -> None:
    table, opinion = _opinion_for(session, actor, table_id, opinion_id, opinions.ACCEPT)
    step = _step(session, actor, opinion, opinions.ACCEPT, "", opinion.answer)
    leaves = of_rows(step) | claims.renew(session, actor, table)
    _record(session, actor, table, opinions.ACCEPT, leaves, _detail(opinion))


def raise_again(session: Session, actor: Actor, table_id: int, opinion_id: int, *, text: str) -> None:
    """Raise an opinion again, for the bureau; also one that was accepted by mistake in this round."""
    with _writing(session, actor, table_id, opinions.RAISE_AGAIN):
        table, opinion = _opinion_for(session, actor, table_id, opinion_id, opinions.RAISE_AGAIN)
        words = wordings.required(text, "再次提出要写明还差什么。")
        step = _step(session, actor, opinion, opinions.RAISE_AGAIN, words, None)
        leaves = of_rows(step) | claims.renew(session, actor, table)
        _record(session, actor, table, opinions.RAISE_AGAIN, leaves, _detail(opinion) | {"words": words})


HANDLERS: Mapping[str, Callable[..., Any]] = {
    opinions.DRAFT.name: raise_opinion,
    opinions.REVISE.name: revise_opinion,
    opinions.DISCARD.name: discard_opinion,
    opinions.ANSWER.name: answer,
    opinions.ADOPT.name: adopt,
    opinions.ACCEPT.name: accept,
    opinions.RAISE_AGAIN.name: raise_again,
}
"""Functions by name of the opinion act; raising has none, since it is part of a decision (`effects`)."""


@contextmanager
def _writing(session: Session, actor: Actor, table_id: int, act: OpinionAct) -> Iterator[None]:
    """A write in which a refusal of `act` is recorded."""
    with refusals_recorded(session, actor, AUDIT_EVENTS[act.event], table_id), write(session):
        yield


def _opinion_for(
    session: Session, actor: Actor, table_id: int, opinion_id: int, act: OpinionAct
) -> tuple[TargetTable, Opinion]:
    """Table and opinion, locked, if the actor may do `act`.

    Raises Stale if `act.sources` lacks its state, Forbidden for a draft of somebody else.
    """
    table = permitted_table(session, actor, table_id, act.permission)
    found = session.scalar(select(Opinion).where(Opinion.id == opinion_id, Opinion.table_id == table.id))
    if found is None:
        raise NotVisible("没有这条意见。")
    if found.state not in act.sources:
        raise Stale(act.words.refused)
    if act.authors_only and found.author_id != actor.id:
        raise Forbidden(f"这条草稿是{found.author_name}写的，只有本人可以修改或删除。")
    return table, found


def _step(
    session: Session,
    actor: Actor,
    opinion: Opinion,
    act: OpinionAct,
    text: str,
    kind: str | None,
    taken_in: int | None = None,
) -> OpinionEvent:
    """Set the opinion to the target state of `act` and add the event. `kind`: the opinion's answer from now on."""
    assert act.target
    opinion.state, opinion.answer = act.target, kind
    step = OpinionEvent(
        opinion_id=opinion.id,
        act=act.step,
        answer=kind if act is opinions.ANSWER else None,
        taken_in=taken_in,
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


def _where(opinion: Opinion) -> dict[str, object]:
    """Of a draft, which is its author's: no words."""
    return {
        "opinion": opinion.id,
        "path": opinion.path,
        "place": opinion.place,
        "binding": opinion.binding,
        "opinion_kind": opinion.kind,
        "rule": opinion.rule,
        "proposed": bool(opinion.proposed),
    }


def _detail(opinion: Opinion) -> dict[str, object]:
    return _where(opinion) | {"text": opinion.text}
