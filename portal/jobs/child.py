"""The child process of a job (`python -m portal.jobs.child`): limits itself, does the work, tells of it.

It reads one line of JSON on its standard input and writes lines of JSON on its standard output. When its input ends,
its watcher is gone, so it ends itself and all that it started. It has no database and no application.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
from collections.abc import Mapping
from pathlib import Path
from threading import Thread
from typing import Any

from portal.domain.errors import Refused
from portal.domain.jobs import Progress
from portal.jobs.kinds import KINDS, JobKind
from portal.jobs.work import TOO_LARGE, Work

MAX_FILE = 512 * 1024 * 1024
"""Bytes of one file that the child, or LibreOffice, may write."""


def main() -> None:
    with open(0, "rb", buffering=0, closefd=False) as lines:
        request = json.loads(lines.readline())
    Thread(target=_end_with_watcher, daemon=True).start()
    answers = os.dup(1)
    os.dup2(2, 1)  # what a library prints is no answer
    kind = KINDS[request["kind"]]
    _limit(request["seconds"], request["memory"])
    _tell(answers, _outcome(kind, request, answers))


def _outcome(kind: JobKind, request: Mapping[str, Any], answers: int) -> dict[str, Any]:
    def tell(progress: Progress) -> None:
        _tell(answers, {"progress": [progress.done, progress.total, progress.sentence]})

    try:
        data = Path(request["file"]).read_bytes()
        return {"outcome": kind.run(Work(data, request["arguments"], request["soffice"], tell))}
    except Refused as refusal:
        return {"refused": refusal.message}
    except (MemoryError, RecursionError):
        return {"refused": TOO_LARGE}
    except Exception:
        logging.exception("job failed: %s", kind.name)
        return {}


def _limit(seconds: int, memory: int) -> None:
    for limit, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, MAX_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def _end_with_watcher() -> None:
    while os.read(0, 1):
        pass
    os.killpg(0, signal.SIGKILL)


def _tell(answers: int, message: Mapping[str, Any]) -> None:
    line = json.dumps(message, ensure_ascii=False).encode() + b"\n"
    with open(answers, "wb", closefd=False) as stream:
        stream.write(line)


if __name__ == "__main__":
    main()
