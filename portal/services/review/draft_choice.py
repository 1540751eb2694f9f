"""Which draft opinions a decision raises: those ticked on its page, all drafts of the table that it decides on."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from portal import queries
from portal.domain.actions import TransitionRequest
from portal.domain.errors import Stale
from portal.domain.permissions import Actor
from portal.models import Opinion, TargetTable


def with_choice(session: Session, actor: Actor, table: TargetTable, request: TransitionRequest) -> TransitionRequest:
    """The request with the drafts that it raises: the actor's own, if it does not say."""
    if request.drafts is not None:
        return request
    own = (
        opinion.id
        for opinion in queries.review.drafts(session, [table.id]).get(table.id, ())
        if opinion.author_id == actor.id
    )
    return replace(request, drafts=frozenset(own))


def chosen(session: Session, table: TargetTable, request: TransitionRequest) -> list[Opinion]:
    """The drafts that the request raises. Raises Stale if one of them is no draft of the table (any more)."""
    wanted = request.drafts or frozenset()
    found = (
        [opinion for opinion in queries.review.drafts(session, [table.id]).get(table.id, ()) if opinion.id in wanted]
        if wanted
        else []
    )
    if len(found) < len(wanted):
        raise Stale("勾选的意见有的已被删除，或者不是这张表的草稿；请核对后重新勾选。")
    return found
