"""The return of an offline copy: what the file changes in each table, and taking that over in one transaction.

Changes are merged onto the working copy as any save is: nobody else's change is overwritten. Reading the workbook
belongs in `formats`, comparing the three versions in `domain.returned_tables`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from portal import queries
from portal.domain import audit_events, changes, forms, returned_tables
from portal.domain.documents import Document
from portal.domain.errors import Forbidden, Refused, Stale
from portal.domain.offline import ReturnedCopy, ReturnedTable
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.domain.returned_tables import Comparison, ReturnLine, Verdict
from portal.domain.states import State
from portal.models import TargetTable
from portal.services.drafting import change_log, checks, drafts
from portal.services.files import imports, offline_copies
from portal.services.files.imports import ImportedTable
from portal.services.record import audit
from portal.services.transaction import write

Choices = Mapping[int, Collection[str]]
"""By table id, the places of conflicts at which the file's text is wanted."""


class Outcome(StrEnum):
    """CHANGED: the file changes the table. FIXED: the office does not hold it. REFUSED: the sheet cannot be read."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FIXED = "fixed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class TableReturn:
    """What comes back of one table. message: why it stays as it is. table None: it is not there any more."""

    returned: ReturnedTable
    outcome: Outcome
    table: TargetTable | None = None
    comparison: Comparison | None = None
    message: str = ""

    @property
    def lines(self) -> Sequence[ReturnLine]:
        return self.comparison.lines if self.comparison else ()


@dataclass(frozen=True, slots=True)
class ReturnPlan:
    tables: Sequence[TableReturn]

    @property
    def stamp(self) -> str:
        """A short name of everything that is shown and can be decided, so that nothing else is written."""
        plain = [[each.returned.id, each.outcome, [asdict(line) for line in each.lines]] for each in self.tables]
        return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:12]

    def count(self, verdict: Verdict) -> int:
        return sum(line.verdict is verdict for each in self._changed() for line in each.lines)

    def _changed(self) -> list[TableReturn]:
        return [each for each in self.tables if each.outcome is Outcome.CHANGED]


def require_own(actor: Actor, copy: ReturnedCopy) -> None:
    """Raises Forbidden for a workbook of another office."""
    if copy.office != actor.office or not may(actor, Permission.CREATE, TableFacts(copy.office)):
        raise Forbidden(f"这个工作簿是 {copy.office[:12]} 单位下载的，不是你的单位的，不能在这里取回。")


def plan(session: Session, actor: Actor, copy: ReturnedCopy) -> ReturnPlan:
    """What `take_over` would do, table by table. Writes nothing. Raises Forbidden, Invalid (closed year)."""
    require_own(actor, copy)
    queries.administration.years.open_year(session, copy.year)
    return _planned(session, actor, copy)


def take_over(session: Session, actor: Actor, copy: ReturnedCopy, chosen: Choices, shown: str) -> list[ImportedTable]:
    """Write the changes of the file, one step in each table, all tables or none; return the tables that changed.

    shown: the stamp of the plan that was shown.

    Raises Forbidden, Invalid (closed year), Stale (a table has changed since the plan was shown).
    """
    changed: list[ImportedTable] = []
    with write(session):
        require_own(actor, copy)
        queries.administration.years.open_year(session, copy.year)
        drafts.office_to_draft_for(session, actor, copy.office, lock=True)
        found = _planned(session, actor, copy, lock=True)
        if found.stamp != shown:
            raise Stale("这期间系统里又有改动，还没有取回；请看过新的对照以后再按“取回”。")
        for n, each in enumerate(found.tables):
            if each.outcome is not Outcome.CHANGED or not each.table or not each.comparison:
                continue
            if _write(session, actor, each.table, each.comparison, chosen.get(each.table.id, ())):
                changed.append(ImportedTable(n, each.table.id, imports.Outcome.REPLACED, each.table.version))
        checks.recount_office(session, copy.office, copy.year, [each.table_id for each in changed])
    return changed


def _write(session: Session, actor: Actor, table: TargetTable, comparison: Comparison, chosen: Collection[str]) -> int:
    """Write one step with its entry; return the number of its operations."""
    wanted = comparison.resolved(chosen)
    operations = changes.between(comparison.now, wanted)
    if operations:
        leaves = drafts.rewrite(session, actor, table, wanted, operations)
        audit.record(session, actor, audit_events.IMPORT, audit.object_of_table(table), leaves)
    return len(operations)


# --- the plan --------------------------------------------------------------------------------------


def _planned(session: Session, actor: Actor, copy: ReturnedCopy, *, lock: bool = False) -> ReturnPlan:
    ids = [each.id for each in copy.tables]
    loaded = queries.tables.tables_with_facts(session, actor, ids, lock=lock)
    own = {table.id: table for table, _ in loaded if (table.office_code, table.year) == (copy.office, copy.year)}
    # A table that two sheets name, which no workbook of the portal has, is taken from the first.
    return ReturnPlan([_table_return(session, own.pop(each.id, None), each) for each in copy.tables])


def _table_return(session: Session, table: TargetTable | None, returned: ReturnedTable) -> TableReturn:
    if returned.refusal:
        return TableReturn(returned, Outcome.REFUSED, table, message=returned.refusal)
    if table is None:
        gone = "系统里没有这张表了，可能已经删除，在回收站里可以恢复；没有读入。"
        return TableReturn(returned, Outcome.REFUSED, message=gone)
    base = _base(session, table, returned)
    if base is None:
        other = "这张工作表的系统标记与系统里的记录对不上，没有读入；请重新下载。"
        return TableReturn(returned, Outcome.REFUSED, table, message=other)
    now = table.document
    try:
        file = returned_tables.document_in_file(base, returned)
        drafts.require_fields(forms.of(base), changes.between(base, file))
    except Refused as refusal:
        return TableReturn(returned, Outcome.REFUSED, table, message=f"{refusal.message}没有读入。")
    found = returned_tables.compare(base, now, file)
    if all(line.verdict is Verdict.STAYS for line in found.lines):
        return TableReturn(returned, Outcome.UNCHANGED, table, found)
    if not offline_copies.is_held(table):
        state = State(table.state).label
        return TableReturn(returned, Outcome.FIXED, table, found, f"这张表{state}，不在单位手中，文件里的改动不取回。")
    return TableReturn(returned, Outcome.CHANGED, table, found)


def _base(session: Session, table: TargetTable, returned: ReturnedTable) -> Document | None:
    """The working copy at download; None if the marks of the sheet do not agree with the change log."""
    if table.kind != forms.get(returned.form).kind.value or not 0 < returned.version <= table.version:
        return None
    if returned.version == table.version:
        base = table.document
    else:
        base = change_log.version_of(session, table, returned.version)
    return base if offline_copies.digest_of(base) == returned.digest else None
