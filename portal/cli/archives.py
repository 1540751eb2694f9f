"""The one file of a backup: a tar of the database and of the attachments it names, each under its digest.

Backups of earlier versions are the plain database. Everything here works on files and knows nothing of the configured
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
    """Write `target` anew; the digests of files that are missing or damaged and so are not in it."""
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
    """Without the names and numbers of this server's accounts."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def is_plain_database(source: Path) -> bool:
    with source.open("rb") as file:
        return file.read(len(_PLAIN)) == _PLAIN


def unpack(source: Path, database: Path, store: AttachmentStore) -> None:
    """The database of a backup to `database`, its attachments into the store. Raises Invalid.

    Only what `pack` writes is taken up, and no name in the file decides where anything goes.
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
    if not database.exists():
        raise Invalid(f"{source}：不是本系统的备份文件。")


def _take_up(member: tarfile.TarInfo, content: IO[bytes], store: AttachmentStore) -> None:
    if member.size > MAX_FILE or FOLDER + store.put(content.read(MAX_FILE + 1)) != member.name:
        raise Invalid(f"备份里的附件 {member.name[:100]!r} 与其摘要不符。")
