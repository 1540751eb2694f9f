"""An ASGI client without a server: requests whose bodies arrive as the test says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from portal.front.application import Front


@dataclass
class Answer:
    """What the front has sent so far."""

    status: int = 0
    headers: dict[bytes, bytes] = field(default_factory=dict)
    parts: list[bytes] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        return b"".join(self.parts)


def scope_of(method: str, path: str = "/", headers: Iterable[tuple[bytes, bytes]] = (), **more: Any) -> dict[str, Any]:
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "client": ("192.0.2.7", 50000),
        "headers": list(headers),
    } | more


async def ask(
    front: Front,
    method: str,
    *blocks: bytes,
    headers: Iterable[tuple[bytes, bytes]] = (),
    unfinished: bool = False,
    **scope: Any,
) -> Answer:
    """Send a request with a body of `blocks`. unfinished: the rest of the body never arrives."""
    answer, waiting = Answer(), list(blocks)

    async def receive() -> dict[str, Any]:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting) or unfinished}
        await asyncio.get_running_loop().create_future()
        raise AssertionError

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status, answer.headers = message["status"], dict(message["headers"])
        else:
            answer.parts.append(message["body"])

    sent = [*headers]
    if blocks or unfinished:
        sent.append((b"transfer-encoding", b"chunked"))
    await front(scope_of(method, headers=sent, **scope), receive, send)
    return answer
