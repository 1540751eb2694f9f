"""The overview's numbers are counted again for the offices that the record names, and for no others."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest

from portal.database import clock_at, now
from portal.domain import actions
from portal.domain.register import EntryRow, Standing
from portal.queries.overview import cache, figures
from portal.services.drafting import drafts
from portal.services.files import exports
from portal.services.register import imports
from tests.databases import on_sqlite
from tests.world import DUE, OFFICE, YEAR, World

CODE = "610-1301-JBN-OTTA"
OTHER = "620001"
ALL = None


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[set[str] | None]:
    """Of which offices the numbers were counted, each time; None: of all."""
    found: list[set[str] | None] = []
    count = figures.of_offices

    def note(session: Any, year: int, offices: Collection[str] | None = None) -> Any:
        found.append(ALL if offices is None else set(offices))
        return count(session, year, offices)

    monkeypatch.setattr(figures, "of_offices", note)
    return found


def announce(world: World) -> None:
    rows = [EntryRow(OFFICE, CODE, "工作经费", 2_300_000), EntryRow(OTHER, "620-1", "南关的项目", 1)]
    imports.import_rows(world.session, world.actor("approver"), YEAR, rows)


@on_sqlite
def test_overview_counts_again_only_the_offices_that_something_happened_to(
    world: World, counted: list[set[str] | None]
) -> None:
    announce(world)
    assert cache.of_year(world.session, YEAR).keys() == {OFFICE, OTHER}
    cache.of_year(world.session, YEAR)
    assert counted == [ALL], "nothing happened"

    table_id = world.submitted()
    found = cache.of_year(world.session, YEAR)
    assert counted == [ALL, {OFFICE}]
    assert found[OFFICE].count_at(Standing.UNDER_REVIEW) == found[OTHER].count_at(Standing.NOT_BEGUN) == 1

    exports.export_table(world.session, world.actor("head"), table_id, printed=True)
    cache.of_year(world.session, YEAR)
    assert counted == [ALL, {OFFICE}], "reading changes no number"


@on_sqlite
def test_overview_of_a_discarded_draft_is_counted_again(world: World, counted: list[set[str] | None]) -> None:
    announce(world)
    table_id = world.draft()
    assert cache.of_year(world.session, YEAR)[OFFICE].count_at(Standing.DRAFTED) == 1

    drafts.discard(world.session, world.actor("drafter"), table_id)

    assert cache.of_year(world.session, YEAR)[OFFICE].count_at(Standing.NOT_BEGUN) == 1
    assert counted[-1] == {OFFICE}


@on_sqlite
def test_overview_is_counted_anew_on_another_day_and_with_another_record(
    world: World, counted: list[set[str] | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(world)
    cache.of_year(world.session, YEAR)

    with clock_at(now() + timedelta(days=1)):
        cache.of_year(world.session, YEAR)
    assert counted == [ALL, ALL]

    for key, value in cache._cached.items():
        monkeypatch.setitem(cache._cached, key, cache._Cached(value.number, "0" * 64, value.on, value.by_office))
    with clock_at(now() + timedelta(days=1)):
        cache.of_year(world.session, YEAR)
    assert counted == [ALL, ALL, ALL]


@on_sqlite
def test_money_in_force_is_that_of_the_approved_revision(world: World) -> None:
    """Also where a later submission asks for another amount."""
    announce(world)
    table_id = world.approved()
    world.act(table_id, actions.REOPEN, "approver", due=DUE, reason="调整")
    world.edit(table_id, "budget/total", "30000.00")
    world.edit(table_id, "budget/fiscal", "30000.00")
    adjusting = cache.of_year(world.session, YEAR)[OFFICE]
    assert (adjusting.in_force_fen, adjusting.adjusted_fen) == (2_300_000, 2_300_000)

    world.act(table_id, actions.SUBMIT, "head")
    again = cache.of_year(world.session, YEAR)[OFFICE]
    assert (again.in_force, again.in_force_fen, again.adjusted_fen) == (1, 2_300_000, 0)

    world.act(table_id, actions.APPROVE, "approver")
    assert cache.of_year(world.session, YEAR)[OFFICE].in_force_fen == 3_000_000
