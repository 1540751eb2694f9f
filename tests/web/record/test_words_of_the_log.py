"""The log shows words of a text to those who may see that text, whatever the entries hold."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from portal import queries
from portal.domain import actions, audit_events, documents
from portal.domain.audit_events import About
from portal.models import AuditEntry, Opinion
from portal.services.drafting import attachments, drafts, explanations
from portal.services.record import audit
from portal.services.review import opinion_acts
from portal.services.transaction import write
from portal.storage import AttachmentStore
from tests.web.signing import signed_in_client
from tests.world import World, sound_project

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
TITLE, REASON, FILE, REPLY = "秘而不宣的项目", "秘而不宣的说明", "秘而不宣的文件.pdf", "秘而不宣的答复"
SECRETS = (TITLE, REASON, FILE, REPLY)


@pytest.fixture
def store(app: Flask) -> AttachmentStore:
    found: AttachmentStore = app.extensions["attachments"]
    return found


def drafted(world: World, store: AttachmentStore) -> int:
    """A draft with a name, an explanation and an attachment."""
    table_id = world.draft(documents.with_value(sound_project(), "project_name", TITLE))
    drafter = world.actor("drafter")
    explanations.explain(world.session, drafter, table_id, rule="W2", path="indicators", text=REASON)
    attachments.attach(world.session, drafter, store, table_id, FILE, PDF)
    return table_id


def entries_of(world: World) -> str:
    world.session.rollback()
    rows = world.session.execute(select(AuditEntry.object_name, AuditEntry.detail)).all()
    return "".join(f"{name}{detail}" for name, detail in rows)


def test_entries_on_a_working_copy_hold_no_words_of_it(world: World, store: AttachmentStore) -> None:
    table_id = drafted(world, store)
    drafter = world.actor("drafter")
    (attached,) = queries.enclosures.attachments(world.session, table_id)
    attachments.take(world.session, drafter, store, table_id, attached.digest).file.close()
    attachments.detach(world.session, drafter, table_id, attached.digest)
    drafts.discard(world.session, drafter, table_id)
    found = entries_of(world)
    assert [secret for secret in SECRETS if secret in found] == []


def test_new_name_of_a_returned_table_is_in_no_entry_until_it_is_submitted(world: World) -> None:
    table_id = world.returned()
    world.edit(table_id, "project_name", TITLE)
    opinion_id = world.session.scalars(select(Opinion.id)).one()
    opinion_acts.answer(world.session, world.actor("head"), table_id, opinion_id, kind="kept", text=REPLY)
    assert TITLE not in entries_of(world) and REPLY not in entries_of(world)
    world.act(table_id, actions.SUBMIT, "head")
    assert TITLE in entries_of(world)


def test_auditor_reads_words_of_a_draft_once_they_are_submitted(
    app: Flask, world: World, store: AttachmentStore
) -> None:
    table_id = drafted(world, store)
    auditor = signed_in_client(app, "auditor")
    page = auditor.get("/audit").text
    assert [secret for secret in SECRETS if secret in page] == []
    assert f"编号 {table_id} 的表" in page
    assert 'id="entry-' not in auditor.get("/audit", query_string={"text": TITLE}).text
    world.act(table_id, actions.SUBMIT, "head")
    page = auditor.get("/audit", query_string={"text": TITLE}).text
    assert all(secret in page for secret in (TITLE, REASON, FILE))


def test_auditor_reads_an_answer_once_it_is_submitted(app: Flask, world: World) -> None:
    table_id = world.returned()
    opinion_id = world.session.scalars(select(Opinion.id)).one()
    opinion_acts.answer(world.session, world.actor("head"), table_id, opinion_id, kind="kept", text=REPLY)
    auditor = signed_in_client(app, "auditor")
    assert REPLY not in auditor.get("/audit").text
    world.act(table_id, actions.SUBMIT, "head")
    page = auditor.get("/audit").text
    assert REPLY in page and "保留原文" in page


def test_words_in_entries_of_earlier_versions_stay_hidden(app: Flask, world: World) -> None:
    """They cannot be changed, so the page leaves them out."""
    table_id = world.returned()
    opinion_id = world.session.scalars(select(Opinion.id)).one()
    thing = audit.AuditObject(About.TABLE, str(table_id), f"2020 年 610002 {TITLE}")
    old = {
        "explain": {"rule": "W2", "path": "goals", "place": "绩效目标", "text": REASON},
        "attach": {"name": FILE, "size": 3, "digest": "a" * 64},
        "export": {"attachment": FILE, "digest": "a" * 64},
        "answer_opinion": {"opinion": opinion_id, "text": "意见", "answer": "kept", "reply": REPLY},
    }
    for act, detail in old.items():
        with write(world.session):
            event = audit_events.AUDIT_EVENTS[act]
            audit.record(world.session, world.actor("drafter"), event, thing, **detail)
    page = signed_in_client(app, "auditor").get("/audit").text
    assert [secret for secret in SECRETS if secret in page] == []
    assert all(f">{audit_events.AUDIT_EVENTS[act].label}</td>" in page for act in old)


def test_damaged_detail_does_not_stop_the_page(app: Flask, world: World) -> None:
    world.submitted()
    with write(world.session):
        world.session.connection().exec_driver_sql("DROP TRIGGER audit_entries_refuse_update")
        world.session.connection().exec_driver_sql("UPDATE audit_entries SET detail = '{' WHERE act = 'submit'")
    assert signed_in_client(app, "auditor").get("/audit").status_code == 200
