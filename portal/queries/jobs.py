"""Jobs as their owner sees them, and whether there is one for a watcher to take. `services.files.jobs` changes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from portal.database import now
from portal.domain.errors import NotVisible
from portal.domain.jobs import OPEN, JobState
from portal.domain.permissions import Actor
from portal.models import Job, User

LISTED = 200
"""Most rows of `latest`."""


def own(session: Session, actor: Actor, job_id: int) -> Job:
    """A job of the actor. Raises NotVisible: it does not exist, is somebody else's, or its day is over."""
    job = session.get(Job, job_id, populate_existing=True)
    if job is None or job.owner_id != actor.id or job.expires_at <= now():
        raise NotVisible("没有这项任务，或者它已经过了一天；任务只有上传文件的人能看。")
    return job


def recent(session: Session, actor: Actor) -> Sequence[Job]:
    """The actor's jobs of the last day, the latest first."""
    mine = select(Job).where(Job.owner_id == actor.id, Job.expires_at > now())
    return session.scalars(mine.order_by(Job.id.desc())).all()


def open_count(session: Session, actor: Actor) -> int:
    counted = select(func.count()).select_from(Job).where(Job.owner_id == actor.id, Job.state.in_(OPEN))
    return session.scalar(counted) or 0


def ahead_count(session: Session, job: Job) -> int:
    """How many jobs a queued job waits for."""
    if job.state != JobState.QUEUED:
        return 0
    return session.scalar(select(func.count()).select_from(Job).where(Job.state.in_(OPEN), Job.id < job.id)) or 0


def latest(session: Session) -> Sequence[tuple[Job, str]]:
    """(job, user name of its owner), the latest first; for the operator."""
    rows = session.execute(
        select(Job, User.username).join(User, User.id == Job.owner_id).order_by(Job.id.desc()).limit(LISTED)
    )
    return [(job, username) for job, username in rows]


def is_any_due(session: Session) -> bool:
    """Whether a watcher has something to do: a job to take, or one to remove."""
    at = now()
    due = or_(takeable(at), and_(Job.expires_at <= at, Job.state != JobState.RUNNING))
    return session.scalar(select(Job.id).where(due).limit(1)) is not None


def takeable(at: datetime) -> ColumnElement[bool]:
    """Queued, or running with a lease that is over: its watcher died."""
    return or_(Job.state == JobState.QUEUED, and_(Job.state == JobState.RUNNING, Job.lease_until <= at))
