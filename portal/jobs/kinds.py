"""KINDS: what a job can be. A new kind is an entry here, and its result page in `web.files.jobs`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from portal.jobs import reading
from portal.jobs.work import Outcome, Work

GIBIBYTE = 1024**3


@dataclass(frozen=True, slots=True)
class JobKind:
    """label: what it does, as the page says. run: its function in the child process, which knows no database.

    seconds, memory: limits of the child; memory in bytes of address space, also for each process that it starts.
    """

    name: str
    label: str
    run: Callable[[Work], Outcome]
    seconds: int
    memory: int


READING = JobKind("reading", "读取文件", reading.read, seconds=120, memory=3 * GIBIBYTE)

KINDS: Mapping[str, JobKind] = {kind.name: kind for kind in (READING,)}
