"""The indicator library as the bureau keeps it, and what may be suggested to an office while it drafts."""

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

MOST_KNOWN = 1_000
"""Approved rows of an office that are looked at, the newest."""


def changes(session: Session) -> list[LibraryEntry]:
    """What the bureau made of the library, the oldest first."""
    return list(session.scalars(select(LibraryEntry).order_by(LibraryEntry.id)))


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as it stands in the library; `shipped` None: the bureau's own, `change` None: as shipped.

    `key` names it for ever: the id of the shipped entry, or the number of the one that was added.
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
        """Whether it is a shipped entry that says something else now."""
        return self.shipped is not None and self.entry != self.shipped


def items(session: Session) -> list[Item]:
    """The whole library, retired entries too: the shipped ones in their order, then what the bureau added."""
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
    """The entry as the bureau wrote it; its id is that of the shipped one, "" where it was added."""
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
    """What may be suggested in `table`: the library in force, then what was approved of the table's own office.

    Of approved tables only those that the actor may see; the newest first, always in one order. Two statements.
    """
    overrides = (Override(entry_of(change), change.retired) for change in changes(session))
    # A later release may ship without a class that the bureau has added to.
    kept = tuple(each for each in overrides if each.entry.category in _CATEGORIES)
    return [*_library(framework.name, kept), *_approved(_known(session, actor, table.office_code), framework)]


_CATEGORIES = frozenset(category.id for category in CATEGORIES)


@lru_cache(maxsize=8)
def _library(framework: str, overrides: tuple[Override, ...]) -> tuple[Candidate, ...]:
    """Asked with every key that is typed, and changed a few times a year."""
    return tuple(library.candidates_of(library.with_changes(ENTRIES, overrides), frameworks.get(framework)))


def _known(session: Session, actor: Actor, office_code: str) -> Sequence[Row[Any]]:
    """Columns of `IndexedIndicator` without making objects of them: there are many, and a key is waiting."""
    return session.execute(
        select(*IndexedIndicator.__table__.columns)
        .join(TargetTable, TargetTable.id == IndexedIndicator.table_id)
        .where(IndexedIndicator.office_code == office_code, visible(actor))
        .order_by(IndexedIndicator.year.desc(), IndexedIndicator.table_id.desc(), IndexedIndicator.row_id)
        .limit(MOST_KNOWN)
    ).all()


def _approved(rows: Sequence[Row[Any]], framework: Framework) -> list[Candidate]:
    """Each name once, in its newest wording, with the number of tables that have it."""
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
