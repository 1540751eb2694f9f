"""The record: the audit log and its verification."""
