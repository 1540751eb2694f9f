"""Indicator frameworks (指标体系): the 一级指标 and 二级指标 of a budget year's form.

The frameworks are data, one TOML file each beside this module, and so is the table of years. What an indicator must
satisfy belongs in `rules`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from portal.domain.errors import Invalid

_YEARS = "years.toml"
_ENDING = "指标"


@dataclass(frozen=True, slots=True)
class Framework:
    """Levels in the framework's own words, in the order of its form. `code_pattern`: the default of a year."""

    name: str
    title: str
    effect_level: str
    satisfaction_required: bool
    code_pattern: str
    levels: Mapping[str, tuple[str, ...]] = field(hash=False)

    def find_level1(self, text: str) -> str | None:
        """The level 1 that `text` names, in the framework's spelling."""
        return _find(self.levels, text)

    def find_level2(self, level1: str, text: str) -> str | None:
        """The level 2 under `level1` that `text` names, in the framework's spelling."""
        own = self.find_level1(level1)
        return None if own is None else _find(self.levels[own], text)


def bare(name: str) -> str:
    """A level's name as compared: without the ending 指标 and outer white space."""
    return name.strip().removesuffix(_ENDING).rstrip()


def get(name: str) -> Framework:
    """The framework of that name. Raises Invalid if none is shipped."""
    if name not in available():
        raise Invalid(f"没有名为“{name[:40]}”的指标体系；可用的有：{'、'.join(available())}。")
    return _load(name)


@cache
def available() -> tuple[str, ...]:
    """The names of all shipped frameworks."""
    names = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(n.removesuffix(".toml") for n in names if n.endswith(".toml") and n != _YEARS))


def for_year(year: int) -> str:
    """The name of the default framework of a budget year."""
    return next(str(p["framework"]) for p in _periods() if year <= p.get("until", year))


@cache
def _load(name: str) -> Framework:
    plain = _read(f"{name}.toml")
    levels = {level1: tuple(level2) for level1, level2 in plain["levels"].items()}
    return Framework(**{**plain, "name": name, "levels": MappingProxyType(levels)})


@cache
def _periods() -> tuple[dict[str, Any], ...]:
    return tuple(_read(_YEARS)["periods"])


def _read(file_name: str) -> dict[str, Any]:
    return tomllib.loads(files(__name__).joinpath(file_name).read_text("utf-8"))


def _find(names: Iterable[str], text: str) -> str | None:
    wanted = bare(text)
    return next((name for name in names if bare(name) == wanted), None) if wanted else None
