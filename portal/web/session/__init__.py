"""Session: signing in, sessions, and recovery of a form posted after the session ended."""
