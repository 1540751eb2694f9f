"""Literal text around fields in one cell, `{ordinal}、{project_name}绩效目标表`: joined, and read back.

`notation` refuses a pattern whose fields could not be told apart again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

_PLACEHOLDER = re.compile(r"\{([a-z0-9_/#]+)(?::([a-z]+))?\}")
_SEPARATOR = "\u3000"
"""A run of two or more separates fields that would otherwise run together."""
_NARROW: Mapping[str, str] = {"ordinal": r"\d{1,4}", "office_code": "[0-9]{6,12}(?![0-9])"}
"""Fields whose texts differ from any text after them. Shorter unit codes are written with a separator."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A field in a pattern; part: sign, number or unit of a target value, "" for the whole text."""

    path: str
    part: str = ""


@dataclass(frozen=True)
class Pattern:
    pieces: tuple[str | Placeholder, ...]

    @cached_property
    def placeholders(self) -> tuple[Placeholder, ...]:
        return tuple(piece for piece in self.pieces if isinstance(piece, Placeholder))

    @cached_property
    def paths(self) -> tuple[str, ...]:
        return tuple(placeholder.path for placeholder in self.placeholders)

    @cached_property
    def is_plain(self) -> bool:
        """Whether the pattern is one field without literal text."""
        return len(self.pieces) == 1 and bool(self.paths)

    @property
    def can_be_read(self) -> bool:
        """Whether no field is repeated and no two adjacent fields run together."""
        neighbours = pairwise(self.pieces)
        return all(
            isinstance(one, str) or isinstance(other, str) or one.path in _NARROW for one, other in neighbours
        ) and len(set(self.paths)) == len(self.paths)

    def join(self, text_of: Callable[[str], str]) -> str:
        """The cell's text; "" if all fields are blank, except for a title, which always has text. A missing ordinal
        drops the punctuation after it.
        """
        if self.is_plain:
            return text_of(self.paths[0])
        values = {path: _shown(path, text_of(path)) for path in self.paths}
        is_title = "ordinal" in values
        if not is_title and not any(values.values()):
            return ""
        joined = "".join(self._written(values))
        return joined if is_title or self.read(joined) == values else self._separated(values)

    def read(self, text: str, known: Mapping[str, str] | None = None) -> dict[str, str] | None:
        """The texts of the fields in `text`; None if it does not match the pattern.

        `known`: fields whose texts are known from other cells; they are matched literally, ignoring white space.
        """
        if self.is_plain:
            return {self.paths[0]: text}
        if (separated := self._read_separated(text)) is not None:
            return separated
        source, known = text, known or {}
        if known:
            source, known = _without_space(text), {path: _without_space(value) for path, value in known.items()}
        found = re.fullmatch("".join(self._expression_parts(known)), source, re.DOTALL)
        if found is None:
            return None
        sought = ((n, piece) for n, piece in enumerate(self.pieces) if isinstance(piece, Placeholder))
        return {piece.path: found[f"f{n}"] or "" for n, piece in sought if piece.path not in known}

    def _separated(self, values: Mapping[str, str]) -> str:
        """Two texts that could not be told apart otherwise, separated by a longer run of blanks than they hold.

        In a pattern with literal text the run also stands in front.
        """
        longest = max((len(run) for run in re.findall(f"{_SEPARATOR}+", "\n".join(values.values()))), default=0)
        run = _SEPARATOR * max(2, longest + 1)
        return ("" if self._runs_together() else run) + run.join(values.values())

    def _read_separated(self, text: str) -> dict[str, str] | None:
        runs = re.findall(f"{_SEPARATOR}{{2,}}", text)
        if not runs or len(self.paths) != 2:
            return None
        if self._runs_together():
            return dict(zip(self.paths, _split_at(text, max(runs, key=len)), strict=True))
        if not text.startswith(runs[0]):
            return None
        return dict(zip(self.paths, _split_at(text.removeprefix(runs[0]), runs[0]), strict=True))

    def _runs_together(self) -> bool:
        return len(self.pieces) == 2 and len(self.paths) == 2

    def _written(self, values: Mapping[str, str]) -> Iterator[str]:
        is_skipped = False
        for piece in self.pieces:
            if isinstance(piece, Placeholder):
                is_skipped = piece.path == "ordinal" and not values[piece.path]
                yield values[piece.path]
            elif not is_skipped:
                yield piece

    def _expression_parts(self, known: Mapping[str, str]) -> Iterator[str]:
        ordinal_group = ""
        for n, piece in enumerate(self.pieces):
            if isinstance(piece, str):
                literal = re.escape(_without_space(piece) if known else piece)
                yield f"(?({ordinal_group}){literal})" if ordinal_group else literal
                ordinal_group = ""
            elif piece.path in known:
                yield re.escape(known[piece.path])
            elif piece.path in _NARROW:
                ordinal_group = f"f{n}" if piece.path == "ordinal" else ""
                yield rf"(?P<f{n}>{_NARROW[piece.path]})?"
            else:
                yield rf"(?P<f{n}>.*?)"


def parse(text: str) -> Pattern:
    """The pattern of a cell in the notation of form files."""
    pieces: list[str | Placeholder] = []
    at = 0
    for found in _PLACEHOLDER.finditer(text):
        if found.start() > at:
            pieces.append(text[at : found.start()])
        pieces.append(Placeholder(found[1], found[2] or ""))
        at = found.end()
    if at < len(text):
        pieces.append(text[at:])
    return Pattern(tuple(pieces))


def _split_at(text: str, run: str) -> tuple[str, str]:
    first, _, second = text.partition(run)
    return first, second


def _shown(path: str, text: str) -> str:
    return "" if path == "ordinal" and text == "0" else text


def _without_space(text: str) -> str:
    return unicodedata.normalize("NFKC", "".join(text.split()))
