"""Saving by field, as the edit page's scripts do: one writer, then 32 writers at once, in tables of 100 rows.

Each writer changes its own field and sends the next save when the last one is acknowledged. Several writers share a
table, so that saves meet concurrent ones. `inprocess.count_saves` compares acknowledged saves with the change log.
"""

from __future__ import annotations

import json
import re
import selectors
import time
from dataclasses import dataclass, field
from typing import Any

from bench.client import Unexpected, Visitor, Wire, latencies
from bench.subjects import Subject

WRITERS = 32
ROWS = 100
SAVES_A_SECOND = 300
_PATIENCE = 60
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_AUTHOR = re.compile(r'name="_author" value="(\d+)')
_VERSION = re.compile(r'name="version" value="(\d+)"')


@dataclass(slots=True)
class Writer:
    """A person who types into one field of an open table. row: id of the field's row."""

    visitor: Visitor
    subject: Subject
    row: str
    version: int = 0
    text: str = ""
    acknowledged: int = 0
    _headers: list[str] = field(default_factory=list)
    _author: int = 0

    def open(self) -> None:
        page = self.visitor.get(f"/tables/{self.subject.id}/edit").text
        token, author, version = (pattern.search(page) for pattern in (_TOKEN, _AUTHOR, _VERSION))
        if not (token and author and version):
            raise Unexpected(page[:500])
        self._author, self.version = int(author[1]), int(version[1])
        self._headers = ["Content-Type: application/json", f"X-CSRFToken: {token[1]}"]

    def request(self, operations: list[dict[str, str]]) -> bytes:
        body = {"author": self._author, "version": self.version, "operations": operations}
        return self.visitor.request(
            f"/tables/{self.subject.id}/changes", json.dumps(body).encode(), self._headers, accept="application/json"
        )

    def next(self) -> bytes:
        """Return the next save: from the last acknowledged text to a new one."""
        path, new = f"indicators/{self.row}/description", f"第{self.acknowledged + 1}次写的绩效指标描述。"
        return self.request([{"op": "set", "path": path, "base": self.text, "new": new}])

    def acknowledge(self, answer: dict[str, Any]) -> None:
        """Record the server's answer to a save. Raises Unexpected if the save had conflicts."""
        if answer["conflicts"] or answer["unfit"]:
            raise Unexpected(f"not saved: {answer}")
        self.version = answer["version"]
        self.acknowledged += 1
        self.text = f"第{self.acknowledged}次写的绩效指标描述。"


def writers(port: int, subjects: list[Subject], password: str) -> list[Writer]:
    """Return WRITERS writers spread over the tables, each signed in as the drafter; fill each table with ROWS rows."""
    people: dict[str, Visitor] = {}
    found: list[Writer] = []
    for number in range(WRITERS):
        subject = subjects[number % len(subjects)]
        if subject.drafter not in people:
            people[subject.drafter] = Visitor(port)
            people[subject.drafter].sign_in(subject.drafter, password)
        writer = Writer(people[subject.drafter], subject, f"bench{number:03d}")
        found.append(writer)
    for subject in {writer.subject.id: writer.subject for writer in found}.values():
        _fill(next(writer for writer in found if writer.subject.id == subject.id), found)
    for writer in found:
        writer.open()
    return found


def _fill(writer: Writer, everybody: list[Writer]) -> None:
    """Insert ROWS rows into the writer's table, including one row for each writer of the table."""
    writer.open()
    own = [each.row for each in everybody if each.subject.id == writer.subject.id]
    rows = own + [f"filler{n:03d}" for n in range(ROWS - len(own))]
    operations: list[dict[str, str]] = []
    for row in rows:
        operations.append({"op": "insert", "list": "indicators", "id": row, "after": ""})
        for name, text in (
            ("level1", "产出指标"),
            ("level2", "数量指标"),
            ("level3", f"社区活动场次{row}"),
            ("target_value", "≥12场"),
            ("basis", "街道2026年度工作计划"),
        ):
            operations.append({"op": "set", "path": f"indicators/{row}/{name}", "base": "", "new": text})
    writer.visitor.ask(writer.request(operations))


def one_at_a_time(writer: Writer, samples: int, seconds: float) -> list[float]:
    def save(_: int) -> float:
        answer = writer.visitor.ask(writer.next())
        writer.acknowledge(json.loads(answer.body))
        return answer.seconds

    return latencies(save, samples, seconds)


def all_at_once(port: int, everybody: list[Writer], seconds: float) -> float:
    """Return acknowledged saves per second, after the answer to every save that was sent."""
    waiting = selectors.DefaultSelector()
    wires = [Wire(port) for _ in everybody]
    for writer, wire in zip(everybody, wires, strict=True):
        waiting.register(wire.socket, selectors.EVENT_READ, (writer, wire))
        wire.socket.sendall(writer.next())
    open_, answered, begun = len(wires), 0, time.perf_counter()
    try:
        while open_:
            ready = waiting.select(timeout=_PATIENCE)
            if not ready:
                raise Unexpected(f"no answer within {_PATIENCE} s")
            for key, _ in ready:
                writer, wire = key.data
                if not wire.read():
                    continue
                head, _, body = wire.take().partition(b"\r\n\r\n")
                if head[9:12] != b"200":
                    raise Unexpected(body[:500].decode("utf-8", "replace"))
                writer.acknowledge(json.loads(body))
                answered += 1
                if time.perf_counter() - begun < seconds:
                    wire.socket.sendall(writer.next())
                else:
                    open_ -= 1
        return answered / (time.perf_counter() - begun)
    finally:
        waiting.close()
        for wire in wires:
            wire.close()
