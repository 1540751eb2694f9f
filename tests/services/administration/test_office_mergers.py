"""并入: who works on what afterwards, what the record says, and what is refused."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal import queries
from portal.domain import actions, documents
from portal.domain.documents import Kind
from portal.domain.errors import Forbidden, Invalid
from portal.domain.permissions import Permission, Relation, TableFacts, may
from portal.domain.register import EntryRow
from portal.models import AuditEntry, Office, OfficeMerger, RegisterEntry, TargetTable, User
from portal.queries.lists import Filters
from portal.services.administration import budget_years, office_mergers, offices
from portal.services.administration.office_mergers import MergerForm
from portal.services.administration.offices import OfficeForm
from portal.services.drafting import carry_over, drafts
from portal.services.record import verification
from portal.services.register import imports
from tests.world import DEADLINE, DUE, OFFICE, YEAR, World, sound_project, told

OTHER = "620001"
REASON = "山编〔2027〕3号"


def merge(world: World, code: str = OFFICE, into: str = OTHER, people: str = "move", reason: str = REASON) -> None:
    office_mergers.merge_office(world.session, world.actor("admin"), code, MergerForm(into, reason, people))


def office(world: World, code: str) -> Office:
    world.session.rollback()
    return world.session.get_one(Office, code, populate_existing=True)


def test_merged_office_is_inactive_below_the_other_with_everything_below_it(world: World) -> None:
    merge(world)

    merged = office(world, OFFICE)
    assert (merged.active, merged.lineage) == (False, f"/{OTHER}/{OFFICE}/")
    assert office(world, "61000201").lineage == f"/{OTHER}/{OFFICE}/61000201/"
    merger = world.session.get_one(OfficeMerger, OFFICE)
    assert (merger.into_code, merger.reason, merger.merged_by_name) == (OTHER, REASON, "管理员")
    entry = world.session.scalars(select(AuditEntry).where(AuditEntry.act == "merge_office")).one()
    assert told(entry) == {"into": OTHER, "reason": REASON, "people_count": 4, "register_count": 0}
    assert verification.verify(world.session).problems == []


def test_people_of_the_other_office_work_on_the_tables_of_the_merged_one(world: World) -> None:
    draft, returned = world.draft(sound_project(2, "610-1301-JBN-0002", "草稿")), world.returned()
    merge(world, people="disable")
    outsider = world.actor("outsider")

    listed = queries.lists.listing(world.session, outsider, Filters(YEAR)).rows
    assert {row.id for row in listed} == {draft, returned}
    assert Relation.OWN in outsider.relations_to(OFFICE)
    world.edit(draft, "goals", "1、新的目标。", by="outsider")
    world.act(draft, actions.SUBMIT, "outsider")
    assert world.table(draft).office_code == OFFICE
    assert documents.value_at(world.table(draft).document, "office_code") == OFFICE


def test_lists_and_single_checks_agree_after_a_merger(world: World) -> None:
    table_ids = [world.draft(sound_project(2, "610-1301-JBN-0002", "草稿")), world.returned()]
    merge(world)
    for username in ("outsider", "head", "above_head", "reviewer", "other_reviewer", "approver"):
        actor = world.actor(username)
        for permission in (Permission.SEE, Permission.SEE_WORKING_COPY, Permission.EXPORT):
            listed = set(world.session.scalars(select(TargetTable.id).where(queries.tables.visible(actor, permission))))
            allowed = {n for n in table_ids if may(actor, permission, world.facts(n, actor))}
            assert (username, permission, listed) == (username, permission, allowed)


def test_reviewer_of_the_other_office_reviews_the_tables_of_the_merged_one(world: World) -> None:
    table_id = world.submitted()
    merge(world)
    world.opinion(table_id, by="other_reviewer")
    world.act(table_id, actions.RETURN, "other_reviewer", due=DUE)


def test_merged_office_takes_no_new_tables(world: World) -> None:
    merge(world)
    for username in ("outsider", "head"):
        with pytest.raises(Forbidden):
            drafts.create(world.session, world.actor(username), Kind.PROJECT, OFFICE, YEAR)
    assert drafts.create(world.session, world.actor("head"), Kind.PROJECT, OTHER, YEAR).office_code == OTHER


def test_tables_of_the_merged_office_are_carried_over_to_the_other_one(world: World) -> None:
    source = world.approved()
    form = budget_years.YearForm("hebei-2017", "NNN-NNNN-AAA-XXXX", DEADLINE)
    budget_years.open_year(world.session, None, YEAR + 1, form)
    merge(world)

    (carried,) = carry_over.carry_over_tables(world.session, world.actor("outsider"), [source], YEAR + 1)

    assert carried.office_code == OTHER
    assert documents.value_at(world.table(carried.id).document, "office_code") == OTHER


def test_people_move_or_are_disabled(world: World) -> None:
    merge(world)
    assert world.actor("head").office == OTHER
    merge(world, "61000201", OTHER, people="disable")
    below = world.session.scalars(select(User).where(User.office_code == "61000201")).all()
    assert {user.active for user in below} == {False}
    acts = world.session.scalars(select(AuditEntry.act).where(AuditEntry.object_kind == "account")).all()
    assert acts.count("disable_user") == 2
    assert verification.verify(world.session).problems == []


def test_entries_that_nobody_has_begun_go_along(world: World) -> None:
    world.draft()  # of 610-1301-JBN-OTTA
    rows = [
        EntryRow(OFFICE, "610-1301-JBN-OTTA", "已开始", 1),
        EntryRow(OFFICE, "610-1301-JBN-0002", "未开始", 1),
        EntryRow(OFFICE, "610-1301-JBN-0003", "重码", 1),
        EntryRow(OTHER, "610-1301-JBN-0003", "重码", 1),
    ]
    imports.import_rows(world.session, world.actor("approver"), YEAR, rows)
    preview = queries.administration.offices.merger_preview(world.session, office(world, OFFICE), OTHER)
    assert (preview.entries_moved, preview.entries_left) == (1, 1)

    merge(world)

    found = world.session.scalars(select(RegisterEntry))
    offices_of = {(entry.name, entry.office_code) for entry in found}
    assert offices_of == {("已开始", OFFICE), ("未开始", OTHER), ("重码", OFFICE), ("重码", OTHER)}
    assert verification.verify(world.session).problems == []


def test_offices_merged_before_go_to_the_last_one(world: World) -> None:
    merge(world, "61000201", OFFICE)
    merge(world, OFFICE, OTHER)
    assert world.actor("outsider").offices_merged == {OFFICE, "61000201"}
    assert verification.verify(world.session).problems == []


def test_enabling_takes_the_merger_back(world: World) -> None:
    merge(world, people="disable")
    form = OfficeForm(office(world, OFFICE).name, OTHER)
    offices.change_office(world.session, world.actor("admin"), OFFICE, form)
    assert world.session.get(OfficeMerger, OFFICE) is None
    assert not may(world.actor("outsider"), Permission.EDIT, TableFacts(OFFICE))
    assert verification.verify(world.session).problems == []


def test_merged_office_stays_below_the_one_that_does_its_work(world: World) -> None:
    merge(world)
    form = OfficeForm("改名", "610", active=False)
    with pytest.raises(Invalid, match="已并入 620001"):
        offices.change_office(world.session, world.actor("admin"), OFFICE, form)


@pytest.mark.parametrize(
    ("code", "into", "people", "reason", "said"),
    [
        (OFFICE, OFFICE, "move", REASON, "不能并入自己"),
        (OFFICE, "61000201", "move", REASON, "61000201 是 610002 的下级单位，不能并入"),
        (OFFICE, "999", "move", REASON, "请选择并入哪个在用的单位"),
        (OFFICE, OTHER, "", REASON, "请选择人员怎样办理"),
        (OFFICE, OTHER, "move", " ", "请写明并入的依据"),
        (OFFICE, OTHER, "move", "字" * 501, "不超过 500 字"),
        ("999", OTHER, "move", REASON, "没有编码为 999 的单位"),
    ],
)
def test_merger_that_makes_no_sense_is_refused(
    world: World, code: str, into: str, people: str, reason: str, said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        merge(world, code, into, people, reason)
    assert world.session.scalars(select(OfficeMerger)).all() == []


def test_office_is_merged_once(world: World) -> None:
    merge(world)
    with pytest.raises(Invalid, match="已经并入别的单位"):
        merge(world, OFFICE, "610")
    with pytest.raises(Invalid, match="在用的单位"):
        merge(world, "610", OFFICE)


def test_only_the_administrator_merges(world: World) -> None:
    with pytest.raises(Forbidden):
        office_mergers.merge_office(world.session, world.actor("approver"), OFFICE, MergerForm(OTHER, REASON, "move"))
