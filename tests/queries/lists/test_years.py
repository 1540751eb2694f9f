"""Lists over several years: the order, the pages, and one statement however many years."""

from __future__ import annotations

import pytest

from portal import queries
from portal.domain.permissions import Actor
from portal.domain.states import State
from portal.queries import list_statements
from portal.queries.lists import Cursor, Filters
from tests.services.next_year import NEXT, open_next, start
from tests.statement_counts import counted_queries
from tests.world import YEAR, World, sound_project

BOTH = (NEXT, YEAR)


def tables_of_two_years(world: World, count: int = 2) -> list[int]:
    """Ids of drafts of both years, in the order of a list over both: the later year first."""
    open_next(world)
    earlier = [world.draft(sound_project(n, f"610-1301-JBN-{n:04d}", f"项目{n}")) for n in range(1, count + 1)]
    return [*start(world, *earlier), *earlier]


def pages(world: World, actor: Actor, filters: Filters) -> tuple[list[list[int]], list[list[int]]]:
    """The ids of each page, read forwards, and then backwards from the last page."""
    forwards, backwards = [], []
    cursor: Cursor | None = None
    while True:
        page = queries.lists.listing(world.session, actor, filters, cursor)
        forwards.append([row.id for row in page.rows])
        if page.after is None:
            break
        cursor = page.after
    while page.before is not None:
        page = queries.lists.listing(world.session, actor, filters, page.before)
        backwards.append([row.id for row in page.rows])
    return forwards, backwards


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7])
def test_listing_over_years_reads_the_latest_first_and_every_page_both_ways(
    world: World, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(list_statements, "PAGE", size)
    list_statements.listing.cache_clear()
    expected = tables_of_two_years(world, 3)

    forwards, backwards = pages(world, world.actor("drafter"), Filters(BOTH, state=State.DRAFTED))

    list_statements.listing.cache_clear()
    assert forwards == [expected[n : n + size] for n in range(0, 6, size)]
    assert backwards == forwards[-2::-1]


def test_counts_cover_the_years_asked_for(world: World) -> None:
    tables_of_two_years(world)
    actor = world.actor("drafter")
    assert [queries.lists.counts(world.session, actor, years)["drafted"] for years in (YEAR, NEXT, BOTH)] == [2, 2, 4]


def test_list_and_counts_over_years_take_one_statement_each(world: World) -> None:
    tables_of_two_years(world)
    actor = world.actor("approver")
    for years in (YEAR, BOTH, (*BOTH, YEAR - 1, YEAR - 2)):
        with counted_queries() as statements:
            queries.lists.listing(world.session, actor, Filters(years, mine=True))
            queries.lists.counts(world.session, actor, years)
        assert len([each for each in statements if each.startswith("SELECT")]) == 2
