"""Discarded drafts: kept whole, counted nowhere, restored by their office."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal import queries
from portal.domain import actions
from portal.domain.documents import DepartmentDocument, Kind
from portal.domain.errors import Invalid, NotVisible
from portal.models import AuditEntry, DiscardedDraft, TargetTable
from portal.queries.lists import Filters
from portal.services.administration import budget_years
from portal.services.drafting import attachments, drafts, explanations, recycle_bin
from portal.services.record import verification
from portal.storage import AttachmentStore
from tests.domain.files import PDF
from tests.services.next_year import NEXT, open_next, start
from tests.world import OFFICE, YEAR, World, sound_project


def discard(world: World, table_id: int, by: str = "drafter") -> None:
    drafts.discard(world.session, world.actor(by), table_id)
    world.session.rollback()


def restore(world: World, table_id: int, by: str = "drafter") -> recycle_bin.RestoredDraft:
    restored = recycle_bin.restore(world.session, world.actor(by), table_id)
    world.session.rollback()
    return restored


def listed(world: World, by: str = "drafter") -> list[int]:
    found = queries.drafting.recycle_bin.discarded(world.session, world.actor(by))
    world.session.rollback()
    return [draft.table_id for draft in found]


def test_discarded_draft_comes_back_as_it_was_and_goes_on(world: World) -> None:
    table_id = world.draft()
    before = world.table(table_id)
    kept = (before.content, before.digest, before.version, before.saved_at, before.position, before.project_code)

    discard(world, table_id, by="head")
    (draft,) = queries.drafting.recycle_bin.discarded(world.session, world.actor("drafter"))
    assert (draft.title, draft.discarded_by_name, draft.year) == ("办事处工作经费绩效目标表", "李主任", YEAR)
    restored = restore(world, table_id)

    after = world.table(table_id)
    assert (restored.same_code, restored.renumbered) == ("", False)
    assert (after.content, after.digest, after.version, after.saved_at, after.position, after.project_code) == kept
    assert listed(world) == []
    world.edit(table_id, "goals", "1、接着改的目标3人。")
    world.act(table_id, actions.SUBMIT, "head")
    assert verification.verify(world.session).problems == []


def test_discarding_and_restoring_are_one_entry_each_with_the_digest(world: World) -> None:
    table_id = world.draft()
    digest = world.table(table_id).digest
    discard(world, table_id)
    restore(world, table_id, by="head")
    entries = world.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(2)).all()
    assert [(each.act, each.object_id) for each in entries] == [
        ("restore_draft", str(table_id)),
        ("discard", str(table_id)),
    ]
    assert all(digest in each.detail for each in entries)


def test_explanations_attachments_and_origin_come_back(world: World, store: AttachmentStore) -> None:
    open_next(world)
    (table_id,) = start(world, world.draft())
    actor = world.actor("drafter")
    attachments.attach(world.session, actor, store, table_id, "依据.pdf", PDF)
    warning = next(
        each
        for each in drafts.checks.check(world.session, actor, table_id).findings
        if each.severity.value == "warning"
    )
    explanations.explain(world.session, actor, table_id, rule=warning.rule, path=warning.path, text="按文件保留。")
    before = queries.enclosures.of_working_copy(world.session, world.table(table_id))

    discard(world, table_id)
    assert attachments.sweep(world.session, store) == 0
    digests = {each.digest for each in before.attachments}
    assert digests <= queries.enclosures.referenced_digests(world.session)
    restore(world, table_id)

    assert queries.enclosures.of_working_copy(world.session, world.table(table_id)) == before
    origin = queries.drafting.origins.of_table(world.session, table_id)
    assert origin and origin.source_year == YEAR
    counts = queries.lists.counts(world.session, world.actor("drafter"), NEXT)
    assert counts["mine"] == 1


def test_discarded_draft_counts_nowhere(world: World) -> None:
    table_id, other = world.draft(), world.draft(sound_project(2, "610-1301-JBN-0002", "第二项目"))
    discard(world, table_id)
    for username in ("drafter", "head", "above_head", "auditor", "approver"):
        actor = world.actor(username)
        rows = queries.lists.listing(world.session, actor, Filters(YEAR)).rows
        assert table_id not in {row.id for row in rows}
        with pytest.raises(NotVisible):
            queries.tables.table_with_facts(world.session, actor, table_id)
    texts = queries.tables.visible_texts_of_office(world.session, None, OFFICE, YEAR)
    assert [each.document.project_name for each in texts if each.document.kind is Kind.PROJECT] == ["第二项目"]
    assert [
        source.id for source in queries.drafting.origins.sources(world.session, world.actor("head"), YEAR, YEAR)
    ] == [other]


def test_code_and_ordinal_are_free_meanwhile_and_the_conflict_is_told(world: World) -> None:
    table_id = world.draft()
    discard(world, table_id)
    other = world.draft(sound_project(1, name="后来的项目"))
    world.act(other, actions.SUBMIT, "head")
    position = world.table(other).position

    restored = restore(world, table_id)

    assert (restored.same_code, restored.renumbered) == ("后来的项目绩效目标表", True)
    table = world.table(table_id)
    assert table.position == position + 1
    assert table.document.ordinal == position + 1
    assert table.errors == 1  # the same project code
    assert verification.verify(world.session).problems == []


def test_second_department_table_is_not_restored(world: World) -> None:
    table_id = world.draft(DepartmentDocument(overall="总体目标。"))
    discard(world, table_id)
    world.draft(DepartmentDocument(overall="新的总体目标。"))
    with pytest.raises(Invalid, match="已有部门整体绩效目标"):
        restore(world, table_id)
    world.session.rollback()
    assert listed(world) == [table_id]


def test_draft_of_a_closed_year_stays_in_the_recycle_bin(world: World) -> None:
    table_id = world.draft()
    discard(world, table_id)
    budget_years.close_year(world.session, None, YEAR)
    with pytest.raises(Invalid, match="已关闭"):
        restore(world, table_id)


@pytest.mark.parametrize("username", ["drafter2", "head", "everything"])
def test_colleagues_of_the_office_see_and_restore_the_draft(world: World, username: str) -> None:
    table_id = world.draft()
    discard(world, table_id)
    assert listed(world, username) == [table_id]
    restore(world, table_id, by=username)


@pytest.mark.parametrize(
    "username", ["above_head", "below_head", "outsider", "reviewer", "approver", "admin", "auditor"]
)
def test_nobody_else_sees_or_restores_it(world: World, username: str) -> None:
    table_id = world.draft()
    discard(world, table_id)
    assert listed(world, username) == []
    with pytest.raises(NotVisible):
        restore(world, table_id, by=username)


def test_draft_is_restored_once(world: World) -> None:
    table_id = world.draft()
    discard(world, table_id)
    restore(world, table_id)
    with pytest.raises(NotVisible, match="可能已经恢复"):
        restore(world, table_id)
    assert world.session.scalar(select(DiscardedDraft.table_id)) is None
    assert world.session.scalar(select(TargetTable.id)) == table_id


def test_draft_without_a_code_and_department_table_come_back_without_a_word(world: World) -> None:
    table_ids = [world.draft(DepartmentDocument("总体目标")), *(world.draft(sound_project(n, "")) for n in (1, 2))]
    for table_id in table_ids[:2]:
        discard(world, table_id)
        restored = restore(world, table_id)
        assert (restored.same_code, restored.renumbered) == ("", False)
