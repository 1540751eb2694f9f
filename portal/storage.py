"""Content-addressed storage of attachments: a folder of files named after the SHA-256 of their bytes.

Permissions belong in the services. File names given by users are never used on disk.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator, Set
from contextlib import suppress
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import IO

_DIGEST = re.compile(r"[0-9a-f]{64}")
_BLOCK = 1 << 16


class Condition(Enum):
    SOUND = "sound"
    MISSING = "missing"
    ALTERED = "altered"


class AttachmentStore:
    """A folder of files named ab/cdef… after their SHA-256. The first `put` creates the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        """Store `data`, synced to disk before this returns, and return its digest. Replaces a damaged file."""
        digest = hashlib.sha256(data).hexdigest()
        path = self.path_of(digest)
        if self.condition(digest) is Condition.SOUND:
            os.utime(path)  # restarts the waiting time of `sweep`
            return digest
        self._make_folder(self.folder)
        self._make_folder(path.parent)
        fresh = path.with_name(f".{secrets.token_hex(16)}")
        try:
            with fresh.open("xb") as file:
                os.fchmod(file.fileno(), 0o600)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            _give_to_owner_of(path.parent, fresh)
            fresh.replace(path)
            _sync_folder(path.parent)
        finally:
            fresh.unlink(missing_ok=True)
        return digest

    def path_of(self, digest: str) -> Path:
        """The path for `digest`, whether or not the file exists. Raises ValueError unless it is a digest."""
        if not _DIGEST.fullmatch(digest):
            raise ValueError("not a digest")
        return self.folder / digest[:2] / digest[2:]

    def has(self, digest: str) -> bool:
        return self.path_of(digest).is_file()

    def condition(self, digest: str) -> Condition:
        """Whether the file exists and its bytes match `digest`. Reads the whole file."""
        try:
            self.open_sound(digest).close()
        except FileNotFoundError:
            return Condition.MISSING
        except ValueError:
            return Condition.ALTERED
        return Condition.SOUND

    def open_sound(self, digest: str) -> IO[bytes]:
        """Open the file after verifying its digest. Raises FileNotFoundError, ValueError (altered)."""
        file = self.path_of(digest).open("rb")
        found = hashlib.sha256()
        while block := file.read(_BLOCK):
            found.update(block)
        if found.hexdigest() != digest:
            file.close()
            raise ValueError("altered")
        file.seek(0)
        return file

    def sweep(self, named: Set[str], before: datetime) -> int:
        """Remove files whose digest is not in `named`, last put before `before`; return their number."""
        removed = 0
        for path in list(self._files()):
            with suppress(FileNotFoundError):
                if path.parent.name + path.name not in named and path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    removed += 1
        return removed

    def _files(self) -> Iterator[Path]:
        """All files, including temporary files of an interrupted `put`."""
        for folder in self.folder.glob("[0-9a-f][0-9a-f]"):
            yield from (path for path in folder.iterdir() if path.is_file())

    def _make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _give_to_owner_of(folder.parent, folder)
            _sync_folder(folder.parent)


def _give_to_owner_of(folder: Path, path: Path) -> None:
    """Files written by root (a restore) must be readable for the account that runs the portal."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
