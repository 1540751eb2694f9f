"""Receiving a request body: limits of time and size, and where the bytes wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_IN_MEMORY = 1024 * 1024


class ClientGone(Exception):
    """The client closed the connection before its body was complete."""


class BodyRefused(Exception):
    """The body is not received. `status`: 408, 413, 503 (no room for more bodies) or 507 (disk full)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Limits:
    """body, bodies: bytes of one body, and of all bodies of this process that are not answered yet.

    grace: seconds for any body; rate: bytes per second that a longer body must reach on average.
    """

    body: int
    bodies: int = 512 * 1024 * 1024
    grace: float = 20.0
    rate: int = 8 * 1024


@dataclass(slots=True)
class Bodies:
    """The bodies that this process holds."""

    limits: Limits
    held: int = field(default=0, init=False)

    async def receive(self, scope: Scope, receive: Receive) -> Body:
        """Receive the body of a request. Raises BodyRefused, ClientGone. The caller closes it."""
        headers = dict(scope["headers"])
        announced = headers.get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > self.limits.body:
            raise BodyRefused(413)
        body = Body(self)
        if announced == b"0" and b"transfer-encoding" not in headers:
            return body
        try:
            await self._fill(body, receive)
        except BaseException:
            body.close()
            raise
        body.file.seek(0)
        return body

    async def _fill(self, body: Body, receive: Receive) -> None:
        clock = asyncio.get_running_loop().time
        begun, more = clock(), True
        while more:
            patience = begun + self.limits.grace + body.size / self.limits.rate - clock()
            try:
                async with asyncio.timeout(patience):
                    message = await receive()
            except TimeoutError:
                raise BodyRefused(408) from None
            if message["type"] == "http.disconnect":
                raise ClientGone
            body.append(message.get("body", b""))
            more = message.get("more_body", False)


class Body:
    """One body, in memory up to _IN_MEMORY and in a temporary file beyond it."""

    def __init__(self, among: Bodies) -> None:
        self.file: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115, closed by `close`
        self.size = 0
        self._among = among

    def append(self, block: bytes) -> None:
        self.size += len(block)
        self._among.held += len(block)
        if self.size > self._among.limits.body:
            raise BodyRefused(413)
        if self._among.held > self._among.limits.bodies:
            raise BodyRefused(503)
        try:
            self.file.write(block)
        except OSError as error:
            raise BodyRefused(507) from error

    def close(self) -> None:
        self._among.held -= self.size
        self.size = 0
        self.file.close()
