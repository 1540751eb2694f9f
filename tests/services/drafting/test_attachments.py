"""Attachments: who may add, remove and take them, when; what a revision keeps; and what happens on the disk."""

from __future__ import annotations

import hashlib
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import queries
from portal.domain import actions
from portal.domain.attachments import MAX_FILES
from portal.domain.enclosures import EnclosedAttachment
from portal.domain.errors import Invalid, Lost, NotVisible, Refused, Stale
from portal.domain.permissions import Permission, may
from portal.extensions import db
from portal.models import Attachment, AuditEntry
from portal.services.drafting import attachments, drafts
from portal.services.record import verification
from portal.storage import AttachmentStore, Condition
from tests.domain.files import PDF, png
from tests.services.moments import MOMENTS, Maker, outcome
from tests.world import DUE, PEOPLE, World, told

PDF_DIGEST = hashlib.sha256(PDF).hexdigest()


class Desk:
    """Short ways to do it as somebody."""

    def __init__(self, world: World, store: AttachmentStore) -> None:
        self.world, self.store = world, store

    def attach(self, table_id: int, name: str = "合同.pdf", data: bytes = PDF, by: str = "drafter") -> str:
        attachments.attach(self.world.session, self.world.actor(by), self.store, table_id, name, data)
        return hashlib.sha256(data).hexdigest()

    def detach(self, table_id: int, digest: str = PDF_DIGEST, by: str = "drafter") -> str:
        return attachments.detach(self.world.session, self.world.actor(by), table_id, digest)

    def take(self, table_id: int, digest: str = PDF_DIGEST, by: str = "drafter") -> bytes:
        taken = attachments.take(self.world.session, self.world.actor(by), self.store, table_id, digest)
        with taken.file as file:
            return file.read()

    def names(self, table_id: int) -> list[str]:
        self.world.session.rollback()
        return [each.name for each in queries.enclosures.attachments(self.world.session, table_id)]

    def last_entry(self) -> tuple[str, str, dict[str, object]]:
        self.world.session.rollback()
        entry = self.world.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()
        return entry.act, entry.actor, told(entry)


@pytest.fixture
def desk(world: World, store: AttachmentStore) -> Desk:
    return Desk(world, store)


# --- adding, removing ----------------------------------------------------------------------------


def test_attach_keeps_file_row_and_entry(world: World, desk: Desk, store: AttachmentStore) -> None:
    table_id = world.draft()
    version = world.table(table_id).version
    name = attachments.attach(world.session, world.actor("drafter"), store, table_id, "C:\\=合同.PDF", PDF)
    assert name == "合同.PDF"
    (attached,) = queries.enclosures.attachments(world.session, table_id)
    expected = EnclosedAttachment("合同.PDF", PDF_DIGEST, len(PDF), "application/pdf", "王经办", attached.at)
    assert attached == expected and attached.added_at is not None
    assert store.path_of(PDF_DIGEST).read_bytes() == PDF
    detail = {"size": len(PDF), "attachment": PDF_DIGEST}
    assert desk.last_entry() == ("attach", "王经办（drafter）", detail)
    assert world.table(table_id).version == version
    assert desk.detach(table_id, by="head") == "合同.PDF"
    assert desk.last_entry() == ("detach", "李主任（head）", detail)
    assert desk.names(table_id) == []
    assert store.has(PDF_DIGEST)


def test_detach_of_what_is_not_there(world: World, desk: Desk) -> None:
    table_id, other = world.draft(), world.draft()
    desk.attach(other)
    with pytest.raises(NotVisible, match="没有这个附件"):
        desk.detach(table_id)
    assert desk.names(other) == ["合同.pdf"]


def test_same_file_twice_in_one_table_is_refused_and_in_two_tables_kept_once(world: World, desk: Desk) -> None:
    table_id, other = world.draft(), world.draft()
    desk.attach(table_id)
    with pytest.raises(Invalid, match="“b.pdf”已经在附件里（“合同.pdf”）"):
        desk.attach(table_id, "b.pdf", by="head")
    desk.attach(other, "b.pdf")
    assert (desk.names(table_id), desk.names(other)) == (["合同.pdf"], ["b.pdf"])
    assert [path.name for path in desk.store.folder.rglob("*") if path.is_file()] == [PDF_DIGEST[2:]]


def test_no_more_files_than_a_table_may_have(world: World, desk: Desk) -> None:
    table_id = world.draft()
    for n in range(MAX_FILES):
        desk.attach(table_id, f"{n}.txt", f"第{n}份".encode())
    with pytest.raises(Invalid, match="最多 20 个附件"):
        desk.attach(table_id, "x.txt", b"x")
    assert len(desk.names(table_id)) == MAX_FILES


def test_refused_content_leaves_nothing(world: World, desk: Desk) -> None:
    table_id = world.draft()
    entries = queries.record.head(world.session)
    with pytest.raises(Invalid):
        desk.attach(table_id, "a.pdf", b"<html>")
    assert not desk.store.folder.exists()
    assert queries.record.head(world.session) == entries


def test_discarded_draft_takes_its_rows_along(world: World, desk: Desk) -> None:
    table_id = world.draft()
    desk.attach(table_id)
    drafts.discard(world.session, world.actor("drafter"), table_id)
    assert world.session.scalars(select(Attachment)).all() == []


# --- rights --------------------------------------------------------------------------------------

WITH_OFFICE = ("never submitted", "withdrawn", "returned", "reopened")
OFFICE_WORKERS = ("drafter", "drafter2", "head", "everything")
OFFICE_ABOVE = ("above_drafter", "above_head")
BUREAU = ("reviewer", "approver", "approver2")


def test_everybody_at_every_moment_adds_and_removes_as_they_may_edit(world: World, desk: Desk) -> None:
    maker = Maker(world)
    found = {}
    for moment in MOMENTS:
        table_id = maker.make(moment)
        for n, username in enumerate(PEOPLE):
            data = f"{moment} {n}".encode()
            adding = outcome(lambda: desk.attach(table_id, f"{n}.txt", data, by=username))  # noqa: B023
            assert desk.store.has(hashlib.sha256(data).hexdigest()) is (adding == "done")
            digest = hashlib.sha256(data).hexdigest()
            assert outcome(lambda: desk.detach(table_id, digest, by=username)) == adding  # noqa: B023
            found[moment, username] = adding
    for (moment, username), adding in found.items():
        submitted = MOMENTS[moment][1]
        if username in OFFICE_WORKERS:
            expected = "done" if moment in WITH_OFFICE else "Stale"
        elif username in (*OFFICE_ABOVE, "auditor") or (username in BUREAU and submitted):
            expected = "Forbidden"
        else:
            expected = "NotVisible"
        assert (moment, username, adding) == (moment, username, expected)
    assert verification.verify(world.session, store=desk.store).problems == []


def test_everybody_takes_what_they_may_see_of_working_copy_and_revisions(world: World, desk: Desk) -> None:
    table_id = world.draft()
    old = desk.attach(table_id, "旧.txt", b"old")
    world.act(table_id, actions.SUBMIT, "head")
    world.opinion(table_id, binding=False)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    desk.detach(table_id, old)
    new = desk.attach(table_id, "新.txt", b"new")
    never = world.draft()
    alone = desk.attach(never, "未送.txt", b"alone")
    office = {*OFFICE_WORKERS, *OFFICE_ABOVE}
    for username in PEOPLE:
        entries = queries.record.head(world.session)[0]
        taken = {
            digest: outcome(lambda: desk.take(place, digest, by=username))  # noqa: B023
            for place, digest in ((table_id, old), (table_id, new), (never, alone))
        }
        sees_new = "done" if username in office else "NotVisible"
        sees_old = "done" if username in {*office, *BUREAU, "auditor"} else "NotVisible"
        assert (username, taken) == (username, {old: sees_old, new: sees_new, alone: sees_new})
        assert queries.record.head(world.session)[0] == entries + list(taken.values()).count("done")
        # As the two tables say: whoever may export a table, of what they are shown.
        assert (sees_old == "done") is may(
            world.actor(username), Permission.EXPORT, world.facts(table_id, world.actor(username))
        )


def test_take_gives_the_bytes_and_enters_an_export(world: World, desk: Desk) -> None:
    table_id = world.draft()
    desk.attach(table_id)
    assert desk.take(table_id, by="above_head") == PDF
    assert desk.last_entry() == ("export", "上级主任（above_head）", {"attachment": PDF_DIGEST})
    other = world.draft()
    for digest in (hashlib.sha256(b"").hexdigest(), "", "../../portal.db", PDF_DIGEST.upper()):
        with pytest.raises(NotVisible):
            desk.take(table_id, digest)
    with pytest.raises(NotVisible):
        desk.take(other)


@pytest.mark.parametrize(("damage", "sentence"), [("missing", "不见了"), ("altered", "已损坏"), ("longer", "已损坏")])
def test_a_file_that_is_not_what_it_was_is_never_given(world: World, desk: Desk, damage: str, sentence: str) -> None:
    table_id = world.draft()
    desk.attach(table_id)
    path, entries = desk.store.path_of(PDF_DIGEST), queries.record.head(world.session)
    match damage:
        case "missing":
            path.unlink()
        case "altered":
            path.write_bytes(PDF.replace(b"1", b"2"))
        case "longer":
            path.write_bytes(PDF + b"\n")
    with pytest.raises(Lost, match=sentence):
        desk.take(table_id)
    assert queries.record.head(world.session) == entries
    desk.detach(table_id)
    desk.attach(table_id)  # adding it again makes it good
    assert desk.take(table_id) == PDF


# --- revisions -----------------------------------------------------------------------------------


def test_revision_keeps_what_is_removed_later_and_the_next_one_differs(world: World, desk: Desk) -> None:
    table_id = world.draft()
    desk.attach(table_id)
    world.act(table_id, actions.SUBMIT, "head")
    first = queries.enclosures.of_revision(world.session, table_id, 1)
    with pytest.raises(Stale):
        desk.detach(table_id)
    world.act(table_id, actions.WITHDRAW, "head")
    desk.detach(table_id)
    desk.attach(table_id, "照片.png", png())
    world.act(table_id, actions.SUBMIT, "head")
    second = queries.enclosures.of_revision(world.session, table_id, 2)
    assert [each.name for each in first.attachments] == ["合同.pdf"]
    assert [each.name for each in second.attachments] == ["照片.png"]
    assert queries.enclosures.of_revision(world.session, table_id, 1) == first
    assert desk.take(table_id, by="reviewer") == PDF
    assert verification.verify(world.session, store=desk.store).problems == []


def test_submission_of_a_page_that_shows_other_attachments_is_refused(world: World, desk: Desk) -> None:
    table_id = world.draft()
    desk.attach(table_id)
    with pytest.raises(Stale, match="请核对最新内容"):
        world.act(table_id, actions.SUBMIT, "head", enclosed="")
    world.act(table_id, actions.SUBMIT, "head")
    assert world.table(table_id).state == "submitted"


# --- at the same time ----------------------------------------------------------------------------


def test_one_file_added_by_two_at_once_stands_once(app: Flask, world: World, desk: Desk) -> None:
    table_id = world.draft()
    actors = [world.actor(name) for name in ("drafter", "drafter2", "head", "everything")]
    world.session.rollback()
    engine, start, found = db.engine, Barrier(len(actors)), []

    def add(actor: object) -> None:
        with Session(engine, expire_on_commit=False) as session:
            start.wait()
            try:
                attachments.attach(session, actor, desk.store, table_id, "合同.pdf", PDF)  # type: ignore[arg-type]
                found.append("done")
            except Refused as refusal:
                found.append(type(refusal).__name__)

    threads = [Thread(target=add, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["Invalid", "Invalid", "Invalid", "done"]
    assert desk.names(table_id) == ["合同.pdf"]
    assert desk.store.condition(PDF_DIGEST) is Condition.SOUND


def test_file_that_is_swept_while_it_is_added_is_put_again(
    world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    table_id = world.draft()
    check = attachments.attachments.check_room

    def swept_now(*arguments: object) -> None:
        check(*arguments)  # type: ignore[arg-type]
        desk.store.path_of(PDF_DIGEST).unlink()

    monkeypatch.setattr(attachments.attachments, "check_room", swept_now)
    desk.attach(table_id)
    assert desk.take(table_id) == PDF
