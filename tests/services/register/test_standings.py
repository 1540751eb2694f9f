"""Standings: Python and SQL, lists, counts and single pages agree for every actor over random lives."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from portal import queries
from portal.domain import actions
from portal.domain.conclusions import Dimension
from portal.domain.errors import NotVisible, Refused
from portal.domain.overview import total
from portal.domain.permissions import Permission, TableFacts, may
from portal.domain.register import SELECTIONS, SUBMITTED, EntryRow, Standing
from portal.models import RegisterEntry, TargetTable
from portal.queries.overview import cache, figures
from portal.queries.register.lists import Filters
from portal.services.drafting import drafts, voiding
from portal.services.record import verification
from portal.services.register import exemptions, imports, starting, unannounced
from portal.services.review import conclusions
from tests.world import DUE, OFFICE, YEAR, World, sound_project

CODES = [f"610-130{n}-JBN-OTTA" for n in range(6)]
MOVES = {
    **{"start": 3, "draft": 2, "submit": 6, "withdraw": 1, "return": 3, "recommend": 3, "approve": 2},
    **{"reopen": 2, "void": 1, "discard": 1, "exempt": 1, "end": 2, "merge": 1},
}
"""How often each act is tried."""
READERS = (
    "drafter",
    "above_head",
    "below_head",
    "outsider",
    "reviewer",
    "other_reviewer",
    "approver",
    "auditor",
    "admin",
)


def live(world: World, dice: random.Random, steps: int) -> None:
    """Random acts; those that are refused change nothing."""
    for _ in range(steps):
        try:
            act(world, dice, dice.choices([*MOVES], [*MOVES.values()])[0])
        except Refused:
            world.session.rollback()


def act(world: World, dice: random.Random, move: str) -> None:
    session = world.session
    entries = session.query(RegisterEntry.id).order_by(RegisterEntry.id).all()
    tables = session.query(TargetTable.id).order_by(TargetTable.id).all()
    entry_id = dice.choice(entries)[0]
    table_id = dice.choice(tables)[0] if tables else 0
    head, reviewer, approver = (world.actor(name) for name in ("head", "reviewer", "approver"))
    acts: dict[str, Callable[[], object]] = {
        "start": lambda: fill(world, starting.start(session, world.actor("drafter"), entry_id).id),
        "draft": lambda: world.draft(sound_project(code=dice.choice(CODES))),
        "submit": lambda: world.act(table_id, actions.SUBMIT, "head"),
        "withdraw": lambda: world.act(table_id, actions.WITHDRAW, "head"),
        "return": lambda: give_back(world, table_id),
        "recommend": lambda: recommend(world, table_id),
        "approve": lambda: world.act(table_id, actions.APPROVE, "approver"),
        "reopen": lambda: world.act(table_id, actions.REOPEN, "approver", due=DUE, reason="调整"),
        "void": lambda: voiding.void(session, head, table_id, "项目取消"),
        "discard": lambda: drafts.discard(session, world.actor("drafter"), table_id),
        "exempt": lambda: exemptions.exempt(session, reviewer, entry_id, "并入其他项目"),
        "end": lambda: exemptions.end(session, approver, entry_id),
        "merge": lambda: unannounced.merge(session, approver, table_id, entry_id),
    }
    if table_id or move in ("start", "draft", "exempt", "end"):
        acts[move]()


def fill(world: World, table_id: int) -> None:
    document = world.table(table_id).document
    sound = sound_project(code=document.project_code, name=document.project_name)  # type: ignore[union-attr]
    world.save(table_id, replace(sound, ordinal=document.ordinal))  # type: ignore[union-attr]


def recommend(world: World, table_id: int) -> None:
    digest, reviewer = world.table(table_id).digest, world.actor("reviewer")
    conclusions.recommend(world.session, reviewer, table_id, digest=digest, enclosed="", dimensions=list(Dimension))


def give_back(world: World, table_id: int) -> None:
    world.opinion(table_id, binding=False)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)


@pytest.mark.parametrize("seed", range(2))
def test_standings_of_lists_counts_and_single_pages_agree_for_every_actor(world: World, seed: int) -> None:
    dice, shown = random.Random(seed), set()
    rows = [EntryRow(OFFICE, code, f"项目{n}", 2_300_000) for n, code in enumerate(CODES[:5])]
    imports.import_rows(world.session, world.actor("approver"), YEAR, rows)

    for _ in range(5):
        live(world, dice, steps=12)
        for name in READERS:
            shown |= agreed_standings(world, name)
        assert cache.of_year(world.session, YEAR) == figures.of_offices(world.session, YEAR), "counted again"

    for name in READERS:
        numbers_agree_with_lists(world, name)
    assert len(shown) > 4
    assert verification.verify(world.session).problems == []


def test_standing_tells_the_office_nothing_of_a_recommendation(world: World) -> None:
    rows = [EntryRow(OFFICE, sound_project().project_code, "项目", 2_300_000)]
    imports.import_rows(world.session, world.actor("approver"), YEAR, rows)
    recommend(world, world.submitted())

    assert agreed_standings(world, "reviewer") == {Standing.TO_APPROVE}
    assert agreed_standings(world, "head") == {Standing.UNDER_REVIEW}
    (office,) = queries.overview.offices.of_year(world.session, world.actor("head"), YEAR)
    assert (office.figures.count_at(Standing.TO_APPROVE), office.figures.count_at(Standing.UNDER_REVIEW)) == (0, 1)


def agreed_standings(world: World, name: str) -> set[Standing]:
    """The standings that this person sees, after asserting that list, counts, filters and single pages say the same."""
    session, actor = world.session, world.actor(name)
    entries = session.query(RegisterEntry).all()
    sees = {each.id for each in entries if may(actor, Permission.SEE_REGISTER, TableFacts(each.office_code))}
    rows = queries.register.lists.listing(session, actor, Filters(YEAR)).rows
    by_list = {row.id: Standing(row.standing) for row in rows}
    assert by_list.keys() == sees
    for entry in entries:
        if entry.id in sees:
            assert queries.register.entries.line(session, actor, entry.id)[2] is by_list[entry.id]
        else:
            with pytest.raises(NotVisible):
                queries.register.entries.line(session, actor, entry.id)
    counts = queries.register.lists.counts(session, actor, Filters(YEAR)).by_standing
    assert {each: count for each, count in counts.items() if count} == Counter(by_list.values())
    for standing, count in counts.items():
        found = queries.register.lists.listing(session, actor, Filters(YEAR, standing=standing)).rows
        assert len(found) == count and all(by_list[row.id] is standing for row in found)
    return set(by_list.values())


def numbers_agree_with_lists(world: World, name: str) -> None:
    """Each number of the overview that this person sees is the number of rows of the list that it leads to."""
    session, actor = world.session, world.actor(name)
    offices = queries.overview.offices.of_year(session, actor, YEAR)
    for office, found in [("", total(each.figures for each in offices)), *((o.code, o.figures) for o in offices)]:
        numbers = {
            **{f"{each}": (found.count_at(each), {"standing": each}) for each in Standing},
            **{name: (found.count(each), {"selection": each}) for name, each in SELECTIONS.items()},
            **{f"by {id}": (held.count, {"claimant": id}) for id, held in found.claimed.items()},
            **{rule: (count, {"selection": SUBMITTED, "rule": rule}) for rule, count in found.rules.items()},
            **{kind: (count, {"selection": SUBMITTED, "kind": kind}) for kind, count in found.kinds.items()},
        }
        for what, (number, filters) in numbers.items():
            wanted = Filters(YEAR, office, **filters)
            rows = queries.register.lists.listing(session, actor, wanted).rows
            count = queries.register.lists.count(session, actor, wanted)
            assert number == len(rows) == count, (name, office, what)
        assert sum(found.submitted_on.values()) == found.count(SUBMITTED)
        assert sum(found.approved_on.values()) == found.in_force
        assert found.unannounced == queries.register.unannounced.count(session, actor, YEAR, office)
