"""Drafting: creating, carrying over, editing, checking and handing up working copies, with their enclosures."""
