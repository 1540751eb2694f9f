"""Offices, people and budget years, as the administrator or the operator of the server keeps them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import queries
from portal.database import now
from portal.domain.errors import Forbidden, Invalid
from portal.domain.offices import OfficeRow
from portal.domain.permissions import Actor, Role
from portal.models import AuditEntry, BudgetYear, Office, User
from portal.services.administration import budget_years, office_imports, offices, people
from portal.services.administration.accounts import PersonForm
from portal.services.administration.budget_years import YearForm
from portal.services.administration.offices import OfficeForm
from portal.services.administration.passwords import is_password
from portal.services.session import signing_in
from tests.world import DUE, OFFICE, PASSWORD, PEOPLE, YEAR, World, told

FORM = PersonForm("钱新人", ["drafter"], OFFICE)
YEAR_FORM = YearForm("hebei-2017", r"^\d{3}$", DUE)


def last_entry(world: World) -> tuple[str, str, str, str, dict[str, object]]:
    world.session.rollback()
    entry = world.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()
    return entry.act, entry.actor, entry.object_kind, entry.object_name, told(entry)


def user(world: World, username: str) -> User:
    world.session.rollback()
    return world.session.scalars(select(User).where(User.username == username)).one()


KEEPING: dict[str, Callable[[World, Actor | None], object]] = {
    "add user": lambda w, a: people.add_user(w.session, a, "newcomer", FORM),
    "change user": lambda w, a: people.change_user(w.session, a, 1, FORM),
    "disable user": lambda w, a: people.set_active(w.session, a, 1, False),
    "reset password": lambda w, a: people.reset_password(w.session, a, 1),
    "add office": lambda w, a: offices.add_office(w.session, a, "630001", "新单位"),
    "import offices": lambda w, a: office_imports.import_offices(w.session, a, [OfficeRow("630001", "新单位")]),
    "change office": lambda w, a: offices.change_office(w.session, a, OFFICE, OfficeForm("改名", "610")),
    "open year": lambda w, a: budget_years.open_year(w.session, a, 2021, YEAR_FORM),
    "change year": lambda w, a: budget_years.change_year(w.session, a, YEAR, YEAR_FORM),
    "close year": lambda w, a: budget_years.close_year(w.session, a, YEAR),
}


@pytest.mark.parametrize("act", KEEPING.values(), ids=KEEPING)
def test_nobody_but_administrator_and_operator_keeps_offices_people_and_years(
    world: World, act: Callable[[World, Actor | None], object]
) -> None:
    before = queries.record.head(world.session)[0]
    for username in PEOPLE:
        if username != "admin":
            with pytest.raises(Forbidden):
                act(world, world.actor(username))
    world.session.rollback()
    assert queries.record.head(world.session)[0] == before
    act(world, world.actor("admin"))
    assert last_entry(world)[1] == "管理员（admin）"


def test_what_the_operator_does_is_entered_as_the_operators(world: World) -> None:
    budget_years.close_year(world.session, None, YEAR)
    assert last_entry(world)[:2] == ("close_year", "操作员（命令行）")


# --- people --------------------------------------------------------------------------------------


def test_new_account_gets_a_one_time_password_that_must_be_changed(world: World) -> None:
    added, secret = people.add_user(world.session, world.actor("admin"), " NewComer ", FORM)
    found = user(world, "newcomer")
    assert found.id == added.id
    assert (found.must_change_password, is_password(found.password_hash, secret)) == (True, True)
    account = signing_in.sign_in(world.session, "newcomer", secret, "10.0.0.1")
    assert (account.actor.roles, account.actor.office) == ({Role.DRAFTER}, OFFICE)


def test_password_stands_nowhere_in_the_record(world: World) -> None:
    _, secret = people.add_user(world.session, None, "newcomer", FORM)
    act, _, kind, name, detail = last_entry(world)
    assert (act, kind, name) == ("add_user", "account", "钱新人（newcomer）")
    assert detail == {"roles": ["drafter"], "office": OFFICE, "assigned": []}
    again = people.reset_password(world.session, None, user(world, "newcomer").id)
    assert last_entry(world)[4] == {}
    details = world.session.scalars(select(AuditEntry.detail)).all()
    assert not [detail for detail in details if secret in detail or again in detail]


@pytest.mark.parametrize("username", ["", "a", "a" * 33, "中文", "a b", "-ab", ".ab", "drafter@x", "a\nb", "ａｂ"])
def test_username_that_is_none_is_refused(world: World, username: str) -> None:
    with pytest.raises(Invalid) as refusal:
        people.add_user(world.session, None, username, FORM)
    assert refusal.value.path == "username"


@pytest.mark.parametrize("username", ["drafter", "DRAFTER"])
def test_username_that_is_taken_is_refused(world: World, username: str) -> None:
    with pytest.raises(Invalid, match="已经存在") as refusal:
        people.add_user(world.session, None, username, FORM)
    assert refusal.value.path == "username"


FAULTS = {
    "no name": ({"name": " "}, "name"),
    "long name": ({"name": "名" * 65}, "name"),
    "no role": ({"roles": []}, "roles"),
    "unknown role": ({"roles": ["drafter", "emperor"]}, "roles"),
    "unknown office": ({"office": "999999"}, "office"),
    "drafter without office": ({"office": ""}, "office"),
    "head without office": ({"roles": ["head"], "office": ""}, "office"),
    "unknown assigned office": ({"roles": ["reviewer"], "assigned": [OFFICE, "999999"]}, "assigned"),
}


@pytest.mark.parametrize(("fault", "path"), FAULTS.values(), ids=FAULTS)
def test_fault_in_what_is_kept_of_a_person_is_told_at_its_field(
    world: World, fault: dict[str, object], path: str
) -> None:
    form = replace(FORM, **fault)  # type: ignore[arg-type]
    for act in (
        lambda: people.add_user(world.session, None, "newcomer", form),
        lambda: people.change_user(world.session, None, world.actor("drafter").id, form),
    ):
        with pytest.raises(Invalid) as refusal:
            act()
        assert refusal.value.path == path
    assert world.session.scalar(select(func.count()).select_from(User)) == len(PEOPLE)
    assert world.actor("drafter").roles == {Role.DRAFTER}


def test_changed_person_has_what_the_form_says_and_nothing_else(world: World) -> None:
    actor = world.actor("reviewer")
    form = PersonForm(" 陈\t新名 ", ["reviewer", "approver"], "", ["620001", "610"])
    people.change_user(world.session, None, actor.id, form)
    assert last_entry(world)[0] == "change_user"
    found = world.actor("reviewer")
    assert (found.name, found.roles, found.offices_assigned) == (
        "陈 新名",
        {Role.REVIEWER, Role.APPROVER},
        {"620001", "610", "610002", "61000201"},  # those below 610 too
    )


def test_last_administrator_can_be_neither_disabled_nor_stripped(world: World) -> None:
    admin = world.actor("admin")
    for act in (
        lambda: people.set_active(world.session, None, admin.id, False),
        lambda: people.change_user(world.session, admin, admin.id, PersonForm("管理员", ["auditor"])),
    ):
        with pytest.raises(Invalid, match="最后一个可用的系统管理员") as refusal:
            act()
        assert refusal.value.path == "roles"
    assert world.actor("admin").roles == {Role.ADMIN}


def test_administrator_who_is_disabled_does_not_count_as_another(world: World) -> None:
    second, _ = people.add_user(world.session, None, "admin2", PersonForm("第二管理员", ["admin"]), PASSWORD)
    people.set_active(world.session, None, second.id, False)
    with pytest.raises(Invalid, match="最后一个"):
        people.set_active(world.session, None, world.actor("admin").id, False)
    people.set_active(world.session, None, second.id, True)
    people.set_active(world.session, None, world.actor("admin").id, False)
    assert queries.session.account_named(world.session, "admin") is None


def test_nobody_disables_their_own_account(world: World) -> None:
    people.add_user(world.session, None, "admin2", PersonForm("第二管理员", ["admin"]), PASSWORD)
    admin = world.actor("admin")
    with pytest.raises(Invalid, match="不能停用自己的账号"):
        people.set_active(world.session, admin, admin.id, False)


def test_disabled_account_is_gone_for_signing_in_and_its_sessions_end(world: World) -> None:
    before = user(world, "drafter").stamp
    key = signing_in.sign_in(world.session, "drafter", PASSWORD, "10.0.0.1").key
    people.set_active(world.session, world.actor("admin"), world.actor("drafter").id, False)
    assert last_entry(world)[0] == "disable_user"
    after = user(world, "drafter")
    assert (after.active, after.stamp == before) == (False, False)
    assert queries.session.account_named(world.session, "drafter") is None
    people.set_active(world.session, world.actor("admin"), after.id, True)
    assert queries.session.account_of_session(world.session, key, now()) is None
    assert last_entry(world)[0] == "enable_user"
    assert world.actor("drafter").roles == {Role.DRAFTER}


def test_reset_password_is_a_new_one_that_must_be_changed_and_ends_sessions(world: World) -> None:
    before = user(world, "drafter").stamp
    secret = people.reset_password(world.session, world.actor("admin"), world.actor("drafter").id)
    after = user(world, "drafter")
    assert (after.must_change_password, after.stamp == before) == (True, False)
    assert (is_password(after.password_hash, secret), is_password(after.password_hash, PASSWORD)) == (True, False)


@pytest.mark.parametrize("act", [
    lambda w: people.change_user(w.session, None, 999, FORM),
    lambda w: people.set_active(w.session, None, 999, False),
    lambda w: people.reset_password(w.session, None, 999),
])  # fmt: skip
def test_account_that_there_is_not_is_refused(world: World, act: Callable[[World], object]) -> None:
    with pytest.raises(Invalid, match="没有这个账号"):
        act(world)


# --- separation of duties --------------------------------------------------------------------------

PAIRS = (
    ("admin", "reviewer"),
    ("admin", "approver"),
    ("admin", "auditor"),
    ("auditor", "reviewer"),
    ("auditor", "approver"),
)


def without_separation(world: World) -> World:
    """On a connection of an installation whose configuration lets duties meet."""
    return World(Session(world.session.get_bind().execution_options(separate_duties=False)))  # type: ignore[union-attr]


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_administrator_bureau_and_auditor_are_three_people(world: World, pair: tuple[str, str]) -> None:
    both = PersonForm("钱新人", pair)
    for actor in (world.actor("admin"), None):
        with pytest.raises(Invalid, match="三员分立") as refusal:
            people.add_user(world.session, actor, "newcomer", both)
        assert refusal.value.path == "roles"
        for held in pair:
            added, _ = people.add_user(
                world.session, actor, f"{held}{bool(actor)}".lower(), PersonForm("钱新人", [held])
            )
            with pytest.raises(Invalid, match="三员分立"):
                people.change_user(world.session, actor, added.id, both)
            assert world.actor(added.username).roles == {held}


@pytest.mark.parametrize("roles", [
    ["reviewer", "approver"], ["drafter", "head", "reviewer", "approver"], ["drafter", "admin"], ["head", "auditor"],
])  # fmt: skip
def test_roles_of_one_duty_may_meet(world: World, roles: list[str]) -> None:
    people.add_user(world.session, None, "newcomer", PersonForm("钱新人", roles, OFFICE))
    assert world.actor("newcomer").roles == set(roles)


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_duties_may_meet_where_the_configuration_says_so(world: World, pair: tuple[str, str]) -> None:
    people.add_user(without_separation(world).session, None, "newcomer", PersonForm("钱新人", pair))
    assert world.actor("newcomer").roles == set(pair)


def test_combination_of_an_earlier_version_stays_but_does_not_grow(world: World) -> None:
    both = PersonForm("兼任", ["admin", "reviewer"], OFFICE)
    people.add_user(without_separation(world).session, None, "both", both)
    number = world.actor("both").id
    for roles in (["admin", "reviewer"], ["admin", "reviewer", "drafter"], ["admin", "drafter"]):
        people.change_user(world.session, None, number, replace(both, roles=roles))
        assert world.actor("both").roles == set(roles)
        people.change_user(without_separation(world).session, None, number, both)
    for roles in (["admin", "reviewer", "approver"], ["admin", "auditor"]):
        with pytest.raises(Invalid, match="三员分立"):
            people.change_user(world.session, None, number, replace(both, roles=roles))


OWN = PersonForm("管理员", ["admin"])


@pytest.mark.parametrize(("form", "path"), [
    (replace(OWN, roles=["admin", "approver", "auditor"]), "roles"),
    (replace(OWN, roles=["admin", "drafter"], office=OFFICE), "roles"),
    (replace(OWN, office=OFFICE), "office"),
    (replace(OWN, assigned=[OFFICE]), "assigned"),
])  # fmt: skip
def test_nobody_gives_rights_to_themselves(world: World, form: PersonForm, path: str) -> None:
    admin = world.actor("admin")
    for session in (world.session, without_separation(world).session):
        with pytest.raises(Invalid, match="不能") as refusal:
            people.change_user(session, admin, admin.id, form)
        assert refusal.value.path == path
    assert world.actor("admin") == admin


def test_people_may_change_their_name_and_give_up_rights(world: World) -> None:
    people.add_user(world.session, None, "admin2", PersonForm("第二管理员", ["admin", "drafter"], OFFICE), PASSWORD)
    second = world.actor("admin2")
    people.change_user(world.session, second, second.id, PersonForm("新名字", ["admin"], ""))
    assert (world.actor("admin2").name, world.actor("admin2").roles, world.actor("admin2").office) == (
        "新名字",
        {Role.ADMIN},
        None,
    )


def test_nobody_resets_their_own_password_without_knowing_it(world: World) -> None:
    admin = world.actor("admin")
    with pytest.raises(Invalid, match="用现在的密码"):
        people.reset_password(world.session, admin, admin.id)
    assert is_password(user(world, "admin").password_hash, PASSWORD)
    people.reset_password(world.session, None, admin.id)


# --- offices -------------------------------------------------------------------------------------


def test_new_office_stands_below_its_parent(world: World) -> None:
    offices.add_office(world.session, world.actor("admin"), " 61000299 ", " 新\t单位 ", OFFICE)
    assert last_entry(world) == (
        "add_office",
        "管理员（admin）",
        "office",
        "61000299新 单位",
        {"parent": OFFICE},
    )
    office = world.session.get_one(Office, "61000299")
    assert (office.name, office.lineage, office.active) == ("新 单位", "/610/610002/61000299/", True)
    assert world.actor("above_head").offices_below == {"610002", "61000201", "61000299"}


@pytest.mark.parametrize(
    ("row", "path"),
    [
        (("61", "单位", ""), "code"),
        (("1234567890123", "单位", ""), "code"),
        (("61000A", "单位", ""), "code"),
        (("６１０００３", "单位", ""), "code"),
        ((OFFICE, "单位", ""), "code"),
        (("630001", " ", ""), "name"),
        (("630001", "名" * 201, ""), "name"),
        (("630001", "单位", "999999"), "parent"),
    ],
)
def test_fault_in_an_office_is_told_at_its_field(world: World, row: tuple[str, str, str], path: str) -> None:
    with pytest.raises(Invalid) as refusal:
        offices.add_office(world.session, None, *row)
    assert refusal.value.path == path


def test_changed_office_keeps_its_code_and_the_record_what_it_was(world: World) -> None:
    offices.change_office(world.session, None, OFFICE, OfficeForm("古城街道", "610", "0335-5051234", active=False))
    act, _, _, name, detail = last_entry(world)
    assert (act, name) == ("change_office", "610002古城街道")
    assert detail == {
        "before": {"name": "秦皇岛市山海关区古城街道办事处", "parent": "610", "phone": "", "active": True},
        "name": "古城街道",
        "parent": "610",
        "phone": "0335-5051234",
        "active": False,
    }


@pytest.mark.parametrize(("code", "name"), [("999999", "单位"), (OFFICE, ""), (OFFICE, "名" * 201)])
def test_office_that_cannot_be_changed_so_is_refused(world: World, code: str, name: str) -> None:
    with pytest.raises(Invalid):
        offices.change_office(world.session, None, code, OfficeForm(name))


# --- years ---------------------------------------------------------------------------------------


def test_opened_year_takes_what_the_form_says_and_can_be_closed_and_opened_again(world: World) -> None:
    form = YearForm("national-2021", r"^\d{3}$", date(2026, 8, 31), ["E10", "E9"], [])
    budget_years.open_year(world.session, world.actor("admin"), 2026, form)
    assert last_entry(world)[3:] == (
        "2026 年度",
        {
            "framework": "national-2021",
            "project_form": "hebei-2017",
            "department_form": "department-2017",
            "code_pattern": r"^\d{3}$",
            "office_code_pattern": r"^\d{6}$",
            "deadline": "2026-08-31",
            "only_warn": ["E9", "E10"],
            "off": [],
            "after_deadline": "late",
            "longest_due": 20,
            "shows_reviewer": False,
            "recommendation": "where_assigned",
            "recommender_approves": False,
            "errors_at_approval": "reason",
            "password_at_approval": False,
            "claim_days": 5,
        },
    )
    budget_years.close_year(world.session, None, 2026)
    assert world.session.get_one(BudgetYear, 2026, populate_existing=True).is_open is False
    budget_years.open_year(world.session, None, 2026, form)
    year = world.session.get_one(BudgetYear, 2026, populate_existing=True)
    assert (year.is_open, year.framework, set(year.only_warn.split())) == (True, "national-2021", {"E9", "E10"})


@pytest.mark.parametrize(
    ("year", "form", "path"),
    [
        (1999, YEAR_FORM, "year"),
        (2101, YEAR_FORM, "year"),
        (2026, replace(YEAR_FORM, framework="atlantis"), "framework"),
        (2026, replace(YEAR_FORM, code_pattern="("), "code_pattern"),
        (2026, replace(YEAR_FORM, code_pattern=""), "code_pattern"),
        (2026, replace(YEAR_FORM, code_pattern="a" * 201), "code_pattern"),
        (2026, replace(YEAR_FORM, only_warn=["W1"]), "only_warn"),
        (2026, replace(YEAR_FORM, only_warn=["E1 E2"]), "only_warn"),
        (2026, replace(YEAR_FORM, off=["E1"]), "off"),
        (2026, replace(YEAR_FORM, recommendation="perhaps"), "recommendation"),
        (2026, replace(YEAR_FORM, errors_at_approval="perhaps"), "errors_at_approval"),
        (2026, replace(YEAR_FORM, claim_days=0), "claim_days"),
    ],
)
def test_fault_in_a_year_is_told_at_its_field(world: World, year: int, form: YearForm, path: str) -> None:
    with pytest.raises(Invalid) as refusal:
        budget_years.open_year(world.session, None, year, form)
    assert refusal.value.path == path
    assert world.session.get(BudgetYear, year) is None


def test_year_that_has_tables_keeps_its_framework(world: World) -> None:
    world.draft()
    with pytest.raises(Invalid, match="不能更换指标体系") as refusal:
        budget_years.change_year(world.session, None, YEAR, replace(YEAR_FORM, framework="national-2021"))
    assert refusal.value.path == "framework"
    budget_years.change_year(world.session, None, YEAR, replace(YEAR_FORM, deadline=date(2030, 1, 1)))
    assert world.session.get_one(BudgetYear, YEAR).deadline == date(2030, 1, 1)


def test_year_that_there_is_not_can_be_neither_changed_nor_closed(world: World) -> None:
    with pytest.raises(Invalid, match="没有 2030 年度"):
        budget_years.change_year(world.session, None, 2030, YEAR_FORM)
    with pytest.raises(Invalid, match="没有 2030 年度"):
        budget_years.close_year(world.session, None, 2030)
