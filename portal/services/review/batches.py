"""Carries out a BatchAct on many tables, a chunk in each call, every table in a transaction of its own.

What is still to be done, and what became of each table, is kept with the posted form (`form_posts`) for its person; a
refused table stops no other one. Rights, preconditions and the record are those of the single acts.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from portal.domain.actions import TransitionRequest
from portal.domain.batches import BATCH_ACTS, CHUNK, CLAIM_MANY, RECOMMEND_MANY, BatchAct
from portal.domain.errors import Refused
from portal.domain.permissions import Actor
from portal.services import form_posts
from portal.services.review import claims, conclusions, workflow
from portal.services.session import signing_in

_TAKEN_FOR = 60
"""Seconds after which a table that a request took, and did not finish, is taken again."""


@dataclass(frozen=True, slots=True)
class BatchItem:
    """A chosen table with the digests that the page showed. drafts: as in TransitionRequest.

    refused: None while undone or where it was done.
    """

    id: int
    digest: str
    enclosed: str
    drafts: Sequence[int] | None = None
    is_done: bool = False
    refused: str | None = None
    taken_at: float = 0.0

    @property
    def is_waiting(self) -> bool:
        return not self.is_done and self.refused is None


@dataclass(frozen=True, slots=True)
class Batch:
    act: BatchAct
    fields: Mapping[str, Any]
    items: Sequence[BatchItem]

    @property
    def waiting_count(self) -> int:
        return sum(item.is_waiting for item in self.items)


def start(
    session: Session,
    actor: Actor,
    key: str,
    act: BatchAct,
    items: Sequence[BatchItem],
    *,
    fields: Mapping[str, Any],
    password: str | None,
) -> None:
    """Keep what is to be done under `key`; `advance` does it. Raises Invalid or SlowDown for a wrong `password`.

    fields: due (ISO date), reason, grade, dimensions. password: None where no table asks for it; it is not kept.
    """
    if password is not None:
        try:
            signing_in.require_password(session, actor, password)
        except signing_in.WrongPassword:
            signing_in.note_wrong_password(session, actor)
            raise
    kept = {"batch": act.name, "capacity": actor.capacity_id, "fields": {**fields, "password": password is not None}}
    form_posts.keep_outcome(session, actor.id, key, kept | {"items": [asdict(item) for item in items]})


def find(session: Session, actor: Actor, key: str) -> Batch | None:
    """The batch of this person in this capacity (代办); None for others, and after a week."""
    found = form_posts.outcome(session, actor.id, key)
    is_own = found and "batch" in found and found.get("capacity", actor.id) == actor.capacity_id
    return _batch(found) if found and is_own else None


def advance(session: Session, actor: Actor, key: str) -> None:
    """Decide the next CHUNK of tables that wait."""
    batch = find(session, actor, key)
    taken = form_posts.change_outcome(session, actor.id, key, _take) if batch else None
    if batch is None or not taken:
        return
    told = {item.id: _outcome(session, actor, batch, item) for item in taken}
    form_posts.change_outcome(session, actor.id, key, lambda found: _tell(found, told))


def _batch(found: Mapping[str, Any]) -> Batch:
    return Batch(BATCH_ACTS[found["batch"]], found["fields"], [BatchItem(**item) for item in found["items"]])


def _take(found: dict[str, Any]) -> list[BatchItem]:
    """Mark the next tables that wait as taken, so that no other request decides them at the same time."""
    now = time.time()
    taken: list[BatchItem] = []
    for item in found["items"]:
        if BatchItem(**item).is_waiting and item["taken_at"] < now - _TAKEN_FOR and len(taken) < CHUNK:
            item["taken_at"] = now
            taken.append(BatchItem(**item))
    return taken


def _tell(found: dict[str, Any], told: Mapping[int, str | None]) -> None:
    for item in found["items"]:
        if item["id"] in told:
            item["refused"], item["is_done"] = told[item["id"]], told[item["id"]] is None


def _outcome(session: Session, actor: Actor, batch: Batch, item: BatchItem) -> str | None:
    """Why the table was refused; None if it was done."""
    try:
        _perform(session, actor, batch, item)
    except Refused as refusal:
        return refusal.message
    return None


def _perform(session: Session, actor: Actor, batch: Batch, item: BatchItem) -> None:
    fields = batch.fields
    if batch.act is CLAIM_MANY:
        claims.claim(session, actor, item.id)
    elif batch.act is RECOMMEND_MANY:
        dimensions = fields["dimensions"]
        conclusions.recommend(
            session, actor, item.id, digest=item.digest, enclosed=item.enclosed, dimensions=dimensions
        )
    else:
        assert batch.act.action is not None
        request = TransitionRequest(
            batch.act.action,
            item.digest,
            date.fromisoformat(fields["due"]) if fields["due"] else None,
            fields["reason"],
            item.enclosed,
            grade=fields["grade"],
            drafts=None if item.drafts is None else frozenset(item.drafts),
            is_password_checked=fields["password"],
        )
        workflow.perform(session, actor, item.id, request)
