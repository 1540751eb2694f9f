"""How the bureau treats findings: explained and dismissed (不提) findings, and the year of opinions.

Explained findings are filled in from what is stored with revisions; tables that were submitted with a version before
0.3 have none until their next submission.

Revision ID: 0024
Revises: 0028
"""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0028"


def upgrade() -> None:
    op.add_column("opinions", sa.Column("year", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.execute("UPDATE opinions SET year = (SELECT year FROM target_tables WHERE target_tables.id = opinions.table_id)")
    op.create_index("ix_opinions_treated", "opinions", ["year", "rule", "state", "answer"])
    op.create_index("ix_opinions_kind", "opinions", ["year", "kind"])
    found = op.create_table(
        "explained_findings",
        sa.Column("table_id", sa.Integer(), sa.ForeignKey("target_tables.id"), primary_key=True),
        sa.Column("rule", sa.String(8), primary_key=True),
        sa.Column("path", sa.String(120), primary_key=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("is_accepted", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_explained_findings_treated", "explained_findings", ["year", "rule", "is_accepted"])
    op.create_table(
        "dismissals",
        sa.Column("table_id", sa.Integer(), sa.ForeignKey("target_tables.id"), primary_key=True),
        sa.Column("rule", sa.String(8), primary_key=True),
        sa.Column("path", sa.String(120), primary_key=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("author_name", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_dismissals_treated", "dismissals", ["year", "rule"])
    _fill_in(found)


def downgrade() -> None:
    op.drop_table("dismissals")
    op.drop_table("explained_findings")
    op.drop_index("ix_opinions_kind", "opinions")
    op.drop_index("ix_opinions_treated", "opinions")
    op.drop_column("opinions", "year")


def _fill_in(found: sa.Table) -> None:
    connection = op.get_bind()
    submitted = connection.execute(
        sa.text(
            "SELECT t.id, t.year, t.state, f.content, e.content FROM target_tables t"
            " JOIN revisions r ON r.table_id = t.id AND r.number = t.submission_count"
            " JOIN revision_findings f ON f.revision_id = r.id JOIN enclosures e ON e.revision_id = r.id"
        )
    ).all()
    for table_id, year, state, findings, enclosed in submitted:
        opinions = sa.text("SELECT rule, path FROM opinions WHERE table_id = :id AND state <> 'draft'")
        raised = {(rule, path) for rule, path in connection.execute(opinions, {"id": table_id})}
        rows = list(_rows(findings, enclosed, state == "approved", raised))
        if rows:
            op.bulk_insert(found, [row | {"table_id": table_id, "year": year} for row in rows])


def _rows(findings: str, enclosed: str, is_approved: bool, raised: set[Any]) -> Iterator[dict[str, Any]]:
    """The words of a place are not stored with findings; they are blank until the next submission."""
    explained = {(each["rule"], each["path"]) for each in json.loads(enclosed)["explanations"]}
    for rule, path in dict.fromkeys((rule, path) for rule, _, path, _ in json.loads(findings)):
        if (rule, path) in explained:
            is_accepted = is_approved and (rule, path) not in raised
            yield {"rule": rule, "path": path, "place": "", "is_accepted": is_accepted}
