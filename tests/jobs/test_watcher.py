"""Running jobs: the child process, its limits and its end, and what becomes of the outcome."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT
from portal.domain.jobs import JobState
from portal.formats import kept_readings, packages
from portal.jobs import children, kinds, reading, watcher, work
from portal.jobs.watcher import Watcher
from portal.models import Job
from portal.services import form_posts
from portal.services.files import jobs
from tests.databases import on_both, on_sqlite
from tests.domain.files import ole
from tests.jobs.converters import DOC, TEXT, blocking, converter, giving
from tests.world import YEAR, World

KEY = "k" * 64


def queued(app: Flask, world: World, data: bytes = DOC) -> int:
    return jobs.enqueue(
        world.session,
        world.actor("drafter"),
        app.extensions["job_files"],
        kinds.READING.name,
        "绩效.doc",
        data,
        arguments=reading.arguments("绩效.doc", "hebei-2017", YEAR),
        result_key=KEY,
    )


def ended(world: World, job_id: int) -> tuple[str, str]:
    """(state, sentence)."""
    world.session.rollback()
    job = world.session.get_one(Job, job_id, populate_existing=True)
    return job.state, job.error


def test_child_process_loads_neither_application_nor_database() -> None:
    program = "import sys, portal.jobs.child; print({'flask', 'sqlalchemy', 'portal.services'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@on_both
def test_outcome_of_a_job_is_kept_where_a_direct_upload_keeps_it(app: Flask, world: World, tmp_path: Path) -> None:
    app.config["SOFFICE"] = giving(tmp_path)
    job_id = queued(app, world)

    assert Watcher(app).run_one()
    assert not Watcher(app).run_one()

    assert ended(world, job_id) == (JobState.DONE, "")
    outcome = form_posts.outcome(world.session, world.actor("drafter").id, KEY)
    assert outcome
    assert (outcome["name"], outcome["year"]) == ("绩效.doc", YEAR)
    read = kept_readings.reading_of(outcome).text
    assert [table.project_name for table in read.tables] == [TEXT.tables[0].project_name]
    assert form_posts.outcome(world.session, world.actor("head").id, KEY) is None


@on_sqlite
@pytest.mark.parametrize(
    ("data", "lines", "sentence"),
    [
        (DOC, ["exit 1"], "服务器上的 LibreOffice 读不出这个文件，可能已损坏"),
        (DOC, ['echo text > "$out/source.docx"'], packages.DAMAGED),
        (DOC, ["kill -9 $PPID"], children.BROKEN_OFF),
        (ole("WordDocument", "Macros"), [], packages.MACROS),
        (b"", [], "文件是空的。"),
    ],
    ids=["not converted", "converted badly", "killed", "macros", "empty"],
)
def test_job_that_fails_says_why(
    app: Flask, world: World, tmp_path: Path, data: bytes, lines: list[str], sentence: str
) -> None:
    app.config["SOFFICE"] = converter(tmp_path, *lines)
    job_id = queued(app, world, data)
    assert Watcher(app).run_one()
    state, told = ended(world, job_id)
    assert state == JobState.FAILED
    assert sentence in told
    assert form_posts.outcome(world.session, world.actor("drafter").id, KEY) is None


@on_sqlite
def test_limits_hold_for_what_the_child_starts_too(app: Flask, world: World, tmp_path: Path) -> None:
    app.config["SOFFICE"] = giving(tmp_path, f'ulimit -v > "{tmp_path}/limits"; ulimit -t >> "{tmp_path}/limits"')
    queued(app, world)
    assert Watcher(app).run_one()
    limits = [int(line) for line in (tmp_path / "limits").read_text().split()]
    assert limits == [kinds.READING.memory // 1024, kinds.READING.seconds]


@on_sqlite
def test_child_is_not_told_how_to_reach_the_database(
    app: Flask, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in children.SECRETS:
        monkeypatch.setenv(name, "a secret")
    app.config["SOFFICE"] = giving(tmp_path, f'cat /proc/$PPID/environ /proc/$$/environ > "{tmp_path}/environment"')
    queued(app, world)
    assert Watcher(app).run_one()
    told = (tmp_path / "environment").read_bytes()
    assert b"TMPDIR=" in told
    assert b"a secret" not in told


@on_sqlite
def test_file_that_needs_too_much_memory_is_refused(
    app: Flask, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = queued(app, world, b"x" * 20_000_000)
    monkeypatch.setitem(kinds.KINDS, "reading", replace(kinds.READING, memory=1024**2))  # type: ignore[misc]
    assert Watcher(app).run_one()
    assert ended(world, job_id) == (JobState.FAILED, work.TOO_LARGE)


@on_sqlite
def test_cancelling_kills_the_child_and_what_it_started(app: Flask, world: World, tmp_path: Path) -> None:
    program = blocking(tmp_path)
    app.config["SOFFICE"] = program.program
    job_id, running = queued(app, world), Watcher(app)

    with ThreadPoolExecutor(1) as pool:
        ran = pool.submit(running.run_one)
        with program.started() as alive:
            jobs.cancel(world.session, world.actor("drafter"), job_id)
            running.wake()
            assert alive.read() == b""
        assert ran.result()

    assert ended(world, job_id) == (JobState.CANCELLED, "")


@on_sqlite
def test_child_that_takes_too_long_is_killed_and_the_job_fails(
    app: Flask, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["SOFFICE"] = converter(tmp_path, "exec sleep 1000")
    monkeypatch.setitem(kinds.KINDS, "reading", replace(kinds.READING, seconds=0))  # type: ignore[misc]
    job_id = queued(app, world)
    assert Watcher(app).run_one()
    assert ended(world, job_id) == (JobState.FAILED, watcher.TOO_SLOW)


@on_sqlite
def test_job_whose_file_is_gone_says_so(app: Flask, world: World) -> None:
    job_id = queued(app, world)
    digest = world.session.get_one(Job, job_id).input_digest
    app.extensions["job_files"].path_of(digest).unlink()
    assert Watcher(app).run_one()
    assert ended(world, job_id) == (JobState.FAILED, jobs.GONE)
