"""Signing in and out, and changing the own password."""
