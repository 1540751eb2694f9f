"""The front: who gets a thread and when, limits of bodies, what the application receives and what it sends."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from portal.front import application
from portal.front.application import MAY_WAIT, REFUSED, Front
from portal.front.bodies import Limits
from tests.front.asgi_client import ask

THREADS = 2
LIMITS = Limits(body=100, bodies=150, grace=60)


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Answers with the body; with the status with which the front refuses, if it does."""
    start_response(f"{environ.get(REFUSED, 200)} x", [("X-Size", environ["CONTENT_LENGTH"])])
    return [environ["wsgi.input"].read()]


def front_of(app: Any = echo, limits: Limits = LIMITS) -> Front:
    return Front(app, THREADS, limits)


class Held:
    """An application whose POST requests wait until `release`; others answer at once."""

    def __init__(self) -> None:
        self.release = threading.Event()
        self.waiting = threading.Semaphore(0)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        if environ["REQUEST_METHOD"] == "POST" and REFUSED not in environ:
            self.waiting.release()
            assert self.release.wait(60)
        return echo(environ, start_response)

    async def by_all_threads(self) -> None:
        """Return once every thread for requests that may write is waiting."""
        for _ in range(THREADS):
            assert await asyncio.get_running_loop().run_in_executor(None, self.waiting.acquire, True, 60)


# --- memory --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("long", "count"), [(0, 1), (60, 0)])
def test_memory_is_given_back_after_a_long_answer_only(
    monkeypatch: pytest.MonkeyPatch, long: float, count: int
) -> None:
    given: list[bool] = []
    monkeypatch.setattr(application, "LONG", long)
    monkeypatch.setattr("portal.memory.give_back", lambda: given.append(True))
    answer = asyncio.run(ask(front_of(), "GET"))
    assert (answer.status, len(given)) == (200, count)


# --- bodies --------------------------------------------------------------------------------------


def test_unfinished_bodies_take_no_thread() -> None:
    async def run() -> list[int]:
        front = front_of()
        unfinished = [asyncio.ensure_future(ask(front, "POST", b"a", unfinished=True)) for _ in range(100)]
        await asyncio.sleep(0)  # each begins to receive
        answers = [await ask(front, method, *body) for method, body in (("GET", ()), ("POST", (b"whole",)))]
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
        return [answer.status for answer in answers]

    assert asyncio.run(run()) == [200, 200]


def test_body_that_does_not_arrive_in_time_is_refused() -> None:
    answer = asyncio.run(ask(front_of(limits=Limits(body=100, grace=0)), "POST", b"abc", unfinished=True))

    assert answer.status == 408 and answer.body == b""


def test_body_that_flows_fast_enough_gets_the_time_it_needs() -> None:
    """grace alone would be over; each byte earns more time than the test can take."""
    limits = Limits(body=100, grace=30, rate=1)
    answer = asyncio.run(ask(front_of(limits=limits), "POST", *[b"a"] * 50))

    assert answer.body == b"a" * 50


@pytest.mark.parametrize("headers", [[(b"content-length", b"101")], []])
def test_body_that_is_too_large_is_refused_with_or_without_a_length(headers: list[tuple[bytes, bytes]]) -> None:
    answer = asyncio.run(ask(front_of(), "POST", b"a" * 60, b"a" * 60, headers=headers))

    assert answer.status == 413 and answer.body == b""


def test_bodies_that_are_too_large_together_are_refused_until_others_are_answered() -> None:
    async def run() -> list[int]:
        front = front_of()
        first = asyncio.ensure_future(ask(front, "POST", b"a" * 90, unfinished=True))
        await asyncio.sleep(0)
        while_held = await ask(front, "POST", b"a" * 90)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        return [while_held.status, (await ask(front, "POST", b"a" * 90)).status]

    assert asyncio.run(run()) == [503, 200]


def test_body_that_finds_no_room_on_the_disk_is_refused_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __init__(self, *_: Any) -> None:
            pass

        def write(self, _: bytes) -> int:
            raise OSError(28, "No space left on device")

        def close(self) -> None:
            pass

    monkeypatch.setattr("portal.front.bodies.SpooledTemporaryFile", Full)

    assert asyncio.run(ask(front_of(), "POST", b"abc")).status == 507


def test_client_that_goes_away_gets_no_answer_and_holds_no_room() -> None:
    async def run() -> tuple[list[Any], int]:
        front, sent = front_of(), []

        async def gone() -> dict[str, Any]:
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "headers": [(b"content-length", b"9")], "method": "POST"}
        await front(scope, gone, send)
        return sent, front._bodies.held

    assert asyncio.run(run()) == ([], 0)


# --- threads -------------------------------------------------------------------------------------


def test_requests_that_wait_for_a_lock_do_not_stop_those_that_read() -> None:
    async def run() -> list[int]:
        held = Held()
        front = front_of(held)
        writers = [asyncio.ensure_future(ask(front, "POST", b"a")) for _ in range(THREADS + 3)]
        await held.by_all_threads()
        read = await ask(front, "GET")
        held.release.set()
        return [read.status, *[answer.status for answer in await asyncio.gather(*writers)]]

    assert asyncio.run(run()) == [200] * (THREADS + 4)


def test_request_without_a_thread_is_refused_with_its_body(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> tuple[int, bytes]:
        held = Held()
        front = front_of(held)
        writers = [asyncio.ensure_future(ask(front, "POST", b"a")) for _ in range(THREADS)]
        await held.by_all_threads()
        monkeypatch.setattr(application, "QUEUE_PATIENCE", 0)
        refused = await ask(front, "POST", b"typed")
        held.release.set()
        await asyncio.gather(*writers)
        return refused.status, refused.body

    assert asyncio.run(run()) == (503, b"typed")


@pytest.mark.parametrize(("method", "may_wait"), [("GET", False), ("HEAD", False), ("POST", True), ("DELETE", True)])
def test_only_requests_that_may_write_may_wait_for_a_lock(method: str, may_wait: bool) -> None:
    seen = []

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        seen.append(environ[MAY_WAIT])
        return echo(environ, start_response)

    asyncio.run(ask(front_of(app), method))

    assert seen == [may_wait]


# --- what the application receives and sends -----------------------------------------------------


def test_environ_holds_what_the_client_sent() -> None:
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        seen.update(environ)
        return echo(environ, start_response)

    headers = [
        (b"host", b"portal.example"),
        (b"content-type", b"text/plain"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"x-forwarded-for", b"198.51.100.1"),
        (b"x-forwarded-for", b"198.51.100.2"),
    ]
    raw_path = "/表/%E8%A1%A8%FF?x".encode()
    asyncio.run(ask(front_of(app), "POST", b"ab", b"c", headers=headers, raw_path=raw_path, query_string=b"q=%E8"))

    assert seen["PATH_INFO"].encode("latin-1") == "/表/表".encode() + b"\xff"
    assert (seen["QUERY_STRING"], seen["REMOTE_ADDR"], seen["SERVER_PORT"]) == ("q=%E8", "192.0.2.7", "8000")
    assert (seen["HTTP_HOST"], seen["CONTENT_TYPE"], seen["CONTENT_LENGTH"]) == ("portal.example", "text/plain", "3")
    assert (seen["HTTP_COOKIE"], seen["HTTP_X_FORWARDED_FOR"]) == ("a=1; b=2", "198.51.100.1,198.51.100.2")
    assert "HTTP_TRANSFER_ENCODING" not in seen


def test_answer_keeps_status_headers_and_bytes() -> None:
    answer = asyncio.run(ask(front_of(), "POST", b"whole"))

    assert (answer.status, answer.headers, answer.body) == (200, {b"x-size": b"5"}, b"whole")


class Streamed:
    """An answer in blocks: counts those that were taken, in which context, and closings."""

    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable")

    def __init__(self, blocks: int) -> None:
        self.blocks, self.taken, self.closed = blocks, 0, 0

    def __call__(self, _environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        self.variable.set("of this request")
        return self

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(self.blocks):
            assert self.variable.get() == "of this request"
            self.taken += 1
            yield b"x" * application._BATCH

    def close(self) -> None:
        self.closed += 1


def test_long_answer_is_taken_as_the_client_takes_it_and_closed_once() -> None:
    streamed = Streamed(5)
    taken_at = []

    async def run() -> None:
        front = front_of(streamed)

        async def send(message: Any) -> None:
            if message["type"] == "http.response.body":
                taken_at.append(streamed.taken)

        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "http_version": "1.1"}
        await front(scope | {"headers": []}, None, send)  # type: ignore[arg-type]

    asyncio.run(run())

    assert taken_at == [1, 2, 3, 4, 5, 5] and streamed.closed == 1


def test_long_answer_is_closed_when_the_client_goes_away() -> None:
    streamed = Streamed(5)

    async def run() -> None:
        async def send(message: Any) -> None:
            if message["type"] == "http.response.body":
                raise ConnectionError

        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "http_version": "1.1"}
        await front_of(streamed)(scope | {"headers": []}, None, send)  # type: ignore[arg-type]

    with pytest.raises(ConnectionError):
        asyncio.run(run())

    assert (streamed.taken, streamed.closed) == (1, 1)
