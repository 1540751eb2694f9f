"""The history across tables: the list and the page of each table agree, for every actor."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from portal import queries
from portal.database import now
from portal.domain.audit_events import ADMINISTRATIVE, AUDIT_EVENTS, DOCUMENTS_LEAVING, About, may_see_act
from portal.domain.documents import Kind
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.models import AuditEntry
from portal.queries import history
from portal.queries.history import HistoryFilters
from portal.services.drafting import drafts
from portal.services.register import no_projects
from portal.services.review import bureau_notes, claims
from tests.databases import LivedWorlds
from tests.services.moments import MOMENTS, Maker
from tests.world import OFFICE, PEOPLE, YEAR, World, sound_project

ANY = HistoryFilters()
MAIN = frozenset(name for name, event in AUDIT_EVENTS.items() if event.is_in_history)


def lives(world: World) -> None:
    """Tables of two offices at every moment, acts inside the office and inside the bureau, a discarded draft."""
    made = {moment: Maker(world).make(moment) for moment in MOMENTS}
    Maker(world, ("outsider", "outsider"), "620001").make("returned")
    Maker(world, ("below_drafter", "below_head"), "61000201").make("never submitted")
    claims.claim(world.session, world.actor("reviewer"), made["submitted"])
    bureau_notes.add(world.session, world.actor("reviewer"), made["submitted"], "与财务科核对。")
    world.opinion(made["submitted"])
    gone = world.draft(sound_project(20, "", "不做的项目"))
    drafts.discard(world.session, world.actor("drafter"), gone)
    no_projects.confirm(world.session, world.actor("above_head"), YEAR)
    world.stand_in("drafter2", "head")
    drafts.create(world.session, world.acting("drafter2", "head"), Kind.DEPARTMENT, OFFICE, YEAR)


@pytest.fixture
def lived(lived_worlds: LivedWorlds) -> World:
    return lived_worlds.after(lives)


def numbers(world: World, actor: Actor, filters: HistoryFilters = ANY) -> list[int]:
    return [entry.number for entry in history.entries(world.session, actor, filters, 1_000)]


def every_entry(world: World) -> list[AuditEntry]:
    return list(world.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())))


def may_read(world: World, actor: Actor, entry: AuditEntry) -> bool:
    """By the rules of one table, one register, one administrative entry."""
    if may(actor, Permission.READ_AUDIT_LOG):
        return True
    event = AUDIT_EVENTS[entry.act]
    match About(entry.object_kind):
        case About.TABLE:
            found = queries.tables.tables_with_facts(world.session, actor, [int(entry.object_id)])
            return any(may_see_act(actor, event, facts) for _, facts in found)
        case About.REGISTER:
            _, _, office = entry.object_id.partition("/")
            return may_see_act(actor, event, TableFacts(office))
        case about:
            leaves = event in DOCUMENTS_LEAVING
            return about in ADMINISTRATIVE and not leaves and may(actor, Permission.READ_ADMIN_LOG)


def test_history_holds_what_each_single_rule_allows_to_everybody(lived: World) -> None:
    for username in PEOPLE:
        actor = lived.actor(username)
        expected = [entry.number for entry in every_entry(lived) if may_read(lived, actor, entry)]
        assert numbers(lived, actor) == expected, username
        acts = {entry.act for entry in every_entry(lived) if entry.number in expected}
        assert acts <= set(history.events_seen(actor)), username


def test_history_and_the_page_of_each_table_agree_for_everybody(lived: World) -> None:
    tables = lived.session.scalars(text("SELECT id FROM target_tables ORDER BY id")).all()
    for username in PEOPLE:
        actor, found = lived.actor(username), []
        for table, facts in queries.tables.tables_with_facts(lived.session, actor, tables):
            page = [entry.number for entry in queries.tables.history(lived.session, actor, table.id, facts)]
            assert numbers(lived, actor, HistoryFilters(table.id, MAIN)) == page, username
            found += page
        if not may(actor, Permission.READ_AUDIT_LOG):  # who also reads what became of discarded drafts
            assert numbers(lived, actor, HistoryFilters(acts=MAIN)) == sorted(found, reverse=True), username


def test_bureau_never_sees_acts_inside_an_office_nor_the_office_those_inside_the_bureau(lived: World) -> None:
    inside = {
        "reviewer": {"edit", "discard", "answer_opinion", "draft_opinion"},
        "head": {"claim", "add_note", "draft_opinion"},
    }
    for username, hidden in inside.items():
        found = history.entries(lived.session, lived.actor(username), HistoryFilters(), 1_000)
        assert {entry.act for entry in found} & hidden == set()
        assert {entry.act for entry in every_entry(lived)} >= hidden


def test_history_of_a_person_includes_what_a_stand_in_did(lived: World) -> None:
    auditor, head = lived.actor("auditor"), lived.actor("head")
    (begun,) = (e.number for e in every_entry(lived) if e.act == "create" and e.actor.startswith("周经办"))
    for username in ("head", "drafter2"):
        assert begun in numbers(lived, auditor, HistoryFilters(people=history.people_named(lived.session, username)))
    assert numbers(lived, auditor, HistoryFilters(people=frozenset({head.id}))) == [
        entry.number for entry in every_entry(lived) if head.id in (entry.actor_id, entry.principal_id)
    ]


def test_history_of_an_office_includes_those_below(lived: World) -> None:
    auditor = lived.actor("auditor")
    found = history.office_with_those_below(lived.session, OFFICE)
    assert found == {OFFICE, "61000201"}
    assert numbers(lived, auditor, HistoryFilters(offices=found)) == [
        entry.number for entry in every_entry(lived) if entry.office_code in found
    ]
    assert numbers(lived, lived.actor("outsider"), HistoryFilters(offices=found)) == []


@pytest.mark.parametrize("windows", [(1, 2, 5), (3, 10_000)])
def test_history_finds_a_full_page_behind_any_window(
    lived: World, monkeypatch: pytest.MonkeyPatch, windows: tuple[int, ...]
) -> None:
    monkeypatch.setattr(history, "_WINDOWS", windows)
    head = lived.actor("head")
    expected = [entry.number for entry in every_entry(lived) if may_read(lived, head, entry)]
    latest = history.entries(lived.session, head, HistoryFilters(), 4)
    assert [entry.number for entry in latest] == expected[:4]
    older = history.entries(lived.session, head, HistoryFilters(before=latest[-1].number), 1_000)
    assert [entry.number for entry in older] == expected[4:]


def test_history_of_a_period_ends_before_its_end(lived: World) -> None:
    auditor, every = lived.actor("auditor"), every_entry(lived)
    middle = every[len(every) // 2].at
    before, after = HistoryFilters(until=middle), HistoryFilters(since=middle)
    assert numbers(lived, auditor, before) == [entry.number for entry in every if entry.at < middle]
    assert numbers(lived, auditor, after) == [entry.number for entry in every if entry.at >= middle]
    assert numbers(lived, auditor, HistoryFilters(since=now() + timedelta(days=1))) == []


def test_one_entry_is_found_only_by_who_may_read_it(lived: World) -> None:
    (claimed,) = (entry.number for entry in every_entry(lived) if entry.act == "claim")
    seen = {username for username in PEOPLE if history.entry(lived.session, lived.actor(username), claimed) is not None}
    assert seen == {"reviewer", "approver", "approver2", "auditor", "everything"}
