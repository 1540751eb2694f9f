"""Measured figures with their targets: a table for people and JSON for comparisons. Nothing is measured here."""

from __future__ import annotations

import os
import platform
import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

_PACKAGES = ("flask", "jinja2", "sqlalchemy", "granian", "psycopg")


@dataclass(frozen=True, slots=True)
class Line:
    """One figure. most, least: its target, if any."""

    where: str
    what: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None
    remark: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without a target."""
        if self.most is None and self.least is None:
            return None
        return (self.most is None or self.value <= self.most) and (self.least is None or self.value >= self.least)

    @property
    def target(self) -> str:
        bounds = (("≤", self.most), ("≥", self.least))
        return " ".join(f"{sign} {number(bound)}" for sign, bound in bounds if bound is not None)


@dataclass(slots=True)
class Report:
    """The lines in the order of measuring."""

    lines: list[Line] = field(default_factory=list)

    def add(self, where: str, what: str, value: float, unit: str, **particulars: Any) -> None:
        self.lines.append(Line(where, what, value, unit, **particulars))

    def find(self, where: str, what: str) -> float | None:
        return next((line.value for line in self.lines if (line.where, line.what) == (where, what)), None)

    def to_json(self) -> dict[str, Any]:
        return {"machine": machine(), "lines": [asdict(line) | {"met": line.met} for line in self.lines]}

    def table(self) -> list[str]:
        """Return aligned lines: where, what, value, unit, target, met or missed, remark."""
        verdicts = {True: "met", False: "MISSED", None: ""}
        rows = [(x.where, x.what, number(x.value), x.unit, x.target, verdicts[x.met], x.remark) for x in self.lines]
        return aligned([("where", "what", "value", "unit", "target", "", ""), *rows], right=(2,))

    def missed(self) -> list[str]:
        return [f"{line.where}: {line.what}" for line in self.lines if line.met is False]


def number(value: float) -> str:
    """Format with three significant digits, whole numbers in full."""
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def aligned(rows: Sequence[Sequence[str]], right: Iterable[int] = ()) -> list[str]:
    """Align columns with two spaces between them. right: columns to align at the right."""
    wide, ends = [max(_width(row[n]) for row in rows) for n in range(len(rows[0]))], frozenset(right)
    lines = []
    for row in rows:
        cells = []
        for n, cell in enumerate(row):
            gap = " " * (wide[n] - _width(cell))
            cells.append(gap + cell if n in ends else cell + gap)
        lines.append("  ".join(cells).rstrip())
    return lines


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def machine() -> dict[str, str]:
    """Return the machine and versions that the figures apply to."""
    return {
        "cores": str(os.cpu_count()),
        "processor": _processor(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in _PACKAGES},
    }


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text(errors="replace").splitlines() if told.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
