"""The table that is offered after a submission."""

from __future__ import annotations

from dataclasses import replace

from portal.domain import actions
from portal.models import TargetTable
from portal.services.administration import budget_years
from portal.services.review.next_ready import next_ready
from tests.world import DUE, YEAR, World, sound_project


def draft(world: World, ordinal: int, **changes: object) -> int:
    sound = sound_project(ordinal, f"610-1301-JBN-NX{ordinal:02}", f"项目{ordinal}")
    return world.draft(replace(sound, **changes))  # type: ignore[arg-type]


def offered(world: World, after: int, username: str = "head") -> TargetTable | None:
    return next_ready(world.session, world.actor(username), world.table(after))


def test_next_ready_follows_the_list_and_starts_again(world: World) -> None:
    first, second, third = (draft(world, n) for n in (1, 2, 3))
    for after, expected in ((first, second), (second, third), (third, first)):
        table = offered(world, after)
        assert table is not None and table.id == expected


def test_next_ready_passes_over_what_cannot_be_submitted(world: World) -> None:
    here = draft(world, 1)
    draft(world, 2, goals="")
    world.draft(sound_project(9, "610-1301-JBN-ELSE", "别处的项目"), by="outsider", office="620001")
    world.act(draft(world, 3), actions.SUBMIT, "head")
    returned = draft(world, 4)
    world.act(returned, actions.SUBMIT, "head")
    world.opinion(returned)
    world.act(returned, actions.RETURN, "reviewer", due=DUE)
    assert offered(world, here) is None
    ready = draft(world, 5)
    found = offered(world, here)
    assert found is not None and found.id == ready
    assert offered(world, here, "drafter") is None
    budget_years.close_year(world.session, None, YEAR)
    assert offered(world, here) is None
