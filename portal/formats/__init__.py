"""Conversion between files and documents: one module or package per file format. No web, no database.

`reading.py` defines the result of a reader; `files.py` chooses the module by the file's ending.
"""
