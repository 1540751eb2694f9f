"""Signing in and out, and changes of the actor's own password."""
