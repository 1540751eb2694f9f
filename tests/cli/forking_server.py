"""Serves the portal on the caller's listening socket; each line on stdin kills it with -9, the next one restarts it.

The application is imported once and forked, so that a hundred restarts take seconds. Only the killed child holds
connections to the database.
"""

from __future__ import annotations

import os
import signal
import sys

from werkzeug.serving import make_server

from portal import create_app


def main(listening: int) -> None:
    app = create_app()
    while True:
        child = os.fork()
        if child == 0:
            sys.stdin.close()
            make_server("127.0.0.1", 0, app, threaded=True, fd=listening).serve_forever()
        print("started", flush=True)
        line = sys.stdin.readline()
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        print("killed", flush=True)
        if not line:
            return
        sys.stdin.readline()


main(int(sys.argv[1]))
