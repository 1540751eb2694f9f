"""The domain: documents, states, permissions, rules, comparison.

Imports the standard library, and the pure computing libraries that the architecture test names. Imports neither the web
layer nor the database.
"""
