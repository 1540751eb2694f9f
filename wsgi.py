"""The application object for the server and for the `flask` command."""

from portal import create_app

app = create_app()
