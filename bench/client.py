"""A minimal HTTP client in one thread: keep-alive, cookies, forms; one connection or many through a selector.

It parses status, length and cookies of an answer only, so that its own cost is small beside the measured one.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import cycle
from urllib.parse import urlencode

_END = b"\r\n\r\n"
_PATIENCE = 60
_FORM = "Content-Type: application/x-www-form-urlencoded"
_IDLE = 10
"""Idle seconds after which the client reconnects: Granian closes a connection after 30."""


class Unexpected(Exception):
    """The answer is not the one that the benchmark measures."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: str
    body: bytes
    seconds: float

    def header(self, name: str) -> str:
        found = [line for line in self.headers.split("\r\n") if line.lower().startswith(f"{name}:")]
        return found[-1].partition(":")[2].strip() if found else ""

    @property
    def text(self) -> str:
        return self.body.decode()


class Wire:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = bytearray()
        self._whole = 0

    def read(self) -> bool:
        """Read available bytes; return whether an answer is complete. Raises Unexpected if the server disconnected."""
        data = self.socket.recv(262_144)
        if not data:
            raise Unexpected("the server closed the connection")
        self.received += data
        if not self._whole and (end := self.received.find(_END)) >= 0:
            self._whole = end + len(_END) + _length(bytes(self.received[:end]))
        return bool(self._whole) and len(self.received) >= self._whole

    def take(self) -> bytes:
        """Return the complete answer and clear the buffer."""
        data = bytes(self.received)
        self.received.clear()
        self._whole = 0
        return data

    def ask(self, request: bytes) -> Answer:
        begun = time.perf_counter()
        self.socket.sendall(request)
        while not self.read():
            pass
        seconds = time.perf_counter() - begun
        head, _, body = self.take().partition(_END)
        return Answer(int(head[9:12]), head.decode("latin-1"), body, seconds)

    def close(self) -> None:
        self.socket.close()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    if head[9:12] in (b"204", b"304"):
        return 0
    raise Unexpected("an answer without Content-Length")


@dataclass(slots=True)
class Visitor:
    """A browser session: cookies, headers and one connection."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    wire: Wire = field(init=False)
    used: float = field(init=False, default_factory=time.monotonic)
    closed: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.wire = Wire(self.port)

    def get(self, path: str, status: int = 200) -> Answer:
        return self.ask(self.request(path), status)

    def post(self, path: str, form: Sequence[tuple[str, str]] | Mapping[str, str], status: int = 303) -> Answer:
        """Post a form and return the answer; redirects are not followed."""
        return self.ask(self.request(path, urlencode(form).encode()), status)

    def request(
        self, path: str, body: bytes | None = None, more: Sequence[str] = (_FORM,), accept: str = "text/html"
    ) -> bytes:
        """Build a request. more: header lines for the body, by default those of a form."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [
            f"{'GET' if body is None else 'POST'} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            f"Accept: {accept}",
            *([f"Cookie: {cookies}"] if cookies else []),
        ]
        if body is not None:
            lines += [
                f"Origin: http://127.0.0.1:{self.port}",
                f"Referer: http://127.0.0.1:{self.port}{path}",
                *more,
                f"Content-Length: {len(body)}",
            ]
        return "\r\n".join(lines).encode() + _END + (body or b"")

    def sign_in(self, username: str, password: str) -> None:
        """Sign in through the form, with its CSRF token."""
        page = largest_form(self.get("/login").text)
        self.post("/login", dict(page) | {"username": username, "password": password})

    def close(self) -> None:
        self.wire.close()

    def ask(self, request: bytes, status: int | None = 200) -> Answer:
        """Send a request and return the answer; reconnect if necessary. Raises Unexpected for another status than
        `status`, if given.
        """
        if self.closed or time.monotonic() - self.used > _IDLE:
            self.wire.close()
            self.wire = Wire(self.port)
        answer = self.wire.ask(request)
        self.used = time.monotonic()
        self.closed = answer.header("connection") == "close"
        for line in answer.headers.split("\r\n"):
            if line.lower().startswith("set-cookie:"):
                name, _, value = line.partition(":")[2].strip().partition(";")[0].partition("=")
                self.cookies[name] = value
        if status is not None and answer.status != status:
            raise Unexpected(f"{answer.status} instead of {status}: {request[:80]!r}\n{answer.text[-1500:]}")
        return answer


# --- forms ---------------------------------------------------------------------------------------


class _Fields(HTMLParser):
    """The controls of each form with method POST, with the values that a browser would send without changes."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[list[tuple[str, str]]] = []
        self.open = False
        self.templates = 0
        self.name, self.text = "", ""
        self.select, self.chosen = "", ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        self.templates += tag == "template"
        if self.templates:  # the content of <template> belongs to no form
            return
        if tag == "form":
            self.open = found.get("method", "get").lower() == "post"
            if self.open:
                self.forms.append([])
        if not self.open:
            return
        name = found.get("name", "")
        if tag == "input" and name and found.get("type") not in ("submit", "radio", "checkbox"):
            self.forms[-1].append((name, found.get("value", "")))
        elif tag == "textarea":
            self.name, self.text = name, ""
        elif tag == "select":
            self.select, self.chosen, self.name, self.text = name, "", "", ""
        elif tag == "option" and self.select and "selected" in found:
            self.name, self.text = "option", ""
            self.chosen = found.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.name:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        self.templates -= tag == "template"
        if self.templates:
            return
        if not self.open:
            return
        if tag == "textarea" and self.name:
            self.forms[-1].append((self.name, self.text.removeprefix("\n")))
            self.name = ""
        elif tag == "option" and self.name == "option":
            self.chosen, self.name = self.chosen or self.text.strip(), ""
        elif tag == "select":
            self.forms[-1].append((self.select, self.chosen))
            self.select = ""
        elif tag == "form":
            self.open = False


def posting_forms(page: str) -> list[list[tuple[str, str]]]:
    """Return the fields of each form of `page` with method POST, in order."""
    parser = _Fields()
    parser.feed(page)
    return parser.forms


def largest_form(page: str) -> list[tuple[str, str]]:
    """Return the fields of the page's main form, not those of the sign-out form."""
    return max(posting_forms(page), key=len)


# --- measuring -----------------------------------------------------------------------------------


def latencies(act: Callable[[int], float], samples: int, seconds: float) -> list[float]:
    """Call `act(0)`, `act(1)`, … and return their results, seconds each: `samples`, or as many as fit into `seconds`,
    at least five.
    """
    found: list[float] = []
    until = time.perf_counter() + seconds
    while len(found) < samples and (time.perf_counter() < until or len(found) < 5):
        found.append(act(len(found)))
    return found


def quantile(values: Sequence[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def throughput(port: int, requests: Sequence[bytes], clients: int, seconds: float) -> float:
    """Return answers per second for concurrent `clients`, each of which sends the next request after its last answer.

    Runs beyond `seconds` until there is at least one answer. Raises Unexpected for a status other than 200.
    """
    wires, waiting = [Wire(port) for _ in range(clients)], selectors.DefaultSelector()
    upcoming = cycle(requests)
    try:
        for wire in wires:
            waiting.register(wire.socket, selectors.EVENT_READ, wire)
            wire.socket.sendall(next(upcoming))
        answered = 0
        begun = time.perf_counter()
        while (passed := time.perf_counter() - begun) < seconds or not answered:
            ready = waiting.select(timeout=_PATIENCE)
            if not ready:
                raise Unexpected(f"no answer within {_PATIENCE} s")
            for key, _ in ready:
                if not key.data.read():
                    continue
                answer = key.data.take()
                if answer[9:12] != b"200":
                    raise Unexpected(answer[:300].decode("latin-1"))
                answered += 1
                key.data.socket.sendall(next(upcoming))
        return answered / passed
    finally:
        waiting.close()
        for wire in wires:
            wire.close()
