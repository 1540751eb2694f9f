"""Somebody changes a row by hand: verification names what differs and the entry that states it.

Every column of every table is changed in turn, so a column that no entry states is found here, or is exempt by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, select, text, update
from sqlalchemy.orm import Session

from portal import queries
from portal.database import clock_at
from portal.domain import actions, documents, serialization
from portal.domain.audit_keys import KEYS
from portal.domain.calendar import CALENDAR
from portal.domain.chain import Problem
from portal.domain.conclusions import Dimension
from portal.domain.enclosures import EnclosedAttachment, Enclosures, canonical
from portal.domain.library import CATEGORIES
from portal.domain.register import EntryRow
from portal.models import Base, Change, Enclosure, Opinion, Participation, RegisterEntry, TargetTable
from portal.services.administration import calendar, office_mergers, people
from portal.services.drafting import attachments, carry_over, drafts, explanations, hand_ups, undo_redo, voiding
from portal.services.library import entry_changes
from portal.services.record import audit, comparison, verification
from portal.services.record.facts import OBJECTS, ROWS
from portal.services.record.stated import Stated
from portal.services.register import exemptions, imports, no_projects, unannounced
from portal.services.review import (
    adjustments,
    bureau_notes,
    claims,
    conclusions,
    dismissals,
    extensions,
    opinion_acts,
)
from portal.services.session import stand_ins
from portal.services.transaction import write
from portal.storage import AttachmentStore
from tests.databases import LivedWorlds
from tests.services.administration.notices import NOTICE, NOTICE_YEAR
from tests.world import DEADLINE, DUE, OFFICE, YEAR, World, sound_project

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
EXEMPT = {
    "audit_entries": "the chain itself",
    "audit_head": "the chain itself",
    "target_tables.errors": "counted anew by every check",
    "target_tables.warnings": "counted anew by every check",
    "target_tables.correctable": "counted anew by every check",
    "participations.last_at": "orders the list of one's own tables",
    "users.stamp": "another one ends sessions, no more",
    "user_sessions": "sessions",
    "form_posts": "answers to forms that may be sent again",
    "presences": "who has a page open",
    "notices": "who was told; follows from the entries",
    "notice_mutes": "what people choose not to be told of",
    "mail_addresses": "where digests go; the own choice of each person",
    "digests": "mail that was sent",
    "jobs": "long work that changes no fact; kept a day",
    "job_inputs": "files of open jobs",
    "refusal_counts": "counters of a minute",
    "sign_in_failures": "counters of hours",
    "review_facts": "worked out at each submission from texts and opinions",
    "explained_findings": "worked out at each submission, and at each approval from opinions",
    "revision_findings": "worked out by the rules from the frozen text",
    "finding_counts": "the findings of a revision, counted",
    "known_sentences": "an index that can be rebuilt",
    "known_indicators": "an index that can be rebuilt",
    "indexed_copies": "an index that can be rebuilt",
    "indexed_revisions": "an index that can be rebuilt",
    "opinions.state": "follows from the steps",
    "opinions.year": "follows from the table",
    "dismissals.year": "follows from the table",
    "opinions.answer": "follows from the steps",
    "revisions.content": "by its digest",
    "target_tables.content": "by its digest",
    "origins.confirmed": "a help for the office that checks its own text; each tick is an entry",
    "register_entries.id": "an address; an entry is known by year, office and code",
    "enclosures": "by its digest",
    "changes": "by the digest of each save",
    "participations": "follow from the acts",
    "user_roles": "facts of the account",
    "assignments": "facts of the account",
}
"""Columns and tables that are not among the facts, with the reason. Those that follow from facts have tests below."""


def stated_columns() -> set[str]:
    found = set()
    for kind in OBJECTS.values():
        table = kind.model.plain()
        found |= {f"{table.name}.{column}" for names in kind.names.values() for column in names}
        found.add(f"{table.name}.{kind.key}")
    for row_kind in ROWS.values():
        found |= {
            f"{row_kind.model.plain().name}.{column}" for column in (*row_kind.key, *row_kind.columns, *row_kind.added)
        }
    return found


def test_every_column_is_a_fact_or_exempt_by_name() -> None:
    """A new column: add it to its kind in `services/record/facts`, with a baseline unless it is nullable."""
    columns = {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns}
    left = {name for name in columns - stated_columns() if name not in EXEMPT and name.partition(".")[0] not in EXEMPT}
    assert left == set()


# --- a database with a row of everything ---------------------------------------------------------


@pytest.fixture
def lived(lived_worlds: LivedWorlds, store: AttachmentStore) -> World:
    """Tables in every state with opinions, answers, explanations, attachments, an origin, an undone step; a library."""

    def everything(world: World) -> None:
        _live(world, store)

    return lived_worlds.after(everything)


def _live(world: World, store: AttachmentStore) -> None:
    session, drafter, reviewer = world.session, world.actor("drafter"), world.actor("reviewer")
    table_id = world.returned()
    opinion_id = session.scalars(select(Opinion.id)).one()
    opinion_acts.answer(session, drafter, table_id, opinion_id, kind="changed", text="已量化")
    explanations.explain(session, drafter, table_id, rule="W2", path="indicators", text="按人头计")
    attachments.attach(
        session, drafter, store, table_id, "合同.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    )
    world.act(table_id, actions.SUBMIT, "head")
    opinion_acts.accept(session, reviewer, table_id, opinion_id)
    world.act(table_id, actions.APPROVE, "approver")
    adjustments.ask(session, world.actor("head"), table_id, "预算调整")
    world.act(table_id, actions.REOPEN, "approver", due=DUE, reason="预算调整")
    without_number = replace(sound_project(2, "610-1301-JBN-0002", "另一项目"), purpose="支付预算外人员全年工资。")
    claimed = world.submitted(without_number)
    claims.claim(session, reviewer, claimed)
    bureau_notes.add(session, reviewer, claimed, "电话问过单位，合同下月签。")
    dismissals.dismiss(session, reviewer, claimed, rule="W18", path="purpose", reason="人数见附件")
    world.opinion(claimed, path="purpose", binding=False)
    recommend(world, claimed)
    (carried,) = carry_over.carry_over_tables(session, drafter, [claimed], YEAR)
    version = world.edit(carried.id, "goals", "1、新的目标。").version
    undo_redo.undo(session, drafter, carried.id, version)
    hand_ups.hand_up(session, drafter, carried.id, "请看第一条目标。")
    drafts.discard(session, drafter, world.draft(sound_project(4, "610-1301-JBN-0004", "不要的项目")))
    form = entry_changes.EntryForm(CATEGORIES[0].id, "quantity", "发放人次", "全年发放的人次", "≥3人次", "文件")
    entry_changes.add_entry(session, reviewer, form)
    _keep_register(world)
    given = extensions.Grant(CALENDAR.add(DEADLINE, 1), "系统停机")
    extensions.grant_office(session, world.actor("approver"), "620001", YEAR, given)
    stand_ins.end(session, drafter, world.stand_in("drafter2", "drafter").id)
    people.set_active(session, None, world.actor("outsider").id, False)
    office_mergers.merge_office(session, None, "61000201", office_mergers.MergerForm("620001", "文件", "move"))
    with clock_at(datetime(2026, 11, 20, tzinfo=UTC)):
        seen = calendar.preview(session, world.actor("admin"), NOTICE_YEAR, NOTICE).digest
        calendar.confirm(session, world.actor("admin"), NOTICE_YEAR, NOTICE, seen)
    assert verification.verify(session).problems == []


def recommend(world: World, table_id: int) -> None:
    every, digest = list(Dimension), world.table(table_id).digest
    conclusions.recommend(
        world.session, world.actor("reviewer"), table_id, digest=digest, enclosed="", dimensions=every, note="可以批复"
    )


def _keep_register(world: World) -> None:
    session, approver = world.session, world.actor("approver")
    imports.import_rows(session, approver, YEAR, [EntryRow(OFFICE, "610-1301-JBN-0005", "免报的项目", 100)])
    entry = session.scalars(select(RegisterEntry)).one()
    exemptions.exempt(session, approver, entry.id, "并入其他项目")
    given_up = world.submitted(sound_project(5, "610-1301-JBN-0006", "作废的项目"))
    world.act(given_up, actions.WITHDRAW, "head")
    unannounced.merge(session, approver, given_up, entry.id)
    voiding.void(session, world.actor("head"), given_up, "项目取消")
    no_projects.confirm(session, world.actor("outsider"), YEAR)


@contextmanager
def tampering(session: Session) -> Iterator[Session]:
    """A transaction of somebody with the database in their hands, without triggers and keys; rolled back in the end."""
    session.rollback()
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for name in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
    else:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    try:
        yield session
    finally:
        session.rollback()


def collected(session: Session) -> Stated:
    stated = Stated()
    for _ in stated.collecting(queries.record.chain(session)):
        pass
    return stated


def differences(session: Session, stated: Stated) -> list[Problem]:
    return list(comparison.problems(session, stated))


def number_of(world: World, act: str, which: int = -1) -> int:
    statement = text("SELECT number FROM audit_entries WHERE act = :act ORDER BY number")
    return int(world.session.execute(statement, {"act": act}).scalars().all()[which])


# --- every column --------------------------------------------------------------------------------

_OTHER: dict[str, Any] = {
    "kind": "department",
    "act": "accepted",
    "previous_state": "returned",
    "decision": "declined",
    "grade": "poor",
    "ends_on": date(2098, 1, 1),  # not before the first day
}
_TURNED = {"kept": "changed", "changed": "kept", "up": "back", "back": "up"}

BLANK: dict[type, Any] = {
    bool: False,
    int: 0,
    str: "",
    object: datetime(2021, 1, 1, tzinfo=UTC),
    date: date(2021, 1, 1),
}
"""By the column's type, of which a decorated one, a time, tells only `object`."""


def other(column: str, value: Any) -> Any:
    """Another value that the column accepts."""
    if value in _TURNED:
        return _TURNED[value]
    if column in _OTHER and value != _OTHER[column]:
        return _OTHER[column]
    match value:
        case bool():
            return not value
        case int():
            return value + 1_000
        case datetime():
            return datetime(2020, 1, 1, tzinfo=UTC)
        case date():
            return date(2020, 1, 1)
        case str():
            return f"{value[:2]}改"[:12]
    return None


def filled(session: Session, table: Table, column: str) -> tuple[Any, ...]:
    """Key and value of a row, of one that has a value in the column if any has."""
    rows = select(*table.primary_key, table.c[column]).order_by(table.c[column].is_(None))
    found = session.execute(rows).first()
    assert found is not None, f"no row in {table.name}"
    return tuple(found)


def columns_to_change() -> Iterator[tuple[Table, str]]:
    for kind in (*OBJECTS.values(), *ROWS.values()):
        table = kind.model.plain()
        for column in table.columns:
            if f"{table.name}.{column.name}" in stated_columns() and not column.primary_key:
                yield table, column.name


SPECIAL = {
    "target_tables.state": "has a constraint: see below",
    "target_tables.previous_state": "has a constraint: see below",
}


def test_every_stated_column_changed_by_hand_is_found_with_the_number_of_its_entry(lived: World) -> None:
    session, stated, missed = lived.session, collected(lived.session), []
    for table, column in columns_to_change():
        name = f"{table.name}.{column}"
        if name in SPECIAL:
            continue
        with tampering(session):
            *key, value = filled(session, table, column)
            value = BLANK[table.c[column].type.python_type] if value is None else value
            same = [part == given for part, given in zip(table.primary_key, key, strict=True)]
            session.execute(update(table).where(*same).values({column: other(column, value)}))
            found = differences(session, stated)
            if not any(problem.number for problem in found):
                missed.append((name, found))
    assert missed == []


@pytest.mark.parametrize("inserted", [False, True], ids=["deleted", "inserted"])
def test_every_row_deleted_or_inserted_by_hand_is_found(lived: World, inserted: bool) -> None:
    session, stated, missed = lived.session, collected(lived.session), []
    models_of = [kind.model for kind in (*OBJECTS.values(), *ROWS.values())]
    for table in (*(model.plain() for model in models_of), Change.plain(), Enclosure.plain(), Participation.plain()):
        with tampering(session):
            row = (
                session.execute(select(table).order_by(*(part.desc() for part in table.primary_key))).mappings().first()
            )
            assert row is not None, f"no row in {table.name}"
            if inserted:
                session.execute(insert(table).values(_copied(table, dict(row))))
            else:
                same = [part == row[part.name] for part in table.primary_key]
                session.execute(delete(table).where(*same))
            found = differences(session, stated)
            if not found or not (inserted or any(problem.number for problem in found)):
                missed.append((table.name, found))
    assert missed == []


def _copied(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """The row once more under another key."""
    *_, last = table.primary_key
    changed = {last.name: 9_999 if isinstance(row[last.name], int) else "goals"}
    if table.name == "revisions":
        changed["number"] = 99
    if table.name == "enclosures":
        changed["revision_id"] = 1  # which has none
    if table.name == "users":
        changed["username"] = "intruder"
    if table.name == "offices":
        changed["code"] = "999999"
    if table.name == "register_entries":
        changed["code"] = "610-X"
    return row | changed


# --- in words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "act", "words"),
    [
        ("UPDATE target_tables SET state = 'approved' WHERE id = 1", "reopen", "状态"),
        ("UPDATE target_tables SET previous_state = 'returned' WHERE id = 2", "submit", "状态起于何时"),
        ("UPDATE target_tables SET due_on = '2020-01-01' WHERE id = 1", "reopen", "再次送审的期限"),
        ("UPDATE target_tables SET claimed_by_id = NULL WHERE id = 2", "claim", "认领人"),
        ("UPDATE target_tables SET return_count = 0 WHERE id = 1", "reopen", "退回次数"),
        ("UPDATE target_tables SET submission_count = 1 WHERE id = 1", None, "送审次数"),
        ("UPDATE users SET active = true WHERE username = 'outsider'", "disable_user", "启用"),
        ("UPDATE users SET password_hash = 'x' WHERE username = 'head'", None, "密码的摘要"),
        ("UPDATE users SET office_code = '620001' WHERE username = 'head'", None, "姓名、单位"),
        ("DELETE FROM user_roles WHERE role = 'auditor'", None, "角色"),
        ("INSERT INTO user_roles SELECT id, 'approver' FROM users WHERE username = 'head'", None, "角色"),
        ("DELETE FROM assignments", None, "分管单位"),
        ("UPDATE budget_years SET only_warn = ''", "open_year", "年度政策"),
        ("UPDATE budget_years SET is_open = false", "open_year", "开放"),
        ("UPDATE offices SET active = false WHERE code = '610'", None, "启用"),
        ("UPDATE opinions SET state = 'raised' WHERE id = 1", "accept_opinion", "状态与其经过不符"),
        ("UPDATE opinions SET answer = 'kept' WHERE id = 1", "accept_opinion", "状态与其经过不符"),
        ("UPDATE opinion_events SET text = '别的答复' WHERE act = 'answered'", "answer_opinion", "意见的经过"),
        ("DELETE FROM opinion_events WHERE act = 'raised'", "return", "不见了"),
        ("UPDATE revisions SET round = 7 WHERE number = 2", "submit", "送审版本"),
        ("DELETE FROM participations", None, "曾经办"),
        ("DELETE FROM undone_steps", None, "不见了"),
        ("UPDATE changes SET operation = '{}' WHERE table_id = 3 AND version = 2", None, "第 2 次保存的编辑过程与第"),
        ("DELETE FROM changes WHERE table_id = 3 AND version = 2", None, "第 2 次保存的编辑过程不见了"),
        (
            "UPDATE changes SET actor_name = '别人' WHERE table_id = 3 AND version = 2",
            None,
            "第 2 次保存的编辑过程与第",
        ),
        ("UPDATE changes SET version = 7 WHERE table_id = 3 AND version = 2", None, "第 2 次保存的编辑过程不见了"),
    ],
)
def test_tampering_is_named_in_words_with_the_number_of_the_entry(
    lived: World, statement: str, act: str | None, words: str
) -> None:
    session, stated = lived.session, collected(lived.session)
    number = number_of(lived, act) if act in ("reopen", "claim", "disable_user", "open_year") else None
    with tampering(session):
        session.execute(text(statement))
        found = [problem for problem in differences(session, stated) if words in problem.message]
    assert found, statement
    assert all(problem.number for problem in found)
    assert act is None or act in {_act(lived, problem.number) for problem in found}
    assert number is None or number in {problem.number for problem in found}


def _act(world: World, number: int | None) -> str:
    statement = text("SELECT act FROM audit_entries WHERE number = :n")
    found = world.session.execute(statement, {"n": number}).scalar_one()
    world.session.rollback()
    return str(found)


def test_text_of_a_draft_is_held_against_its_last_save(lived: World) -> None:
    session, stated = lived.session, collected(lived.session)
    changed = serialization.canonical(documents.with_value(sound_project(), "goals", "别的目标"))
    last_save = stated.own["table", "3"]["digest"][1]
    with tampering(session):
        session.execute(update(TargetTable).where(TargetTable.id == 3).values(content=changed))
        assert differences(session, stated) == [Problem(last_save, "编号 3 的表的内容与其摘要不符：内容被改动。")]
        session.execute(update(TargetTable).where(TargetTable.id == 3).values(digest=serialization.digest(changed)))
        assert differences(session, stated) == [
            Problem(last_save, f"编号 3 的表的内容摘要与第 {last_save} 号记载的不同。")
        ]


@pytest.mark.parametrize("with_digest", [False, True])
def test_forged_enclosures_are_held_against_their_submission(lived: World, with_digest: bool) -> None:
    session, stated = lived.session, collected(lived.session)
    forged = Enclosures(attachments=(EnclosedAttachment("别的.pdf", "a" * 64, 3, "application/pdf"),))
    values = {"content": canonical(forged)} | ({"digest": forged.digest} if with_digest else {})
    submission = stated.submissions[1, 2].number
    with tampering(session):
        session.execute(update(Enclosure).values(values))
        assert differences(session, stated) == [
            Problem(submission, "编号 1 的表第 2 次送审的版本所附的说明或附件与送审时记载的不同。")
        ]


def test_act_that_started_from_a_text_changed_by_hand_is_found(lived: World) -> None:
    """The next save states a text that contains the change; where it started shows that nobody saved it."""
    table = lived.table(3)
    changed = serialization.canonical(documents.with_value(table.document, "purpose", "别的用途"))
    before = collected(lived.session).own["table", "3"]["digest"][1]
    with write(lived.session):
        values = {"content": changed, "digest": serialization.digest(changed)}
        lived.session.execute(update(TargetTable).where(TargetTable.id == 3).values(values))
    lived.edit(3, "goals", "1、又一目标。")
    number = number_of(lived, "edit")
    assert (
        Problem(number, f"编号 3 的表在第 {number} 号办理时的内容与第 {before} 号记载的不同。")
        in verification.verify(lived.session).problems
    )


def test_act_that_started_from_a_state_set_by_hand_is_found(world: World) -> None:
    table_id = world.approved()
    approval = number_of(world, "approve")
    with write(world.session):
        world.session.execute(text("UPDATE target_tables SET state = 'submitted', previous_state = 'drafted'"))
    world.act(table_id, actions.WITHDRAW, "head")
    number = number_of(world, "withdraw")
    message = f"编号 {table_id} 的表在第 {number} 号办理时的状态与第 {approval} 号记载的不同。"
    assert verification.verify(world.session).problems == [Problem(number, message)]


def test_time_of_an_entry_is_never_before_the_last_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock was set back."""
    monkeypatch.setattr(audit, "now", lambda: datetime(2020, 1, 1, tzinfo=UTC))
    world.draft()
    assert verification.verify(world.session).problems == []


def test_every_fact_and_kind_of_row_has_words() -> None:
    assert {name for kind in OBJECTS.values() for name in kind.names} | {"gone", "base"} <= KEYS.keys()
    assert [kind.name for kind in ROWS.values() if kind.label.isascii()] == []


def test_trigger_with_another_body_counts_as_missing(world: World) -> None:
    with write(world.session):
        connection = world.session.connection()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER changes_refuse_update")
            connection.exec_driver_sql(
                "CREATE TRIGGER changes_refuse_update BEFORE UPDATE ON changes BEGIN SELECT 1; END"
            )
            expected = ["changes_refuse_update"]
        else:
            connection.exec_driver_sql(
                "CREATE OR REPLACE FUNCTION refuse_opinion_delete() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RETURN OLD; END $$"
            )
            expected = ["opinions_refuse_delete"]
    (problem,) = verification.verify(world.session).problems
    assert problem.message.endswith(f"：{'、'.join(expected)}。")
