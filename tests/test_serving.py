"""The server as the Makefile starts it: Ctrl-C ends it, whatever its clients do."""

from __future__ import annotations

import http.client
import os
import signal
from pathlib import Path

from tests.browser.server import PATIENCE, Portal

STOPPING = 9.0
"""Less than --workers-kill-timeout: a worker that refuses to stop takes longer. The log does not tell: Granian also
warns of killing a worker that is at its end but not yet reaped."""


def test_interrupted_server_stops_beside_open_connections_without_being_killed(tmp_path: Path) -> None:
    server = Portal(tmp_path)
    idle, mute = (http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE) for _ in range(2))
    try:
        idle.request("GET", "/login")
        assert idle.getresponse().read()
        mute.connect()

        os.killpg(server.process.pid, signal.SIGINT)  # as a terminal does
        assert server.process.wait(STOPPING) == 0
    finally:
        idle.close()
        mute.close()
        server.stop()
    assert "Unexpected exit" not in server.log
