"""The life of a job: queued by a person, taken and renewed by a watcher, ended by either; removed after a day.

Who holds the lease may change a running job, nobody else: each change names the watcher and changes nothing where the
lease went to another or the owner cancelled. Running jobs is in `portal.jobs`. A job changes no fact of the record, so
none of this is entered there; what is done with its outcome is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal import queries
from portal.database import now
from portal.domain.errors import Invalid, Lost
from portal.domain.jobs import OPEN, JobState, Progress
from portal.domain.permissions import Actor
from portal.models import Job, JobInput
from portal.services.transaction import write
from portal.storage import AttachmentStore

LEASE = timedelta(seconds=20)
KEPT_FOR = timedelta(days=1)
MAX_TRIES = 3
MAX_OPEN = 5
"""Open jobs of one person, so that nobody waits for all files of somebody else."""
SWEEP_AFTER = timedelta(hours=1)
"""Age before an unreferenced file is removed: one just stored may belong to a job that is not committed yet."""
GIVEN_UP = f"系统试了 {MAX_TRIES} 次都在中途停下，这个文件没有读成；请另存为 .docx 或分成几个文件再上传。"
GONE = "上传的文件已经不在服务器上；请重新上传。"


@dataclass(frozen=True, slots=True)
class TakenJob:
    """What a watcher needs to know of the job that it runs."""

    id: int
    kind: str
    owner_id: int
    arguments: Mapping[str, Any]
    input_digest: str
    result_key: str


def enqueue(
    session: Session,
    actor: Actor,
    store: AttachmentStore,
    kind: str,
    name: str,
    data: bytes,
    *,
    arguments: Mapping[str, Any],
    result_key: str,
) -> int:
    """Queue a job on the file `data`; return its id. Raises Invalid where the actor has MAX_OPEN open ones."""
    in_database = _keeps_in_database(session)
    digest = hashlib.sha256(data).hexdigest() if in_database else store.put(data)
    with write(session):
        if queries.jobs.open_count(session, actor) >= MAX_OPEN:
            raise Invalid(f"你已有 {MAX_OPEN} 个文件正在读取或排队，请等其中一个读完再上传。")
        job = Job(
            kind=kind,
            owner_id=actor.id,
            name=name[:200],
            arguments=json.dumps(arguments, ensure_ascii=False),
            input_digest=digest,
            result_key=result_key,
            created_at=now(),
            expires_at=now() + KEPT_FOR,
        )
        session.add(job)
        session.flush()
        if in_database:
            session.add(JobInput(job_id=job.id, content=data))
    return job.id


def cancel(session: Session, actor: Actor, job_id: int) -> Job:
    """End an open job of the actor; its watcher then stops it. One that has ended stays as it is. Raises NotVisible."""
    with write(session):
        job = queries.jobs.own(session, actor, job_id)
        session.execute(_ending(JobState.CANCELLED).where(Job.id == job.id, Job.state.in_(OPEN)))
        _drop_input(session, job.id)
    session.refresh(job)
    return job


# --- watchers ------------------------------------------------------------------------------------


def take(session: Session, watcher: str) -> TakenJob | None:
    """Take the oldest job that is queued or whose watcher died; one that died MAX_TRIES times fails instead."""
    with write(session, is_act=False):
        while True:
            due = select(Job).where(queries.jobs.takeable(now())).order_by(Job.id).limit(1)
            job = session.scalars(due.with_for_update(skip_locked=True, key_share=True)).first()
            if job is None:
                return None
            if job.tries < MAX_TRIES:
                break
            session.execute(_ending(JobState.FAILED, GIVEN_UP).where(Job.id == job.id))
            _drop_input(session, job.id)
        job.state, job.tries = JobState.RUNNING, job.tries + 1
        job.lease_by, job.lease_until, job.started_at = watcher, now() + LEASE, now()
        job.done, job.total, job.sentence = 0, 0, ""
    arguments = json.loads(job.arguments)
    return TakenJob(job.id, job.kind, job.owner_id, arguments, job.input_digest, job.result_key)


def renew(session: Session, job_id: int, watcher: str, progress: Progress) -> bool:
    """Keep the lease and note progress; False if the lease is lost. Writes only what is new or soon over."""
    held = select(Job.done, Job.total, Job.sentence, Job.lease_until).where(*_held(job_id, watcher))
    row = session.execute(held).one_or_none()
    session.rollback()
    if row is None:
        return False
    noted = (progress.done, max(progress.done, progress.total), progress.sentence[:200])
    if tuple(row[:3]) == noted and row.lease_until - now() > LEASE / 2:
        return True
    values = dict(zip(("done", "total", "sentence"), noted, strict=True))
    with write(session, is_act=False):
        renewing = update(Job).where(*_held(job_id, watcher)).values(**values, lease_until=now() + LEASE)
        return _changed(session, renewing)


def finish(session: Session, job_id: int, watcher: str) -> bool:
    """The outcome is kept. False if the lease was lost."""
    return _end(session, job_id, watcher, JobState.DONE)


def fail(session: Session, job_id: int, watcher: str, sentence: str) -> bool:
    """False if the lease was lost."""
    return _end(session, job_id, watcher, JobState.FAILED, sentence)


def give_back(session: Session, job_id: int, watcher: str) -> None:
    """Queue a job again that its watcher cannot go on with; this was no try."""
    with write(session, is_act=False):
        queued = {"state": JobState.QUEUED, "lease_until": None, "lease_by": "", "tries": Job.tries - 1}
        session.execute(update(Job).where(*_held(job_id, watcher)).values(queued))


def input_of(session: Session, store: AttachmentStore, job: TakenJob) -> bytes:
    """The file of a job. Raises Lost."""
    if _keeps_in_database(session):
        content = session.scalar(select(JobInput.content).where(JobInput.job_id == job.id))
        if content is None:
            raise Lost(GONE)
        return content
    try:
        with store.open_sound(job.input_digest) as file:
            return file.read()
    except (FileNotFoundError, ValueError):
        raise Lost(GONE) from None


def sweep(session: Session, store: AttachmentStore) -> int:
    """Remove jobs whose day is over, and files that no open job names; return the number of jobs."""
    with write(session, is_act=False):
        over = (Job.expires_at <= now(), Job.state != JobState.RUNNING)
        removed = len(session.scalars(delete(Job).where(*over).returning(Job.id)).all())
        if not _keeps_in_database(session):
            named = set(session.scalars(select(Job.input_digest).where(Job.state.in_(OPEN))))
            store.sweep(named, now() - SWEEP_AFTER)
    return removed


def _end(session: Session, job_id: int, watcher: str, state: JobState, error: str = "") -> bool:
    with write(session, is_act=False):
        is_ended = _changed(session, _ending(state, error).where(*_held(job_id, watcher)))
        if is_ended:
            _drop_input(session, job_id)
    return is_ended


def _ending(state: JobState, error: str = "") -> Any:
    return update(Job).values(state=state, error=error, lease_until=None, finished_at=now())


def _held(job_id: int, watcher: str) -> tuple[Any, ...]:
    return Job.id == job_id, Job.state == JobState.RUNNING, Job.lease_by == watcher


def _changed(session: Session, statement: Any) -> bool:
    return session.scalars(statement.returning(Job.id)).one_or_none() is not None


def _keeps_in_database(session: Session) -> bool:
    """On PostgreSQL, so that several servers need no shared folder."""
    return session.get_bind().dialect.name == "postgresql"


def _drop_input(session: Session, job_id: int) -> None:
    session.execute(delete(JobInput).where(JobInput.job_id == job_id))
