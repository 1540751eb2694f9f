"""Notices: telling people of events, what they want to be told, reminders, daily digests by mail."""
