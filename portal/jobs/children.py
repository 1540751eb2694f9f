"""Child processes as their watcher sees them: started, followed, killed with all that they started."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import config
from portal.domain.errors import Refused
from portal.domain.jobs import Progress
from portal.jobs.kinds import JobKind

SECRETS = ("DATABASE_URL", "SECRET_KEY")
"""Not for a process that reads files of strangers."""
MAX_ANSWERS = 64 * 1024 * 1024
BROKEN_OFF = "读取这个文件时出了错，没有读成；请用 Word、Excel 或 WPS 打开，另存为 .docx 或 .xlsx 再上传。"


class Child:
    """A running child. `folder` holds its temporary files and is removed by whoever made it.

    Started by exec, never by fork alone: its watcher is a thread among others.
    """

    def __init__(self, kind: JobKind, arguments: Mapping[str, Any], data: bytes, *, soffice: str, folder: Path) -> None:
        file = folder / "input"
        file.write_bytes(data)
        limits = {"seconds": kind.seconds, "memory": kind.memory}
        request = {"kind": kind.name, "arguments": arguments, "soffice": soffice, "file": str(file), **limits}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "portal.jobs.child"],
            cwd=config.ROOT,
            env={name: text for name, text in os.environ.items() if name not in SECRETS} | {"TMPDIR": str(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # a group of its own, which `kill` ends
        )
        assert self._process.stdin
        assert self._process.stdout
        self._input, self._answers = self._process.stdin, self._process.stdout.fileno()
        self._unread = b""
        self._last: dict[str, Any] = {}
        self.progress = Progress()
        self.is_over = False
        with suppress(BrokenPipeError):  # it ended at once; `outcome` says so
            self._input.write(json.dumps(request).encode() + b"\n")
            self._input.flush()

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait(self, seconds: float, wake: int) -> None:
        """Until it tells something, ends, `wake` (a file descriptor) is readable, or the seconds are over."""
        readable, _, _ = select.select([self._answers, wake], [], [], seconds)
        if self._answers in readable:
            self._receive(os.read(self._answers, 1 << 20))

    def _receive(self, block: bytes) -> None:
        *lines, self._unread = (self._unread + block).split(b"\n")
        for line in lines:
            self._last = json.loads(line)
            if told := self._last.get("progress"):
                self.progress = Progress(*told)
        self.is_over = not block or len(self._unread) > MAX_ANSWERS

    def outcome(self) -> dict[str, Any]:
        """What it found, after it ended. Raises Refused, with the sentence for the person."""
        if "outcome" in self._last:
            found: dict[str, Any] = self._last["outcome"]
            return found
        raise Refused(self._last.get("refused") or BROKEN_OFF)

    def kill(self) -> None:
        """Also what it started, and where it has ended itself: before it is reaped, so that its group is still its."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with suppress(BrokenPipeError):
            self._process.communicate()
