"""Drafting: the office creates, edits and checks a working copy, up to the submission, which belongs to `review`."""
