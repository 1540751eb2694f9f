"""Importing a list into the register: a preview that writes nothing, then all or nothing in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal import queries
from portal.domain import audit_events, register
from portal.domain.errors import Forbidden, Invalid, Stale
from portal.domain.permissions import Actor, Permission, offices_in_reach
from portal.domain.register import EntryRow, ImportPlan, RegisterReading
from portal.domain.rosters import MAX_ERRORS, Reading, RowError, SheetRows
from portal.models import Office, RegisterEntry
from portal.services.record import audit, facts
from portal.services.record.facts import Facts
from portal.services.register import keeping
from portal.services.register.entries import new_entry
from portal.services.transaction import write


@dataclass(frozen=True, slots=True)
class ImportResult:
    added: int
    changed: int
    removed: int


def read(session: Session, actor: Actor, year: int, sheets: Sequence[SheetRows]) -> RegisterReading:
    """Read a list for the open year, with an error for each office that this person does not keep.

    Raises Forbidden (keeps no register), Invalid (unknown or closed year).
    """
    reach = offices_in_reach(actor, Permission.KEEP_REGISTER)
    if reach is not None and not reach:
        raise Forbidden("你没有维护应报清单的权限。")
    budget_year = queries.administration.years.open_year(session, year)
    active = session.execute(select(Office.code, Office.name).where(Office.active)).all()
    offices = {code: name for code, name in active}  # noqa: C416 - dict(rows) would ask the result for keys
    reading = register.read(sheets, offices, budget_year.code_pattern)
    if reach is None:
        return reading
    strange = [row for row in reading.rows if row.office_code not in reach]
    refused = [RowError(row.line, f"单位 {row.office_code} 不是你分管的单位。") for row in strange]
    errors = sorted((*reading.errors, *refused), key=lambda error: error.line)[:MAX_ERRORS]
    return Reading(reading.rows, errors, reading.told)


def plan(session: Session, actor: Actor, year: int, rows: Collection[EntryRow]) -> ImportPlan:
    """What `import_rows` would change. Raises Forbidden, Invalid. One statement for the entries."""
    for code in {row.office_code for row in rows}:
        keeping.require_keeper(actor, code)
    return register.compare([entry.row for entry in _held(session, year, rows)], rows)


def import_rows(
    session: Session,
    actor: Actor,
    year: int,
    rows: Collection[EntryRow],
    *,
    remove_gone: bool = False,
    seen: str = "",
) -> ImportResult:
    """Write the plan for `rows`. seen: digest of the plan that the person saw. Raises Forbidden, Invalid, Stale."""
    if not rows:
        raise Invalid("没有可以导入的项目。")
    with write(session):
        keeping.locked_year(session, year)
        wanted = plan(session, actor, year, rows)
        if seen and wanted.digest != seen:
            raise Stale("应报清单在预览之后有改动，没有导入；请看过新的预览再导入。")
        held = {entry.row.key: entry for entry in _held(session, year, rows)}
        removed = [held[row.key] for row in wanted.gone] if remove_gone else []
        added = [new_entry(year, row) for row in wanted.new]
        changed = [_changed(held[change.new.key], change.new) for change in wanted.changed]
        if not added and not changed and not removed:
            return ImportResult(0, 0, 0)
        leaves = _write(session, added, changed, removed)
        result = ImportResult(len(added), len(changed), len(removed))
        audit.record(
            session,
            actor,
            audit_events.IMPORT_REGISTER,
            keeping.object_of(year),
            leaves,
            added_count=result.added,
            changed_count=result.changed,
            removed_count=result.removed,
        )
    return result


def _held(session: Session, year: int, rows: Collection[EntryRow]) -> Sequence[RegisterEntry]:
    return queries.register.entries.of_offices(session, year, {row.office_code for row in rows})


def _changed(entry: RegisterEntry, row: EntryRow) -> RegisterEntry:
    entry.name, entry.amount_fen, entry.is_key = row.name, row.amount_fen, row.is_key
    return entry


def _columns(entry: RegisterEntry) -> dict[str, object]:
    return {"year": entry.year} | {name: value for name, value in asdict(entry.row).items() if name != "line"}


def _write(
    session: Session,
    added: Sequence[RegisterEntry],
    changed: Sequence[RegisterEntry],
    removed: Sequence[RegisterEntry],
) -> Facts:
    if added:
        # Nobody needs the ids of new entries, and for objects SQLite would insert them one by one.
        session.execute(insert(RegisterEntry.plain()), [_columns(entry) for entry in added])
    for entry in removed:
        session.delete(entry)
    session.flush()
    gone = [facts.of_deleted(RegisterEntry, entry.year, entry.office_code, entry.code).rows for entry in removed]
    return facts.of_rows(*added, *changed) | Facts(rows=[row for rows in gone for row in rows])
