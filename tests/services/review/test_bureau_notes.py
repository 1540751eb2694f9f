"""底稿: who writes and reads notes; they are never changed, and no entry holds their words."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from portal import queries
from portal.domain.errors import Forbidden, Invalid, NotVisible, Refused
from portal.models import AuditEntry
from portal.services.record import verification
from portal.services.review import bureau_notes
from tests.world import PEOPLE, World

WORDS = "电话问过单位，合同下月签。"


def test_bureau_writes_notes_and_bureau_and_auditor_read_them(world: World) -> None:
    table_id, written, read = world.submitted(), set(), set()
    for username in PEOPLE:
        actor = world.actor(username)
        try:
            bureau_notes.add(world.session, actor, table_id, WORDS)
            written.add(username)
        except (Forbidden, NotVisible):
            pass
    table = world.table(table_id)
    for username in PEOPLE:
        actor = world.actor(username)
        if queries.review.bureau_notes(world.session, actor, table, world.facts(table_id, actor)):
            read.add(username)
    assert written == {"reviewer", "approver", "approver2", "everything"}
    assert read == written | {"auditor"}
    assert verification.verify(world.session).problems == []


def test_note_without_words_or_on_a_draft_is_refused(world: World) -> None:
    with pytest.raises(Invalid, match="请写明底稿的内容"):
        bureau_notes.add(world.session, world.actor("reviewer"), world.submitted(), " ")
    with pytest.raises(Refused):
        bureau_notes.add(world.session, world.actor("reviewer"), 99, WORDS)


def test_entry_of_a_note_holds_no_words(world: World) -> None:
    bureau_notes.add(world.session, world.actor("reviewer"), world.submitted(), WORDS)
    entry = world.session.get_one(AuditEntry, queries.record.head(world.session)[0])
    assert entry.act == "add_note"
    assert "合同" not in entry.detail


@pytest.mark.parametrize("statement", ["UPDATE bureau_notes SET text = '别的'", "DELETE FROM bureau_notes"])
def test_database_refuses_to_change_a_note(world: World, statement: str) -> None:
    bureau_notes.add(world.session, world.actor("reviewer"), world.submitted(), WORDS)
    with pytest.raises(DatabaseError, match="append-only"):
        world.session.execute(text(statement))
