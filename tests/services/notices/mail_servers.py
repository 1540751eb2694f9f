"""Mail servers on 127.0.0.1 for tests: one that takes mail, and some that hang, break off or answer garbage."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from threading import Thread


class Taken(list[Message]):
    """The mails that a server took."""


Talk = Callable[[socket.socket, Taken], None]


def takes_mail(connection: socket.socket, taken: Taken, *, but: str = "") -> None:
    """A plain SMTP conversation; but: an address that it refuses."""
    connection.sendall(b"220 test\r\n")
    lines = connection.makefile("rb")
    for line in lines:
        word = line[:4].upper()
        if word == b"DATA":
            connection.sendall(b"354 go on\r\n")
            body = b"".join(iter(lines.readline, b".\r\n"))
            taken.append(message_from_bytes(body))
            connection.sendall(b"250 taken\r\n")
        elif word == b"RCPT" and but and but.encode() in line:
            connection.sendall("550 没有这个人\r\n".encode())
        elif word == b"QUIT":
            connection.sendall(b"221 bye\r\n")
            return
        else:
            connection.sendall(b"250 ok\r\n")


def hangs(connection: socket.socket, _: Taken) -> None:
    """Says nothing until the other side goes."""
    connection.recv(1)


def answers_garbage(connection: socket.socket, _: Taken) -> None:
    connection.sendall(b"\x00\xff<html>not mail</html>\r\n" * 3)


def breaks_off(connection: socket.socket, _: Taken) -> None:
    connection.sendall(b"220 test\r\n")
    connection.recv(100)


def trickles(connection: socket.socket, _: Taken) -> None:
    """Sends a greeting that never ends, a byte for each that it could send, until the other side hangs up."""
    connection.settimeout(0.01)
    while True:
        connection.sendall(b"2")
        try:
            if not connection.recv(1):
                return
        except TimeoutError:
            continue


@contextmanager
def mail_server(talk: Talk) -> Iterator[tuple[int, Taken]]:
    """(port, mails taken) of a server that has this conversation with each that connects."""
    listening, taken = socket.create_server(("127.0.0.1", 0)), Taken()

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                try:
                    talk(connection, taken)
                except OSError:
                    continue

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1], taken
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)
