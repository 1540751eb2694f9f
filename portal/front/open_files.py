"""The limit of open files: each connection is one, and the limit that a shell sets (1,024) is too low for a server."""

from __future__ import annotations

import resource

WANTED = 65_536


def raise_limit() -> None:
    """Raise the soft limit of this process to WANTED, as far as the hard limit allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
