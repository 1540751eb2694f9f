"""A lock for SQLite writers across threads and processes, fair and bounded in time.

SQLite's own busy handler sleeps and retries, longer each time: the database idles and one process starves another.
This lock only orders the writers; SQLite's lock still guarantees a single writer, also against other programs.
"""

from __future__ import annotations

import os
from fcntl import LOCK_EX, LOCK_NB, flock
from threading import Event, Lock, Thread
from time import monotonic


class WriterLock:
    """flock on a file of its own, taken by one thread at a time."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._threads = Lock()
        self._file: int | None = None

    def acquire(self, seconds: float) -> float:
        """Take the lock and return how many of the `seconds` are left. Raises TimeoutError."""
        until = monotonic() + seconds
        if not self._threads.acquire(timeout=seconds):
            raise TimeoutError
        try:
            self._file = _locked(self._path, until - monotonic())
        except BaseException:
            self._threads.release()
            raise
        return until - monotonic()

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)  # releases the flock
        self._file = None
        self._threads.release()


def _locked(path: str, seconds: float) -> int:
    """Open and lock the file; return its descriptor. Raises TimeoutError."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        flock(file, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        if not _Waiting(file).within(seconds):
            raise TimeoutError from None
    except BaseException:
        os.close(file)
        raise
    return file


class _Waiting:
    """flock has no timeout, so a thread waits for it. After a timeout that thread still gets it, and gives it back."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._decision = Lock()
        self._locked = Event()
        self._given_up = False

    def within(self, seconds: float) -> bool:
        Thread(target=self._wait, daemon=True).start()
        self._locked.wait(max(seconds, 0))
        with self._decision:
            self._given_up = not self._locked.is_set()
        return not self._given_up

    def _wait(self) -> None:
        flock(self._file, LOCK_EX)
        with self._decision:
            if self._given_up:
                os.close(self._file)
            else:
                self._locked.set()
