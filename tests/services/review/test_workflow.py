"""Transitions that come too late or onto a text that is not the one submitted are refused and leave nothing behind."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from portal.domain import actions, documents, serialization
from portal.domain.actions import TransitionRequest
from portal.domain.errors import Stale
from portal.domain.permissions import Actor
from portal.models import AuditEntry, Revision, TargetTable
from portal.services.review.effects import EFFECTS, Outcome
from portal.services.transaction import write
from tests.world import World, sound_project


def last_entry(world: World) -> tuple[str, Mapping[str, object]]:
    world.session.rollback()
    entry = world.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()
    return entry.act, json.loads(entry.detail)


@pytest.mark.parametrize(
    "values", [{"digest": "0" * 64}, {"state": "returned", "submission_count": 1}], ids=["text", "state"]
)
def test_transition_that_lost_the_compare_and_set_is_stale_and_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, values: dict[str, object]
) -> None:
    """Another transaction changed the row after it was read, which a row lock usually prevents."""
    table_id = world.draft()
    submit = EFFECTS["submit"]

    def submit_too_late(session: Session, actor: Actor, table: TargetTable, request: TransitionRequest) -> Outcome:
        outcome = submit(session, actor, table, request)
        changed = update(TargetTable).where(TargetTable.id == table.id).values(values)
        session.execute(changed.execution_options(synchronize_session=False))
        return outcome

    monkeypatch.setitem(EFFECTS, "submit", submit_too_late)
    with pytest.raises(Stale, match="请按最新情况重新操作"):
        world.act(table_id, actions.SUBMIT, "head")

    table = world.table(table_id)
    assert (table.state, table.submission_count) == ("drafted", 0)
    assert world.session.scalars(select(Revision)).all() == []
    act, detail = last_entry(world)
    assert (act, detail["attempted"]) == ("refusal", "submit")


def test_approval_of_a_text_that_is_not_the_submitted_one_is_refused(world: World) -> None:
    table_id = world.submitted()
    changed = serialization.canonical(
        documents.with_value(sound_project(), "purpose", "支付预算外人员3人全年工资和保险。")
    )
    with write(world.session):
        values = {"content": changed, "digest": serialization.digest(changed)}
        world.session.execute(update(TargetTable).values(values))

    with pytest.raises(Stale, match="送审的版本与表的内容不一致"):
        world.act(table_id, actions.APPROVE, "approver")

    assert world.table(table_id).state == "submitted"
    assert world.session.execute(text("SELECT count(*) FROM known_indicators")).scalar_one() == 0
    act, detail = last_entry(world)
    assert (act, detail["attempted"]) == ("refusal", "approve")
