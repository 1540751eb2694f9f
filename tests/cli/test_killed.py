"""The server is killed in the middle of saves, again and again: whatever was acknowledged is there afterwards."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from random import Random

import pytest

from bench.by_field import Writer
from bench.client import Unexpected, Visitor
from bench.subjects import Subject
from portal.demo.accounts import PASSWORD
from tests.browser.server import Portal, flask

ROUNDS = 3
"""In each of four tests: a hundred times in all."""
ROW = "killed22"
PATH = f"indicators/{ROW}/description"


@pytest.mark.parametrize("seed", range(4))
def test_every_acknowledged_save_is_there_after_kill_9(tmp_path: Path, seed: int) -> None:
    rng = Random(seed)
    portal = Portal(_demo(tmp_path))
    writer = _somebody_typing(portal)
    for _ in range(ROUNDS):
        enough = threading.Event()
        typing = threading.Thread(target=_type, args=(writer, writer.acknowledged + rng.randrange(1, 12), enough))
        typing.start()  # ended by the kill
        assert enough.wait(60)
        portal.kill()
        typing.join(60)
        written = _written(portal)
        # The last one may have been written without its answer having come through; none may be missing.
        assert written[: writer.acknowledged] == [_text(n) for n in range(1, writer.acknowledged + 1)]
        assert len(written) - writer.acknowledged in (0, 1)
        portal.start()
        _open_again(writer, portal, len(written))
    portal.stop()
    writer.visitor.close()
    assert writer.acknowledged >= ROUNDS
    assert "审计记录完好" in portal.flask("audit", "verify")


def _demo(folder: Path) -> Path:
    flask(Portal.environment_of(folder), "demo", "load", "--if-new")
    return folder


def _somebody_typing(portal: Portal) -> Writer:
    visitor = Visitor(portal.port)
    visitor.sign_in("drafter", PASSWORD)
    writer = Writer(visitor, Subject(portal.table(7), "610002"), ROW)
    writer.open()
    answer = visitor.wire.ask(writer.request([{"op": "insert", "list": "indicators", "id": ROW, "after": ""}]))
    writer.version = json.loads(answer.body)["version"]
    return writer


def _type(writer: Writer, until: int, enough: threading.Event) -> None:
    """Save after save until the server is gone; tells when `until` were acknowledged."""
    try:
        while True:
            answer = writer.visitor.wire.ask(writer.next())
            writer.took(json.loads(answer.body))
            if writer.acknowledged >= until:
                enough.set()
    except (OSError, Unexpected):
        pass


def _open_again(writer: Writer, portal: Portal, written: int) -> None:
    """Take up where the draft stands, as somebody who loads the page again."""
    cookies = writer.visitor.cookies
    writer.visitor.close()
    while True:
        try:
            writer.visitor = Visitor(portal.port, cookies)
            writer.open()
            break
        except OSError:
            continue  # the server's first socket is only tried and closed again
    writer.acknowledged, writer.text = written, _text(written) if written else ""


def _text(number: int) -> str:
    return f"第{number}次写的绩效指标描述。"


def _written(portal: Portal) -> list[str]:
    rows = portal.rows("SELECT operation FROM changes WHERE operation LIKE ? ORDER BY id", f"%{PATH}%")
    return [json.loads(operation)["new"] for (operation,) in rows]
