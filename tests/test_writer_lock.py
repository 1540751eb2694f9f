"""The lock of SQLite's writers: one holder, among threads and processes, and no wait without end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal.writer_lock import WriterLock


def test_lock_that_is_free_is_taken_with_the_whole_time_left(tmp_path: Path) -> None:
    lock = WriterLock(str(tmp_path / "turn"))

    assert 0 < lock.acquire(60) <= 60
    lock.release()
    assert 0 < lock.acquire(60) <= 60


def test_lock_held_by_another_thread_is_given_up_in_time(tmp_path: Path) -> None:
    lock = WriterLock(str(tmp_path / "turn"))
    lock.acquire(60)

    with pytest.raises(TimeoutError):
        lock.acquire(0)


def test_lock_held_by_another_process_is_given_up_in_time_and_works_later(tmp_path: Path) -> None:
    """Each WriterLock has a file description of its own, as each process has."""
    here, there = (WriterLock(str(tmp_path / "turn")) for _ in range(2))
    there.acquire(60)

    for _ in range(3):
        with pytest.raises(TimeoutError):
            here.acquire(0)
    there.release()

    assert here.acquire(60) > 0  # those that gave up give the lock back
    with pytest.raises(TimeoutError):
        there.acquire(0)


def test_lock_released_while_another_process_waits_goes_to_it(tmp_path: Path) -> None:
    here, there = (WriterLock(str(tmp_path / "turn")) for _ in range(2))
    there.acquire(60)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(here.acquire, 60)
        there.release()

        assert waiting.result() > 0
