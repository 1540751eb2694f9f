"""What the trade says: documents, their life, rights, rules, comparison.

Imports the standard library only (and the pure computing libraries that the
architecture test names); nothing here knows of web or database.
"""
