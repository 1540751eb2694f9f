"""Signing in and out, stand-ins, and changes of the actor's own password."""
