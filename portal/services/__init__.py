"""Use cases: one function, one use case, one commit. Each takes a Session and an Actor and never imports flask.

Only `review.workflow.perform` changes a table's state; only `record.audit.record` writes audit entries.
"""
