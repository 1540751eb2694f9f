"""The password hash itself; signing in with it is tested elsewhere, at the least cost."""

from __future__ import annotations

import runpy

from portal.services.administration import passwords
from tests.world import PASSWORD


def test_password_hash_is_argon2id_at_full_cost() -> None:
    as_shipped = runpy.run_path(passwords.__file__)
    assert as_shipped["hash_password"](PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_password_hash_holds_for_its_own_password_only() -> None:
    stored = passwords.hash_password(PASSWORD)
    assert passwords.is_password(stored, PASSWORD)
    assert not passwords.is_password(stored, PASSWORD + "x")
    assert not passwords.is_password(None, PASSWORD)
    assert not passwords.is_password("no hash", PASSWORD)
