"""Offices: names, telephones, the tree and what an assigned office covers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from portal import queries
from portal.domain import actions, documents
from portal.domain.documents import PostedForm
from portal.domain.errors import Invalid, NotVisible
from portal.domain.permissions import Role
from portal.models import AuditEntry, Office
from portal.queries.lists import Filters
from portal.services.administration import budget_years, office_names, offices, people
from portal.services.administration.offices import OfficeForm
from portal.services.drafting import drafts
from portal.services.record import verification
from portal.services.review import claims
from tests.databases import on_sqlite
from tests.world import OFFICE, PEOPLE, YEAR, World, sound_project


def assign(world: World, username: str, *codes: str) -> None:
    people.change_user(world.session, None, world.actor(username).id, replace(PEOPLE[username], assigned=codes))


def entries(world: World, act: str) -> list[AuditEntry]:
    return list(world.session.scalars(select(AuditEntry).where(AuditEntry.act == act).order_by(AuditEntry.number)))


@on_sqlite
def test_name_of_an_office_has_one_to_two_hundred_characters(world: World) -> None:
    for name in ("字", "字" * 200):
        offices.change_office(world.session, world.actor("admin"), OFFICE, OfficeForm(name, "610"))
        assert world.session.get_one(Office, OFFICE).name == name
    for name in ("", " ", "字" * 201):
        with pytest.raises(Invalid, match="不超过 200 字"):
            offices.change_office(world.session, world.actor("admin"), OFFICE, OfficeForm(name, "610"))


@on_sqlite
def test_office_is_added_below_another_that_exists(world: World) -> None:
    admin = world.actor("admin")
    offices.add_office(world.session, admin, "610777", " 新设街道 ", OFFICE)
    added = world.session.get_one(Office, "610777")
    above = world.session.get_one(Office, OFFICE)
    assert (added.name, added.lineage, added.active) == ("新设街道", f"{above.lineage}610777/", True)
    with pytest.raises(Invalid, match="已经存在"):
        offices.add_office(world.session, admin, "610777", "新设街道", "")
    with pytest.raises(Invalid, match="上级单位 999 不存在"):
        offices.add_office(world.session, admin, "610778", "新设街道", "999")


@on_sqlite
def test_offices_are_not_nested_without_end(world: World) -> None:
    codes = [f"{n:012d}" for n in range(1, 17)]
    for parent, code in zip(["", *codes[:14]], codes[:15], strict=True):
        offices.add_office(world.session, None, code, "某单位", parent)
    with pytest.raises(Invalid, match="层级太深"):
        offices.add_office(world.session, None, codes[15], "某单位", codes[14])


# --- what an assigned office covers ----------------------------------------------------------------


def test_assigned_office_covers_those_below_it_at_any_depth(world: World) -> None:
    assign(world, "reviewer", "610")
    assert world.actor("reviewer").offices_assigned == {"610", OFFICE, "61000201"}


def test_tree_and_rights_agree_on_who_reviews_an_office(world: World) -> None:
    assign(world, "reviewer", "610")
    for node in queries.administration.offices.tree(world.session):
        reviewing = {
            person.user.name
            for person in queries.administration.people.people(world.session)
            if Role.REVIEWER in person.roles and node.office.code in world.actor(person.user.username).offices_assigned
        }
        assert set(node.reviewers) == reviewing, node.office.code


def test_code_that_begins_like_another_is_not_below_it(world: World) -> None:
    offices.add_office(world.session, None, "6100", "另一个单位")
    assign(world, "reviewer", "610")
    assert "6100" not in world.actor("reviewer").offices_assigned


def test_reviewer_of_the_office_above_reviews_tables_of_those_below(world: World) -> None:
    assign(world, "reviewer", "610")
    assign(world, "other_reviewer", "620001")
    table_id = world.submitted()
    assert [row.id for row in queries.lists.listing(world.session, world.actor("reviewer"), Filters(YEAR)).rows] == [
        table_id
    ]
    claims.claim(world.session, world.actor("reviewer"), table_id)
    with pytest.raises(NotVisible):
        claims.claim(world.session, world.actor("other_reviewer"), table_id)


def test_coverage_names_what_each_assigned_office_brings(world: World) -> None:
    found = queries.administration.offices.coverage(world.session, {"610", "61000201", "620001"})
    assert [(top.code, [office.code for office in below]) for top, below in found] == [
        ("610", [OFFICE, "61000201"]),
        ("620001", []),
    ]


# --- moving ----------------------------------------------------------------------------------------


def change(world: World, code: str, **changed: object) -> int:
    office = world.session.get_one(Office, code)
    form = OfficeForm(office.name, office.parent_code or "", office.phone, office.active)
    return offices.change_office(world.session, world.actor("admin"), code, replace(form, **changed))  # type: ignore[arg-type]


def lineages(world: World) -> dict[str, str]:
    world.session.rollback()
    return {office.code: office.lineage for office in world.session.scalars(select(Office))}


def test_moved_office_takes_those_below_it_along(world: World) -> None:
    change(world, OFFICE, parent="620001")

    assert lineages(world) == {
        "610": "/610/",
        "620001": "/620001/",
        OFFICE: f"/620001/{OFFICE}/",
        "61000201": f"/620001/{OFFICE}/61000201/",
    }
    assert world.actor("above_head").offices_below == frozenset()
    assert world.actor("outsider").offices_below == {OFFICE, "61000201"}
    assert verification.verify(world.session).problems == []


def test_claims_end_whose_holders_no_longer_review_the_moved_office(world: World) -> None:
    assign(world, "reviewer", "610")
    table_id = world.submitted()
    claims.claim(world.session, world.actor("reviewer"), table_id)
    change(world, OFFICE, parent="620001")
    assert world.table(table_id).claimed_by_id is None
    assert len(entries(world, "end_claim")) == 1
    assert verification.verify(world.session).problems == []


def test_office_is_moved_to_the_top(world: World) -> None:
    change(world, OFFICE, parent="")
    assert lineages(world)["61000201"] == f"/{OFFICE}/61000201/"


@pytest.mark.parametrize(
    ("code", "parent", "said"),
    [
        ("610", "61000201", f"上级绕成了一圈：610 → 61000201 → {OFFICE} → 610；上级不能是本单位或者它的下级。"),
        (OFFICE, OFFICE, f"上级绕成了一圈：{OFFICE} → {OFFICE}；上级不能是本单位或者它的下级。"),
        (OFFICE, "999", "上级单位 999 不存在。"),
    ],
)
def test_office_moved_into_a_circle_is_refused(world: World, code: str, parent: str, said: str) -> None:
    before = lineages(world)
    with pytest.raises(Invalid) as refusal:
        change(world, code, parent=parent)
    assert (refusal.value.message, refusal.value.path) == (said, "parent")
    assert lineages(world) == before


# --- telephone and name ----------------------------------------------------------------------------


def test_telephone_of_an_office_is_kept_and_checked(world: World) -> None:
    change(world, OFFICE, phone="０３３５－5051234转802")
    assert world.session.get_one(Office, OFFICE).phone == "0335-5051234转802"
    with pytest.raises(Invalid, match="电话只写号码"):
        change(world, OFFICE, phone="问小王")


def name_in(world: World, table_id: int) -> object:
    return documents.value_at(world.table(table_id).document, "office_name")


def test_renamed_office_has_its_new_name_in_open_drafts_only(world: World) -> None:
    submitted = world.submitted(sound_project(2, "610-1301-JBN-0002", "送审的"))
    returned = world.returned()
    draft = world.draft(sound_project(3, "610-1301-JBN-0003", "草稿"))
    before = name_in(world, submitted)

    assert change(world, OFFICE, name="古城街道新名") == 2

    assert [name_in(world, n) for n in (draft, returned, submitted)] == ["古城街道新名", "古城街道新名", before]
    assert {entry.object_id for entry in entries(world, "name_anew")} == {str(draft), str(returned)}
    assert verification.verify(world.session).problems == []


def test_draft_with_another_name_keeps_it_and_is_counted(world: World) -> None:
    table_id = world.submitted()
    before = name_in(world, table_id)
    change(world, OFFICE, name="古城街道新名")
    world.act(table_id, actions.WITHDRAW, "head")

    found = office_names.named_drafts(world.session, OFFICE, "古城街道新名")
    assert (found.named, found.other_count) == ([], 1)
    assert change(world, OFFICE, name="古城街道又一名") == 0
    assert name_in(world, table_id) == before


def test_renaming_puts_no_table_among_those_that_somebody_worked_on(world: World) -> None:
    table_id = world.draft()
    admin = world.actor("admin")
    change(world, OFFICE, name="古城街道新名")
    approver = replace(admin, roles=frozenset({Role.APPROVER}))
    world.act(table_id, actions.SUBMIT, "head")
    assert world.facts(table_id, approver).worked_on_by == frozenset()


def test_drafter_goes_on_after_the_office_was_renamed(world: World) -> None:
    table_id = world.draft()
    opened = world.opened(table_id)
    change(world, OFFICE, name="古城街道新名")

    changed = documents.with_value(opened.document, "goals", "1、新的目标。")
    drafts.save(world.session, world.actor("drafter"), table_id, opened.version, PostedForm.of(changed))

    assert documents.value_at(world.table(table_id).document, "goals") == "1、新的目标。"
    assert name_in(world, table_id) == "古城街道新名"


def test_drafts_of_a_closed_year_keep_the_name(world: World) -> None:
    world.draft()
    budget_years.close_year(world.session, None, YEAR)
    assert change(world, OFFICE, name="古城街道新名") == 0
