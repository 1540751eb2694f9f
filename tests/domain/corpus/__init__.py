"""Sound tables of different departments. Rules must find no error in them and hardly a warning."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

from portal.domain.documents import Budget, Indicator, ProjectDocument, SpendingPlan
from portal.domain.rules import YearRules


class Sound(NamedTuple):
    table: ProjectDocument
    year: YearRules


def corpus() -> list[Sound]:
    return [sound for path in sorted(Path(__file__).parent.glob("*.toml")) for sound in _read(path)]


def _read(path: Path) -> list[Sound]:
    plain = tomllib.loads(path.read_text("utf-8"))
    year = YearRules.for_year(plain["year"], plain["framework"])
    return [Sound(_table(ordinal, table), year) for ordinal, table in enumerate(plain["tables"], 1)]


def _table(ordinal: int, plain: dict[str, list]) -> ProjectDocument:  # type: ignore[type-arg]
    rows = [Indicator(f"row{n:02d}", *cells) for n, cells in enumerate(plain["indicators"], 1)]
    return ProjectDocument(
        ordinal,
        *plain["office"],
        *plain["project"],
        Budget(*plain["budget"]),
        plain["purpose"],  # type: ignore[arg-type]
        SpendingPlan(*plain["plan"]),
        plain["goals"].strip(),  # type: ignore[attr-defined]
        tuple(rows),
    )
