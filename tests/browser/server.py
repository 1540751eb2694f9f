"""The server of the browser tests: the Makefile's command on a copy of the demo and a free port."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from config import ROOT

PATIENCE = 30.0
"""Timeout in seconds for starting or stopping a server; other tests share the machine."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def serving(port: int) -> list[str]:
    """Return the Makefile's SERVE command with one worker."""
    found = re.search(r"^SERVE := ((?:.*\\\n)*.*)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert found, "the Makefile has no SERVE"
    chosen = {"LISTEN": "127.0.0.1", "PORT": str(port), "WORKERS": "1", "THREADS": "4"}
    words = shlex.split(re.sub(r"\$\((\w+)\)", lambda name: chosen.get(name[1], ""), found[1].replace("\\\n", " ")))
    return [sys.executable if word == "/python" else word for word in words]


class Portal:
    """A running server. folder: its database and secret, so that sessions survive a restart."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                serving(self.port), cwd=ROOT, env=self.environment(), stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(0.05)
                raise AssertionError(f"the server ended: {self.log}")
            assert time.monotonic() < deadline, f"the server does not answer: {self.log}"

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def restart(self) -> None:
        self.stop()
        self.start()

    @property
    def log(self) -> str:
        return (self.folder / "server.log").read_text(encoding="utf-8")

    def environment(self) -> dict[str, str]:
        return self.environment_of(self.folder)

    @staticmethod
    def environment_of(folder: Path) -> dict[str, str]:
        ours = {name: text for name, text in os.environ.items() if name not in ("DATABASE_URL", "SECRET_KEY")}
        return ours | {"INSTANCE": str(folder), "SOFFICE": ""}

    def flask(self, *arguments: str) -> str:
        """Run a command on the server; return its output. Fails if the command fails."""
        return flask(self.environment(), *arguments)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the server's database."""
        return self.rows_of(self.folder, query, *values)

    @staticmethod
    def rows_of(folder: Path, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{folder / 'portal.db'}?mode=ro", uri=True)) as connection:
            return connection.execute(query, values).fetchall()

    def table(self, position: int, office: str = "610002") -> int:
        """Return the id of the demo's table at that position of the office."""
        found = self.rows("SELECT id FROM target_tables WHERE office_code = ? AND position = ?", office, position)
        return int(found[0][0])

    def state(self, table_id: int) -> str:
        return str(self.rows("SELECT state FROM target_tables WHERE id = ?", table_id)[0][0])


def flask(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
