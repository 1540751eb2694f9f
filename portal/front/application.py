"""The ASGI application: body, thread, answer.

Two lanes of threads: one for requests that read (GET, HEAD, OPTIONS), one for all others, which may wait for a database
lock. A request that finds no thread of its lane within QUEUE_PATIENCE is refused, with the threads of the other lane.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from time import monotonic
from typing import IO, Any, TypeVar

from portal import memory
from portal.front.bodies import Bodies, BodyRefused, ClientGone, Limits, Receive, Scope, Send
from portal.front.environ import environ_of

T = TypeVar("T")
WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

REFUSED = "portal.refused"
"""Key in the environ: the status with which the application must refuse the request; its body may be missing."""
MAY_WAIT = "portal.may_wait"
"""Key in the environ: whether the request may wait for a lock; false in the threads of those that read."""
QUEUE_PATIENCE = 4.0
"""Seconds in which a request that may write must find a thread."""
LONG = 0.3
"""Seconds to the first part of an answer after which the memory that it took is given back."""
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_BATCH = 1024 * 1024


class Front:
    """Serves `application` over ASGI. threads: number of threads of each lane."""

    def __init__(self, application: WSGI, threads: int, limits: Limits) -> None:
        self._application = application
        self._bodies = Bodies(limits)
        self._readers = ThreadPoolExecutor(threads, "reader")
        self._writers = ThreadPoolExecutor(threads, "writer")
        self._free_writers = asyncio.Semaphore(threads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"no {scope['type']} here: serve with --interface asginl and --no-ws")
        try:
            body = await self._bodies.receive(scope, receive)
        except ClientGone:
            return
        except BodyRefused as refusal:
            await self._refuse(scope, BytesIO(), 0, refusal.status, send)
            return
        try:
            await self._route(scope, body.file, body.size, send)
        finally:
            body.close()

    async def _route(self, scope: Scope, body: IO[bytes], size: int, send: Send) -> None:
        environ = environ_of(scope, body, size)
        if scope["method"] in _READING:
            await self._answer(environ | {MAY_WAIT: False}, self._readers, send)
            return
        try:
            await asyncio.wait_for(self._free_writers.acquire(), QUEUE_PATIENCE)
        except TimeoutError:
            await self._refuse(scope, body, size, 503, send)
            return
        try:
            await self._answer(environ | {MAY_WAIT: True}, self._writers, send)
        finally:
            self._free_writers.release()

    async def _refuse(self, scope: Scope, body: IO[bytes], size: int, status: int, send: Send) -> None:
        environ = environ_of(scope, body, size) | {REFUSED: status, MAY_WAIT: False}
        await self._answer(environ, self._readers, send)

    async def _answer(self, environ: dict[str, Any], lane: ThreadPoolExecutor, send: Send) -> None:
        loop = asyncio.get_running_loop()
        # One context for the whole answer: its parts may be computed in different threads.
        context = contextvars.copy_context()

        async def in_thread(act: Callable[[], T]) -> T:
            return await loop.run_in_executor(lane, context.run, act)

        began = monotonic()
        answer = await in_thread(partial(_begin, self._application, environ))
        is_long = monotonic() - began > LONG
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        try:
            while answer.rest:
                await send({"type": "http.response.body", "body": answer.batch, "more_body": True})
                await in_thread(answer.advance)
            await send({"type": "http.response.body", "body": answer.batch})
        finally:
            if answer.rest:
                await in_thread(answer.close)
            if is_long:
                await in_thread(memory.give_back)


@dataclass(slots=True)
class _Answer:
    """An answer of the application. batch: the part to send next; rest: what follows it, None after the last part."""

    status: int
    headers: list[tuple[bytes, bytes]]
    parts: Iterable[bytes]
    rest: Iterator[bytes] | None
    batch: bytes = b""

    def advance(self) -> None:
        """Take the next _BATCH of bytes from the application. A thread never waits for a slow client."""
        assert self.rest is not None
        blocks, size = [], 0
        for block in self.rest:
            blocks.append(block)
            size += len(block)
            if size >= _BATCH:
                break
        else:
            self.close()
        self.batch = b"".join(blocks)

    def close(self) -> None:
        self.rest = None
        if close := getattr(self.parts, "close", None):
            close()


def _begin(application: WSGI, environ: dict[str, Any]) -> _Answer:
    """Call the application and take the first part of its answer."""
    answer = _Answer(500, [], (), None)

    def start_response(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
        answer.status = int(status.partition(" ")[0])
        answer.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]

    answer.parts = application(environ, start_response)
    answer.rest = iter(answer.parts)
    try:
        answer.advance()
    except BaseException:
        answer.close()
        raise
    return answer
