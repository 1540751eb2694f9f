"""How transactions begin and end: all of a write or nothing, and pages that read without one on PostgreSQL."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from portal.models import AuditEntry, Office
from portal.services.transaction import begin_read, begin_snapshot, write
from tests.world import OFFICE, World


def entries(world: World) -> int:
    return world.session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def in_transaction_there(world: World) -> bool:
    """Whether the database itself keeps a transaction open for this session between two statements."""
    if world.session.get_bind().dialect.name == "sqlite":
        return bool(world.session.connection().connection.driver_connection.in_transaction)
    first, second = (world.session.scalar(text("SELECT transaction_timestamp()")) for _ in range(2))
    return first == second


def rename_and_fail(world: World) -> None:
    with write(world.session):
        world.session.get(Office, OFFICE).name = "改了一半"
        world.session.flush()
        assert in_transaction_there(world)
        raise RuntimeError("cut off in the middle")


def test_a_write_after_reading_statement_by_statement_is_whole_or_not_there(world: World) -> None:
    world.session.rollback()
    begin_read(world.session)
    before = world.session.get(Office, OFFICE).name
    with pytest.raises(RuntimeError, match="in the middle"):
        rename_and_fail(world)
    assert world.session.scalar(select(Office.name).where(Office.code == OFFICE)) == before


def test_reading_keeps_a_transaction_open_on_sqlite_alone(world: World) -> None:
    world.session.rollback()
    begin_read(world.session)
    entries(world)
    assert in_transaction_there(world) == (world.session.get_bind().dialect.name == "sqlite")


def test_reading_goes_on_in_a_transaction_that_runs(world: World) -> None:
    begin_snapshot(world.session)
    before = entries(world)
    begin_read(world.session)
    assert entries(world) == before
    assert in_transaction_there(world)


def test_the_connection_goes_back_to_its_pool_as_it_was(world: World) -> None:
    world.session.rollback()
    begin_read(world.session)
    entries(world)
    world.session.rollback()
    entries(world)
    assert in_transaction_there(world)
