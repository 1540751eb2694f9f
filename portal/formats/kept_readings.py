"""A reading as JSON: what is kept of a file from its upload to its import. Where it is kept is not decided here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from portal.domain.forms.recognition import CaptionUse
from portal.formats import json_file, stored_pieces
from portal.formats.reading import Reading, Unplaced, Unreadable

MAX_TEXT = 3_000_000
"""Maximum characters of documents; the text of a whole office has about 30,000."""
MAX_SOURCE = 6_000_000
"""Beyond as many characters the captions of a file cannot be corrected in the preview."""
MAX_UNPLACED = 1_000


def uploaded(reading: Reading, name: str, year: int) -> dict[str, Any]:
    """A file that was read for a year and with which nothing was done yet. Raises Unreadable for too much text."""
    text = json_file.to_plain(reading.text)
    if len(json.dumps(text, ensure_ascii=False)) > MAX_TEXT:
        raise Unreadable("文件里的文字太多；请分成几个文件导入。")
    source = stored_pieces.to_plain(reading.source)
    if len(json.dumps(source, ensure_ascii=False)) > MAX_SOURCE:
        source = []
    return {
        "text": text,
        "unplaced": [asdict(each) for each in reading.unplaced[:MAX_UNPLACED]],
        "converted": reading.converted,
        "captions": [asdict(use) for use in reading.captions],
        "source": source,
        "name": name[:120],
        "year": year,
        "renamed": {},
        "made": None,
        "taken_back": False,
    }


def reading_of(kept: Mapping[str, Any]) -> Reading:
    return Reading(
        json_file.read(json.dumps(kept["text"]).encode()).text,
        tuple(Unplaced(**each) for each in kept["unplaced"]),
        tuple(kept["converted"]),
        tuple(CaptionUse(**each) for each in kept["captions"]),
        stored_pieces.from_plain(kept["source"]),
    )
