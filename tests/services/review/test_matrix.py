"""Every person × every moment of a table × every act, through the services, as ACTIONS and PERMISSIONS say.

The two tables themselves are held against what was decided in `tests.domain`; here the services are held against
the two tables. What a person is to an office is worked out here anew from the people and offices of
`tests.world`.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from portal import queries
from portal.domain import actions, audit_events, documents
from portal.domain.actions import ACTIONS, Action, TransitionRequest
from portal.domain.documents import PostedForm
from portal.domain.errors import NotVisible, Stale
from portal.domain.permissions import Actor, Permission, Role, TableFacts, may
from portal.domain.states import State
from portal.extensions import Base
from portal.models import AuditEntry, BudgetYear, Change, Opinion, OpinionEvent, Revision, TargetTable
from portal.queries.lists import Filters
from portal.services.administration import budget_years
from portal.services.administration.budget_years import YearForm
from portal.services.drafting import drafts
from portal.services.record import verification
from portal.services.review import claims, opinion_acts, workflow
from portal.services.review.wordings import Wording
from tests.services.moments import MOMENTS, Maker, outcome, without_warnings
from tests.world import DUE, OFFICE, OFFICES, PEOPLE, YEAR, World

BACK_TO = {"submitted": State.DRAFTED, "submitted again": State.RETURNED}


def expected_actor(username: str, known_id: int) -> Actor:
    """The actor as people and offices of `tests.world` make it."""
    form = PEOPLE[username]
    parents = {code: parent for code, _, parent in OFFICES}

    def above(code: str) -> set[str]:
        parent = parents.get(code, "")
        return {parent, *above(parent)} if parent else set()

    return Actor(
        id=known_id,
        username=username,
        name=form.name,
        roles=frozenset(Role(role) for role in form.roles),
        office=form.office or None,
        offices_below=frozenset(code for code in parents if form.office in above(code)),
        offices_above=frozenset(above(form.office)),
        offices_assigned=frozenset(code for code in parents if {code, *above(code)} & set(form.assigned)),
    )


def facts(world: World, moment: str, by: tuple[str, str]) -> TableFacts:
    state, submitted_once = MOMENTS[moment]
    workers = set(by) if submitted_once else {by[0]}
    return TableFacts(OFFICE, state, submitted_once, frozenset(world.actor(name).id for name in workers))


def everything_but_the_record(world: World) -> dict[str, object]:
    """All rows that an act on a table could touch."""
    world.session.rollback()
    kept: dict[str, object] = {}
    for model in (TargetTable, Opinion):
        table = Base.metadata.tables[model.__tablename__]
        kept[table.name] = world.session.execute(select(table).order_by(table.c.id)).all()
    for growing in (Revision, Change, OpinionEvent):
        kept[growing.__tablename__] = world.session.scalar(select(func.count()).select_from(growing))
    world.session.rollback()
    return kept


def test_everybody_is_at_work_with_roles_and_relations_of_their_account(world: World) -> None:
    for username in PEOPLE:
        found = world.actor(username)
        assert found == expected_actor(username, found.id)


# --- acts that move a table ----------------------------------------------------------------------


def move_expected(actor: Actor, action: Action, table: TableFacts) -> str:
    if not may(actor, Permission.SEE, table):
        return "NotVisible"
    if not may(actor, action.permission, table):
        return "Forbidden"
    return "done" if table.state in action.sources else "Stale"


@pytest.mark.parametrize(
    ("by", "names"),
    [
        (("drafter", "head"), tuple(PEOPLE)),
        (("everything", "head"), ("everything", "approver")),
        (("drafter", "everything"), ("everything", "approver")),
    ],
    ids=["others' work", "own edits", "own submission"],
)
def test_every_move_by_everybody_at_every_moment(world: World, by: tuple[str, str], names: tuple[str, ...]) -> None:
    without_warnings(world)
    maker = Maker(world, by)
    people = {name: expected_actor(name, world.actor(name).id) for name in names}
    wrong = []
    done: list[tuple[str, str]] = []
    for moment in MOMENTS:
        standing = maker.make(moment)
        table_facts = facts(world, moment, by)
        before = everything_but_the_record(world)
        standing_digest = world.table(standing).digest
        entries = queries.record.head(world.session)[0]
        for username, actor in people.items():
            for action in ACTIONS.values():
                expected = move_expected(actor, action, table_facts)
                if expected == "done":
                    table_id = maker.make(moment)
                    if action is actions.RETURN:
                        world.opinion(table_id, by=username)
                    entries = queries.record.head(world.session)[0]
                else:
                    table_id = standing
                digest = standing_digest if table_id == standing else world.table(table_id).digest
                request = TransitionRequest(action, digest, DUE, "理由")
                found = outcome(lambda: workflow.perform(world.session, actor, table_id, request))  # noqa: B023
                if found != expected:
                    wrong.append((moment, username, action.name, expected, found))
                    continue
                assert queries.record.head(world.session)[0] == entries + 1
                entries += 1
                entry = world.session.get_one(AuditEntry, entries)
                assert (entry.actor_id, entry.object_id) == (actor.id, str(table_id))
                if found == "done":
                    target = action.target or BACK_TO[moment]
                    assert (entry.act, world.table(table_id).state) == (action.name, target.value)
                    done.append((username, action.name))
                    before = everything_but_the_record(world)  # a table has come, and moved
                else:
                    assert entry.act == audit_events.REFUSAL.name
                    assert f'"attempted":"{action.name}"' in entry.detail
        assert everything_but_the_record(world) == before
    assert wrong == []
    # So that the matrix cannot pass by refusing everything: who moved something, and how.
    approvers = {"approver", "approver2", "everything"} - set(by)
    expected_done = {
        *((name, action) for name in ("head", "everything") for action in ("submit", "withdraw")),
        *((name, "return") for name in ("reviewer", "approver", "approver2", "everything")),
        *((name, action) for name in approvers for action in ("approve", "reopen")),
    }
    assert set(done) == {(name, action) for name, action in expected_done if name in names}
    assert verification.verify(world.session).problems == []


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
def test_refused_move_changes_nothing_but_its_one_entry(world: World, action: Action) -> None:
    table_id = Maker(world).make("submitted")
    before = everything_but_the_record(world)
    entries = queries.record.head(world.session)[0]
    with pytest.raises(NotVisible):
        world.act(table_id, action, "outsider", due=DUE, reason="理由")
    assert everything_but_the_record(world) == before
    assert queries.record.head(world.session)[0] == entries + 1


# --- acts that move no table ---------------------------------------------------------------------


def _edit(world: World, actor: Actor, table_id: int, opinion_id: int) -> None:
    table = world.table(table_id)
    changed = PostedForm.of(documents.with_value(table.document, "purpose", "另一用途"))
    drafts.save(world.session, actor, table_id, table.version, changed)


def _discard(world: World, actor: Actor, table_id: int, opinion_id: int) -> None:
    drafts.discard(world.session, actor, table_id)


def _answer(world: World, actor: Actor, table_id: int, opinion_id: int) -> None:
    opinion_acts.answer(world.session, actor, table_id, opinion_id, kind="changed", text="")


def _claim(world: World, actor: Actor, table_id: int, opinion_id: int) -> None:
    claims.claim(world.session, actor, table_id)


def _raise(world: World, actor: Actor, table_id: int, opinion_id: int) -> None:
    opinion_acts.raise_opinion(world.session, actor, table_id, Wording(True, "目标不够细化。"), path="goals")


def _accept(world: World, actor: Actor, table_id: int, opinion_id: int) -> None:
    opinion_acts.accept(world.session, actor, table_id, opinion_id)


ACTS = {
    Permission.EDIT: _edit,
    Permission.DISCARD: _discard,
    Permission.ANSWER: _answer,
    Permission.CLAIM: _claim,
    Permission.RAISE: _raise,
    Permission.ACCEPT: _accept,
}
ABOUT_AN_OPINION = (Permission.ANSWER, Permission.ACCEPT)
ON_OPINIONS = (*ABOUT_AN_OPINION, Permission.RAISE)


def act_expected(actor: Actor, permission: Permission, table: TableFacts, has_opinion: bool) -> str:
    if not may(actor, Permission.SEE, table):
        return "NotVisible"
    if may(actor, permission, table):
        return "done" if has_opinion or permission not in ABOUT_AN_OPINION else "NotVisible"
    if permission is Permission.DISCARD:
        return "Forbidden"
    at_another_time = (TableFacts(table.office, state, table.submitted_once, table.worked_on_by) for state in State)
    return "Stale" if any(may(actor, permission, other) for other in at_another_time) else "Forbidden"


def test_every_other_act_by_everybody_at_every_moment(world: World) -> None:
    by = ("drafter", "head")
    without_warnings(world)
    maker = Maker(world, by)
    people = {name: expected_actor(name, world.actor(name).id) for name in PEOPLE}
    wrong = []
    done: set[tuple[str, str, str]] = set()
    for moment in MOMENTS:
        standing = maker.make(moment)
        table_facts = facts(world, moment, by)
        has_opinion = moment in ("returned", "submitted again")
        before = everything_but_the_record(world)
        for username, actor in people.items():
            for permission, act in ACTS.items():
                expected = act_expected(actor, permission, table_facts, has_opinion)
                table_id = maker.make(moment) if expected == "done" else standing
                opinion_id = world.session.scalar(select(Opinion.id).where(Opinion.table_id == table_id)) or 0
                entries = queries.record.head(world.session)[0]
                found = outcome(lambda: act(world, actor, table_id, opinion_id))  # noqa: B023
                if found != expected:
                    wrong.append((moment, username, permission.value, expected, found))
                    continue
                # One entry for what was done; of refusals those of moves and of acts on opinions are entered.
                is_entered = found == "done" or permission in ON_OPINIONS
                assert queries.record.head(world.session)[0] == entries + is_entered
                if found == "done":
                    done.add((moment, username, permission.value))
                    before = everything_but_the_record(world)
        assert everything_but_the_record(world) == before
    assert wrong == []
    office = ("drafter", "drafter2", "head", "everything")
    bureau = ("reviewer", "approver", "approver2", "everything")
    with_office = ("never submitted", "withdrawn", "returned", "reopened")
    assert done == {
        *((moment, name, "edit") for moment in with_office for name in office),
        *(("never submitted", name, "discard") for name in office),
        *(("returned", name, "answer") for name in office),
        *((moment, name, act) for moment in BACK_TO for name in bureau for act in ("claim", "raise")),
        *(("submitted again", name, "accept") for name in bureau),
    }
    assert verification.verify(world.session).problems == []


@pytest.mark.parametrize("username", sorted(PEOPLE))
def test_tables_are_made_for_the_own_office_alone(world: World, username: str) -> None:
    makers = {"drafter", "drafter2", "head", "everything", "above_drafter", "above_head"}
    makers |= {"below_drafter", "below_head", "outsider"}
    for code, _, _ in OFFICES:
        own = username in makers and PEOPLE[username].office == code
        found = outcome(
            lambda: drafts.create(world.session, world.actor(username), documents.Kind.PROJECT, code, YEAR)  # noqa: B023
        )
        assert (code, found) == (code, "done" if own else "Forbidden")


def test_opinion_that_was_raised_is_never_discarded(world: World) -> None:
    table_id = Maker(world).make("submitted again")
    opinion_id = world.session.scalars(select(Opinion.id)).one()
    with pytest.raises(Stale, match="已经提出，不能删除"):
        opinion_acts.discard_opinion(world.session, world.actor("reviewer"), table_id, opinion_id)
    draft = world.opinion(table_id)
    opinion_acts.discard_opinion(world.session, world.actor("reviewer"), table_id, draft)
    assert world.session.scalars(select(Opinion.id)).all() == [opinion_id]


# --- lists and single checks ---------------------------------------------------------------------


BOUND_BY_NO_STATE = (
    Permission.SEE,
    Permission.EXPORT,
    Permission.SEE_WORKING_COPY,
    Permission.SEE_BUREAU_NOTES,
)


def test_lists_and_single_checks_agree_for_everybody_and_every_table(world: World) -> None:
    _let_any_office_code_pass(world)
    without_warnings(world)
    table_ids = [Maker(world).make(moment) for moment in MOMENTS]
    others = {
        "620001": ("outsider", "outsider"),
        "61000201": ("below_drafter", "below_head"),
        "610": ("above_drafter", "above_head"),
    }
    for office, by in others.items():
        maker = Maker(world, by, office)
        table_ids += [maker.make(moment) for moment in ("never submitted", "submitted", "approved")]
    for username in PEOPLE:
        actor = world.actor(username)
        facts_of = {table_id: world.facts(table_id, actor) for table_id in table_ids}
        for permission in BOUND_BY_NO_STATE:
            listed = select(TargetTable.id).where(queries.tables.visible(actor, permission))
            allowed = {n for n in table_ids if may(actor, permission, facts_of[n])}
            assert (username, permission, set(world.session.scalars(listed))) == (username, permission, allowed)
        seen = {n for n in table_ids if may(actor, Permission.SEE, facts_of[n])}
        assert {row.id for row in queries.lists.listing(world.session, actor, Filters(YEAR)).rows} == seen
        counted = queries.lists.counts(world.session, actor, YEAR)
        assert sum(counted[state.value] for state in State) == len(seen)
        with_text = {n for n in seen if world.table(n).submission_count or _sees_working_copy(world, actor, n)}
        by_office = [queries.tables.visible_texts_of_office(world.session, actor, code, YEAR) for code, _, _ in OFFICES]
        assert sum(len(documents) for documents in by_office) == len(with_text)
        offices = {facts_of[n].office for n in seen}
        assert offices <= {code for code, _ in queries.lists.offices_listed(world.session, actor)}
        single = {n for n in table_ids if outcome(lambda: _look(world, actor, n)) == "done"}  # noqa: B023
        assert single == seen


def _let_any_office_code_pass(world: World) -> None:
    """E3 wants six digits; the offices above and below in `tests.world` have three and eight."""
    year = world.session.get_one(BudgetYear, YEAR)
    form = replace(YearForm.of(year), only_warn=["E3", *year.only_warn.split()])
    budget_years.change_year(world.session, None, YEAR, form)


def _sees_working_copy(world: World, actor: Actor, table_id: int) -> bool:
    return may(actor, Permission.SEE_WORKING_COPY, world.facts(table_id, actor))


def _look(world: World, actor: Actor, table_id: int) -> None:
    queries.tables.table_with_facts(world.session, actor, table_id)


def test_nobody_learns_from_a_list_what_a_working_copy_says_without_the_right(world: World) -> None:
    table_id = Maker(world).make("returned")
    submitted_name = world.table(table_id).project_name
    world.edit(table_id, "project_name", "改名后的经费")
    world.edit(table_id, "budget/total", "1.00")
    shown = {}
    for username in PEOPLE:
        rows = queries.lists.listing(world.session, world.actor(username), Filters(YEAR)).rows
        shown[username] = {(row.name, row.total_fen) for row in rows}
    working, sent = {("改名后的经费", 100)}, {(submitted_name, 2_300_000)}
    office = {"drafter", "drafter2", "head", "above_drafter", "above_head", "everything"}
    bureau = {"reviewer", "approver", "approver2", "auditor"}
    assert shown == {name: working if name in office else sent if name in bureau else set() for name in PEOPLE}
    for username in bureau:
        found = queries.lists.listing(world.session, world.actor(username), Filters(YEAR, text="改名后"))
        assert found.rows == []
