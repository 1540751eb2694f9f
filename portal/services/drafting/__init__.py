"""Drafting: creating, carrying over, editing and checking working copies, with attachments and explanations."""
