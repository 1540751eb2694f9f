"""The application object for the server (SERVE in the Makefile). No logic belongs here."""

from portal import create_app
from portal.front import serve

app = serve(create_app())
