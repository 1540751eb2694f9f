"""Use cases. One function = one use case = one commit; each takes a Session and an Actor and knows no web.

`workflow.perform` alone changes a table's state; `audit.record` alone writes history.
"""
