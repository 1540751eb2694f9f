"""`flask jobs`: running them until all are done, listing them; a watcher killed in the middle of one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from config import ROOT
from portal.database import now
from portal.domain.jobs import JobState
from portal.extensions import db
from portal.jobs import kinds, reading
from portal.models import Job
from portal.services.files import jobs
from tests.cli.conftest import Run
from tests.databases import on_sqlite
from tests.jobs.converters import DOC, blocking, converter, giving
from tests.world import YEAR, World


@pytest.fixture
def world(app: Flask) -> World:
    return World(db.session())


def queued(app: Flask, world: World) -> int:
    return jobs.enqueue(
        world.session,
        world.actor("drafter"),
        app.extensions["job_files"],
        kinds.READING.name,
        "绩效.doc",
        DOC,
        arguments=reading.arguments("绩效.doc", "hebei-2017", YEAR),
        result_key="k" * 64,
    )


def found(world: World, job_id: int) -> Job:
    world.session.rollback()
    return world.session.get_one(Job, job_id, populate_existing=True)


def test_run_once_does_what_waits_and_list_tells_of_it(app: Flask, world: World, run: Run, tmp_path: Path) -> None:
    app.config["SOFFICE"] = converter(tmp_path, "exit 1")
    failing = queued(app, world)
    waiting = run("jobs", "list").output
    assert f"{failing}\t" in waiting
    assert "读取文件\t排队等候\tdrafter\t绩效.doc" in waiting

    assert run("jobs", "run", "--once").exit_code == 0

    assert found(world, failing).state == JobState.FAILED
    assert "没有办成\tdrafter\t绩效.doc\t服务器上的 LibreOffice 读不出" in run("jobs", "list").output


@on_sqlite
@pytest.mark.parametrize(("ending", "tries"), [(signal.SIGKILL, 2), (signal.SIGINT, 1)], ids=["killed", "Ctrl-C"])
def test_job_of_a_watcher_that_ends_is_done_by_the_next(
    app: Flask, world: World, run: Run, tmp_path: Path, ending: signal.Signals, tries: int
) -> None:
    program = blocking(tmp_path)
    job_id = queued(app, world)
    world.session.rollback()
    environment = os.environ | {
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "INSTANCE": str(app.config["INSTANCE"]),
        "SECRET_KEY": "only for tests",
        "SOFFICE": program.program,
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "run"]

    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # a shell's background ignores it
    with subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True, preexec_fn=heed) as watcher:
        with program.started() as alive:
            watcher.send_signal(ending)
            assert alive.read() == b""  # what it had started is dead too
        watcher.wait()
    world.session.execute(
        update(Job).where(Job.lease_until.is_not(None)).values(lease_until=now() - timedelta(seconds=1))
    )
    world.session.commit()
    app.config["SOFFICE"] = giving(tmp_path)
    assert run("jobs", "run", "--once").exit_code == 0

    assert (found(world, job_id).state, found(world, job_id).tries) == (JobState.DONE, tries)
