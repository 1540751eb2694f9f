"""Daily digests by mail: one a person and day, at most LINES lines and the total.

Only `flask notices send` calls this. Rights are checked again for each person at that moment; whoever left or sees
nothing of what they were told gets nothing. A digest that failed is tried again by the next run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import queries
from portal.database import LOCAL, local_today, now
from portal.domain import audit_events
from portal.domain.audit_events import About
from portal.models import Digest, MailAddress, User
from portal.queries.notices.inbox import Told
from portal.services.notices.mail_server import Mailbox, MailFailure, MailServer, connected
from portal.services.record import audit
from portal.services.record.audit import AuditObject
from portal.services.transaction import write

LINES = 20
SUBJECT = "绩效目标管理：{count} 条新通知"


@dataclass(frozen=True, slots=True)
class MailRun:
    """failures: the sentences, each once."""

    sent_count: int
    failed_count: int
    failures: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Letter:
    digest_id: int
    message: EmailMessage


def send(session: Session, server: MailServer, portal_url: str) -> MailRun:
    """Send what nobody has mailed yet. One connection; once the server fails, the others wait for the next run."""
    letters = list(_letters(session, server, portal_url))
    failures = _deliver(session, server, letters) if letters else []
    run = MailRun(len(letters) - len(failures), len(failures), list(dict.fromkeys(failures)))
    if letters:
        with write(session):
            thing = AuditObject(About.SYSTEM, "digests", "通知邮件")
            detail = {"mail_count": run.sent_count, "failed_count": run.failed_count}
            audit.record(session, None, audit_events.SEND_DIGESTS, thing, **detail)
    return run


def _deliver(session: Session, server: MailServer, letters: Sequence[_Letter]) -> list[str]:
    """Return why each letter that was not sent was not."""
    waiting, failures = list(letters), []
    try:
        with connected(server) as mailbox:
            while waiting:
                if failure := _deliver_one(session, mailbox, waiting[0]):
                    failures.append(failure)
                waiting.pop(0)
    except MailFailure as failure:
        for letter in waiting:
            _note(session, letter.digest_id, failure.sentence)
            failures.append(failure.sentence)
    return failures


def _deliver_one(session: Session, mailbox: Mailbox, letter: _Letter) -> str:
    """ "" if it was sent. Raises MailFailure if the server takes no other letter either."""
    try:
        mailbox.send(letter.message)
    except MailFailure as failure:
        if failure.is_final:
            raise
        _note(session, letter.digest_id, failure.sentence)
        return failure.sentence
    _note(session, letter.digest_id, "")
    return ""


def _note(session: Session, digest_id: int, failure: str) -> None:
    with write(session, is_act=False):
        digest = session.get_one(Digest, digest_id)
        digest.failure = failure
        digest.sent_at = None if failure else now()


def _letters(session: Session, server: MailServer, portal_url: str) -> Iterator[_Letter]:
    """The letters of today that were not sent; each has its row before it is sent."""
    today = local_today()
    wanted = (
        select(User.username, MailAddress.address)
        .join(MailAddress, MailAddress.user_id == User.id)
        .outerjoin(Digest, (Digest.person_id == User.id) & (Digest.on_day == today))
        .where(MailAddress.is_on, User.active, Digest.sent_at.is_(None))
        .order_by(User.id)
    )
    for username, address in session.execute(wanted).all():
        found = queries.session.account_named(session, username)
        if found is None:
            continue
        after = queries.notices.mail.mailed_through(session, found.own.id)
        told, count, latest = queries.notices.inbox.mailed(session, found.own, after, LINES)
        if count:
            digest_id = _begin(session, found.own.id, today, count, latest)
            yield _Letter(digest_id, _message(server, address, told, count, portal_url, digest_id))


def _begin(session: Session, person_id: int, today: date, count: int, latest: int) -> int:
    with write(session, is_act=False):
        digest = session.scalar(select(Digest).where(Digest.person_id == person_id, Digest.on_day == today))
        if digest is None:
            digest = Digest(person_id=person_id, on_day=today, tries=0, failure="")
            session.add(digest)
        digest.notice_count, digest.through_id, digest.tries = count, latest, digest.tries + 1
        session.flush()
        return digest.id


def _message(
    server: MailServer, address: str, told: Sequence[Told], count: int, portal_url: str, digest_id: int
) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = server.sender, address
    message["Subject"] = SUBJECT.format(count=count)
    message["Message-ID"] = f"<digest-{digest_id}@{server.sender.rpartition('@')[2].rstrip('>')}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text_of(told, count, portal_url), cte="base64")
    return message


def text_of(told: Sequence[Told], count: int, portal_url: str) -> str:
    """The lines, what asks for an act first, and the total. Its link shows the inbox, nothing else."""
    lines = [_line(each) for each in told]
    total = f"共 {count} 条，这里列出 {len(lines)} 条。" if count > len(lines) else f"共 {count} 条。"
    where = f"查看和办理：{portal_url}/notices" if portal_url else "请登录系统查看和办理。"
    return "\n".join([*lines, "", total, where, "不想再收邮件，可以在“通知设置”里关掉。", ""])


def _line(told: Told) -> str:
    at = told.at.astimezone(LOCAL).strftime("%m-%d %H:%M")
    asked = f"【{told.wanted}】" if told.wanted else ""
    return f"{at} {asked}{told.words}" + (f"（{told.due} 前）" if told.due else "")
