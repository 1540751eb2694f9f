"""Two people at one moment, on two real connections: one wins, the other is told lawfully, the record stays whole.

`overlap` holds the first transaction just before its commit until the second is at the door (on PostgreSQL:
until it waits for a lock), so that the two really meet, in an order that the test chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from threading import Barrier, Event

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, select, text
from sqlalchemy.orm import Session

import config
from portal import queries
from portal.database import WRITING, prepare_engine
from portal.domain import actions, audit_events, documents, serialization
from portal.domain.actions import ACTIONS, Action
from portal.domain.documents import Kind, PostedForm
from portal.domain.errors import Invalid, Refused, Stale
from portal.domain.portfolios import PortfolioRow
from portal.domain.register import EntryRow
from portal.models import AuditEntry, BudgetYear, RefusalCount, RegisterEntry, SignInFailure, TargetTable, User
from portal.services.administration import accounts, budget_years, offices, people, portfolios
from portal.services.administration.budget_years import YearForm
from portal.services.administration.offices import OfficeForm
from portal.services.administration.passwords import is_password
from portal.services.drafting import change_log, drafts, voiding
from portal.services.files import exports
from portal.services.library import entry_changes
from portal.services.library.entry_changes import EntryForm
from portal.services.record import audit, verification
from portal.services.register import imports, no_projects, starting
from portal.services.review import claims, workflow
from portal.services.session import signing_in, stand_ins
from portal.services.transaction import write
from tests.world import DUE, OFFICE, PASSWORD, PEOPLE, YEAR, World, sound_project

PATIENCE = 30
"""Seconds after which a race that should have ended is a failure."""
Act = Callable[[World], object]


@dataclass(frozen=True)
class Course:
    """A database, and two ways to it. `second_began`: the second is about to begin a writing transaction."""

    engines: tuple[Engine, Engine]
    lookout: Engine
    second_began: Event

    def wait_for_second(self, ended: Event) -> None:
        """Until it is at the door; on PostgreSQL until it waits for a lock, or has ended without one."""
        assert self.second_began.wait(PATIENCE)
        if self.lookout.dialect.name == "postgresql":
            while not self._somebody_waits() and not ended.wait(0.005):  # leaves the processor to the database
                pass

    def _somebody_waits(self) -> bool:
        statement = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        with self.lookout.connect() as connection:
            return bool(connection.execute(text(statement)).scalar_one())


@pytest.fixture
def course(database_url: str, world: World) -> Iterator[Course]:
    url = database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    engines = [create_engine(url, **config.engine_options(4, "sha256")) for _ in range(3)]
    second_began = Event()

    def began(connection: Connection) -> None:
        if connection.get_execution_options().get(WRITING):
            second_began.set()

    event.listen(engines[1], "begin", began)  # before the listener that waits for SQLite's lock
    for engine in engines:
        prepare_engine(engine)
    yield Course((engines[0], engines[1]), engines[2], second_began)
    for engine in engines:
        engine.dispose()


def attempt(session: Session, act: Act) -> object:
    """What `act` gives, or the refusal that it meets."""
    try:
        return act(World(session))
    except Refused as refusal:
        return refusal


def overlap(course: Course, first: Act, second: Act) -> tuple[object, object]:
    """Run `first` up to its first commit, start `second`, let both end. Gives what came of each."""
    ready, ended = Event(), Event()

    def hold(_session: Session) -> None:
        if not ready.is_set():
            ready.set()
            course.wait_for_second(ended)

    with Session(course.engines[0], expire_on_commit=False) as session:
        event.listen(session, "before_commit", hold)
        return _run(course, session, ready, ended, first, second)


def meet_before_head(course: Course, first: Act, second: Act) -> tuple[object, object]:
    """Run `first` until it asks for the head of the record, its other locks in hand, and start `second` then."""
    ready, ended = Event(), Event()

    def hold(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if "audit_head" in statement and not ready.is_set():
            ready.set()
            course.wait_for_second(ended)

    event.listen(course.engines[0], "before_cursor_execute", hold)
    with Session(course.engines[0], expire_on_commit=False) as session:
        return _run(course, session, ready, ended, first, second)


def _run(
    course: Course, session: Session, ready: Event, ended: Event, first: Act, second: Act
) -> tuple[object, object]:
    course.second_began.clear()

    def run_second() -> object:
        try:
            with Session(course.engines[1], expire_on_commit=False) as other:
                return attempt(other, second)
        finally:
            course.second_began.set()
            ended.set()

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(attempt, session, first)
        assert ready.wait(PATIENCE)
        two = pool.submit(run_second)
        return one.result(PATIENCE), two.result(PATIENCE)


def act(action: Action, by: str, digest: str, table_id: int = 1) -> Act:
    """`action` as somebody asks for it whose page was opened before the race."""
    return lambda world: world_act(world, table_id, action, by, digest)


def world_act(world: World, table_id: int, action: Action, by: str, digest: str) -> TargetTable:
    return world.act(table_id, action, by, digest=digest, due=DUE, reason="理由")


def sound(world: World) -> bool:
    world.session.rollback()
    found = verification.verify(world.session)
    table_ids = world.session.scalars(select(TargetTable.id)).all()
    for table_id in table_ids:
        table = world.table(table_id)
        replayed = change_log.version_of(world.session, table, table.version)
        assert serialization.canonical(replayed) == table.content
    world.session.rollback()
    return found.problems == []


def entries_of(world: World, act: str) -> int:
    world.session.rollback()
    return len(world.session.scalars(select(AuditEntry.number).where(AuditEntry.act == act)).all())


# --- moving a table ------------------------------------------------------------------------------


def test_double_submit_makes_one_revision(course: Course, world: World) -> None:
    table_id = world.draft()
    digest = world.table(table_id).digest
    won, lost = overlap(
        course,
        act(actions.SUBMIT, "head", digest, table_id),
        act(actions.SUBMIT, "everything", digest, table_id),
    )
    assert isinstance(won, TargetTable)
    assert isinstance(lost, Stale)
    assert lost.message == "这张表已由李主任（head）送审，现在的状态是“已送审”；请按最新情况重新操作。"
    assert (entries_of(world, "submit"), entries_of(world, "refusal")) == (1, 1)
    assert [r.number for r in queries.revisions.revisions(world.session, table_id)] == [1]
    assert sound(world)


MEETINGS = {
    "approve and withdraw": (("approve", "approver"), ("withdraw", "head")),
    "withdraw and approve": (("withdraw", "head"), ("approve", "approver")),
    "return and approve": (("return", "reviewer"), ("approve", "approver")),
    "approve and return": (("approve", "approver"), ("return", "reviewer")),
    "two approvals": (("approve", "approver"), ("approve", "approver2")),
    "two returns": (("return", "reviewer"), ("return", "approver")),
    "two withdrawals": (("withdraw", "head"), ("withdraw", "everything")),
}
LEADS_TO = {"approve": "approved", "withdraw": "drafted", "return": "returned"}


@pytest.mark.parametrize(("first", "second"), MEETINGS.values(), ids=MEETINGS)
def test_of_two_moves_at_once_the_first_stands(
    course: Course, world: World, first: tuple[str, str], second: tuple[str, str]
) -> None:
    table_id = world.submitted()
    if "return" in (first[0], second[0]):
        world.opinion(table_id, binding=False)
    digest = world.table(table_id).digest
    won, lost = overlap(
        course,
        act(ACTIONS[first[0]], first[1], digest, table_id),
        act(ACTIONS[second[0]], second[1], digest, table_id),
    )
    assert isinstance(won, TargetTable)
    assert isinstance(lost, Stale)
    assert f"已由{PEOPLE[first[1]].name}" in lost.message
    assert world.table(table_id).state == LEADS_TO[first[0]]
    assert entries_of(world, "refusal") == 1
    assert sound(world)


@pytest.mark.parametrize("claim_first", [True, False])
def test_claim_and_withdrawal_at_once(course: Course, world: World, claim_first: bool) -> None:
    table_id = world.submitted()
    digest = world.table(table_id).digest

    def claim(world: World) -> str:
        claims.claim(world.session, world.actor("reviewer"), table_id)
        return "claimed"

    withdraw = act(actions.WITHDRAW, "head", digest, table_id)
    won, lost = overlap(course, claim, withdraw) if claim_first else overlap(course, withdraw, claim)
    assert isinstance(won, str if claim_first else TargetTable)
    assert isinstance(lost, Stale)
    table = world.table(table_id)
    assert (table.state, table.claimed_by_id is None) == (("submitted", False) if claim_first else ("drafted", True))
    assert sound(world)


def test_two_claims_at_once_go_to_one_reviewer(course: Course, world: World) -> None:
    table_id = world.submitted()
    first, second = world.actor("reviewer"), world.actor("approver")
    _, lost = overlap(
        course,
        lambda world: claims.claim(world.session, first, table_id),
        lambda world: claims.claim(world.session, second, table_id),
    )
    assert isinstance(lost, Stale)
    assert world.table(table_id).claimed_by_id == first.id
    assert entries_of(world, "claim") == 1


@pytest.mark.parametrize("save_first", [True, False])
def test_office_saves_while_its_head_submits(course: Course, world: World, save_first: bool) -> None:
    table_id = world.draft()
    table = world.table(table_id)
    changed = documents.with_value(table.document, "goals", "1、每月10日前发放3人工资。")
    version, digest = table.version, table.digest

    def save(world: World) -> object:
        return drafts.save(world.session, world.actor("drafter"), table_id, version, PostedForm.of(changed))

    submit = act(actions.SUBMIT, "head", digest, table_id)
    _, lost = overlap(course, save, submit) if save_first else overlap(course, submit, save)
    assert isinstance(lost, Stale)
    table = world.table(table_id)
    assert (table.state, table.document == changed) == (("drafted", True) if save_first else ("submitted", False))
    assert sound(world)


def test_late_save_of_the_office_meets_an_approval(course: Course, world: World) -> None:
    table_id = world.draft()
    table = world.table(table_id)
    opened, late = table.version, documents.with_value(table.document, "goals", "1、每月10日前发放3人工资。")
    world.act(table_id, actions.SUBMIT, "head")
    digest = world.table(table_id).digest

    def save(world: World) -> object:
        return drafts.save(world.session, world.actor("drafter"), table_id, opened, PostedForm.of(late))

    won, lost = overlap(course, act(actions.APPROVE, "approver", digest, table_id), save)
    assert isinstance(won, TargetTable) and isinstance(lost, Stale)
    table = world.table(table_id)
    assert (table.state, table.digest) == ("approved", digest)
    assert sound(world)


def test_two_tables_with_one_project_code_submitted_at_once(course: Course, world: World) -> None:
    first, second = world.draft(), world.draft(sound_project(2, "610-1301-JBN-0002", "另一项目"))
    # Each passes the check of the rules: the other's draft got its code behind the rules' back.
    world.edit(second, "project_code", "610-1301-JBN-OTTA")
    policy = set_only_warn(world, "E3 E6 E9 E10")
    won, lost = overlap(
        course,
        act(actions.SUBMIT, "head", world.table(first).digest, first),
        act(actions.SUBMIT, "everything", world.table(second).digest, second),
    )
    assert isinstance(won, TargetTable)
    assert isinstance(lost, Stale)
    assert lost.message == "另一张表刚刚以相同的项目编码送审，请核对项目编码后再试。"
    assert [world.table(n).state for n in (first, second)] == ["submitted", "drafted"]
    assert (queries.revisions.revisions(world.session, second), entries_of(world, "refusal")) == ([], 1)
    set_only_warn(world, policy)
    assert sound(world)


def set_only_warn(world: World, rules: str) -> str:
    """Change the year's policy behind the record's back; return what it was."""
    with write(world.session):
        before: str = world.session.execute(text("SELECT only_warn FROM budget_years")).scalar_one()
        world.session.execute(text("UPDATE budget_years SET only_warn = :rules"), {"rules": rules})
    return before


# --- two tabs ------------------------------------------------------------------------------------


def _tab(table_id: int, version: int, form: documents.Document, by: str = "drafter") -> Act:
    return lambda world: drafts.save(world.session, world.actor(by), table_id, version, PostedForm.of(form))


def test_two_tabs_saving_different_fields_keep_both(course: Course, world: World) -> None:
    table_id = world.draft()
    table = world.table(table_id)
    opened, document = table.version, table.document
    saves = overlap(
        course,
        _tab(table_id, opened, documents.with_value(document, "goals", "新目标")),
        _tab(table_id, opened, documents.with_value(document, "purpose", "新用途"), by="drafter2"),
    )
    assert [isinstance(save, drafts.FormSaveResult) and save.conflicts for save in saves] == [(), ()]
    after = world.table(table_id)
    assert (after.document.goals, after.document.purpose) == ("新目标", "新用途")  # type: ignore[union-attr]
    assert (after.version, entries_of(world, "edit")) == (opened + 2, 3)
    assert sound(world)


def test_two_tabs_saving_one_field_conflict_and_the_second_writes_nothing(course: Course, world: World) -> None:
    table_id = world.draft()
    table = world.table(table_id)
    opened, document = table.version, table.document
    _, lost = overlap(
        course,
        _tab(table_id, opened, documents.with_value(document, "goals", "甲的目标")),
        _tab(table_id, opened, documents.with_value(document, "goals", "乙的目标"), by="drafter2"),
    )
    assert isinstance(lost, drafts.FormSaveResult)
    assert [(c.path, c.theirs, c.mine) for c in lost.conflicts] == [("goals", "甲的目标", "乙的目标")]
    after = world.table(table_id)
    assert (after.document.goals, after.version) == ("甲的目标", opened + 1)  # type: ignore[union-attr]
    assert entries_of(world, "edit") == 2
    assert sound(world)


def test_discarding_while_another_saves(course: Course, world: World) -> None:
    table_id = world.draft()
    table = world.table(table_id)
    form = documents.with_value(table.document, "goals", "新目标")
    won, lost = overlap(
        course,
        lambda world: drafts.discard(world.session, world.actor("head"), table_id),
        _tab(table_id, table.version, form),
    )
    assert isinstance(won, str)
    assert type(lost).__name__ == "NotVisible"
    assert sound(world)


def test_two_first_department_tables_at_once_make_one(course: Course, world: World) -> None:
    def make(by: str) -> Act:
        return lambda world: drafts.create(world.session, world.actor(by), Kind.DEPARTMENT, OFFICE, YEAR)

    won, lost = overlap(course, make("drafter"), make("drafter2"))
    assert isinstance(won, TargetTable)
    assert isinstance(lost, Invalid)
    assert "已有部门整体绩效目标" in lost.message
    assert sound(world)


def test_two_tables_made_at_once_have_different_ordinals(course: Course, world: World) -> None:
    def make(by: str) -> Act:
        return lambda world: drafts.create(world.session, world.actor(by), Kind.PROJECT, OFFICE, YEAR).position

    assert overlap(course, make("drafter"), make("drafter2")) == (1, 2)
    assert sound(world)


# --- the record ----------------------------------------------------------------------------------


def test_two_first_refusals_at_once_are_one_entry_and_one_repetition(course: Course, world: World) -> None:
    table_id = world.draft()
    digest = world.table(table_id).digest
    refused = act(actions.SUBMIT, "drafter", digest, table_id)
    assert [type(outcome).__name__ for outcome in overlap(course, refused, refused)] == ["Forbidden", "Forbidden"]
    assert entries_of(world, "refusal") == 1
    assert world.session.scalars(select(RefusalCount.repeated)).all() == [1]
    assert sound(world)


def test_two_first_failures_of_signing_in_at_once_both_count(course: Course, world: World) -> None:
    def fail(world: World) -> object:
        return signing_in.sign_in(world.session, "drafter", "wrong password", "10.0.0.1")

    outcomes = overlap(course, fail, fail)
    assert [type(outcome).__name__ for outcome in outcomes] == ["Invalid", "Invalid"]
    world.session.rollback()
    assert world.session.scalars(select(SignInFailure.failures)).all() == [2]
    assert (entries_of(world, "sign_in_failed"), world.session.scalars(select(RefusalCount.repeated)).all()) == (1, [1])
    assert sound(world)


def test_signing_in_while_another_fails_with_the_same_name_from_there(course: Course, world: World) -> None:
    with pytest.raises(Invalid):
        signing_in.sign_in(world.session, "drafter", "wrong password", "10.0.0.1")
    won, lost = overlap(
        course,
        lambda world: signing_in.sign_in(world.session, "drafter", PASSWORD, "10.0.0.1").user.username,
        lambda world: signing_in.sign_in(world.session, "drafter", "wrong password", "10.0.0.1"),
    )
    assert (won, type(lost).__name__) == ("drafter", "Invalid")
    assert sound(world)


def test_one_of_two_changes_of_a_password_at_once_wins_and_the_other_is_told(course: Course, world: World) -> None:
    actor = world.actor("drafter")
    world.session.rollback()

    def change_to(new: str) -> Callable[[World], object]:
        return lambda world: signing_in.change_password(world.session, actor, PASSWORD, new, new).username

    outcomes = overlap(course, change_to("shui-dao-qu-cheng-8"), change_to("xin-mima-2026"))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Stale", "str"]
    world.session.rollback()
    stored = world.session.get_one(User, actor.id).password_hash
    assert [is_password(stored, new) for new in ("shui-dao-qu-cheng-8", "xin-mima-2026")] == [
        isinstance(outcome, str) for outcome in outcomes
    ]
    assert entries_of(world, "change_password") == 1
    assert sound(world)


def test_four_writers_at_once_get_numbers_without_a_gap(course: Course, world: World) -> None:
    start, each = queries.record.head(world.session)[0], 10
    world.session.rollback()
    barrier = Barrier(4)

    def writer(n: int) -> None:
        thing = audit.AuditObject(audit.About.SYSTEM, str(n), f"第 {n} 个")
        with Session(course.engines[n % 2], expire_on_commit=False) as session:
            barrier.wait(PATIENCE)
            for _ in range(each):
                with write(session):
                    audit.record(session, None, audit_events.BACKUP, thing)

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(writer, n) for n in range(4)]:
            done.result(PATIENCE)
    numbers = world.session.scalars(select(AuditEntry.number).order_by(AuditEntry.number)).all()
    assert numbers == list(range(1, start + 4 * each + 1))
    assert sound(world)


def test_submitting_from_four_places_at_once_lets_one_through(course: Course, world: World) -> None:
    barrier = Barrier(4)
    table_ids = [world.draft(sound_project(n, f"610-1301-JBN-000{n}", f"第{n}号经费")) for n in range(1, 5)]
    digests = {table_id: world.table(table_id).digest for table_id in table_ids}
    world.session.rollback()

    def head(n: int) -> list[str]:
        with Session(course.engines[n % 2], expire_on_commit=False) as session:
            barrier.wait(PATIENCE)
            outcomes = (attempt(session, act(actions.SUBMIT, "head", digests[t], t)) for t in table_ids)
            return [type(outcome).__name__ for outcome in outcomes]

    with ThreadPoolExecutor(4) as pool:
        outcomes = [done.result(PATIENCE) for done in [pool.submit(head, n) for n in range(4)]]
    for of_one_table in zip(*outcomes, strict=True):
        assert sorted(of_one_table) == ["Stale", "Stale", "Stale", "TargetTable"]
    assert sound(world)


def test_times_of_entries_never_run_against_their_numbers(course: Course, world: World) -> None:
    first, second = world.draft(), world.draft(sound_project(2, "610-1301-JBN-0002", "另一项目"))

    def save(table_id: int, by: str) -> Act:
        return lambda world: world.edit(table_id, "goals", "1、每月10日前发放3人工资。", by=by)

    meet_before_head(course, save(first, "drafter"), save(second, "drafter2"))
    world.session.rollback()
    times = world.session.scalars(select(AuditEntry.at).order_by(AuditEntry.number)).all()
    assert times == sorted(times)
    assert sound(world)


# --- nobody waits for one another in a circle ----------------------------------------------------


def test_somebody_takes_a_table_for_the_first_time_while_it_is_saved(course: Course, world: World) -> None:
    table_id = world.submitted()
    world.act(table_id, actions.WITHDRAW, "head")
    table = world.table(table_id)
    form = documents.with_value(table.document, "goals", "1、每月10日前发放3人工资。")
    saved, taken = meet_before_head(
        course,
        _tab(table_id, table.version, form),
        lambda world: exports.export_table(world.session, world.actor("auditor"), table_id),
    )
    assert isinstance(saved, drafts.FormSaveResult)
    assert isinstance(taken, exports.Export)
    assert sound(world)


def test_account_is_changed_while_its_owner_saves_a_colleagues_table(course: Course, world: World) -> None:
    table_id = world.draft(by="drafter")
    table, colleague = world.table(table_id), world.actor("drafter2")
    form = documents.with_value(table.document, "goals", "1、每月10日前发放3人工资。")
    changed, saved = meet_before_head(
        course,
        lambda world: people.change_user(world.session, None, colleague.id, PEOPLE["drafter2"]),
        _tab(table_id, table.version, form, by="drafter2"),
    )
    assert (changed, isinstance(saved, drafts.FormSaveResult)) == (None, True)
    assert sound(world)


def test_signing_in_and_failing_with_the_same_name_do_not_wait_in_a_circle(course: Course, world: World) -> None:
    with pytest.raises(Invalid):
        signing_in.sign_in(world.session, "drafter", "wrong password", "10.0.0.1")
    signed_in, failed = meet_before_head(
        course,
        lambda world: signing_in.sign_in(world.session, "drafter", PASSWORD, "10.0.0.1").user.username,
        lambda world: signing_in.sign_in(world.session, "drafter", "wrong password", "10.0.0.1"),
    )
    assert (signed_in, type(failed).__name__) == ("drafter", "Invalid")
    assert sound(world)


def test_two_administrators_disabling_each_other_leave_one(course: Course, world: World) -> None:
    form = accounts.PersonForm("第二管理员", ["admin"])
    people.add_user(world.session, None, "admin2", form, password=PASSWORD)
    first, second = world.actor("admin"), world.actor("admin2")
    world.session.rollback()
    _, lost = overlap(
        course,
        lambda world: people.set_active(world.session, first, second.id, False),
        lambda world: people.set_active(world.session, second, first.id, False),
    )
    assert isinstance(lost, Refused)
    assert queries.session.account_named(world.session, "admin") is not None


def test_two_forms_that_give_one_office_to_different_people_conflict(course: Course, world: World) -> None:
    people_shown = {world.actor(name).id for name in ("reviewer", "other_reviewer", "everything")}
    now = frozenset({world.actor("reviewer").id, world.actor("everything").id})
    world.session.rollback()

    def give(wanted: frozenset[int]) -> Act:
        return lambda world: portfolios.save(world.session, None, [PortfolioRow(OFFICE, now, wanted)], people_shown)

    others = people_shown - now
    first, second = overlap(course, give(now | others), give(now - {min(now)}))
    assert (first, type(second).__name__) == (["孙审核"], "PortfoliosChanged")
    assert OFFICE in world.actor("reviewer").offices_assigned
    assert sound(world)


def test_claim_while_the_claimant_loses_the_office_waits_in_no_circle(course: Course, world: World) -> None:
    table_id, reviewer = world.submitted(), world.actor("reviewer")
    world.session.rollback()
    form = accounts.PersonForm("陈审核", ["reviewer"], "", ["620001"])
    overlap(
        course,
        lambda world: claims.claim(world.session, reviewer, table_id),
        lambda world: people.change_user(world.session, None, reviewer.id, form),
    )
    assert world.table(table_id).claimed_by_id is None
    assert sound(world)


# --- names that may exist once -------------------------------------------------------------------


def test_two_accounts_of_one_name_at_once_are_one(course: Course, world: World) -> None:
    def add(name: str) -> Act:
        form = accounts.PersonForm(name, ["drafter"], OFFICE)
        return lambda world: people.add_user(world.session, None, "new", form, password=PASSWORD)[0].name

    first, second = overlap(course, add("甲"), add("乙"))
    assert first == "甲"
    assert isinstance(second, Invalid) and "已经存在" in second.message
    assert sound(world)


def test_year_opened_twice_at_once_is_one(course: Course, world: World) -> None:
    def open_with(deadline: date) -> Act:
        form = YearForm("national-2021", "NNN", deadline)
        return lambda world: budget_years.open_year(world.session, None, 2027, form).deadline

    dates = date(2026, 12, 1), date(2026, 12, 2)
    assert overlap(course, *map(open_with, dates)) == dates
    world.session.rollback()
    assert world.session.get_one(BudgetYear, 2027).deadline == dates[1]
    assert sound(world)


ENTRY = EntryForm("vehicle", "quantity", "新能源公务用车数", "当年在用的新能源公务用车数", "≥__辆", "车辆登记台账")


def test_two_library_entries_of_one_name_at_once_are_one(course: Course, world: World) -> None:
    def add(by: str) -> Act:
        return lambda world: entry_changes.add_entry(world.session, world.actor(by), ENTRY).entry.name

    first, second = overlap(course, add("reviewer"), add("approver"))
    assert first == ENTRY.name
    assert isinstance(second, Invalid) and second.path == "name"
    assert sound(world)


def test_of_two_corrections_of_a_library_entry_at_once_the_first_stands(course: Course, world: World) -> None:
    def correct(by: str) -> Act:
        form = replace(ENTRY, name=f"{ENTRY.name}（{by}）")
        return lambda world: entry_changes.correct_entry(world.session, world.actor(by), "vehicle-kept", "", form)

    _, lost = overlap(course, correct("reviewer"), correct("approver"))
    assert isinstance(lost, Stale)
    world.session.rollback()
    assert queries.library.item(world.session, "vehicle-kept").entry.name == f"{ENTRY.name}（reviewer）"
    assert sound(world)


def test_library_entry_is_retired_once_by_two_at_once(course: Course, world: World) -> None:
    def retire(by: str) -> Act:
        return lambda world: entry_changes.retire_entry(world.session, world.actor(by), "vehicle-kept")

    overlap(course, retire("reviewer"), retire("approver"))
    assert entries_of(world, "change_library") == 1
    assert sound(world)


# --- the register and voiding --------------------------------------------------------------------


def withdrawn(world: World) -> int:
    table_id = world.submitted()
    world.act(table_id, actions.WITHDRAW, "head")
    return table_id


def voids(table_id: int) -> Act:
    return lambda world: voiding.void(world.session, world.actor("head"), table_id, "项目取消。")


@pytest.mark.parametrize("by_field", [False, True], ids=["submitted", "edited"])
def test_table_voided_at_the_same_moment_is_not_worked_on(course: Course, world: World, by_field: bool) -> None:
    table_id = withdrawn(world)
    digest = world.table(table_id).digest

    def edits(world: World) -> object:
        return world.edit(table_id, "goals", "1、每月10日前发放3人工资。")

    submits = act(actions.SUBMIT, "everything", digest, table_id)
    won, lost = overlap(course, voids(table_id), edits if by_field else submits)

    assert isinstance(won, TargetTable)
    assert isinstance(lost, Stale) and "作废" in lost.message
    assert (world.table(table_id).state, world.table(table_id).is_voided) == ("drafted", True)
    assert sound(world)


def test_table_submitted_at_the_same_moment_is_not_voided(course: Course, world: World) -> None:
    table_id = withdrawn(world)
    digest = world.table(table_id).digest

    won, lost = overlap(course, act(actions.SUBMIT, "everything", digest, table_id), voids(table_id))

    assert isinstance(won, TargetTable)
    assert isinstance(lost, Stale)
    assert not world.table(table_id).is_voided
    assert sound(world)


def test_two_people_who_begin_from_one_entry_make_one_table(course: Course, world: World) -> None:
    row = EntryRow(OFFICE, "610-1301-JBN-OTTA", "工作经费", 100)
    imports.import_rows(world.session, world.actor("approver"), YEAR, [row])
    entry_id = world.session.scalars(select(RegisterEntry.id)).one()
    world.session.rollback()

    def begins(by: str) -> Act:
        return lambda world: starting.start(world.session, world.actor(by), entry_id)

    won, lost = overlap(course, begins("drafter"), begins("drafter2"))

    assert isinstance(won, TargetTable)
    assert isinstance(lost, Stale)
    assert len(world.session.scalars(select(TargetTable.id)).all()) == 1


def test_two_imports_of_one_list_make_each_entry_once(course: Course, world: World) -> None:
    row = EntryRow(OFFICE, "610-1301-JBN-OTTA", "工作经费", 100)

    def importing(by: str) -> Act:
        return lambda world: imports.import_rows(world.session, world.actor(by), YEAR, [row])

    first, second = overlap(course, importing("approver"), importing("reviewer"))

    assert (getattr(first, "added", None), getattr(second, "added", None)) == (1, 0)
    assert sound(world)


def test_office_does_not_confirm_no_projects_while_it_begins_one(course: Course, world: World) -> None:
    won, lost = overlap(
        course,
        lambda world: drafts.create(world.session, world.actor("drafter"), Kind.PROJECT, OFFICE, YEAR),
        lambda world: no_projects.confirm(world.session, world.actor("head"), YEAR),
    )

    assert isinstance(won, TargetTable)
    assert isinstance(lost, Invalid)


# --- stand-ins -----------------------------------------------------------------------------------


@pytest.mark.parametrize("ends_first", [True, False])
def test_act_for_another_meets_the_end_of_the_stand_in(course: Course, world: World, ends_first: bool) -> None:
    table_id, row_id = world.draft(), world.stand_in("drafter", "head").id
    acting, head = world.acting("drafter", "head"), world.actor("head")
    digest = world.table(table_id).digest

    def submit(other: World) -> object:
        asked = actions.TransitionRequest(actions.SUBMIT, digest=digest)
        return workflow.perform(other.session, acting, table_id, asked)

    def end(other: World) -> object:
        return stand_ins.end(other.session, head, row_id)

    first, second = overlap(course, *((end, submit) if ends_first else (submit, end)))

    ended, submitted = (first, second) if ends_first else (second, first)
    assert ended is None
    assert isinstance(submitted, Stale if ends_first else TargetTable)
    assert (world.table(table_id).state == "submitted") is not ends_first
    assert verification.verify(world.session).problems == []


# --- offices ---------------------------------------------------------------------------------------


def move(code: str, parent: str, name: str = "某单位") -> Act:
    return lambda world: offices.change_office(world.session, None, code, OfficeForm(name, parent))


def test_two_moves_at_once_make_no_circle(course: Course, world: World) -> None:
    first, second = overlap(course, move(OFFICE, "620001"), move("620001", OFFICE))
    assert first == 0
    assert isinstance(second, Invalid)
    assert second.message.startswith("上级绕成了一圈")
    assert sound(world)


def test_draft_saved_while_its_office_is_renamed_has_both(course: Course, world: World) -> None:
    table_id = world.draft()
    saved, _ = meet_before_head(
        course, lambda world: world.edit(table_id, "goals", "1、新的目标。"), move(OFFICE, "610", "古城街道")
    )
    assert isinstance(saved, drafts.FormSaveResult)
    document = world.table(table_id).document
    assert documents.value_at(document, "goals") == "1、新的目标。"
    assert documents.value_at(document, "office_name") == "古城街道"
    assert sound(world)
