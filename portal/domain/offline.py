"""An offline copy (离线填写): tables that an office takes as a workbook, works on without the network, and returns.

It says what the portal must know when the workbook comes back, and what the office sees beside its documents. Formats
write and read it; comparing what came back belongs in `services.files.workbook_returns`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.domain.frameworks import Framework


@dataclass(frozen=True, slots=True)
class Remark:
    """An opinion of the last return at a place of the document. answer: in words."""

    path: str
    text: str
    is_binding: bool
    answer: str

    @property
    def words(self) -> str:
        return f"{'必须修改' if self.is_binding else '建议修改'}：{self.text}\n（{self.answer}）"


@dataclass(frozen=True, slots=True)
class OfflineTable:
    """A table of an offline copy. version, digest: of its working copy when it was taken.

    refusal: why changes in it will not be taken (已送审, 已批复); "" if the office holds the table.
    """

    id: int
    version: int
    digest: str
    refusal: str = ""
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class OfflineCopy:
    """tables: in the order of the documents, the department's first. framework: of the year, for the choice lists."""

    office: str
    year: int
    framework: Framework
    tables: tuple[OfflineTable, ...]


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """A row of a list in a returned workbook. id: as the workbook has it, or a new one. texts: by field of the row."""

    id: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReturnedTable:
    """What stands on the sheet of a table: texts outside lists by path, rows by list.

    refusal: why the sheet cannot be read; then it has no texts. told: sentences on what was not read.
    """

    id: int
    version: int
    digest: str
    title: str
    form: str
    texts: Mapping[str, str]
    rows: Mapping[str, Sequence[ReturnedRow]]
    refusal: str = ""
    told: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ReturnedCopy:
    """An offline copy that came back. missing: titles of tables whose sheet is gone. told: of other sheets."""

    office: str
    year: int
    tables: Sequence[ReturnedTable]
    missing: Sequence[str] = ()
    told: Sequence[str] = ()
