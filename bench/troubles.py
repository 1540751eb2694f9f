"""What `bench.hostile` does to a server: slow and mute clients, a database lock held from outside, a full disk."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.client import Visitor, posting_forms
from bench.generator import PASSWORD
from bench.subjects import Subject

_SECONDS = 20.0
_DISK = "1g"
_UPLOAD = 5_000_000
_UPLOAD_RATE = 50_000
_STEP = 0.1


@dataclass(slots=True)
class Place:
    """A served portal. disk: the file system of its database, small enough to be filled."""

    url: str
    instance: Path
    disk: Path
    port: int = 0


@dataclass(frozen=True, slots=True)
class Trouble:
    """run: makes the trouble until it is over. writing: whether people save forms meanwhile."""

    run: Callable[[Place, Subject], None]
    writing: bool = False


def _nothing(_place: Place, _subject: Subject) -> None:
    time.sleep(_SECONDS)


def _unfinished(place: Place, _subject: Subject) -> None:
    head = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    head += b"Content-Length: 1000\r\n\r\nunfinished"
    _hold_open(place.port, 16, head)


def _mute(place: Place, _subject: Subject) -> None:
    _hold_open(place.port, 1_100, b"")


def _hold_open(port: int, count: int, said: bytes) -> None:
    """Open connections that say `said` and no more; one that the server closes is opened again."""
    until = time.monotonic() + _SECONDS
    with ExitStack() as stack:
        held: list[socket.socket] = []
        while time.monotonic() < until:
            held = [each for each in held if not _is_closed(each)]
            while len(held) < count:
                with suppress(OSError):
                    opened = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=1))
                    opened.sendall(said)
                    opened.setblocking(False)
                    held.append(opened)
            time.sleep(0.5)


def _is_closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(65_536) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def _slow_uploads(place: Place, subject: Subject) -> None:
    """Eight people attach a file over a slow line; each must be told that it is attached."""
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda n=n: statuses.append(_upload(place.port, subject, n))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"  uploads: {sorted(statuses)}", flush=True)


def _upload(port: int, subject: Subject, number: int) -> int:
    visitor = Visitor(port)
    visitor.sign_in(subject.drafter, PASSWORD)
    page = visitor.get(f"/tables/{subject.id}/edit").text
    token = next(text for form in posting_forms(page) for name, text in form if name == "csrf_token")
    parts = {"csrf_token": token.encode(), 'files"; filename="upload.txt': (f"{number} " * (_UPLOAD // 2)).encode()}
    body = b"".join(
        b'--bench\r\nContent-Disposition: form-data; name="' + name.encode() + b'"\r\n\r\n' + value + b"\r\n"
        for name, value in parts.items()
    )
    kind = "Content-Type: multipart/form-data; boundary=bench"
    request = visitor.request(f"/tables/{subject.id}/attachments", body + b"--bench--\r\n", (kind,))
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        for start in range(0, len(request), int(_UPLOAD_RATE * _STEP)):
            line.sendall(request[start : start + int(_UPLOAD_RATE * _STEP)])
            time.sleep(_STEP)
        return int(line.recv(100)[9:12] or 0)


def _locked(place: Place, _subject: Subject) -> None:
    if place.url.startswith("sqlite"):
        with closing(sqlite3.connect(place.url.removeprefix("sqlite:///"), isolation_level=None, timeout=60)) as held:
            held.execute("BEGIN EXCLUSIVE")
            time.sleep(_SECONDS)
        return
    import psycopg

    with psycopg.connect(place.url) as held_there:
        held_there.execute("SELECT * FROM audit_head FOR UPDATE")
        time.sleep(_SECONDS)


def _full_disk(place: Place, _subject: Subject) -> None:
    filling = place.disk / "filling"
    if place.url.startswith("sqlite"):  # the log has room for many saves from before
        with closing(sqlite3.connect(place.url.removeprefix("sqlite:///"))) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with filling.open("wb", buffering=0) as file:
        for block in (1_048_576, 4_096):
            with suppress(OSError):
                while True:
                    file.write(bytes(block))
    time.sleep(_SECONDS)
    filling.unlink()
    time.sleep(1)


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a file system of _DISK in memory; needs root. Without root, yield a plain folder, which cannot be full."""
    folder.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={_DISK},mode=0777", "tmpfs", folder], check=False
        ).returncode
    )
    if not mounted:
        del TROUBLES["full-disk"]
    try:
        yield folder
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", folder], check=True)


TROUBLES = {
    "nothing": Trouble(_nothing),
    "unfinished-bodies": Trouble(_unfinished),
    "slow-uploads": Trouble(_slow_uploads),
    "mute-connections": Trouble(_mute),
    "locked": Trouble(_locked, writing=True),
    "full-disk": Trouble(_full_disk, writing=True),
}
