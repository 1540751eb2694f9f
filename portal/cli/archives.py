"""Backup files: a tar archive of the database and of the attachments that it names, each under its digest.

A backup of an earlier version is the plain database file. This module works on files only, not on the configured
database.
"""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from portal.domain.attachments import MAX_FILE
from portal.domain.errors import Invalid
from portal.storage import AttachmentStore

DATABASE = "portal.db"
FOLDER = "attachments/"
_PLAIN = b"SQLite format 3\0"


def pack(target: Path, database: Path, store: AttachmentStore, digests: Iterable[str]) -> list[str]:
    """Write or overwrite `target`. Returns digests of missing or damaged files, which the archive does not contain."""
    left_out = []
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as archive:
        archive.add(database, DATABASE, filter=_of_nobody)
        for digest in sorted(digests):
            try:
                file = store.open_sound(digest)
            except (FileNotFoundError, ValueError):
                left_out.append(digest)
                continue
            with file:
                archive.addfile(_of_nobody(archive.gettarinfo(arcname=FOLDER + digest, fileobj=file)), file)
    return left_out


def _of_nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Tar filter: removes user and group of this server from the archive."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def is_plain_database(source: Path) -> bool:
    with source.open("rb") as file:
        return file.read(len(_PLAIN)) == _PLAIN


def unpack(source: Path, database: Path, store: AttachmentStore) -> None:
    """Extract the database of a backup to `database` and its attachments into the store. Raises Invalid.

    Accepts only members that `pack` writes; no member name determines a path on disk.
    """
    try:
        with tarfile.open(source, "r:") as archive:
            for number, member in enumerate(archive):
                content = archive.extractfile(member) if member.isreg() else None
                if content is None or (member.name == DATABASE) is not (number == 0):
                    raise Invalid(f"{source}：不是本系统的备份文件。")
                if number == 0:
                    with database.open("wb") as copied:
                        shutil.copyfileobj(content, copied)
                else:
                    _take_up(member, content, store)
    except (tarfile.TarError, EOFError, UnicodeDecodeError) as error:
        raise Invalid(f"{source}：不是本系统的备份文件，或者已损坏（{error}）。") from None
    if not database.stat().st_size:
        raise Invalid(f"{source}：不是本系统的备份文件。")


def _take_up(member: tarfile.TarInfo, content: IO[bytes], store: AttachmentStore) -> None:
    if member.size > MAX_FILE or FOLDER + store.put(content.read(MAX_FILE + 1)) != member.name:
        raise Invalid(f"备份里的附件 {member.name[:100]!r} 与其摘要不符。")
