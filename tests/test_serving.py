"""The server as the Makefile starts it: Ctrl-C ends it, whatever its clients do."""

from __future__ import annotations

import http.client
import os
import signal
from pathlib import Path

from tests.browser.server import PATIENCE, Portal


def test_interrupted_server_stops_beside_open_connections_without_being_killed(tmp_path: Path) -> None:
    server = Portal(tmp_path)
    idle, mute = (http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE) for _ in range(2))
    try:
        idle.request("GET", "/login")
        assert idle.getresponse().read()
        mute.connect()

        os.killpg(server.process.pid, signal.SIGINT)  # as a terminal does
        assert server.process.wait(PATIENCE) == 0
    finally:
        idle.close()
        mute.close()
        server.stop()
    assert "Killing" not in server.log and "Unexpected exit" not in server.log
