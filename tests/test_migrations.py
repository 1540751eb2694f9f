"""Models and migrations agree, up and down keep what they should."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import flask_migrate
from flask import Flask
from sqlalchemy import Connection, create_engine, select, text, update

from portal import models, queries
from portal.database import missing_triggers, now, trigger_statements
from portal.domain import actions
from portal.domain.chain import GENESIS, HASHED, entry_hash
from portal.domain.documents import Kind
from portal.domain.full_text import parse_query
from portal.domain.serialization import digest
from portal.extensions import db
from portal.models import Opinion, User
from portal.services.administration import people
from portal.services.drafting import checks, drafts, explanations
from portal.services.record import verification
from portal.services.register import no_projects
from portal.services.review import claims
from portal.services.session import signing_in
from tests.web.forms import fields_of
from tests.web.signing import signed_in_client
from tests.world import OFFICE, PASSWORD, YEAR, World, sound_project


def dumped(connection: Connection) -> set[str]:
    """Every table, index, constraint and trigger of the schema, as the database tells them."""
    if connection.dialect.name == "sqlite":
        statements = connection.execute(
            text(
                "SELECT name || ' ' || sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%' "
                "AND name <> 'sqlite_sequence'"
            )
        )
        return {part for s in statements.scalars() for part in _parts(s)}
    queries = (
        "SELECT table_name || column_name || data_type || coalesce(character_maximum_length, 0) || is_nullable "
        "|| coalesce(column_default, '') FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT conrelid::regclass || conname || pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace AND contype <> 'n'",  # told with the columns
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT proname || prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    )
    rows = (row for query in queries for row in connection.execute(text(query)).scalars())
    return {" ".join(row.split()) for row in rows if "alembic_version" not in row}


def _parts(statement: str) -> list[str]:
    """Constraints of a table in any order count as the same; SQLite quotes the name of a table made anew."""
    name = statement.split()[0]
    statement = statement.replace(f'CREATE TABLE "{name}" (', f"CREATE TABLE {name} (")
    statement = statement.replace(", ", ",\n").replace(" DEFAULT (", " DEFAULT ").replace(")\n", "\n")
    return [f"{name} {' '.join(line.split()).rstrip(', )')}" for line in statement.splitlines()]


def test_models_and_migrations_make_the_same_schema(app: Flask) -> None:
    with db.engine.connect() as connection:
        by_migrations = dumped(connection)
        is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        flask_migrate.downgrade(revision="base")
    engine = create_engine("sqlite://") if is_sqlite else db.engine
    with engine.begin() as connection:
        models.Base.metadata.create_all(connection)
        assert dumped(connection) == by_migrations


def test_census_finds_every_trigger_after_migrating_and_names_a_dropped_one(app: Flask) -> None:
    with db.engine.begin() as connection:
        assert missing_triggers(connection) == []
        on = "" if connection.dialect.name == "sqlite" else " ON opinions"
        connection.execute(text(f"DROP TRIGGER opinions_refuse_delete{on}"))
        assert missing_triggers(connection) == ["opinions_refuse_delete"]


def test_downgrade_to_base_leaves_nothing(app: Flask) -> None:
    flask_migrate.downgrade(revision="base")
    with db.engine.connect() as connection:
        assert dumped(connection) == set()


STORED_BY_0_2_0 = (
    '{"budget":{"fiscal":"23000.00","other":"","total":"23000.00"},"goals":"1、目标",'
    '"indicators":[{"basis":"文件","description":"人数","id":"aaaa","level1":"产出指标","level2":"数量指标",'
    '"level3":"发放人数","target_value":"≥3人"}],"office_code":"610002","office_name":"古城街道","ordinal":1,'
    '"project_code":"610-1301-JBN-OTTA","project_name":"工作经费","purpose":"3人工资",'
    '"spending_plan":{"december":"100","june":"50","march":"25","october":"75"}}'
)


def insert_table_of_0_2_0(connection: Connection) -> None:
    """A returned table with one revision, both stored without the name of a form."""
    stamp = "2026-11-20 08:00:00"
    user = connection.execute(text("SELECT id FROM users WHERE username = 'head'")).scalar_one()
    values = {"content": STORED_BY_0_2_0, "digest": digest(STORED_BY_0_2_0), "at": stamp, "by": user}
    connection.execute(
        text(
            "INSERT INTO target_tables (id, kind, year, office_code, state, position, project_code, project_name,"
            " errors, warnings, digest, version, since, saved_at, submissions, returns, sent_code, sent_name,"
            " sent_errors, sent_warnings, created_by_id, content) VALUES (1, 'project', :year, :office, 'returned', 1,"
            " '610-1301-JBN-OTTA', '工作经费', 0, 0, :digest, 1, :at, :at, 1, 1, '610-1301-JBN-OTTA', '工作经费', 0, 0,"
            " :by, :content)"
        ),
        values | {"year": YEAR, "office": OFFICE},
    )
    connection.execute(
        text(
            "INSERT INTO revisions (table_id, number, round, kind, digest, submitted_by_id, submitted_by_name,"
            " submitted_at, content) VALUES (1, 1, 1, 'project', :digest, :by, '李主任', :at, :content)"
        ),
        values,
    )


def test_texts_of_0_2_0_keep_bytes_and_digest_also_in_print(app: Flask, world: World) -> None:
    flask_migrate.downgrade(revision="0003")
    with db.engine.begin() as connection:
        insert_table_of_0_2_0(connection)
    flask_migrate.upgrade()
    client, stored = signed_in_client(app, "drafter"), digest(STORED_BY_0_2_0)
    opened = world.opened(1)
    assert client.post("/tables/1/edit", data=fields_of(opened.document, 1)).status_code == 303
    assert (world.table(1).content, world.table(1).digest) == (STORED_BY_0_2_0, stored)
    assert f"内容摘要 {stored}" in client.get("/tables/1/print").text
    assert f"内容摘要 {stored}" in signed_in_client(app, "reviewer").get("/tables/1/print").text
    with db.engine.connect() as connection:
        year = connection.execute(text("SELECT project_form, department_form FROM budget_years")).one()
    assert tuple(year) == ("hebei-2017", "department-2017")


def test_drafts_of_before_count_no_corrections_until_they_are_checked(app: Flask, world: World) -> None:
    document = replace(sound_project(), goals="１、按月发放工资。")
    table_id = world.draft(document=document)
    assert world.table(table_id).correctable == 1
    world.session.close()

    flask_migrate.downgrade(revision="0009")
    flask_migrate.upgrade()

    assert (world.table(table_id).document, world.table(table_id).correctable) == (document, 0)
    world.session.rollback()
    checks.check(world.session, world.actor("drafter"), table_id)
    assert world.table(table_id).correctable == 1


def test_upgrade_counts_the_stored_findings_of_each_revision_by_rule(app: Flask, world: World) -> None:
    table_id = world.submitted(replace(sound_project(), purpose="支付工资。"))
    counts = "SELECT rule, count FROM finding_counts ORDER BY rule"
    with db.engine.connect() as connection:
        before = connection.execute(text(counts)).all()
    world.session.rollback()

    flask_migrate.downgrade(revision="0023")
    flask_migrate.upgrade()

    with db.engine.connect() as connection:
        assert connection.execute(text(counts)).all() == before
        assert ("W18", 1) in before
    assert table_id


def test_upgrade_indexes_the_texts_that_there_are(app: Flask, world: World) -> None:
    world.submitted(replace(sound_project(), purpose="支付工资。"))
    world.draft(sound_project(2, "610-1301-JBN-0002", "河道清淤"))
    indexed = "SELECT table_id, packed FROM indexed_copies UNION ALL SELECT table_id, packed FROM indexed_revisions"
    before = set(world.session.execute(text(indexed)).all())
    world.session.rollback()

    flask_migrate.downgrade(revision="0023")
    flask_migrate.upgrade()

    assert set(world.session.execute(text(indexed)).all()) == before
    assert len(before) == 2  # the copy of what was submitted is equal to it
    for by, query, count in (("drafter", "清淤", 1), ("reviewer", "清淤", 0), ("reviewer", "规则:W18 工资", 1)):
        found = queries.full_text.hits(world.session, world.actor(by), parse_query(query)).found
        assert len(found) == count, (by, query)


def test_upgrade_fills_in_explained_findings_from_what_is_stored_with_revisions(app: Flask, world: World) -> None:
    draft = world.draft(replace(sound_project(), purpose="支付预算外人员全年工资。"))
    explanations.explain(world.session, world.actor("drafter"), draft, rule="W18", path="purpose", text="按文件执行")
    world.act(draft, actions.SUBMIT, "head")
    world.opinion(draft, binding=False)
    world.act(draft, actions.APPROVE, "approver")
    rows = text("SELECT table_id, year, is_accepted, rule, path FROM explained_findings")
    before = world.session.execute(rows).all()
    assert before == [(draft, YEAR, True, "W18", "purpose")]
    world.session.close()

    flask_migrate.downgrade(revision="0023")
    flask_migrate.upgrade()

    assert world.session.execute(rows).all() == before
    assert world.session.scalars(select(Opinion.year)).all() == [YEAR]


def test_one_time_passwords_of_0_2_0_expire_from_the_upgrade_on(app: Flask, world: World) -> None:
    people.reset_password(world.session, None, world.actor("head").id)
    key = signing_in.sign_in(world.session, "drafter", PASSWORD, "127.0.0.1").key
    world.session.rollback()
    flask_migrate.downgrade(revision="0005")
    before = now() - timedelta(seconds=1)  # SQLite's CURRENT_TIMESTAMP has no fractions
    flask_migrate.upgrade()
    since = {user.username: user.one_time_since for user in world.session.scalars(select(User))}
    assert (since.pop("head") or before) > before
    assert set(since.values()) == {None}
    assert queries.session.account_of_session(world.session, key, now()) is None


def test_review_of_a_claimed_table_began_with_its_first_claim(app: Flask, world: World) -> None:
    claimed, waiting = world.submitted(), world.submitted(sound_project(2, "610-1301-JBN-0002", "第二项目"))
    claims.claim(world.session, world.actor("reviewer"), claimed)
    began = world.session.scalar(select(models.AuditEntry.at).where(models.AuditEntry.act == "claim"))
    world.session.close()

    flask_migrate.downgrade(revision="0024")
    flask_migrate.upgrade()

    assert (world.table(claimed).review_since, world.table(waiting).review_since) == (began, None)


def forget_facts(connection: Connection) -> None:
    """Rewrite the chain as a version without facts would have written it, one time running backwards."""
    for trigger in trigger_statements(connection.dialect.name):
        if trigger.startswith("audit_entries"):
            on = "" if connection.dialect.name == "sqlite" else " ON audit_entries"
            connection.execute(text(f"DROP TRIGGER {trigger}{on}"))
    entries, previous = models.AuditEntry.plain(), GENESIS
    stored = select(*(entries.c[name] for name in HASHED)).order_by(entries.c.number)
    for row in connection.execute(stored).mappings().all():
        stated = json.loads(row["detail"])
        detail = {key: value for key, value in stated.items() if key not in ("facts", "rows")}
        if digest_of_text := stated.get("facts", {}).get("digest"):
            detail["digest"] = digest_of_text
        at = row["at"] - timedelta(days=1) if row["act"] == "submit" else row["at"]
        changed = {"detail": json.dumps(detail, sort_keys=True), "previous": previous}
        previous = entry_hash({**row, **changed, "at": at.isoformat(timespec="microseconds")})
        changed |= {"hash": previous, "at": at}
        connection.execute(update(entries).where(entries.c.number == row["number"]).values(changed))
    connection.execute(text("UPDATE audit_head SET hash = :hash"), {"hash": previous})
    for trigger, statements in trigger_statements(connection.dialect.name).items():
        if trigger.startswith("audit_entries"):
            connection.execute(text(statements[0]))


def test_upgrade_states_what_earlier_entries_do_not(app: Flask, world: World) -> None:
    """On data of every kind; what somebody changes afterwards is found with the number of the baseline entry."""
    table_id = world.returned()
    world.edit(table_id, "goals", "1、每月10日前发放3人工资。")
    world.session.rollback()
    before = world.session.scalar(text("SELECT count(*) FROM audit_entries"))
    world.session.rollback()
    flask_migrate.downgrade(revision="0007")
    with db.engine.begin() as connection:
        forget_facts(connection)
    flask_migrate.upgrade()
    assert verification.verify(world.session).problems == []
    world.session.rollback()
    world.edit(table_id, "goals", "1、每月20日前发放3人工资。")
    assert verification.verify(world.session).problems == []
    world.session.rollback()

    for statement in (
        "UPDATE target_tables SET due_on = '2020-01-01'",
        "UPDATE opinions SET text = '别的意见'",
        "UPDATE users SET active = false WHERE username = 'head'",
        "UPDATE budget_years SET off = 'W1'",
        "UPDATE offices SET name = '别的单位' WHERE code = '610'",
    ):
        with db.engine.begin() as connection:
            connection.execute(text(statement))
    acts = dict(world.session.execute(text("SELECT number, act FROM audit_entries")).all())  # type: ignore[arg-type]
    found = verification.verify(world.session).problems
    assert [acts[problem.number] for problem in found] == ["baseline"] * 5
    assert all(problem.number > before for problem in found)


def test_upgrade_finds_office_and_principal_of_each_entry(app: Flask, world: World) -> None:
    world.submitted()
    world.stand_in("drafter2", "head")
    begun = drafts.create(world.session, world.acting("drafter2", "head"), Kind.PROJECT, OFFICE, YEAR)
    drafts.discard(world.session, world.actor("drafter"), begun.id)
    no_projects.confirm(world.session, world.actor("outsider"), YEAR)
    found = text("SELECT number, office_code, principal_id FROM audit_entries ORDER BY number")
    written = world.session.execute(found).all()
    world.session.rollback()

    flask_migrate.downgrade(revision="0030")
    flask_migrate.upgrade()

    assert world.session.execute(found).all() == written
    assert {row.office_code for row in written} >= {None, OFFICE, "620001"}
    assert [row.principal_id for row in written if row.principal_id] == [world.actor("head").id]
