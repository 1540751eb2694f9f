"""The record: the audit log and its verification, the history of tables, and who edited what."""
