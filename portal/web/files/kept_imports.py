"""What the server keeps of an uploaded file for a week, so that its preview and its result have an address.

The pages are in `import_pages`, the acts in `imports`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from portal import queries
from portal.domain import forms
from portal.domain.errors import Invalid
from portal.extensions import db
from portal.formats import kept_readings
from portal.formats.assembling import assemble
from portal.formats.reading import Reading
from portal.services import form_posts
from portal.services.files.imports import ImportedTable, Outcome
from portal.web.guards import actor


@dataclass(frozen=True, slots=True)
class KeptImport:
    """renamed: captions of the file → captions under which the person wants them read.

    made: what the import did, None before it. taken_back: whether that was taken back.
    """

    key: str
    name: str
    year: int
    reading: Reading
    renamed: Mapping[str, str]
    made: Sequence[ImportedTable] | None = None
    taken_back: bool = False

    def read_again(self, renamed: Mapping[str, str]) -> KeptImport:
        """The file with other captions corrected. Raises Unreadable; Invalid for a file without captions to correct."""
        if not self.reading.source:
            raise Invalid("这份文件的栏目不能改选：文件自己写明了各栏，或者太大。")
        wanted = forms.likeliest(queries.administration.years.open_year(db.session(), self.year).project_form)
        return replace(self, reading=assemble(self.reading.source, wanted, renamed=renamed), renamed=renamed)


def keep(kept: KeptImport) -> None:
    """Store under its key. Raises Unreadable for too much text."""
    outcome = {
        **kept_readings.uploaded(kept.reading, kept.name, kept.year),
        "renamed": dict(kept.renamed),
        "made": None if kept.made is None else [asdict(table) for table in kept.made],
        "taken_back": kept.taken_back,
    }
    form_posts.keep_outcome(db.session(), actor().id, kept.key, outcome)


def find(key: str) -> KeptImport:
    """Raises Invalid where there is none of this person."""
    outcome = form_posts.outcome(db.session(), actor().id, key)
    if outcome is None or "renamed" not in outcome:
        raise Invalid("这次预览已经过期，没有导入；请重新选择文件。")
    reading = kept_readings.reading_of(outcome)
    made = None if outcome["made"] is None else [_made(each) for each in outcome["made"]]
    return KeptImport(key, outcome["name"], outcome["year"], reading, outcome["renamed"], made, outcome["taken_back"])


def _made(plain: Mapping[str, Any]) -> ImportedTable:
    return ImportedTable(**{**plain, "outcome": Outcome(plain["outcome"])})
