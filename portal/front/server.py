"""The application object for the server (SERVE in the Makefile), and the watcher of jobs of each of its workers."""

from portal import create_app
from portal.front import serve
from portal.jobs import watcher

_app = create_app()
watcher.start(_app)
app = serve(_app)
