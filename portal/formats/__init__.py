"""Files ↔ documents. Each module reads or writes one file format; none knows of web or database.

`reading.py` says what a reader hands back; `files.py` chooses the module by a file's ending.
"""
