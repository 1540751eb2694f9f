"""Signing in, sessions, and what was typed when one ended."""
