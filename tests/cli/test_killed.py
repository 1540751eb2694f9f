"""The server is killed in the middle of saves, again and again: whatever was acknowledged is there afterwards."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from bench.by_field import Writer
from bench.client import Unexpected, Visitor
from bench.subjects import Subject
from config import ROOT
from portal.demo.accounts import PASSWORD
from tests.browser.server import Portal, flask

ROUNDS = 20
"""In each of two tests."""
ROW = "killed22"
PATH = f"indicators/{ROW}/description"


class Killable:
    """A portal that can be killed and started again in an instant; `folder` holds its database."""

    def __init__(self, folder: Path, listening: socket.socket, process: subprocess.Popen[str]) -> None:
        self.folder, self.process = folder, process
        self.port = int(listening.getsockname()[1])
        self._wait_for("started")

    def kill(self) -> None:
        self._say("kill")
        self._wait_for("killed")

    def start(self) -> None:
        self._say("start")
        self._wait_for("started")

    def _say(self, word: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()

    def _wait_for(self, word: str) -> None:
        assert self.process.stdout
        assert self.process.stdout.readline() == f"{word}\n"


@contextmanager
def killable(folder: Path) -> Iterator[Killable]:
    environment = Portal.environment_of(folder)
    flask(environment, "demo", "load", "--if-new")
    with socket.create_server(("127.0.0.1", 0)) as listening, (folder / "server.log").open("w") as log:
        os.set_inheritable(listening.fileno(), True)
        command = [sys.executable, "-m", "tests.cli.forking_server", str(listening.fileno())]
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            pass_fds=[listening.fileno()],
        )
        with process:
            yield Killable(folder, listening, process)
            process.communicate()


@pytest.mark.parametrize("seed", range(2))
def test_every_acknowledged_save_is_there_after_kill_9(tmp_path: Path, seed: int) -> None:
    rng = Random(seed)
    with killable(tmp_path) as portal:
        writer = _somebody_typing(portal, tmp_path)
        for _ in range(ROUNDS):
            enough, over = threading.Event(), threading.Event()
            until = writer.acknowledged + rng.randrange(1, 8)
            typing = threading.Thread(target=_type, args=(writer, until, enough, over))
            typing.start()
            assert enough.wait(60)
            portal.kill()
            over.set()
            portal.start()  # what came while nobody served waits at the door
            typing.join(60)
            written = _written(tmp_path)
            # The last may have been written without its answer having come through; none may be missing.
            assert written[: writer.acknowledged] == [_text(n) for n in range(1, writer.acknowledged + 1)]
            assert len(written) - writer.acknowledged in (0, 1)
            _open_again(writer, portal, len(written))
        writer.visitor.close()
    assert writer.acknowledged >= ROUNDS
    assert "审计记录完好" in flask(Portal.environment_of(tmp_path), "audit", "verify")


def _somebody_typing(portal: Killable, folder: Path) -> Writer:
    visitor = Visitor(portal.port)
    visitor.sign_in("drafter", PASSWORD)
    table_id = Portal.rows_of(folder, "SELECT id FROM target_tables WHERE office_code = '610002' AND position = 7")
    writer = Writer(visitor, Subject(int(table_id[0][0]), "610002"), ROW)
    writer.open()
    answer = visitor.ask(writer.request([{"op": "insert", "list": "indicators", "id": ROW, "after": ""}]))
    writer.version = json.loads(answer.body)["version"]
    return writer


def _type(writer: Writer, until: int, enough: threading.Event, over: threading.Event) -> None:
    """Save after save until the server is gone or all is over; tells when `until` were acknowledged."""
    try:
        while not over.is_set():
            answer = writer.visitor.ask(writer.next())
            writer.acknowledge(json.loads(answer.body))
            if writer.acknowledged >= until:
                enough.set()
    except (OSError, Unexpected) as end:
        logging.info("the server is gone: %s", end)


def _open_again(writer: Writer, portal: Killable, written: int) -> None:
    """Take up where the draft stands, as somebody who loads the page again."""
    writer.visitor.close()
    writer.visitor = Visitor(portal.port, writer.visitor.cookies)
    writer.open()
    writer.acknowledged, writer.text = written, _text(written) if written else ""


def _text(number: int) -> str:
    return f"第{number}次写的绩效指标描述。"


def _written(folder: Path) -> list[str]:
    rows = Portal.rows_of(folder, "SELECT operation FROM changes WHERE operation LIKE ? ORDER BY id", f"%{PATH}%")
    return [json.loads(operation)["new"] for (operation,) in rows]
