"""The mail server: its settings as one address, a connection with bounded waits, and one sentence for what went wrong.

Only `flask notices send` connects; a request never does. Who gets which mail belongs in `digests`.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from threading import Timer
from urllib.parse import unquote, urlsplit

from portal.domain.errors import Invalid

_PORTS = {"smtp": 25, "smtps": 465, "starttls": 587}
_READY = 220
_ANSWERS = 6
"""Answers that one mail waits for: the whole may take so many times the time of one."""


class MailFailure(Exception):
    """Why a mail was not sent, as a sentence. is_final: the server takes no other mail either."""

    def __init__(self, sentence: str, *, is_final: bool) -> None:
        super().__init__(sentence)
        self.sentence, self.is_final = sentence, is_final


@dataclass(frozen=True, slots=True)
class MailServer:
    """timeout: seconds for each answer of the server."""

    security: str
    host: str
    port: int
    username: str
    password: str
    sender: str
    timeout: float

    @classmethod
    def of(cls, url: str, sender: str, timeout: float) -> MailServer:
        """Raises Invalid for settings that name no server."""
        parts = urlsplit(url)
        try:
            port = parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError:
            port = 0
        if not (parts.hostname and port):
            raise Invalid("MAIL_SERVER 应当写成 smtp://主机:端口、smtps://… 或 starttls://…。")
        if "@" not in sender:
            raise Invalid("配置了 MAIL_SERVER，还要用 MAIL_FROM 写明发件人的邮箱。")
        user, secret = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.scheme, parts.hostname, port, user, secret, sender, timeout)


class Mailbox:
    """An open connection."""

    def __init__(self, server: MailServer, smtp: smtplib.SMTP) -> None:
        self._server, self._smtp = server, smtp

    def send(self, message: EmailMessage) -> None:
        """Raises MailFailure."""
        with _bounded(self._server, self._smtp):
            self._smtp.send_message(message)


@contextmanager
def connected(server: MailServer) -> Iterator[Mailbox]:
    """Raises MailFailure."""
    context = ssl.create_default_context()
    is_encrypted = server.security == "smtps"
    smtp = (
        smtplib.SMTP_SSL(timeout=server.timeout, context=context)
        if is_encrypted
        else smtplib.SMTP(timeout=server.timeout)
    )
    try:
        with _bounded(server, smtp):
            # The name for which the certificate is checked; `connect` alone does not set it.
            smtp._host = server.host  # type: ignore[attr-defined]
            code, greeting = smtp.connect(server.host, server.port)
            if code != _READY:
                raise smtplib.SMTPConnectError(code, greeting)
            if server.security == "starttls":
                smtp.starttls(context=context)
            if server.username:
                smtp.login(server.username, server.password)
        yield Mailbox(server, smtp)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()
        smtp.close()


@contextmanager
def _bounded(server: MailServer, smtp: smtplib.SMTP) -> Iterator[None]:
    """Turn what can go wrong into MailFailure, and end a conversation in which the server answers byte by byte."""
    watch = Timer(server.timeout * _ANSWERS, _hang_up, [smtp])
    watch.daemon = True
    watch.start()
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        (code, words), *_ = error.recipients.values()
        raise MailFailure(f"邮件服务器不收这个地址的信（{code} {_text(words)}）。", is_final=False) from error
    except smtplib.SMTPAuthenticationError as error:
        raise MailFailure("邮件服务器不接受所配的用户名和密码。", is_final=True) from error
    except smtplib.SMTPServerDisconnected as error:
        raise MailFailure(f"邮件服务器 {server.host} 断开了连接，或者没有及时应答。", is_final=True) from error
    except smtplib.SMTPResponseException as error:
        answer = f"{error.smtp_code} {_text(error.smtp_error)}" if error.smtp_code > 0 else "不是邮件服务器的应答"
        raise MailFailure(f"邮件服务器 {server.host} 没有收下邮件（{answer}）。", is_final=True) from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailFailure(_sentence(server, error), is_final=True) from error
    finally:
        watch.cancel()


def _hang_up(smtp: smtplib.SMTP) -> None:
    if smtp.sock:
        with suppress(OSError):
            smtp.sock.shutdown(socket.SHUT_RDWR)


def _sentence(server: MailServer, error: Exception) -> str:
    match error:
        case TimeoutError():
            return f"邮件服务器 {server.host} 在 {server.timeout:g} 秒内没有应答。"
        case ConnectionRefusedError():
            return f"邮件服务器 {server.host}:{server.port} 拒绝连接。"
        case socket.gaierror():
            return f"找不到邮件服务器 {server.host}。"
        case ssl.SSLCertVerificationError():
            return f"邮件服务器 {server.host} 的证书无效。"
    return f"与邮件服务器 {server.host} 的连接出错（{_text(str(error))}）。"


def _text(words: bytes | str) -> str:
    found = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(found.split())[:120]
