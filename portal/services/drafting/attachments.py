"""Supporting documents of a working copy: adding, removing, downloading. Submitting freezes them with the revision.

File types and limits are in `domain.attachments`, the bytes in `storage`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import IO

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal import queries
from portal.database import now
from portal.domain import attachments, audit_events
from portal.domain.enclosures import EnclosedAttachment
from portal.domain.errors import Forbidden, Lost, NotVisible
from portal.domain.permissions import Actor, Permission, may
from portal.models import Attachment
from portal.services.drafting import drafts
from portal.services.record import audit
from portal.services.record.facts import of_deleted, of_rows
from portal.services.transaction import write
from portal.storage import AttachmentStore

SWEEP_AFTER = timedelta(days=1)
"""Age before an unreferenced file is swept: a file just put may belong to an `attach` that has not committed yet."""


def attach(session: Session, actor: Actor, store: AttachmentStore, table_id: int, name: str, data: bytes) -> str:
    """Add a file to a draft; return its sanitized name.

    Raises NotVisible, Forbidden, Stale, Invalid (file type not accepted, limits exceeded, already attached).
    """
    with write(session):
        drafts.editable(session, actor, table_id)  # check permission before writing to the disk
    safe = attachments.safe_name(name)
    kind = attachments.recognise(safe, data)
    digest = store.put(data)  # outside the transaction, so that no writer waits for the disk
    with write(session):
        table, _ = drafts.editable(session, actor, table_id)
        attachments.check_room(queries.enclosures.attachments(session, table_id), safe, digest, len(data))
        attachment = Attachment(
            table_id=table.id,
            digest=digest,
            name=safe,
            size=len(data),
            media_type=kind.media_type,
            added_by_id=actor.id,
            added_by_name=actor.signature,
            at=now(),
        )
        session.add(attachment)
        session.flush()
        thing, leaves = audit.object_of_table(table), of_rows(attachment)
        audit.record(session, actor, audit_events.ATTACH, thing, leaves, size=len(data), attachment=digest)
        if not store.has(digest):  # swept since `put`; a new sweep waits for the audit head, locked by `record`
            store.put(data)
    return safe


def detach(session: Session, actor: Actor, table_id: int, digest: str) -> str:
    """Remove a file from a draft; return its name. Revisions submitted with it keep it.

    Raises NotVisible, Forbidden, Stale.
    """
    with write(session):
        table, _ = drafts.editable(session, actor, table_id)
        present = queries.enclosures.attachments(session, table_id)
        removed = next((each for each in present if each.digest == digest), None)
        if removed is None:
            raise NotVisible("没有这个附件，可能已经移除。")
        attached = delete(Attachment).where(Attachment.table_id == table.id, Attachment.digest == digest)
        leaves = of_deleted(Attachment, table.id, session.scalars(attached.returning(Attachment.id)).one())
        thing = audit.object_of_table(table)
        audit.record(session, actor, audit_events.DETACH, thing, leaves, size=removed.size, attachment=digest)
    return removed.name


@dataclass(frozen=True, slots=True)
class Download:
    """A file to download. `file` is positioned at its start; the caller closes it."""

    attached: EnclosedAttachment
    file: IO[bytes]


def take(session: Session, actor: Actor, store: AttachmentStore, table_id: int, digest: str) -> Download:
    """Open a file of the text that the actor sees of a table, or of any of its revisions; recorded as an export.

    Raises NotVisible, Forbidden, Lost.
    """
    table, facts = queries.tables.table_with_facts(session, actor, table_id)
    if not may(actor, Permission.EXPORT, facts):
        raise Forbidden("你没有下载这张表的附件的权限。")
    shown = queries.tables.visible_text(session, actor, table, facts)
    enclosed = [shown.enclosed] if shown else []
    enclosed += queries.enclosures.of_revisions(session, table_id)
    files = (each for one in enclosed for each in one.attachments)
    attached = next((each for each in files if each.digest == digest), None)
    if attached is None:
        raise NotVisible("没有这个附件，或者你无权查看。")
    file = _open(store, attached)  # outside the transaction, so that no writer waits for the disk
    with write(session):
        audit.record(session, actor, audit_events.EXPORT, audit.object_of_table(table), attachment=digest)
    return Download(attached, file)


def _open(store: AttachmentStore, attached: EnclosedAttachment) -> IO[bytes]:
    try:
        return store.open_sound(attached.digest)
    except FileNotFoundError:
        raise Lost(f"附件“{attached.name}”的文件不见了，请告诉系统管理员。") from None
    except ValueError:
        raise Lost(f"附件“{attached.name}”的文件已损坏，不能下载，请告诉系统管理员。") from None


def sweep(session: Session, store: AttachmentStore) -> int:
    """Remove files that nothing references, SWEEP_AFTER after they were last put; return their number."""
    with write(session):
        audit.lock_head(session)  # a concurrent `attach` either has committed and counts here, or puts its file again
        return store.sweep(queries.enclosures.referenced_digests(session), now() - SWEEP_AFTER)
