"""Posted forms: each acts once, and its answer and outcome are kept for a week.

The row of a form is inserted by its first write transaction, so that a form sent twice at the same moment acts once.
This is bookkeeping without audit entries; the acts enter themselves. The web layer decides what an answer is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.database import ROW_LOCK, now
from portal.models import FormPost
from portal.services.transaction import before_first_act, has_acted, write

KEPT_FOR = timedelta(days=7)

T = TypeVar("T")


class Repeated(Exception):
    """This form was posted before: its act is done, or under way in another request."""


def find(session: Session, key: str) -> FormPost | None:
    return session.get(FormPost, key, populate_existing=True)


def expect(session: Session, user_id: int, key: str) -> None:
    """Let the first act of this session insert the form `key`. That act raises Repeated if another has inserted it."""

    def insert() -> None:
        session.add(FormPost(key=key, user_id=user_id, at=now()))
        try:
            session.flush()
        except IntegrityError:
            raise Repeated from None

    before_first_act(session, insert)


def keep_answer(session: Session, key: str, status: int, *, location: str, body: str, messages: str) -> None:
    """Store the answer of a form that acted; a form that did not act (a refusal) may be posted again."""
    if not has_acted(session):
        return
    with write(session, is_act=False):
        session.execute(delete(FormPost).where(FormPost.at < now() - KEPT_FOR))
        answer = {"status": status, "location": location, "body": body, "messages": messages}
        session.execute(update(FormPost).where(FormPost.key == key).values(answer))


def keep_outcome(session: Session, user_id: int, key: str, outcome: Mapping[str, Any]) -> None:
    """Store from what the page of the result is made. It is shown to `user_id` only."""
    with write(session):
        post = session.get(FormPost, key)
        if post is None:
            post = FormPost(key=key, user_id=user_id, at=now())
            session.add(post)
        post.outcome = json.dumps(outcome, ensure_ascii=False)


def change_outcome(session: Session, user_id: int, key: str, change: Callable[[dict[str, Any]], T]) -> T | None:
    """Let `change` alter the outcome in place, alone; return its result, None where there is no outcome."""
    with write(session, is_act=False):
        post = session.get(FormPost, key, with_for_update=ROW_LOCK, populate_existing=True)
        if post is None or post.user_id != user_id or not post.outcome:
            return None
        found: dict[str, Any] = json.loads(post.outcome)
        result = change(found)
        post.outcome = json.dumps(found, ensure_ascii=False)
    return result


def outcome(session: Session, user_id: int, key: str) -> dict[str, Any] | None:
    """The outcome of a form of this person; None for others, and after a week."""
    post = session.get(FormPost, key)
    if post is None or post.user_id != user_id or not post.outcome:
        return None
    found: dict[str, Any] = json.loads(post.outcome)
    return found
