"""Importing a list of offices: a preview that writes nothing, then all or nothing in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import offices as lists
from portal.domain.errors import Invalid, Stale
from portal.domain.offices import OfficePlan, OfficeRow
from portal.domain.permissions import Actor
from portal.domain.rosters import MAX_ERRORS, Reading, RowError, SheetRows
from portal.models import Office, OfficeMerger
from portal.services.administration import office_moves, offices
from portal.services.administration.authority import require_manager
from portal.services.administration.offices import OfficeForm
from portal.services.transaction import write


@dataclass(frozen=True, slots=True)
class ImportResult:
    """named: drafts that got the new name of their office."""

    added: int
    changed: int
    named: int


def read(session: Session, actor: Actor | None, sheets: Sequence[SheetRows]) -> Reading[OfficeRow]:
    """Raises Forbidden."""
    require_manager(actor)
    reading = lists.read(sheets, _held(session.scalars(select(Office)).all()))
    errors = sorted((*reading.errors, *_about_merged(session, reading.rows)), key=lambda error: error.line)
    return Reading(reading.rows, errors[:MAX_ERRORS], reading.told)


def _about_merged(session: Session, rows: Sequence[OfficeRow]) -> list[RowError]:
    into = {each.office_code: each.into_code for each in session.scalars(select(OfficeMerger))}
    found = []
    for row in rows:
        if row.parent in into:
            found.append(
                RowError(row.line, f"上级单位 {row.parent} 已并入 {into[row.parent]}，请写 {into[row.parent]}。")
            )
        elif row.code in into and row.parent not in (None, into[row.code]):
            found.append(RowError(row.line, f"单位 {row.code} 已并入 {into[row.code]}，不能改它的上级。"))
    return found


def plan(session: Session, rows: Sequence[OfficeRow]) -> OfficePlan:
    """What `import_offices` would change."""
    return lists.compare(_held(session.scalars(select(Office)).all()), rows)


def import_offices(session: Session, actor: Actor | None, rows: Sequence[OfficeRow], *, seen: str = "") -> ImportResult:
    """Write the plan for `rows`, all or nothing. seen: digest of the plan that the person saw.

    Raises Forbidden; Invalid, with the row's line; Stale.
    """
    require_manager(actor)
    named = 0
    with write(session):
        held = office_moves.locked_offices(session)
        wanted = lists.compare(_held(held.values()), rows)
        if seen and wanted.digest != seen:
            raise Stale("单位在预览之后有改动；请看过新的预览再导入。")
        touched = {code for each in wanted.changed for code in office_moves.within(held, held[each.old.code])}
        office_moves.lock_tables(session, touched)
        for row in _from_the_top(held, wanted):
            form = OfficeForm(row.name, row.parent or "", row.phone or "")
            try:
                if row.code in held:
                    office = held[row.code]
                    named += offices.change(session, actor, held, office, _keeping_state(form, office))
                else:
                    held[row.code] = offices.add(session, actor, row.code, form.cleaned())
            except Invalid as refusal:
                raise Invalid(f"第 {row.line} 行：{refusal.message}" if row.line else refusal.message) from None
    return ImportResult(len(wanted.new), len(wanted.changed), named)


def _keeping_state(form: OfficeForm, office: Office) -> OfficeForm:
    return OfficeForm(form.name, form.parent, form.phone, office.active).cleaned()


def _from_the_top(held: Mapping[str, Office], wanted: OfficePlan) -> list[OfficeRow]:
    """What is to be written, each row after the office above it, so that no step makes a circle. Raises Invalid."""
    rows = [*wanted.new, *(change.new for change in wanted.changed)]
    parents = {code: office.parent_code or "" for code, office in held.items()}
    parents |= {row.code: row.parent or "" for row in rows}
    if rings := lists.circles(parents):
        raise Invalid(f"{lists.words_of_circle(rings[0])}。", "parent")
    return sorted(rows, key=lambda row: lists.lineage(row.code, parents).count("/"))


def _held(offices: Collection[Office]) -> dict[str, OfficeRow]:
    return {each.code: OfficeRow(each.code, each.name, each.parent_code or "", each.phone) for each in offices}
