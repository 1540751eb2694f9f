"""The life of a job: who has it, for how long, who may see and end it, and how it ends. Running it is in tests/jobs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from portal import queries
from portal.database import now
from portal.domain.errors import Invalid, Lost, NotVisible
from portal.domain.jobs import JobState, Progress
from portal.extensions import db
from portal.models import AuditEntry, Job, JobInput
from portal.services.files import jobs
from portal.storage import AttachmentStore
from tests.world import World

DATA = b"a file"
ARGUMENTS = {"name": "2027年绩效.doc", "form": "hebei-2017", "year": 2027}


@pytest.fixture
def store(app: Flask) -> AttachmentStore:
    found: AttachmentStore = app.extensions["job_files"]
    return found


def queued(world: World, store: AttachmentStore, who: str = "drafter", data: bytes = DATA) -> int:
    return jobs.enqueue(
        world.session,
        world.actor(who),
        store,
        "reading",
        "2027年绩效.doc",
        data,
        arguments=ARGUMENTS,
        result_key="k" * 64,
    )


def job(world: World, job_id: int) -> Job:
    world.session.rollback()
    return world.session.get_one(Job, job_id, populate_existing=True)


def let_lease_end(world: World, job_id: int) -> None:
    world.session.execute(update(Job).where(Job.id == job_id).values(lease_until=now() - timedelta(seconds=1)))
    world.session.commit()


def let_day_pass(world: World, job_id: int) -> None:
    world.session.execute(update(Job).where(Job.id == job_id).values(expires_at=now() - timedelta(seconds=1)))
    world.session.commit()


def test_job_is_taken_once_with_what_was_queued_oldest_first(world: World, store: AttachmentStore) -> None:
    first, second = queued(world, store), queued(world, store, data=b"another")

    taken = jobs.take(world.session, "a")
    assert taken
    assert (taken.id, taken.arguments, taken.owner_id) == (first, ARGUMENTS, world.actor("drafter").id)
    assert jobs.input_of(world.session, store, taken) == DATA
    later = jobs.take(world.session, "b")
    assert later
    assert later.id == second
    assert jobs.take(world.session, "c") is None
    assert not queries.jobs.is_any_due(world.session)


def test_two_watchers_at_one_moment_never_take_the_same_job(app: Flask, world: World, store: AttachmentStore) -> None:
    job_id, start = queued(world, store), Barrier(4)

    def take(name: str) -> int | None:
        with app.app_context():
            start.wait()
            taken = jobs.take(db.session(), name)
            return taken.id if taken else None

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(take, "abcd"))

    assert sorted(found, key=bool) == [None, None, None, job_id]


def test_progress_and_renewal_are_the_holders_alone(world: World, store: AttachmentStore) -> None:
    job_id = queued(world, store)
    assert jobs.take(world.session, "a")
    before = job(world, job_id).lease_until

    assert jobs.renew(world.session, job_id, "a", Progress(1, 2, "正在读取"))
    assert not jobs.renew(world.session, job_id, "b", Progress(2, 2, "别的"))
    noted = job(world, job_id)
    assert (noted.done, noted.total, noted.sentence) == (1, 2, "正在读取")
    assert before
    assert noted.lease_until
    assert noted.lease_until > before
    assert not jobs.finish(world.session, job_id, "b")
    assert job(world, job_id).state == JobState.RUNNING


def test_job_of_a_dead_watcher_is_taken_again_and_the_dead_changes_nothing(
    world: World, store: AttachmentStore
) -> None:
    job_id = queued(world, store)
    assert jobs.take(world.session, "dead")
    assert jobs.renew(world.session, job_id, "dead", Progress(1, 2, "正在读取"))
    let_lease_end(world, job_id)

    again = jobs.take(world.session, "b")
    assert again
    assert again.id == job_id
    assert jobs.input_of(world.session, store, again) == DATA
    assert not jobs.renew(world.session, job_id, "dead", Progress())
    assert not jobs.fail(world.session, job_id, "dead", "没有读成。")
    found = job(world, job_id)
    assert (found.tries, found.done, found.sentence, found.state) == (2, 0, "", JobState.RUNNING)


def test_job_whose_watchers_died_three_times_fails_with_a_sentence(world: World, store: AttachmentStore) -> None:
    job_id = queued(world, store)
    for _ in range(jobs.MAX_TRIES):
        assert jobs.take(world.session, "dead")
        let_lease_end(world, job_id)
    behind = queued(world, store)

    taken = jobs.take(world.session, "b")

    assert taken
    assert taken.id == behind
    failed = job(world, job_id)
    assert (failed.state, failed.error) == (JobState.FAILED, jobs.GIVEN_UP)
    assert failed.finished_at


def test_job_given_back_was_not_tried(world: World, store: AttachmentStore) -> None:
    job_id = queued(world, store)
    assert jobs.take(world.session, "a")
    jobs.give_back(world.session, job_id, "a")
    assert (job(world, job_id).state, job(world, job_id).tries) == (JobState.QUEUED, 0)


def test_cancelling_ends_a_queued_and_a_running_job_and_takes_it_from_its_watcher(
    world: World, store: AttachmentStore
) -> None:
    running, waiting, drafter = queued(world, store), queued(world, store), world.actor("drafter")
    assert jobs.take(world.session, "a")

    for job_id in (running, waiting):
        assert jobs.cancel(world.session, drafter, job_id).state == JobState.CANCELLED

    assert not jobs.renew(world.session, running, "a", Progress())
    assert not jobs.finish(world.session, running, "a")
    assert jobs.take(world.session, "b") is None
    assert world.session.scalar(select(func.count()).select_from(JobInput)) == 0


def test_cancelling_what_has_ended_changes_nothing(world: World, store: AttachmentStore) -> None:
    job_id = queued(world, store)
    assert jobs.take(world.session, "a")
    assert jobs.finish(world.session, job_id, "a")
    assert jobs.cancel(world.session, world.actor("drafter"), job_id).state == JobState.DONE


def test_job_is_seen_and_cancelled_by_its_owner_only(world: World, store: AttachmentStore) -> None:
    job_id = queued(world, store)
    for who in ("drafter2", "head", "admin", "auditor"):
        assert queries.jobs.recent(world.session, world.actor(who)) == []
        with pytest.raises(NotVisible):
            queries.jobs.own(world.session, world.actor(who), job_id)
        with pytest.raises(NotVisible):
            jobs.cancel(world.session, world.actor(who), job_id)
    assert [each.id for each in queries.jobs.recent(world.session, world.actor("drafter"))] == [job_id]
    assert job(world, job_id).state == JobState.QUEUED


def test_failed_job_keeps_its_sentence_and_not_its_file(world: World, store: AttachmentStore) -> None:
    job_id = queued(world, store)
    taken = jobs.take(world.session, "a")
    assert taken
    assert jobs.fail(world.session, job_id, "a", "文件已损坏。")
    assert (job(world, job_id).state, job(world, job_id).error) == (JobState.FAILED, "文件已损坏。")
    assert world.session.scalar(select(func.count()).select_from(JobInput)) == 0


def test_day_after_a_job_is_not_shown_and_the_sweep_removes_it_with_its_file(
    world: World, store: AttachmentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "SWEEP_AFTER", timedelta(days=-1))
    old, kept = queued(world, store), queued(world, store, data=b"kept")
    taken = jobs.take(world.session, "a")
    assert taken
    jobs.finish(world.session, old, "a")
    let_day_pass(world, old)

    with pytest.raises(NotVisible):
        queries.jobs.own(world.session, world.actor("drafter"), old)
    assert [each.id for each in queries.jobs.recent(world.session, world.actor("drafter"))] == [kept]
    assert queries.jobs.is_any_due(world.session)
    assert jobs.sweep(world.session, store) == 1
    assert world.session.scalars(select(Job.id)).all() == [kept]
    with pytest.raises(Lost):
        jobs.input_of(world.session, store, taken)
    left = jobs.take(world.session, "a")
    assert left
    assert jobs.input_of(world.session, store, left) == b"kept"


def test_running_job_is_not_swept(world: World, store: AttachmentStore) -> None:
    job_id = queued(world, store)
    assert jobs.take(world.session, "a")
    let_day_pass(world, job_id)
    assert jobs.sweep(world.session, store) == 0
    assert jobs.renew(world.session, job_id, "a", Progress())


def test_one_person_has_few_open_jobs(world: World, store: AttachmentStore) -> None:
    ids = [queued(world, store) for _ in range(jobs.MAX_OPEN)]
    with pytest.raises(Invalid, match="请等其中一个读完"):
        queued(world, store)
    queued(world, store, "head")
    jobs.cancel(world.session, world.actor("drafter"), ids[0])
    queued(world, store)


def test_jobs_leave_no_trace_in_the_record(world: World, store: AttachmentStore) -> None:
    before = world.session.scalar(select(func.max(AuditEntry.number)))
    job_id = queued(world, store)
    assert jobs.take(world.session, "a")
    jobs.finish(world.session, job_id, "a")
    assert world.session.scalar(select(func.max(AuditEntry.number))) == before
