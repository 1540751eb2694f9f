"""What a job's function is given in the child process, and what it may answer with. No database is reachable there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.domain.jobs import Progress

Outcome = dict[str, Any]
"""JSON."""
TOO_LARGE = "文件太大或太复杂，读它用的内存超过了系统的限制；请分成几个文件再上传。"


@dataclass(frozen=True, slots=True)
class Work:
    """data: the file of the job. arguments: as queued. soffice: the path of LibreOffice, "" if there is none."""

    data: bytes
    arguments: Mapping[str, Any]
    soffice: str
    tell: Callable[[Progress], None]
