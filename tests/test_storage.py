"""The store: whole files under their digests, and nothing else."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from portal.storage import AttachmentStore, Condition


def test_vault_puts_whole_files_for_its_owner_alone(tmp_path: Path) -> None:
    store = AttachmentStore(tmp_path / "a" / "store")
    digest = store.put(b"content")
    assert store.put(b"content") == digest == hashlib.sha256(b"content").hexdigest()
    path = store.folder / digest[:2] / digest[2:]
    assert list(store.folder.rglob("*")) == [path.parent, path]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == store.folder.stat().st_mode & 0o777 == 0o700
    path.write_bytes(b"altered")
    assert store.condition(digest) is Condition.ALTERED
    store.put(b"content")
    assert store.condition(digest) is Condition.SOUND


@pytest.mark.parametrize("digest", ["", "..", "../" * 20 + "etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n", "a" * 65])
def test_vault_knows_digests_only(tmp_path: Path, digest: str) -> None:
    with pytest.raises(ValueError):
        AttachmentStore(tmp_path).path_of(digest)
