"""Streams of compound files (OLE), the container of .xls and .et. Which streams there are is in `containers`."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from portal.domain.attachments import containers

_NO_SECTOR = 0xFFFFFFFA
_ENTRY = 128
_ROOT = 5


class CompoundFile:
    """Raises struct.error or IndexError for a file that is damaged."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        shift, mini_shift = struct.unpack_from("<2H", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise IndexError
        self.size, self.mini_size = 1 << shift, 1 << mini_shift
        self._table = self._allocation_table()
        self._directory = self._joined(struct.unpack_from("<L", data, 48)[0])
        self._cutoff, mini_start = struct.unpack_from("<2L", data, 56)
        mini = self._joined(mini_start) if mini_start < _NO_SECTOR else b""
        self._mini_table = struct.unpack(f"<{len(mini) // 4}L", mini[: len(mini) // 4 * 4])

    def stream(self, *names: str) -> bytes:
        """The first stream with one of these names; b"" if there is none."""
        for name, kind, start, size in self._entries():
            if name in names and kind != _ROOT:
                return (self._joined(start) if size >= self._cutoff else self._small(start))[:size]
        return b""

    def _allocation_table(self) -> tuple[int, ...]:
        found: list[int] = []
        for sector in containers.allocation_table(self.data, self.size):
            if sector < _NO_SECTOR:
                found += struct.unpack_from(f"<{self.size // 4}L", self.data, (sector + 1) * self.size)
        return tuple(found)

    def _entries(self) -> Iterator[tuple[str, int, int, int]]:
        """Name, kind, first sector and size of each entry."""
        for at in range(0, len(self._directory) - _ENTRY + 1, _ENTRY):
            (length,) = struct.unpack_from("<H", self._directory, at + 64)
            start, size = struct.unpack_from("<2L", self._directory, at + 116)
            name = self._directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            yield name, self._directory[at + 66], start, size

    def _chain(self, start: int, table: tuple[int, ...]) -> Iterator[int]:
        for _ in range(len(table) + 1):
            if start >= _NO_SECTOR:
                return
            yield start
            start = table[start]
        raise IndexError

    def _joined(self, start: int) -> bytes:
        size = self.size
        return b"".join(self.data[(n + 1) * size : (n + 2) * size] for n in self._chain(start, self._table))

    def _small(self, start: int) -> bytes:
        """A stream that is kept in pieces of the root's stream."""
        root = next(self._joined(first) for _, kind, first, _ in self._entries() if kind == _ROOT)
        size = self.mini_size
        return b"".join(root[n * size : (n + 1) * size] for n in self._chain(start, self._mini_table))
