"""全部接受并送审: the head takes all proposed changes of a return and submits, as one act.

Taking the changes of a single opinion is in `opinion_acts`, the proof of what was taken in `proof`.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.domain.actions import TransitionRequest
from portal.domain.errors import Stale
from portal.domain.permissions import Actor
from portal.models import TargetTable
from portal.services.review import opinion_acts, proof, workflow


def accept_all_and_submit(session: Session, actor: Actor, table_id: int, request: TransitionRequest) -> TargetTable:
    """Take all and submit. The digest of `request` is that of the offer. Raises as `workflow.perform`; nothing is
    taken if the table cannot be submitted.
    """
    return workflow.perform(session, actor, table_id, request, prepare=_take_all)


def _take_all(session: Session, actor: Actor, table: TargetTable) -> None:
    offered = proof.offer(session, table)
    if offered is None:
        raise Stale("现在不能全部接受：表有了改动，或者有的意见没有代拟改法、已经答复；请逐条办理。")
    opinion_acts.take(session, actor, table, offered.opinions)
