"""The job that reads a file for a preview, as its child process does it. The watcher keeps the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.domain import forms
from portal.domain.jobs import Progress
from portal.formats import files, kept_readings
from portal.formats.libreoffice import LibreOffice
from portal.jobs.work import Outcome, Work


def arguments(name: str, form: str, year: int) -> Mapping[str, Any]:
    """form: the id of the likeliest form."""
    return {"name": name, "form": form, "year": year}


def read(work: Work) -> Outcome:
    """What a direct upload would have kept for its preview. Raises Unreadable, with the sentence for the person."""

    def convert(data: bytes, ending: str, target: str) -> bytes:
        work.tell(Progress(0, 2, f"正在把 .{ending} 文件转换成 .{target}"))
        converted = LibreOffice(work.soffice).convert(data, ending, target)
        work.tell(Progress(1, 2, "正在读取里面的表格"))
        return converted

    work.tell(Progress(0, 0, "正在读取里面的表格"))
    name = work.arguments["name"]
    likeliest = forms.likeliest(work.arguments["form"])
    reading = files.read(name, work.data, likeliest, convert=convert if work.soffice else None)
    return kept_readings.uploaded(reading, name, work.arguments["year"])
