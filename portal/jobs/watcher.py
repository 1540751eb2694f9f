"""The watcher: takes one job after another, follows its child process, keeps what it found.

It uses the database for moments only and holds no connection while it waits. A watcher that dies leaves a lease that
ends, and a child that ends itself.
"""

from __future__ import annotations

import logging
import os
import secrets
import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from time import monotonic

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal import memory, queries
from portal.database import Busy
from portal.domain.errors import Refused
from portal.extensions import db
from portal.jobs.children import Child
from portal.jobs.kinds import KINDS, JobKind
from portal.jobs.work import Outcome
from portal.services import form_posts
from portal.services.files import jobs
from portal.services.files.jobs import TakenJob
from portal.storage import AttachmentStore

log = logging.getLogger(__name__)

_EXTENSION = "watcher"
IDLE = 10.0
"""Seconds between two looks for jobs that other processes queued or left."""
TICK = 1.0
"""Seconds between two looks whether a running job was cancelled."""
TOO_SLOW = "读这个文件用的时间太长，系统停了下来；请分成几个文件，或另存为 .docx、.xlsx 再上传。"


class LeaseLost(Exception):
    """The job was cancelled, or another watcher has it."""


def start(app: Flask) -> None:
    """Watch in a daemon thread of this process, which never holds up its end."""
    watcher = app.extensions[_EXTENSION] = Watcher(app)
    Thread(target=watcher.run, name="jobs", daemon=True).start()


def wake(app: Flask) -> None:
    """Look at once: a job was queued or cancelled in this process. Without a watcher here, another one will look."""
    if watcher := app.extensions.get(_EXTENSION):
        watcher.wake()


class Watcher:
    """Runs one job at a time."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self.name = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"

    def wake(self) -> None:
        os.eventfd_write(self._wake, 1)

    def run(self) -> None:
        """For ever."""
        while True:
            if not self._run_one_or_log():
                select.select([self._wake], [], [], IDLE)
                self._clear()

    def _run_one_or_log(self) -> bool:
        """A fault leaves the job to whoever takes it when its lease is over."""
        try:
            return self.run_one()
        except (SQLAlchemyError, Busy, OSError) as error:
            log.warning("jobs: %s", error)
        except Exception:
            log.exception("jobs")
        return False

    def run_one(self) -> bool:
        """Take a job and see it to its end. False if there was none."""
        with self._session() as session:
            if not queries.jobs.is_any_due(session):
                return False
            job = jobs.take(session, self.name)
            if job is None:
                jobs.sweep(session, self._store)
                return False
        self._carry_out(job)
        memory.give_back()
        return True

    def _carry_out(self, job: TakenJob) -> None:
        try:
            outcome = self._outcome(job)
            with self._session() as session:
                form_posts.keep_outcome(session, job.owner_id, job.result_key, outcome)
                jobs.finish(session, job.id, self.name)
        except LeaseLost:
            log.info("job %s stopped", job.id)
        except Refused as refusal:
            with self._session() as session:
                jobs.fail(session, job.id, self.name, refusal.message)
        except KeyboardInterrupt:
            with self._session() as session:
                jobs.give_back(session, job.id, self.name)
            raise

    def _outcome(self, job: TakenJob) -> Outcome:
        """Raises Refused, LeaseLost."""
        kind = KINDS[job.kind]
        with self._session() as session:
            data = jobs.input_of(session, self._store, job)
        with TemporaryDirectory(prefix="portal-job-", ignore_cleanup_errors=True) as folder:
            soffice = self._app.config["SOFFICE"]
            child = Child(kind, job.arguments, data, soffice=soffice, folder=Path(folder))
            try:
                self._follow(job, kind, child)
                return child.outcome()
            finally:
                child.kill()

    def _follow(self, job: TakenJob, kind: JobKind, child: Child) -> None:
        """Until it ends. Raises Refused (too slow), LeaseLost."""
        until = monotonic() + kind.seconds
        while not child.is_over:
            child.wait(TICK, self._wake)
            self._clear()
            if monotonic() > until:
                raise Refused(TOO_SLOW)
            with suppress(SQLAlchemyError, Busy), self._session() as session:  # a lease outlives some failures
                if not jobs.renew(session, job.id, self.name, child.progress):
                    raise LeaseLost

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with self._app.app_context():
            yield db.session()

    @property
    def _store(self) -> AttachmentStore:
        store: AttachmentStore = self._app.extensions["job_files"]
        return store

    def _clear(self) -> None:
        """What woke it is looked after: every round looks for jobs before it waits."""
        with suppress(BlockingIOError):
            os.eventfd_read(self._wake)
