"""Somebody with the database in their hands: triggers refuse, and where they are gone verification finds the place."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from portal import queries
from portal.database import APPEND_ONLY, missing_triggers, trigger_statements
from portal.domain import actions, chain, documents, serialization
from portal.domain.chain import Problem, entry_hash
from portal.services.administration import offices
from portal.services.administration.offices import OfficeForm
from portal.services.drafting import explanations, hand_ups
from portal.services.files import exports
from portal.services.record import verification
from portal.services.review import bureau_notes, opinion_acts
from portal.services.transaction import write
from tests.databases import LivedWorlds
from tests.world import DUE, World, sound_project

KEYS = {
    "audit_entries": "number",
    "revisions": "id",
    "enclosures": "revision_id",
    "changes": "id",
    "opinion_events": "id",
    "voidings": "table_id",
    "bureau_notes": "id",
    "hand_up_events": "id",
}


@pytest.fixture
def table_id(lived_worlds: LivedWorlds) -> int:
    """A table with everything in its life: two rounds, an opinion, an explanation, an approval, a reopening."""
    world = lived_worlds.after(_whole_life)
    return int(world.session.execute(text("SELECT id FROM target_tables")).scalar_one())


def _whole_life(world: World) -> None:
    table_id = world.returned()
    hand_ups.hand_up(world.session, world.actor("drafter"), table_id, "请看第二条目标。")
    opinion = world.session.execute(text("SELECT id FROM opinions")).scalar_one()
    world.edit(table_id, "goals", "1、每月10日前发放3人工资。")
    opinion_acts.answer(world.session, world.actor("drafter"), table_id, opinion, kind="changed", text="已量化")
    explanations.explain(world.session, world.actor("drafter"), table_id, rule="W2", path="indicators", text="按人头计")
    world.act(table_id, actions.SUBMIT, "head")
    opinion_acts.accept(world.session, world.actor("reviewer"), table_id, opinion)
    bureau_notes.add(world.session, world.actor("reviewer"), table_id, "金额已核对。")
    world.act(table_id, actions.APPROVE, "approver")
    world.act(table_id, actions.REOPEN, "approver", due=DUE, reason="预算调整")


def run(world: World, statement: str, **values: object) -> None:
    with write(world.session):
        world.session.execute(text(statement), values)


def drop_triggers(world: World) -> None:
    """What a thorough intruder does first."""
    dialect = world.session.get_bind().dialect.name
    for table in (*APPEND_ONLY, "opinions"):
        for trigger in trigger_statements(dialect):
            if trigger.startswith(f"{table}_refuse"):
                run(world, f"DROP TRIGGER {trigger}" + (f" ON {table}" if dialect == "postgresql" else ""))


def is_sqlite(world: World) -> bool:
    return world.session.get_bind().dialect.name == "sqlite"


def problems(world: World, *anchors: tuple[int, str]) -> list[Problem]:
    """What verification finds, but for the triggers that a test had to drop."""
    world.session.rollback()
    found = verification.verify(world.session, anchors).problems
    return [problem for problem in found if "触发器" not in problem.message]


def number_of(world: World, act: str, which: int = -1) -> int:
    """Number of the latest (or another) entry of an act."""
    statement = text("SELECT number FROM audit_entries WHERE act = :act ORDER BY number")
    return world.session.execute(statement, {"act": act}).scalars().all()[which]


# --- refused -------------------------------------------------------------------------------------


def _replace(world: World, table: str) -> str:
    """The whole of the latest row written once more: what REPLACE would do."""
    if is_sqlite(world):
        return f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} ORDER BY {KEYS[table]} DESC LIMIT 1"
    return (
        f"INSERT INTO {table} SELECT * FROM {table} "
        f"ON CONFLICT ({KEYS[table]}) DO UPDATE SET {KEYS[table]} = excluded.{KEYS[table]}"
    )


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_append_only_table_refuses_every_way_of_changing_it(world: World, table_id: int, table: str) -> None:
    if table == "voidings":  # a table that was approved is never voided by the portal
        columns = "table_id, reason, voided_by_id, voided_by_name, voided_at"
        values = f"{table_id}, '取消', 1, '李主任', '2026-11-20 08:00:00'"
        run(world, f"INSERT INTO voidings ({columns}) VALUES ({values})")
    before = world.session.execute(text(f"SELECT * FROM {table} ORDER BY {KEYS[table]}")).all()
    assert before
    statements = [
        f"UPDATE {table} SET {KEYS[table]} = {KEYS[table]}",
        f"DELETE FROM {table}",
        f"DELETE FROM {table} WHERE {KEYS[table]} = (SELECT max({KEYS[table]}) FROM {table})",
        _replace(world, table),
    ]
    if not is_sqlite(world):
        statements += [f"TRUNCATE {table} CASCADE"]
    for statement in statements:
        with pytest.raises(DatabaseError, match=f"{table} is append-only"):
            run(world, statement)
    after = world.session.execute(text(f"SELECT * FROM {table} ORDER BY {KEYS[table]}")).all()
    assert after == before


def test_raised_opinion_cannot_be_deleted_and_a_draft_can(world: World, table_id: int) -> None:
    with pytest.raises(DatabaseError, match="a raised opinion stays"):
        run(world, "DELETE FROM opinions")
    other = world.submitted(sound_project(2, "610-1301-JBN-0002", "另一项目"))
    draft = world.opinion(other)
    run(world, "DELETE FROM opinions WHERE id = :id", id=draft)
    assert world.session.execute(text("SELECT count(*) FROM opinions")).scalar_one() == 1


@pytest.mark.parametrize("table", ["target_tables", "opinions"])
def test_tables_that_the_record_hangs_on_cannot_be_emptied(world: World, table_id: int, table: str) -> None:
    if is_sqlite(world):
        with pytest.raises(DatabaseError):
            run(world, f"DELETE FROM {table}")
    else:
        with pytest.raises(DatabaseError, match="is append-only"):
            run(world, f"TRUNCATE {table} CASCADE")
    assert problems(world) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE target_tables SET state = 'lost'",
        "UPDATE target_tables SET state = 'approved', in_force_id = NULL",
        "UPDATE target_tables SET state = 'submitted'",
        "UPDATE target_tables SET kind = 'other'",
        "UPDATE target_tables SET submission_count = 0",
        "UPDATE target_tables SET in_force_id = 999",
        "INSERT INTO user_roles (user_id, role) VALUES (1, 'emperor')",
        "INSERT INTO audit_head (id, number, hash) VALUES (2, 0, '')",
    ],
)
def test_database_itself_refuses_nonsense(world: World, table_id: int, statement: str) -> None:
    with pytest.raises(DatabaseError):
        run(world, statement)


def test_census_names_every_trigger_that_is_gone(world: World, table_id: int) -> None:
    assert missing_triggers(world.session.connection()) == []
    drop_triggers(world)
    expected = sorted(trigger_statements(world.session.get_bind().dialect.name))
    assert len(expected) == 17
    assert missing_triggers(world.session.connection()) == expected


def test_census_names_a_trigger_that_is_switched_off(world: World) -> None:
    if is_sqlite(world):
        pytest.skip("SQLite cannot switch a trigger off")
    run(world, "ALTER TABLE revisions DISABLE TRIGGER revisions_refuse_change")
    assert missing_triggers(world.session.connection()) == ["revisions_refuse_change"]


# --- found: the log ------------------------------------------------------------------------------


def test_untouched_record_verifies_with_its_head(world: World, table_id: int) -> None:
    number, digits = queries.record.head(world.session)
    result = verification.verify(world.session, [(number, digits), (1, _hash(world, 1)[:16])])
    assert result.to_json() == {
        "ok": True,
        "entries": number,
        "head": {"number": number, "hash": digits},
        "anchors": [f"{number}:{digits}", f"1:{_hash(world, 1)[:16]}"],
        "problems": [],
    }


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2020-01-01 00:00:00.000000"),
        ("actor_id", 99),
        ("actor", "别人"),
        ("object_id", "99"),
        ("object_name", "别的表"),
        ("detail", '{"raised":0}'),
        ("algorithm", "sm3"),
    ],
)
def test_changed_entry_is_found_at_its_number(world: World, table_id: int, column: str, value: object) -> None:
    drop_triggers(world)
    number = number_of(world, "return")
    shown = "CAST(:value AS TIMESTAMPTZ)" if column == "at" and not is_sqlite(world) else ":value"
    run(world, f"UPDATE audit_entries SET {column} = {shown} WHERE number = :n", n=number, value=value)
    assert problems(world)[0] == Problem(number, f"第 {number} 号的内容与其校验值不符。")


def test_changed_entry_with_its_hash_made_anew_is_found_at_the_next(world: World, table_id: int) -> None:
    drop_triggers(world)
    number = number_of(world, "return")
    _forge(world, number, actor="别人")
    assert problems(world) == [Problem(number + 1, f"第 {number + 1} 号与前一条接不上。")]


def test_last_entry_forged_is_found_against_the_head(world: World, table_id: int) -> None:
    drop_triggers(world)
    number, _ = queries.record.head(world.session)
    _forge(world, number, actor="别人")
    assert [problem.number for problem in problems(world)] == [None]


def test_deleted_entry_is_found_where_it_is_missing(world: World, table_id: int) -> None:
    drop_triggers(world)
    number = number_of(world, "return")
    run(world, "DELETE FROM audit_entries WHERE number = :n", n=number)
    assert problems(world)[0] == Problem(number + 1, f"编号不连续：应为第 {number} 号，实为第 {number + 1} 号。")


def test_reordered_entries_are_found(world: World, table_id: int) -> None:
    drop_triggers(world)
    first = number_of(world, "return")
    for old, new in ((first, 0), (first + 1, first), (0, first + 1)):
        run(world, "UPDATE audit_entries SET number = :new WHERE number = :old", old=old, new=new)
    assert {problem.number for problem in problems(world)} == {first, first + 1, first + 2}


def test_inserted_entry_is_found_though_the_rest_is_renumbered(world: World, table_id: int) -> None:
    drop_triggers(world)
    place, (head, _) = number_of(world, "return"), queries.record.head(world.session)
    for number in range(head, place - 1, -1):
        run(world, "UPDATE audit_entries SET number = :new WHERE number = :old", old=number, new=number + 1)
    columns = ", ".join(name for name in (*chain.HASHED, "hash") if name != "number")
    copy = f"SELECT :n, {columns} FROM audit_entries WHERE number = :of"
    run(world, f"INSERT INTO audit_entries (number, {columns}) {copy}", n=place, of=place - 1)
    assert problems(world)[0].number == place
    assert {problem.number for problem in problems(world)} >= {place, place + 1, head + 1, None}


@pytest.mark.parametrize("cut", [1, 3])
def test_truncated_record_is_found_against_the_head(world: World, table_id: int, cut: int) -> None:
    drop_triggers(world)
    number, digits = queries.record.head(world.session)
    run(world, "DELETE FROM audit_entries WHERE number > :n", n=number - cut)
    told = Problem(None, f"链头应为第 {number} 号，记录却止于第 {number - cut} 号：记录被截断或改动。")
    assert told in problems(world)
    assert Problem(number, f"留存的第 {number} 号在记录中不存在：记录可能被截断。") in problems(world, (number, digits))


def test_truncated_record_with_its_head_put_back_shows_against_an_anchor(world: World, table_id: int) -> None:
    exports.enter_log_export(world.session, None)
    drop_triggers(world)
    number, digits = queries.record.head(world.session)
    run(world, "DELETE FROM audit_entries WHERE number = :n", n=number)
    run(world, "UPDATE audit_head SET number = :n, hash = :h", n=number - 1, h=_hash(world, number - 1))
    assert problems(world) == []
    assert problems(world, (number, digits)) == [
        Problem(number, f"留存的第 {number} 号在记录中不存在：记录可能被截断。")
    ]


def test_record_rewritten_from_one_entry_on_shows_against_an_anchor(world: World, table_id: int) -> None:
    drop_triggers(world)
    number, digits = queries.record.head(world.session)
    forged = number_of(world, "return")
    _forge(world, forged, actor="别人")
    for later in range(forged + 1, number + 1):
        _forge(world, later, previous=_hash(world, later - 1))
    run(world, "UPDATE audit_head SET hash = :h", h=_hash(world, number))
    assert problems(world) == []
    assert problems(world, (number, digits)) == [Problem(number, f"第 {number} 号的校验值与留存的不同。")]


def test_damaged_detail_is_found_and_does_not_stop_verification(world: World, table_id: int) -> None:
    drop_triggers(world)
    number = number_of(world, "submit")
    run(world, "UPDATE audit_entries SET detail = 'nonsense' WHERE number = :n", n=number)
    assert Problem(number, f"第 {number} 号的内容与其校验值不符。") in problems(world)


# --- found: revisions ----------------------------------------------------------------------------


def test_changed_content_of_a_revision_is_found_at_its_submission(world: World, table_id: int) -> None:
    drop_triggers(world)
    changed = serialization.canonical(documents.with_value(sound_project(), "budget/total", "99999999.00"))
    run(world, "UPDATE revisions SET content = :c WHERE number = 1", c=changed)
    entry = number_of(world, "submit", 0)
    name = f"编号 {table_id} 的表第 1 次送审的版本"
    assert problems(world) == [Problem(entry, f"{name}与其摘要不符：内容被改动。")]

    run(world, "UPDATE revisions SET digest = :d WHERE number = 1", d=serialization.digest(changed))
    assert problems(world) == [Problem(entry, f"{name}的摘要与送审时记载的不同。")]


def test_deleted_revision_is_found_at_its_submission(world: World, table_id: int) -> None:
    drop_triggers(world)
    for table in ("revision_findings", "finding_counts"):
        run(world, f"DELETE FROM {table} WHERE revision_id = (SELECT min(id) FROM revisions)")
    run(world, "DELETE FROM revisions WHERE number = 1")
    assert problems(world) == [Problem(number_of(world, "submit", 0), f"编号 {table_id} 的表第 1 次送审的版本不见了。")]


def test_revision_that_nobody_submitted_is_found(world: World, table_id: int) -> None:
    columns = "table_id, round, kind, digest, submitted_by_id, submitted_by_name, submitted_at, content"
    run(world, f"INSERT INTO revisions (number, {columns}) SELECT 3, {columns} FROM revisions WHERE number = 2")
    assert problems(world) == [Problem(None, f"编号 {table_id} 的表第 3 次送审的版本在审计记录中没有送审的记载。")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE target_tables SET in_force_id = (SELECT id FROM revisions WHERE number = 1)",
        "UPDATE target_tables SET in_force_id = NULL",
    ],
)
def test_pointer_to_the_revision_in_force_is_held_against_the_approval(
    world: World, table_id: int, statement: str
) -> None:
    approval = number_of(world, "approve")
    run(world, statement)
    assert problems(world) == [Problem(approval, f"编号 {table_id} 的表的现行版本的编号与第 {approval} 号记载的不同。")]


def test_revision_put_in_force_without_an_approval_is_found(world: World) -> None:
    table_id = world.submitted()
    run(world, "UPDATE target_tables SET in_force_id = (SELECT id FROM revisions)")
    created = number_of(world, "create")
    assert problems(world) == [Problem(created, f"编号 {table_id} 的表的现行版本的编号与第 {created} 号记载的不同。")]


@pytest.mark.parametrize("bring", [World.submitted, World.approved])
def test_working_copy_of_a_submitted_or_approved_table_is_held_against_its_revision(
    world: World, bring: Callable[[World], int]
) -> None:
    """The office reads and prints the working copy, so it must be what was submitted."""
    table_id = bring(world)
    changed = serialization.canonical(documents.with_value(sound_project(), "budget/total", "99999999.00"))
    run(world, "UPDATE target_tables SET content = :c, digest = :d", c=changed, d=serialization.digest(changed))
    found = problems(world)
    assert len(found) == 1
    assert found[0].number == number_of(world, "submit")
    assert f"编号 {table_id} 的表" in found[0].message


# --- offline -------------------------------------------------------------------------------------


def test_exported_entries_verify_without_the_portal(world: World, table_id: int) -> None:
    lines = [json.dumps(entry, ensure_ascii=False) for entry in queries.record.chain(world.session)]
    number, digits = queries.record.head(world.session)
    world.session.rollback()

    result = chain.verify(map(json.loads, lines), [(number, digits)])
    assert (result.ok, result.entries, result.head_number, result.head_hash) == (True, number, number, digits)

    tampered = [line.replace("陈审核", "孙审核") if '"act": "return"' in line else line for line in lines]
    place = number_of(world, "return")
    assert chain.verify(map(json.loads, tampered)).problems == [Problem(place, f"第 {place} 号的内容与其校验值不符。")]
    assert [p.number for p in chain.verify(map(json.loads, lines[:-2]), [(number, digits)]).problems] == [number]


def test_sm3_by_configuration_makes_entries_that_verify_beside_the_older_ones(
    world: World,
) -> None:
    engine = world.session.get_bind()
    world.draft()
    world.session.rollback()
    engine.update_execution_options(audit_hash="sm3")  # type: ignore[union-attr]
    world.edit(1, "goals", "1、每月10日前发放3人工资。")
    algorithms = [entry["algorithm"] for entry in queries.record.chain(world.session)]
    assert (algorithms[-2:], set(algorithms[:-1])) == (["sha256", "sm3"], {"sha256"})
    assert problems(world) == []


def _hash(world: World, number: int) -> str:
    statement = text("SELECT hash FROM audit_entries WHERE number = :n")
    return str(world.session.execute(statement, {"n": number}).scalar_one())


def _forge(world: World, number: int, **changed: object) -> None:
    """Change an entry and make its own hash anew."""
    entry = list(queries.record.chain(world.session))[number - 1] | changed
    values = changed | {"hash": entry_hash(entry)}
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    run(world, f"UPDATE audit_entries SET {assignments} WHERE number = :n", n=number, **values)


def test_thing_that_is_gone_is_told_with_the_latest_entry_about_it(world: World) -> None:
    offices.add_office(world.session, None, "999", "某单位")
    offices.change_office(world.session, None, "999", OfficeForm("某单位（新名）"))
    run(world, "DELETE FROM offices WHERE code = '999'")
    (found,) = problems(world)
    assert (found.number, found.message[-4:]) == (number_of(world, "change_office"), "不见了。")


@pytest.mark.parametrize(
    "change",
    ["office_code = '620001' WHERE act = 'return'", "office_code = NULL WHERE act = 'return'", "principal_id = 3"],
)
def test_entry_that_the_history_would_not_find_is_named(world: World, table_id: int, change: str) -> None:
    drop_triggers(world)
    run(world, f"UPDATE audit_entries SET {change}")
    found = problems(world)
    assert "查经过时会找不到它" in found[0].message
    if "return" in change:
        assert [problem.number for problem in found] == [number_of(world, "return")]
