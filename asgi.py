"""The application object for the server (SERVE in the Makefile)."""

import signal
from multiprocessing import parent_process

if parent_process():
    # Until Granian sets its own handlers in a worker, those of the main process apply there, and the worker would not
    # stop while it imports the portal.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the main process ends the workers

from portal import create_app
from portal.front import serve

app = serve(create_app())
