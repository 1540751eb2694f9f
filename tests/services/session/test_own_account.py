"""What people change in their own account."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal.domain.errors import Invalid
from portal.models import AuditEntry, User
from portal.services.record import verification
from portal.services.session import own_account
from tests.world import World


def test_own_telephone_is_changed_and_entered_in_the_record(world: World) -> None:
    head = world.actor("head")
    own_account.change_phone(world.session, head, " ０３３５-5051234 ")

    assert world.session.get_one(User, head.id, populate_existing=True).phone == "0335-5051234"
    entry = world.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()
    assert (entry.act, entry.actor, entry.object_name) == ("change_phone", "李主任（head）", "李主任（head）")
    assert verification.verify(world.session).problems == []


def test_own_telephone_that_stays_enters_nothing_and_a_wrong_one_is_refused(world: World) -> None:
    head = world.actor("head")
    before = world.session.scalar(select(func.count()).select_from(AuditEntry))
    own_account.change_phone(world.session, head, "")
    with pytest.raises(Invalid, match="电话只写号码"):
        own_account.change_phone(world.session, head, "打传达室")
    assert world.session.scalar(select(func.count()).select_from(AuditEntry)) == before
