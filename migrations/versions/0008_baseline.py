"""The head of the audit log keeps the time of the last entry; baseline entries state what earlier entries do not.

The statements are written out here as they were at this revision: later versions of the portal may state other facts.

Revision ID: 0008
Revises: 0007
"""

import hashlib
import json
from datetime import UTC, date, datetime
from itertools import groupby

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_TIME = sa.DateTime(timezone=True)
_TIMES = ("created_at", "one_time_since", "state_since", "saved_at", "submitted_at", "at", "changed_at")
_TYPES = {
    "active": sa.Boolean(),
    "is_open": sa.Boolean(),
    "must_change_password": sa.Boolean(),
    "binding": sa.Boolean(),
    "retired": sa.Boolean(),
    "due_on": sa.Date(),
    "deadline": sa.Date(),
    **dict.fromkeys(_TIMES, _TIME),
}
_TABLE = {
    "table": "kind year office_code created_by_id",
    "state": "state",
    "since": "state_since previous_state",
    "version": "version",
    "digest": "digest",
    "names": "position project_code project_name total_fen fiscal_fen other_fen saved_at",
    "due": "due_on",
    "submissions": "submission_count",
    "returns": "return_count",
    "in_force": "in_force_id",
    "claimed_by": "claimed_by_id",
    "submitted": "submitted_code submitted_name submitted_total_fen submitted_errors submitted_warnings",
}
_USER = {
    "username": "username created_at",
    "person": "name office_code",
    "active": "active",
    "password": "password_hash must_change_password one_time_since",
}
_OFFICE = {"parent": "parent_code lineage", "name": "name", "active": "active"}
_YEAR = {
    "policy": "framework project_form department_form code_pattern office_code_pattern only_warn off deadline",
    "is_open": "is_open",
}
_OF_TABLES = (  # kind, table, key, columns
    (
        "revision",
        "revisions",
        "table_id number",
        "id round kind digest submitted_by_id submitted_by_name submitted_at",
    ),
    (
        "opinion",
        "opinions",
        "table_id id",
        "revision_number path place quoted binding text author_id author_name at",
    ),
    ("explanation", "explanations", "table_id rule path", "subject text author_id author_name at"),
    ("attachment", "attachments", "table_id id", "digest name size media_type added_by_id added_by_name at"),
    ("origin", "origins", "table_id", "source_id source_year source_title left_out"),
    ("undone", "undone_steps", "table_id version", "undoes"),
)
_LIBRARY = "shipped_id category kind name description value unit basis retired changed_by_name changed_at"


def upgrade() -> None:
    op.add_column("audit_head", sa.Column("at", _TIME))
    connection = op.get_bind()
    number, digits = connection.execute(sa.text("SELECT number, hash FROM audit_head")).one()
    if number:
        _Log(connection, number, digits).write()


def downgrade() -> None:
    """Baseline entries stay: the log is append-only."""
    op.drop_column("audit_head", "at")


class _Log:
    """Appends baseline entries to the chain."""

    def __init__(self, connection: sa.Connection, number: int, digits: str) -> None:
        self.connection, self.number, self.hash = connection, number, digits
        self.entries = _named("audit_entries", "number at detail object_kind object_id object_name actor act algorithm")
        self.entries.append_column(sa.column("previous"))
        self.entries.append_column(sa.column("hash"))
        self.at = datetime.now(UTC)

    def write(self) -> None:
        self._times()
        rows = self._rows_of_tables()
        for table in self._select("target_tables", "id year office_code", _TABLE):
            name = f"{table.year} 年 {table.office_code} 编号 {table.id} 的表"
            self._enter("table", str(table.id), name, _facts(table, _TABLE), rows.pop(table.id, []))
        roles, assigned = self._codes("user_roles", "role"), self._codes("assignments", "office_code")
        for user in self._select("users", "id name username", _USER):
            lists = {"roles": sorted(roles.get(user.id, ())), "assigned": sorted(assigned.get(user.id, ()))}
            self._enter("account", str(user.id), f"{user.name}（{user.username}）", _facts(user, _USER) | lists)
        for office in self._select("offices", "code name", _OFFICE):
            self._enter("office", office.code, f"{office.code}{office.name}", _facts(office, _OFFICE))
        for year in self._select("budget_years", "year", _YEAR):
            self._enter("year", str(year.year), f"{year.year} 年度", _facts(year, _YEAR))
        entries = self._select("library_entries", f"id {_LIBRARY}")
        library = [["library", str(row.id), _digest(row, _LIBRARY)] for row in entries]
        left = [row for of_table in rows.values() for row in of_table]  # of tables that were discarded
        self._enter("system", "database", "数据库", {}, library + left)
        head = _named("audit_head", "number hash at")
        self.connection.execute(sa.update(head).values(number=self.number, hash=self.hash, at=self.at))

    def _times(self) -> None:
        """The next time is not before the last one. Earlier times that run backwards are stated as known."""
        found, before = [], None
        for number, at in self.connection.execute(
            sa.select(self.entries.c.number, self.entries.c.at).order_by(self.entries.c.number)
        ):
            if before and at < before:
                found.append(number)
            before = at
        self.at = max(self.at, _utc(before))
        if found:
            self._enter("system", "audit_log", "审计记录", {}, [], backwards=found)

    def _rows_of_tables(self) -> dict[int, list]:
        """Table id → rows that the entries of the table state."""
        rows: dict[int, list] = {}
        owner = {}
        for kind, table, key, columns in _OF_TABLES:
            for row in self._select(table, f"{key} {columns}"):
                stated = [kind, "/".join(str(getattr(row, name)) for name in key.split()), _digest(row, columns)]
                rows.setdefault(row.table_id, []).append(stated)
                if kind == "opinion":
                    owner[row.id] = row.table_id
        columns = "act answer text actor_id actor_name at"
        for row in self._select("opinion_events", f"id opinion_id {columns}"):
            stated = ["opinion_step", f"{row.opinion_id}/{row.id}", _digest(row, columns)]
            rows.setdefault(owner[row.opinion_id], []).append(stated)
        for table_id, version, steps in self._steps():
            rows.setdefault(table_id, []).append(["steps_until", f"{table_id}/{version}", steps])
        return rows

    def _steps(self):
        """(table, latest version, digest of all saves) of each table in the change log."""
        changes = _named("changes", "id table_id version operation actor_id actor_name at").c
        statement = sa.select(changes).order_by(changes.table_id, changes.version, changes.id)
        rows = self.connection.execute(statement.execution_options(yield_per=5_000))
        for table_id, of_table in groupby(rows, lambda row: row.table_id):
            steps, latest = "", 0
            for version, save in groupby(of_table, lambda row: row.version):
                found, latest = hashlib.sha256(), version
                for row in save:
                    found.update(f"{row.operation}\0{row.actor_id}\0{row.actor_name}\0{_plain(row.at)}\n".encode())
                steps = hashlib.sha256(f"{steps}{found.hexdigest()}".encode()).hexdigest()
            yield table_id, latest, steps

    def _select(self, table: str, columns: str, facts: dict[str, str] | None = None) -> list:
        names = " ".join((columns, *(facts or {}).values()))
        columns_of = _named(table, names).c
        return self.connection.execute(sa.select(columns_of).order_by(next(iter(columns_of)))).all()

    def _codes(self, table: str, column: str) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for user_id, code in self._select(table, f"user_id {column}"):
            found.setdefault(user_id, []).append(code)
        return found

    def _enter(self, about: str, id: str, name: str, facts: dict, rows: list = (), **detail) -> None:
        detail |= ({"facts": facts} if facts else {}) | ({"rows": rows} if rows else {})
        if not detail:
            return
        self.number += 1
        entry = {
            "number": self.number,
            "at": self.at.isoformat(timespec="microseconds"),
            "actor_id": None,
            "actor": "操作员（命令行）",
            "act": "baseline",
            "object_kind": about,
            "object_id": id,
            "object_name": name,
            "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
            "algorithm": "sha256",
            "previous": self.hash,
        }
        text = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        entry["hash"] = self.hash = hashlib.sha256(text.encode()).hexdigest()
        entry.pop("actor_id")  # NULL
        self.connection.execute(sa.insert(self.entries), entry | {"at": self.at})


def _named(table: str, columns: str) -> sa.TableClause:
    return sa.table(table, *(sa.column(name, _TYPES.get(name)) for name in dict.fromkeys(columns.split())))


def _facts(row: sa.Row, names: dict[str, str]) -> dict:
    """A single column as it is, several columns as their digest."""
    return {
        name: _plain(getattr(row, columns)) if " " not in columns else _digest(row, columns)
        for name, columns in names.items()
    }


def _digest(row: sa.Row, columns: str) -> str:
    plain = {name: _plain(getattr(row, name)) for name in columns.split() if getattr(row, name) is not None}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value):
    if isinstance(value, datetime):
        return _utc(value).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def _utc(value: datetime) -> datetime:
    """SQLite stores no time zone."""
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
