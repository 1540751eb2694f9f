"""Loads a generated portal of any size: offices, people, years, tables in every state, and a record that verifies.

This module plans the tables, chains the entries and inserts all rows in bulk; `lives` makes the rows of one table. The
shape is in `shapes`. Tables of a year are created in that year's season, office by office. Equal seeds give equal data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from random import Random

from sqlalchemy import Connection, Engine, insert, text, update

from bench import baseline
from bench.lives import DUE, Life, lengthened, live, live_long, unfinished
from bench.rows import Cast, Person, Row, Rows, entry
from bench.shapes import YEAR, Shape
from portal.demo import words
from portal.domain import audit_events, frameworks
from portal.domain.audit_events import About
from portal.domain.chain import GENESIS, entry_hash
from portal.domain.documents import Document, Kind
from portal.domain.permissions import Role
from portal.domain.rules import Severity, YearRules, check_table
from portal.domain.states import State
from portal.extensions import Base
from portal.services.administration.passwords import hash_password
from portal.services.library import full_text_fill

PASSWORD = "jiaoshi-2026-cs"
DISCUSSED = 4
"""Tables with long histories: 30 rows, two earlier rounds, 20 opinions (`lives.live_long`)."""
_OFFICES_OF_GROUP = 50
_CHUNK = 2_000
_STATES = {State.DRAFTED: 30, State.SUBMITTED: 25, State.RETURNED: 12, State.APPROVED: 33}
_STATES_BEFORE = {State.RETURNED: 4, State.APPROVED: 96}
_REGISTER = """
    INSERT INTO register_entries (year, office_code, code, name, amount_fen, is_key)
    SELECT year, office_code, CASE WHEN id % 20 = 1 THEN 'NEU-' || id ELSE project_code END, project_name, total_fen,
        id % 10 = 0
    FROM target_tables WHERE kind = 'project' AND id % 20 <> 2
"""
"""One table in twenty that nobody announced, and one entry in twenty that nobody began."""
_NOTICES = f"""
    INSERT INTO notices (person_id, event, entry, table_id, office_code, year, is_act, at, read_at)
    SELECT person.id, entry.act, entry.number, t.id, t.office_code, t.year, entry.act = 'return', entry.at,
        CASE WHEN entry.number % 2 = 0 THEN entry.at END
    FROM audit_entries entry
    JOIN target_tables t ON t.id = CAST(entry.object_id AS INTEGER) AND t.year = {YEAR}
    JOIN (
        SELECT id, office_code, 'office' AS side FROM users WHERE office_code IS NOT NULL
        UNION ALL SELECT user_id, office_code, 'bureau' FROM assignments
    ) person ON person.office_code = t.office_code
    WHERE entry.object_kind = 'table' AND entry.act IN ('submit', 'return', 'approve')
        AND (person.side = 'office' OR entry.act = 'submit')
"""
"""Those of the latest year; half of them are unread, more than ever in practice."""
_SEASON = timedelta(days=60)
_ORDER = (
    "target_tables",
    "revisions",
    "revision_findings",
    "finding_counts",
    "review_facts",
    "changes",
    "opinions",
    "opinion_events",
    "participations",
    "known_sentences",
)


@dataclass(frozen=True, slots=True)
class Office:
    code: str
    name: str
    cast: Cast


@dataclass(frozen=True, slots=True)
class Loaded:
    """Counts of the loaded rows."""

    tables: int
    offices: int
    people: int
    entries: int


def load(engine: Engine, shape: Shape, seed: int = 2026) -> Loaded:
    """Fill the migrated, empty database of `engine` with the tables of `shape` and the rows that belong to them."""
    rng = Random(seed)
    with engine.connect() as connection:
        _without_constraints_across_tables(connection)
        chain = Chain(connection)
        offices, people = _offices_and_people(connection, chain, shape)
        rows = Rows()
        for born, plan in _planned(rng, offices, shape.tables):
            _live_all(rng, rows, born, plan)
            tables, entries = rows.take()
            for name in _ORDER:
                _insert(connection, name, tables.get(name, []))
            chain.add(entries)
            connection.commit()
        connection.execute(text(_REGISTER))
        connection.execute(text(_NOTICES))
        chain.add(list(baseline.entries(connection, chain.at)))
        chain.close()
        full_text_fill.fill_all(connection)
        _numbers_go_on(connection)
        connection.commit()
    gather_statistics(engine)
    return Loaded(shape.size, len(offices), people, chain.number)


class Chain:
    """The audit log: numbers entries in order of their times and hashes each with the hash of the previous entry.

    Chunks of tables overlap in time, so an entry gets the time of the last one if its own is earlier.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection, self.number, self.hash = connection, 0, GENESIS
        self.at = datetime.min.replace(tzinfo=UTC)

    def add(self, entries: list[Row]) -> None:
        entries.sort(key=lambda row: row["at"])
        for row in entries:
            self.number += 1
            at = self.at = max(row["at"], self.at)
            row |= {"number": self.number, "previous": self.hash, "at": at.isoformat(timespec="microseconds")}
            self.hash = row["hash"] = entry_hash(row)
            row["at"] = at
        _insert(self.connection, "audit_entries", entries)

    def close(self) -> None:
        head = Base.metadata.tables["audit_head"]
        self.connection.execute(update(head).values(number=self.number, hash=self.hash, at=self.at))


# --- people and offices --------------------------------------------------------------------------


def _offices_and_people(connection: Connection, chain: Chain, shape: Shape) -> tuple[list[Office], int]:
    """Insert offices in groups of 50 under a parent, each with drafter and head, and the reviewers.

    Returns the offices and the number of people.
    """
    ids, wanted = count(1), shape.offices
    approver = Person(next(ids), "approver", "刘批复")
    number = -(-wanted // shape.reviewed)
    reviewers = [Person(next(ids), f"reviewer{n or ''}", f"审核{n}") for n in range(number)]
    parents = [(f"{601 + n}", f"第{n + 1}街道管理中心") for n in range(-(-wanted // _OFFICES_OF_GROUP))]
    offices = []
    for n in range(wanted):
        code = f"{601 + n // _OFFICES_OF_GROUP}{n % _OFFICES_OF_GROUP + 1:03d}"
        drafter, head = Person(next(ids), f"drafter{code}", f"经办{n}"), Person(next(ids), f"head{code}", f"负责{n}")
        offices.append(
            Office(code, f"山海关区第{n + 1}街道办事处", Cast(drafter, head, reviewers[n % number], approver))
        )
    _insert(connection, "offices", [_office(code, name, "") for code, name in parents])
    _insert(connection, "offices", [_office(office.code, office.name, office.code[:3]) for office in offices])
    roles: list[tuple[Person, Role, str | None]] = [
        (approver, Role.APPROVER, None),
        *((reviewer, Role.REVIEWER, None) for reviewer in reviewers),
    ]
    for office in offices:
        roles += [(office.cast.drafter, Role.DRAFTER, office.code), (office.cast.head, Role.HEAD, office.code)]
    _insert_people(connection, chain, roles)
    assigned = [{"user_id": office.cast.reviewer.id, "office_code": office.code} for office in offices]
    _insert(connection, "assignments", assigned)
    _insert(connection, "budget_years", [_year(year) for year in shape.tables])
    return offices, len(roles)


def _office(code: str, name: str, parent: str) -> Row:
    lineage = f"/{parent}/{code}/" if parent else f"/{code}/"
    return {"code": code, "name": name, "parent_code": parent or None, "lineage": lineage, "active": True}


def _insert_people(connection: Connection, chain: Chain, roles: Sequence[tuple[Person, Role, str | None]]) -> None:
    secret, born = hash_password(PASSWORD), datetime(YEAR - 3, 9, 1, tzinfo=UTC)
    people, entries = [], []
    for person, role, office in roles:
        row = {"id": person.id, "username": person.username, "name": person.name, "password_hash": secret}
        row |= {"office_code": office, "active": True, "must_change_password": False, "stamp": "0" * 32}
        people.append(row | {"created_at": born})
        detail = {"roles": [role.value], "office": office or "", "assigned": []}
        name = f"{person.name}（{person.username}）"
        entries.append(entry(born, None, audit_events.ADD_USER, About.ACCOUNT, str(person.id), name, detail))
    _insert(connection, "users", people)
    _insert(connection, "user_roles", [{"user_id": person.id, "role": role.value} for person, role, _ in roles])
    chain.add(entries)


def _year(year: int) -> Row:
    rules = _rules()
    row = {"year": year, "framework": rules.framework.name, "code_pattern": rules.code_pattern, "deadline": DUE}
    return row | {"only_warn": "", "off": "", "is_open": year == YEAR}


# --- tables --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plan:
    """A table to generate; position 0 is the department table. name: number of its project name, see `words`."""

    year: int
    office: Office
    position: int
    name: int
    state: State
    is_discussed: bool = False


def _planned(
    rng: Random, offices: Sequence[Office], tables: Mapping[int, int]
) -> Iterator[tuple[datetime, list[_Plan]]]:
    """Yield all tables in chunks, each with the start of its part of the season."""
    for year, wanted in tables.items():
        season, plans = datetime(year - 1, 10, 15, tzinfo=UTC), _plans_of_year(rng, offices, year, wanted)
        for n in range(0, len(plans), _CHUNK):
            yield season + _SEASON * n / len(plans), plans[n : n + _CHUNK]


def _plans_of_year(rng: Random, offices: Sequence[Office], year: int, wanted: int) -> list[_Plan]:
    weights = [rng.uniform(0.6, 1.4) for _ in offices]
    states = _STATES if year == YEAR else _STATES_BEFORE
    plans: list[_Plan] = []
    for n, office in enumerate(offices):
        until = round(wanted * sum(weights[: n + 1]) / sum(weights))
        here = until - len(plans)
        names = rng.sample(range(words.NAMES), here)
        chosen = rng.choices(list(states), list(states.values()), k=here)
        plans += [_Plan(year, office, position, names[position], chosen[position]) for position in range(here)]
    return _some_discussed(plans) if year == YEAR else plans


def _some_discussed(plans: list[_Plan]) -> list[_Plan]:
    """Let the first project of each of some offices of one reviewer be a table with a long history."""
    firsts = [
        n for n, plan in enumerate(plans) if plan.position == 1 and plan.office.cast.reviewer.username == "reviewer"
    ]
    for n in firsts[:DISCUSSED]:
        plans[n] = replace(plans[n], state=State.SUBMITTED, is_discussed=True)
    return plans


def _live_all(rng: Random, rows: Rows, season: datetime, plans: Sequence[_Plan]) -> None:
    for plan in plans:
        document = _document(rng, plan)
        if plan.is_discussed:
            document = lengthened(document)
        if plan.state is State.DRAFTED and rng.random() < 0.3:
            document = unfinished(document)
        errors, warnings = _findings_like(document, plan)
        table = {
            "year": plan.year,
            "office_code": plan.office.code,
            "errors": errors,
            "warnings": warnings,
            "born": season + timedelta(seconds=rng.randrange(20_000)),
        }
        # Only one reviewer's offices have the changes of the import: for all tables they would be six million rows
        # and take longer than everything else.
        full_log = plan.office.cast.reviewer.username == "reviewer" and plan.year == YEAR
        life = Life(rows, rng, plan.office.cast, document, table, full_log)
        if plan.is_discussed:
            live_long(life)
        else:
            live(life, plan.state)
        life.finish()


def _document(rng: Random, plan: _Plan) -> Document:
    office = (plan.office.code, plan.office.name)
    return words.project(rng, office, plan.position, plan.name) if plan.position else words.department(rng, office)


def _findings_like(document: Document, plan: _Plan) -> tuple[int, int]:
    """Return errors and warnings of the first document of the same kind and theme: checking each takes too long."""
    key = (document.kind, plan.name // len(words.PLACES) % len(words.THEMES), not getattr(document, "goals", "-"))
    if key not in _FOUND:
        findings = check_table(document, _rules())
        errors = sum(finding.severity is Severity.ERROR for finding in findings)
        _FOUND[key] = (errors, len(findings) - errors)
    return _FOUND[key]


_FOUND: dict[tuple[Kind, int, bool], tuple[int, int]] = {}


@cache
def _rules() -> YearRules:
    return YearRules.for_year(YEAR, frameworks.for_year(YEAR))


# --- the database --------------------------------------------------------------------------------


def _insert(connection: Connection, name: str, rows: Sequence[Row]) -> None:
    for n in range(0, len(rows), 5_000):
        connection.execute(insert(Base.metadata.tables[name]), rows[n : n + 5_000])


def _without_constraints_across_tables(connection: Connection) -> None:
    """Turn off foreign keys and synchronous commits for this connection: tables and revisions reference each other.

    `tests/test_bench.py` checks that the loaded rows satisfy the constraints.
    """
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys = OFF")
        driver.execute("PRAGMA synchronous = OFF")
        connection.detach()  # keeps this connection out of the pool
    else:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("SET synchronous_commit = off"))
        connection.commit()
        connection.detach()


def _numbers_go_on(connection: Connection) -> None:
    """Set PostgreSQL's sequences behind the inserted ids."""
    if connection.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None and "id" in table.columns and table.name != "audit_head":
            highest = f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}"
            connection.execute(text(highest))


def gather_statistics(engine: Engine) -> None:
    """Do what a running database does by itself: gather statistics, and on PostgreSQL fill the visibility map."""
    words = ("ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)") if engine.dialect.name == "sqlite" else ("VACUUM (ANALYZE)",)
    raw = engine.raw_connection()
    if engine.dialect.name == "postgresql":
        raw.driver_connection.autocommit = True  # type: ignore[union-attr]
    cursor = raw.cursor()
    for word in words:
        cursor.execute(word)
    cursor.close()
    raw.detach()
    raw.close()
