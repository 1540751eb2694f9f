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
