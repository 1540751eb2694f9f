"""Gives memory back to the system that large requests and jobs have freed. No policy: who calls it decides when."""

from __future__ import annotations

import ctypes
from contextlib import suppress


def give_back() -> None:
    """The C library keeps freed memory for later (a Word file of 60 tables: 17 MiB). Takes some milliseconds.

    Does nothing where the C library is not GNU's.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
