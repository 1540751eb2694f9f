"""Names of offices at their limits."""

from __future__ import annotations

import pytest

from portal.domain.errors import Invalid
from portal.models import Office
from portal.services.administration import offices
from tests.databases import on_sqlite
from tests.world import OFFICE, World


@on_sqlite
def test_name_of_an_office_has_one_to_two_hundred_characters(world: World) -> None:
    for name in ("字", "字" * 200):
        offices.change_office(world.session, world.actor("admin"), OFFICE, name, True)
        assert world.session.get_one(Office, OFFICE).name == name
    for name in ("", " ", "字" * 201):
        with pytest.raises(Invalid, match="不超过 200 字"):
            offices.change_office(world.session, world.actor("admin"), OFFICE, name, True)


@on_sqlite
def test_office_is_added_below_another_that_exists(world: World) -> None:
    admin = world.actor("admin")
    offices.add_office(world.session, admin, "610777", " 新设街道 ", OFFICE)
    added = world.session.get_one(Office, "610777")
    above = world.session.get_one(Office, OFFICE)
    assert (added.name, added.lineage, added.active) == ("新设街道", f"{above.lineage}610777/", True)
    with pytest.raises(Invalid, match="已经存在"):
        offices.add_office(world.session, admin, "610777", "新设街道", "")
    with pytest.raises(Invalid, match="上级单位 999 不存在"):
        offices.add_office(world.session, admin, "610778", "新设街道", "999")


@on_sqlite
def test_offices_are_not_nested_without_end(world: World) -> None:
    codes = [f"{n:012d}" for n in range(1, 17)]
    for parent, code in zip(["", *codes[:14]], codes[:15], strict=True):
        offices.add_office(world.session, None, code, "某单位", parent)
    with pytest.raises(Invalid, match="层级太深"):
        offices.add_office(world.session, None, codes[15], "某单位", codes[14])
