"""The vault: whole files under their digests, and nothing else."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from portal.storage import Condition, Vault


def test_vault_puts_whole_files_for_its_owner_alone(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "a" / "vault")
    digest = vault.put(b"content")
    assert vault.put(b"content") == digest == hashlib.sha256(b"content").hexdigest()
    path = vault.folder / digest[:2] / digest[2:]
    assert list(vault.folder.rglob("*")) == [path.parent, path]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == vault.folder.stat().st_mode & 0o777 == 0o700
    path.write_bytes(b"altered")
    assert vault.condition(digest) is Condition.ALTERED
    vault.put(b"content")
    assert vault.condition(digest) is Condition.SOUND


@pytest.mark.parametrize("digest", ["", "..", "../" * 20 + "etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n", "a" * 65])
def test_vault_knows_digests_only(tmp_path: Path, digest: str) -> None:
    with pytest.raises(ValueError):
        Vault(tmp_path).path_of(digest)
