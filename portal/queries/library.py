"""The indicator library with the bureau's changes, and the candidates for suggestions while an office drafts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from portal.domain import frameworks, library
from portal.domain.errors import NotVisible
from portal.domain.frameworks import Framework
from portal.domain.library import CATEGORIES, ENTRIES, Candidate, Entry, IndicatorKind, Override, Source
from portal.domain.permissions import Actor
from portal.models import IndexedIndicator, LibraryEntry, TargetTable
from portal.queries.tables import visible

MAX_APPROVED_ROWS = 1_000
"""Maximum number of approved rows of an office that are read, the newest first."""


def changes(session: Session) -> list[LibraryEntry]:
    """The bureau's changes to the library, the oldest first."""
    return list(session.scalars(select(LibraryEntry).order_by(LibraryEntry.id)))


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of the library. `shipped` None: added by the bureau; `change` None: unchanged since shipped.

    `key`: permanent; the id of the shipped entry, or the id of the row in library_entries.
    """

    key: str
    entry: Entry
    shipped: Entry | None
    change: LibraryEntry | None

    @property
    def is_retired(self) -> bool:
        return self.change is not None and self.change.retired

    @property
    def is_reworded(self) -> bool:
        """Whether it is a shipped entry with changed texts."""
        return self.shipped is not None and self.entry != self.shipped


def items(session: Session) -> list[Item]:
    """All entries, including retired ones: shipped entries in their order, then entries added by the bureau."""
    left = {each.shipped_id or str(each.id): each for each in changes(session)}
    found = []
    for shipped in ENTRIES:
        change = left.pop(shipped.id, None)
        found.append(Item(shipped.id, entry_of(change) if change else shipped, shipped, change))
    return found + [Item(key, entry_of(change), None, change) for key, change in left.items()]


def item(session: Session, key: str) -> Item:
    """Raises NotVisible."""
    for each in items(session):
        if each.key == key:
            return each
    raise NotVisible("指标库里没有这条指标。")


def entry_of(change: LibraryEntry) -> Entry:
    """The entry with the bureau's texts; its id is that of the shipped entry, "" for an added one."""
    return Entry(
        change.shipped_id or "",
        change.category,
        IndicatorKind(change.kind),
        change.name,
        change.description,
        change.value,
        change.unit,
        change.basis,
    )


def candidates(session: Session, actor: Actor, table: TargetTable, framework: Framework) -> list[Candidate]:
    """Candidates for suggestions in `table`: library entries, then approved indicators of the table's own office.

    Reads only approved tables that the actor may see; the newest first, in a stable order. Two statements.
    """
    overrides = (Override(entry_of(change), change.retired) for change in changes(session))
    # A later release may no longer ship a category that the bureau has added entries to.
    known = tuple(each for each in overrides if each.entry.category in _CATEGORIES)
    return [*_library(framework.name, known), *_approved(_known(session, actor, table.office_code), framework)]


_CATEGORIES = frozenset(category.id for category in CATEGORIES)


@lru_cache(maxsize=8)
def _library(framework: str, overrides: tuple[Override, ...]) -> tuple[Candidate, ...]:
    """Cached: called at every keystroke, while the library changes a few times a year."""
    return tuple(library.candidates_of(library.with_changes(ENTRIES, overrides), frameworks.get(framework)))


def _known(session: Session, actor: Actor, office_code: str) -> Sequence[Row[Any]]:
    """Rows of `IndexedIndicator` as tuples, not ORM objects: there are many, and this runs at every keystroke."""
    return session.execute(
        select(*IndexedIndicator.__table__.columns)
        .join(TargetTable, TargetTable.id == IndexedIndicator.table_id)
        .where(IndexedIndicator.office_code == office_code, visible(actor))
        .order_by(IndexedIndicator.year.desc(), IndexedIndicator.table_id.desc(), IndexedIndicator.row_id)
        .limit(MAX_APPROVED_ROWS)
    ).all()


def _approved(rows: Sequence[Row[Any]], framework: Framework) -> list[Candidate]:
    """One candidate per name, with its newest texts and the number of tables that use it."""
    uses = Counter(name for _, name in {(row.table_id, row.level3) for row in rows})
    newest: dict[str, Row[Any]] = {}
    for row in rows:
        newest.setdefault(row.level3, row)
    return [_candidate(row, uses[name], framework) for name, row in newest.items()]


def _candidate(row: Row[Any], uses: int, framework: Framework) -> Candidate:
    kind = library.kind_meant(row.level2)
    level1, level2 = (row.level1, row.level2) if kind is None else library.levels_of(kind, framework)
    return Candidate(
        row.level3,
        level1,
        level2,
        row.description,
        row.target_value,
        row.basis,
        Source.APPROVED,
        uses=uses,
        own=True,
    )
