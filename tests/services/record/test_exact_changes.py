"""What an entry of the history changed: differences, opinions, edits; never what its reader may not see."""

from __future__ import annotations

import pytest

from portal.domain import actions
from portal.domain.changes import Set
from portal.models import AuditEntry
from portal.queries import history
from portal.queries.history import HistoryFilters
from portal.services.record.exact_changes import ExactChange, exact_change
from portal.services.review import bureau_notes, opinion_acts
from tests.databases import LivedWorlds
from tests.world import DUE, World

GOALS = "1、每月10日前发放3人工资。"


def resubmits(world: World) -> None:
    """Returned with an opinion and a note in the bureau, changed, answered, submitted again, withdrawn, changed."""
    table_id = world.submitted()
    opinion = world.opinion(table_id, "reviewer", "goals")
    bureau_notes.add(world.session, world.actor("reviewer"), table_id, "与财务科核对。")
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    world.edit(table_id, "goals", GOALS)
    opinion_acts.answer(world.session, world.actor("head"), table_id, opinion, kind="changed", text="已改")
    world.act(table_id, actions.SUBMIT, "head")
    world.act(table_id, actions.WITHDRAW, "head")
    world.edit(table_id, "purpose", "还没有送审的话。")


@pytest.fixture
def lived(lived_worlds: LivedWorlds) -> World:
    return lived_worlds.after(resubmits)


def latest(world: World, username: str, act: str) -> AuditEntry:
    (found,) = history.entries(world.session, world.actor(username), HistoryFilters(acts=frozenset({act})), 1)
    return found


def change(world: World, username: str, act: str) -> ExactChange:
    return exact_change(world.session, world.actor(username), latest(world, username, act))


@pytest.mark.parametrize("username", ["head", "reviewer", "approver", "auditor"])
def test_submission_tells_what_is_different_from_the_one_before(lived: World, username: str) -> None:
    found = change(lived, username, "submit")
    assert found.revision == 2
    assert [difference.path for difference in found.differences] == ["goals"]


@pytest.mark.parametrize("username", ["head", "reviewer", "auditor"])
def test_return_tells_the_opinions_that_the_office_heard_of(lived: World, username: str) -> None:
    (raised,) = change(lived, username, "return").opinions
    assert (raised.opinion.path, raised.text, raised.again) == ("goals", "目标不够细化量化。", False)


def test_answer_tells_its_opinion(lived: World) -> None:
    assert [raised.opinion.path for raised in change(lived, "head", "answer_opinion").opinions] == ["goals"]


def test_save_tells_its_operations_to_the_auditor_only_once_submitted(lived: World) -> None:
    assert [each.operation for each in change(lived, "drafter", "edit").operations] == [
        Set("purpose", "支付预算外人员3人全年工资。", "还没有送审的话。")
    ]
    hidden = change(lived, "auditor", "edit")
    assert (hidden.hidden, hidden.operations) == (True, ())

    edits = history.entries(lived.session, lived.actor("auditor"), HistoryFilters(acts=frozenset({"edit"})), 9)
    submitted = exact_change(lived.session, lived.actor("auditor"), edits[1])
    assert [each.operation.new for each in submitted.operations if isinstance(each.operation, Set)] == [GOALS]


def test_note_is_told_inside_the_bureau(lived: World) -> None:
    assert change(lived, "approver", "add_note").note == "与财务科核对。"


def test_act_on_no_table_says_all_itself(lived: World) -> None:
    assert change(lived, "auditor", "add_user") == ExactChange()


def test_entry_of_an_earlier_version_that_says_less_opens_too(lived: World) -> None:
    returned = latest(lived, "head", "return")
    lived.session.expunge(returned)
    returned.detail = '{"opinions": 1}'
    assert exact_change(lived.session, lived.actor("head"), returned) == ExactChange()
