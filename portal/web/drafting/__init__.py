"""Drafting: the office creates, edits, checks and hands up a working copy; submitting belongs to `review`."""
